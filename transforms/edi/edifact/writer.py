"""Writing EDIFACT: segments in, the bytes of one interchange out.

Envelope, references and counts are made here; what the messages say is the
caller's. No clock: the hour of the envelope is an argument. Not here: reading
(``tokens``, ``envelopes``) and what an element may hold (``maps``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial

from transforms.edi.delimiters import Delimiters, clean
from transforms.edi.edifact.characters import (
    CHARACTER_SETS,
    COMPONENT,
    ELEMENT,
    REPETITION,
    Service,
)
from transforms.edi.edifact.tokens import Interchange

Element = str | Sequence[str] | Sequence[Sequence[str]]
"""A simple element, a composite's components, or repeats of either."""

Segment = Sequence[Element]
"""Tag and elements: ``["QTY", ["21", "5", "PCE"]]``."""

_OUTSIDE_MESSAGES = 2
_MAX_CONTROL_NO = 999_999_999
_LONGEST_IDENTITY = 35
_PLAIN = {"UNOA", "UNOB"}
_LONG_DATES_SINCE = "4"
_CONTROLS = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Dialect:
    """How a partner likes its interchanges spelled.

    Args:
        service: service characters; announced by a UNA if they say so.
        syntax: UNB 0001, the character set: UNOA … UNOL, UNOW, UNOY.
        version: UNB 0002.
        sender_qualifier: UNB 0007 of the sender; "" for none.
        receiver_qualifier: UNB 0007 of the recipient; "" for none.
        application: UNB 0026.
        asks_for_contrl: UNB 0031.
        is_test: UNB 0035.
    """

    service: Service = field(default_factory=lambda: Service(is_announced=True))
    syntax: str = "UNOC"
    version: str = "3"
    sender_qualifier: str = ""
    receiver_qualifier: str = ""
    application: str = ""
    asks_for_contrl: bool = False
    is_test: bool = False


STANDARD = Dialect()


def write_interchange(
    messages: Iterable[tuple[str, Sequence[Segment]]],
    *,
    sender: str,
    receiver: str,
    control_no: int,
    at: datetime,
    dialect: Dialect = STANDARD,
) -> bytes:
    """One interchange of messages without functional groups.

    UNB/UNZ and UNH/UNT with counts and references are added: the n-th message
    is UNH ``n``. Trailing empty elements and components are left out, service
    characters in data are released, characters outside the set are replaced by
    their nearest, so any text may be passed.

    Args:
        messages: (UNH S009 joined by ":", its segments without UNH and UNT).
        sender: UNB 0004, 35 characters at most.
        receiver: UNB 0010, 35 characters at most.
        control_no: UNB 0020, 1 … 999999999.
        at: hour of the envelope, written as it stands, in whatever zone it is.
        dialect: spelling the partner expects.

    Returns:
        bytes in the dialect's character set, the same for the same arguments.

    Raises:
        ValueError: an id is empty or too long, the control number out of range, or
            the dialect names a character set that is not known.

    Example:
        >>> answer = [["UCI", "7", "HARBOR", "ORDERHOUSE", "7"]]
        >>> content = write_interchange(
        ...     [("CONTRL:D:3:UN", answer)], sender="ORDERHOUSE", receiver="HARBOR",
        ...     control_no=12, at=datetime(2017, 12, 27, 9, 5))
        >>> print(content.decode().replace("'", "'|").replace("|", chr(10)), end="")
        UNA:+.? '
        UNB+UNOC:3+ORDERHOUSE+HARBOR+171227:0905+12'
        UNH+1+CONTRL:D:3:UN'
        UCI+7+HARBOR+ORDERHOUSE+7'
        UNT+3+1'
        UNZ+1+12'
    """
    if not 0 < control_no <= _MAX_CONTROL_NO:
        raise ValueError(f"control number {control_no} is not in 1 … 999999999")
    _refuse(sender)
    _refuse(receiver)
    speller = _Speller(dialect.service, _encoding(dialect.syntax))
    header = _header(sender, receiver, str(control_no), at, dialect)
    pieces = [speller.advice, speller.spelled([header])]
    count = 0
    # Message by message: of many thousands only their text is kept.
    for count, (identifier, inner) in enumerate(messages, start=1):
        size = str(len(inner) + _OUTSIDE_MESSAGES)
        opening: Segment = ["UNH", str(count), identifier.split(":")]
        closing: Segment = ["UNT", size, str(count)]
        pieces.append(speller.spelled([opening, *inner, closing]))
    pieces.append(speller.spelled([["UNZ", str(count), str(control_no)]]))
    return "".join(pieces).encode(speller.encoding)


