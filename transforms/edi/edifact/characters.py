"""The characters an interchange is made of: service characters, encodings.

Texts inside this package are normalised: whatever a sender's service characters,
elements are parted by ``ELEMENT``, components by ``COMPONENT``, repeats by
``REPETITION``, and released characters stand as themselves. So maps and formats
know one spelling only. Not here: cutting files (``tokens``), joining segments
(``writer``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

ELEMENT, REPETITION, COMPONENT = "\x1d", "\x1e", "\x1f"
"""ISO 646 separators: no character set of EDIFACT allows them in data."""

STRAY = "\ufdd0"
"""Stands for one of the three where it was sent as data: never legal."""

_RELEASED = "\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5"
"""Noncharacters that stand for released service characters while cutting."""

CONTROL = re.compile("[\x00-\x1c\x7f\ufdd0]")
"""What no text may hold; the separators above are not data."""

CHARACTER_SETS = {
    "UNOA": "latin-1",
    "UNOB": "latin-1",
    "UNOC": "latin-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOX": "latin-1",
    "UNOY": "utf-8",
}
"""Encoding by UNB0001. A and B are ASCII by the standard, X changes sets by
escape sequences; what they should not hold is read as the nearest does."""

GUESSED = ("UNOA", "UNOB", "UNOC")
"""Sets under which UTF-8 is sent so often that it is read as what it is."""

_HEADER = re.compile(r"UNA.{6}[ \t\r\n]*UNB|UNB[+\x1d]", re.DOTALL)
_VERSION = re.compile(r"UNB.[A-Z0-9]{4}.([0-9])", re.DOTALL)
_REPEATING_SINCE = "4"


@dataclass(frozen=True)
class Service:
    r"""The service characters of one interchange.

    Args:
        component: between components of a composite.
        element: between elements.
        decimal: decimal marks a number may have, "." or "," or both.
        release: makes the next character data; "" for none.
        repetition: between repeats of an element; "" for none.
        terminator: ends a segment.
        newline: what follows every terminator ("", "\n", "\r\n"): no data,
            kept so that a file can be written again byte for byte.
        is_announced: whether a UNA says so.
    """

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"
    newline: str = ""
    is_announced: bool = False

    @property
    def advice(self) -> str:
        """The UNA that announces them."""
        repetition = self.repetition or " "
        release = self.release or " "
        marks = self.component + self.element + self.decimal[0] + release
        return f"UNA{marks}{repetition}{self.terminator}"

    @property
    def separators(self) -> str:
        """What parts elements, components and repeats, in that order."""
        return self.element + self.component + self.repetition


LEVEL_B = Service(COMPONENT, ELEMENT, release="", terminator="\x1c")
"""Service characters of level B where no UNA gives others."""


def next_header(text: str, position: int) -> int:
    """Where the next UNA or UNB begins; the text's length when none does."""
    found = _HEADER.search(text, position)
    return found.start() if found else len(text)


def read_service(text: str, start: int = 0) -> Service | None:
    """Service characters of the UNA or UNB at ``start``; None if none is there.

    A UNA of syntax versions before 4 should hold a blank where version 4 names
    the repetition separator; a character there is believed in any version. From
    version 4 on both decimal marks are legal.

    Example:
        >>> read_service("UNA:+,? 'UNB+UNOA:2").decimal
        ','
    """
    if _HEADER.match(text, start) is None:
        return None
    if text.startswith("UNA", start):
        found = _announced(text[start + 3 : start + 9])
        behind = text.index("UNB", start + 9) + 3
    else:
        found = Service() if text[start + 3] == "+" else LEVEL_B
        behind = start + 3
    if found is None or text[behind : behind + 1] != found.element:
        return None
    version = _VERSION.match(text, behind - 3)
    if version and version[1] >= _REPEATING_SINCE:
        found = replace(found, decimal=found.decimal + ",.".replace(found.decimal, ""))
        if not found.is_announced:
            found = replace(found, repetition="*")
    return found


def _announced(advice: str) -> Service | None:
    component, element, decimal, release, repetition, terminator = [*advice]
    separators = [component, element, terminator]
    separators += [mark for mark in (release, repetition) if mark != " "]
    is_data = any(mark.isalnum() or mark == " " for mark in separators)
    if is_data or len(set(separators)) < len(separators):
        return None
    return Service(
        component,
        element,
        decimal if decimal in {".", ","} else ".",
        "" if release == " " else release,
        "" if repetition == " " else repetition,
        terminator,
        is_announced=True,
    )


def normalised(body: str, service: Service) -> list[str]:
    """Cut ``body`` at its terminators; each text in the package's one spelling.

    Example:
        >>> [spoken(text) for text in normalised("FTX+AAI+++5?'?+x'", Service())]
        ["FTX+AAI+++5'+x", '']
    """
    released = _released(service)
    is_releasing = bool(service.release) and service.release in body
    if is_releasing:
        for pair, mark in released:
            body = body.replace(pair, mark)
        body = body.replace(service.release, "")
    texts = _separated(body, service).split(service.terminator)
    if not is_releasing:
        return texts
    return [_restored(text, released) for text in texts]


def _released(service: Service) -> list[tuple[str, str]]:
    """(released pair, what stands for it), the released release first."""
    marks = service.release + service.terminator + service.separators
    return [
        (service.release + character, mark)
        for character, mark in zip(marks, _RELEASED, strict=False)
    ]


def _restored(text: str, released: list[tuple[str, str]]) -> str:
    if text.isascii():
        return text
    for pair, mark in released:
        if mark in text:
            text = text.replace(mark, pair[1])
    return text


def _separated(body: str, service: Service) -> str:
    ours = (ELEMENT, COMPONENT, REPETITION)[: len(service.separators)]
    pairs = list(zip(service.separators, ours, strict=True))
    if any(mark in body for mark in (ELEMENT, COMPONENT, REPETITION)):
        table = dict.fromkeys(map(ord, (ELEMENT, COMPONENT, REPETITION)), STRAY)
        table |= {ord(theirs): mark for theirs, mark in pairs}
        table.pop(ord(service.terminator), None)
        return body.translate(table)
    for theirs, mark in pairs:
        body = body.replace(theirs, mark)
    return body


def spoken(text: str) -> str:
    """A normalised text as people write EDIFACT, for messages."""
    return text.translate(_SPOKEN)


_SPOKEN = str.maketrans({ELEMENT: "+", COMPONENT: ":", REPETITION: "*", STRAY: " "})
