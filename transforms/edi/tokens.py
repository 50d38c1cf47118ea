"""Cutting X12 bytes into interchanges and segments, whatever their delimiters.

Never raises: bytes outside any interchange come back as stray lines. Not
here: whether the envelopes pair (``envelopes``) or elements are legal
(``columns``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from transforms.edi.delimiters import Delimiters

ELEMENT_END = b"\xff"
SEGMENT_END = b"\xfe"
"""Bytes that no UTF-8 text has: what a body is cut by, whatever its delimiters."""

_ISA_ELEMENTS = 16
_REPETITION_SINCE = "00402"
_LINE_ENDS = ("\r\n", "\n\r", "\n", "\r")
_LONGEST_HEADER = 400
"""Characters looked at for an ISA: the standard's is 106, unpadded ones vary."""

_INDENT = re.compile(rb"\xfe[ \t]+")
"""Blanks before a segment, in files that people look at."""

_HEADER_NAMES = ("ISA", "isa")
_TRAILER_NAMES = ("IEA", "iea")


@dataclass(frozen=True)
class Token:
    """One stray line: text that belongs to no interchange.

    Args:
        line: segment number in the file, from 1.
        text: as sent; "" when blank.
    """

    line: int
    text: str


@dataclass(frozen=True)
class Interchange:
    """The segments of one interchange as sent, ISA first.

    Args:
        delimiters: read from its ISA.
        line: number of its first segment in the file, from 1; the n-th segment
            has number ``line + n``.
        body: its segments in UTF-8, each ended by ``SEGMENT_END``, elements
            parted by ``ELEMENT_END``; a blank segment is its end alone.
        tail: what stands behind the last segment: its terminator, if it has
            one, and line ends.
    """

    delimiters: Delimiters
    line: int
    body: bytes
    tail: str = ""

    @cached_property
    def codes(self) -> npt.NDArray[np.uint8]:
        """The body as numbers."""
        return np.frombuffer(self.body, np.uint8)

    @cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """Where each segment's end stands in the body."""
        return np.flatnonzero(self.codes == SEGMENT_END[0])

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each segment begins in the body."""
        return np.concatenate(([0], self.ends[:-1] + 1))[: len(self.ends)]

    @cached_property
    def texts(self) -> list[str]:
        """Segments without terminator, "" for a blank one."""
        return spelled(self.body, self.delimiters)

    def segments(self) -> list[list[str]]:
        r"""Each segment cut into its id and elements.

        Example:
            >>> body = b"N1\xffST\xffAda\xfe\xfe"
            >>> Interchange(Delimiters(), 1, body).segments()
            [['N1', 'ST', 'Ada'], ['']]
        """
        lines = self.body.decode("utf-8", "surrogateescape").split("\udcfe")[:-1]
        return [line.split("\udcff") for line in lines]


@dataclass(frozen=True)
class Tokens:
    """A whole file: interchanges and what stands outside them, in file order.

    Args:
        interchanges: in file order.
        strays: lines before, between or after interchanges.
        count: segments and stray lines in the file, blank ones included.
        encoding: of the payload: "utf-8", "utf-8-sig" or "latin-1".
    """

    interchanges: list[Interchange]
    strays: list[Token]
    count: int
    encoding: str = "utf-8"


def tokenise(payload: bytes) -> Tokens:
    """Cut a payload into interchanges; never raises.

    The text is UTF-8 if it is valid UTF-8, else Latin-1. Line ends after
    terminators, and those that only wrap lines, are no data. A last segment
    without terminator counts. Segment ids may be in lower case.

    Example:
        >>> tokens = tokenise(b"not an interchange")
        >>> tokens.strays, tokens.count
        ([Token(line=1, text='not an interchange')], 1)
    """
    text, encoding = _decoded(payload)
    headers = _headers(text)
    interchanges: list[Interchange] = []
    strays: list[Token] = []
    line, position = 1, 0
    while position < len(text):
        place = bisect_right(headers, position - 1)
        start = headers[place] if place < len(headers) else len(text)
        found = _stray_lines(text[position:start], line)
        strays += found
        line += len(found)
        if start == len(text):
            break
        interchange, position = _cut(text, headers, place, line)
        interchanges.append(interchange)
        line += len(interchange.ends)
    return Tokens(interchanges, strays, line - 1, encoding)


def read_delimiters(text: str, start: int = 0) -> Delimiters | None:
    """Delimiters of the ISA at ``start``; None when no ISA stands there."""
    head = text[start : start + _LONGEST_HEADER]
    element = head[3:4]
    elements = head.split(element, _ISA_ELEMENTS) if _may_separate(element) else []
    last = elements[-1] if len(elements) == _ISA_ELEMENTS + 1 else ""
    component, terminator = last[:1], last[1:2]
    if not elements or elements[0] not in _HEADER_NAMES:
        return None
    if not _may_end(terminator, element + component):
        return None
    repetition, version = elements[11], elements[12].strip()
    is_repeating = version >= _REPETITION_SINCE and len(repetition) == 1
    return Delimiters(
        element,
        component=component,
        terminator=terminator,
        repetition=repetition if is_repeating and not repetition.isalnum() else "",
        newline=_line_end(head, head.index(last, len(head) - len(last)) + 2),
    )


def spelled(body: bytes, delimiters: Delimiters) -> list[str]:
    """The segments of a body with the element separator they were sent with."""
    text = body.replace(ELEMENT_END, delimiters.element.encode())
    lines = text.decode("utf-8", "surrogateescape").split("\udcfe")
    return lines[:-1]


def _may_separate(character: str) -> bool:
    return bool(character) and not character.isalnum() and character not in " \r\n"


def _may_end(terminator: str, others: str) -> bool:
    is_data = terminator.isalnum() or terminator == " "
    return bool(terminator) and not is_data and terminator not in others


def _decoded(payload: bytes) -> tuple[str, str]:
    encoding = "utf-8-sig" if payload.startswith(BOM_UTF8) else "utf-8"
    try:
        return payload.decode(encoding), encoding
    except UnicodeDecodeError:
        return payload.decode("latin-1"), "latin-1"


def _line_end(text: str, position: int) -> str:
    ends = (end for end in _LINE_ENDS if text.startswith(end, position))
    return next(ends, "")


def _places(text: str, names: tuple[str, ...], start: int, end: int) -> Iterator[int]:
    """Where any of the names stands, name by name."""
    for name in names:
        place = text.find(name, start, end)
        while place >= 0:
            yield place
            place = text.find(name, place + 1, end)


def _headers(text: str) -> list[int]:
    """Where an ISA with legal delimiters stands, in data too."""
    places = _places(text, _HEADER_NAMES, 0, len(text))
    return sorted(
        place
        for place in places
        if _may_separate(text[place + 3 : place + 4]) and read_delimiters(text, place)
    )


def _stray_lines(text: str, line: int) -> list[Token]:
    if not text.strip():
        return []
    texts = text.strip("\r\n").splitlines()
    return [Token(line + n, stray.strip()) for n, stray in enumerate(texts)]


def _cut(
    text: str, headers: list[int], place: int, line: int
) -> tuple[Interchange, int]:
    start = headers[place]
    delimiters = read_delimiters(text, start) or Delimiters()
    end = _end(text, headers, place, delimiters)
    body = text[start:end]
    # Line ends are never data in X12: they follow terminators or wrap lines.
    for character in "\r\n".replace(delimiters.terminator, ""):
        body = body.replace(character, "")
    cut = body.encode().replace(delimiters.terminator.encode(), SEGMENT_END)
    cut = cut.replace(delimiters.element.encode(), ELEMENT_END)
    if b"\xfe " in cut or b"\xfe\t" in cut:
        cut = _INDENT.sub(SEGMENT_END, cut)
    whole = cut if cut.endswith(SEGMENT_END) else cut + SEGMENT_END
    return Interchange(
        delimiters, line, whole, _tail(text, start, end, delimiters.terminator)
    ), end


def _tail(text: str, start: int, end: int, terminator: str) -> str:
    """What stands behind the last segment of an interchange."""
    last = behind = end
    while text[last - 1] in "\r\n".replace(terminator, ""):
        last -= 1
    last -= text[start:last].endswith(terminator)
    while text[behind : behind + 1] in {"\r", "\n"}:
        behind += 1
    return text[last:behind]


def _end(text: str, headers: list[int], place: int, delimiters: Delimiters) -> int:
    """Behind the IEA, or before the next ISA when the IEA is missing."""
    start, terminator = headers[place], delimiters.terminator
    later = (headers[n] for n in range(place + 1, len(headers)))
    opened = (other for other in later if _begins_segment(text, other, terminator))
    limit = next(opened, len(text))
    trailer = limit
    for name in _TRAILER_NAMES:
        places = _places(text, (name + delimiters.element,), start, trailer)
        begun = (one for one in places if _begins_segment(text, one, terminator))
        trailer = next(begun, trailer)
    behind = text.find(terminator, trailer) if trailer < limit else limit - 1
    return behind + 1 if behind >= 0 else len(text)


def _begins_segment(text: str, place: int, terminator: str) -> bool:
    """Whether only blanks stand between a terminator and ``place``."""
    before = place - 1
    while text[before].isspace() and text[before] != terminator:
        before -= 1
    return text[before] == terminator