def spell(
    segments: Iterable[Segment], service: Service, encoding: str = "latin-1"
) -> bytes:
    """Segments as bytes, the UNA before them if the service characters say so.

    Example:
        >>> spell([["FTX", "AAI", "", "", ["it's 5+5", ""]]], Service())
        b"FTX+AAI+++it?'s 5?+5'"
    """
    speller = _Speller(service, encoding)
    return (speller.advice + speller.spelled(segments)).encode(encoding)


def respell(interchange: Interchange) -> bytes:
    """The bytes of an interchange as it was read.

    Trailing separators stay. What a sender released without need comes back
    unreleased; line ends that wrapped a file do not come back.
    """
    service = interchange.service
    first = 1 if service.is_announced else 0
    texts = [_restored(text, service) for text in interchange.texts[first:]]
    ending = service.terminator + service.newline
    advice = [interchange.texts[0][:-1]] if first else []
    joined = "".join(f"{text}{ending}" for text in advice + texts)
    return joined.encode(interchange.encoding, errors="replace")


def _restored(text: str, service: Service) -> str:
    """A normalised text with its sender's own separators."""
    released = _released(text, service)
    for ours, theirs in zip(
        (ELEMENT, COMPONENT, REPETITION), service.separators, strict=False
    ):
        released = released.replace(ours, theirs)
    return released


def _released(text: str, service: Service) -> str:
    unsafe = _unsafe(service)
    if unsafe is None:
        return text
    return unsafe.sub(lambda found: service.release + found[0], text)


def _refuse(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_IDENTITY:
        raise ValueError(f"interchange id {name!r} must have 1 … 35 characters")


def _encoding(syntax: str) -> str:
    if syntax not in CHARACTER_SETS:
        raise ValueError(f"character set {syntax!r} is not one of {[*CHARACTER_SETS]}")
    return "ascii" if syntax in _PLAIN else CHARACTER_SETS[syntax]


def _header(
    sender: str, receiver: str, control_ref: str, at: datetime, dialect: Dialect
) -> Segment:
    is_long = dialect.version >= _LONG_DATES_SINCE
    day = f"{at:%Y%m%d}" if is_long else f"{at:%y%m%d}"
    return [
        "UNB",
        [dialect.syntax, dialect.version],
        [sender, dialect.sender_qualifier],
        [receiver, dialect.receiver_qualifier],
        [day, f"{at:%H%M}"],
        control_ref,
        "",
        dialect.application,
        "",
        "1" if dialect.asks_for_contrl else "",
        "",
        "1" if dialect.is_test else "",
    ]


class _Speller:
    """Segments as text between some service characters."""

    def __init__(self, service: Service, encoding: str) -> None:
        self.encoding = encoding
        self._service = service
        self._ending = service.terminator + service.newline
        # The same codes, units, days and names stand in thousands of messages.
        self._safe = lru_cache(maxsize=1 << 16)(partial(_safe, service, encoding))

    @property
    def advice(self) -> str:
        """The UNA where one announces the characters, else nothing."""
        service = self._service
        return service.advice[:-1] + self._ending if service.is_announced else ""

    def spelled(self, segments: Iterable[Segment]) -> str:
        """Segments, each with its end."""
        ending, element, spelled = self._ending, self._service.element, self._spelled
        lines = [
            _joined([spelled(each) for each in segment], element) + ending
            for segment in segments
        ]
        return "".join(lines)

    def _spelled(self, element: Element) -> str:
        if isinstance(element, str):
            return self._safe(element)
        if element and not isinstance(element[0], str):
            repeats = [self._spelled(repeat) for repeat in element]
            return self._service.repetition.join(repeats)
        parts = [self._safe(str(part)) for part in element]
        return _joined(parts, self._service.component)


def _joined(parts: list[str], separator: str) -> str:
    """Parts between separators, without those that are empty at the end.

    By part, never by character: data may end with a released separator.
    """
    while parts and not parts[-1]:
        parts.pop()
    return separator.join(parts)


def _safe(service: Service, encoding: str, text: str) -> str:
    """Data that cannot break the file: released, or blanks where it cannot be."""
    text = _CONTROLS.sub(" ", text)
    if not text.isascii():
        text = "".join(_nearest(letter, encoding) for letter in text)
    if service.release:
        return _released(text, service)
    marks = service.separators + service.terminator
    return text.translate(dict.fromkeys(map(ord, marks), " "))


@lru_cache(maxsize=4096)
def _nearest(letter: str, encoding: str) -> str:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return clean(letter, Delimiters("\x1d", "\x1f", "\x1c"))
    return letter


@lru_cache(maxsize=64)
def _unsafe(service: Service) -> re.Pattern[str] | None:
    """What must be released in data; None where nothing can be."""
    if not service.release:
        return None
    marks = service.release + service.terminator + service.separators
    return re.compile(f"[{re.escape(marks)}]")
