"""Cutting X12 bytes into interchanges and segments, whatever their delimiters.

Never raises: bytes outside any interchange come back as stray lines. Not
here: whether the envelopes pair (``envelopes``) or elements are legal
(``columns``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from codecs import BOM_UTF8
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.edi.delimiters import Delimiters
from transforms.edi.limits import USUAL, Limits

ELEMENT_END = b"\xff"
SEGMENT_END = b"\xfe"
"""Bytes that no UTF-8 text has: what a body is cut by, whatever its delimiters."""

_ISA_ELEMENTS = 16
_REPETITION_SINCE = "00402"
_LINE_ENDS = ("\r\n", "\n\r", "\n", "\r")
_FIRST_MARK, _SECOND_MARK = 3, 6
_BEYOND_ASCII = 0x80
_LONGEST_HEADER = 400
"""Characters looked at for an ISA: the standard's is 106, unpadded ones vary."""

_BLANKS = [ord(" "), ord("\t")]
_INDENT = re.compile(rb"\xfe[ \t]+")
"""Blanks before a segment, in files that people look at."""

FILE_END = "\x1a"
"""What CP/M and DOS put behind a text; some transfers still do."""

_HEADER_NAMES = ("ISA", "isa")
_SMALL = 0x20
"""Bit that makes an ASCII letter a small one."""


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
        excess: what the file has too much of to be read; the rest may be empty.
    """

    interchanges: list[Interchange]
    strays: list[Token]
    count: int
    encoding: str = "utf-8"
    excess: str = ""


def tokenise(payload: bytes, limits: Limits = USUAL) -> Tokens:
    """Cut a payload into interchanges; never raises.

    The text is UTF-8 if it is valid UTF-8, else Latin-1. Line ends after
    terminators, and those that only wrap lines, are no data. A last segment
    without terminator counts. Segment ids may be in lower case. A payload that
    holds more than ``limits`` says so in ``excess``.

    Example:
        >>> tokens = tokenise(b"not an interchange")
        >>> tokens.strays, tokens.count
        ([Token(line=1, text='not an interchange')], 1)
    """
    text, encoding = _in_utf8(payload)
    borders = _borders(text, limits)
    if borders is None:
        return Tokens([], [], 1, encoding, limits.excess(len(text), 0, 0))
    interchanges: list[Interchange] = []
    strays: list[Token] = []
    line, position, place = 1, 0, 0
    while position < len(text):
        place = bisect_left(borders.headers, position, place)
        is_last = place == len(borders.headers)
        start = len(text) if is_last else borders.headers[place]
        outside = text[position:start].decode()
        if too_much := limits.stray_excess(outside, line):
            return Tokens([], [], 1, encoding, too_much)
        found = _stray_lines(outside, line)
        strays += found
        line += len(found)
        if is_last:
            break
        interchange, position = _cut(text, borders, place, line)
        interchanges.append(interchange)
        line += len(interchange.ends)
    elements = sum(one.body.count(ELEMENT_END) for one in interchanges)
    too_much = limits.excess(len(interchanges), line - 1, elements)
    return Tokens(interchanges, strays, line - 1, encoding, too_much)


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


def _in_utf8(payload: bytes) -> tuple[bytes, str]:
    """The text in UTF-8 without byte order mark, and how it was encoded."""
    is_marked = payload.startswith(BOM_UTF8)
    try:
        payload.decode()
    except UnicodeDecodeError:
        return payload.decode("latin-1").encode(), "latin-1"
    if is_marked:
        return payload[len(BOM_UTF8) :], "utf-8-sig"
    return payload, "utf-8"


def _line_end(text: str, position: int) -> str:
    ends = (end for end in _LINE_ENDS if text.startswith(end, position))
    return next(ends, "")


class _Borders(NamedTuple):
    """Where interchanges may begin and end in a text.

    Args:
        headers: of an ISA with legal delimiters, in data too; ascending.
        trailers: of the letters IEA; ascending.
    """

    headers: list[int]
    trailers: list[int]


def _borders(text: bytes, limits: Limits) -> _Borders | None:
    """None where more headers stand than one file may have."""
    letters = np.frombuffer(text, np.uint8) | _SMALL
    first = np.flatnonzero(letters[:-2] == ord("i"))
    first = first[letters[first + 2] == ord("a")]
    headers = first[letters[first + 1] == ord("s")]
    trailers = first[letters[first + 1] == ord("e")]
    # A word of data is told at a glance: ISA01 has two characters.
    headers = headers[headers < len(text) - _SECOND_MARK]
    marks = letters[headers + _FIRST_MARK]
    is_split = (marks == letters[headers + _SECOND_MARK]) | (marks >= _BEYOND_ASCII)
    headers = headers[is_split]
    if limits.excess(len(headers), 0, 0):
        return None
    legal = (place for place in headers.tolist() if _delimiters(text, place))
    return _Borders([*legal], trailers.tolist())


def _delimiters(text: bytes, place: int) -> Delimiters | None:
    head = text[place : place + 2 * _LONGEST_HEADER]
    return read_delimiters(head.decode(errors="ignore"))


def _stray_lines(text: str, line: int) -> list[Token]:
    if not text.strip().strip(FILE_END):
        return []
    texts = text.strip("\r\n").splitlines()
    return [Token(line + n, stray.strip()) for n, stray in enumerate(texts)]


def _cut(
    text: bytes, borders: _Borders, place: int, line: int
) -> tuple[Interchange, int]:
    start = borders.headers[place]
    delimiters = _delimiters(text, start) or Delimiters()
    terminator = delimiters.terminator.encode()
    end = _end(text, borders, place, delimiters)
    cut = text[start:end]
    # Line ends are never data in X12: they follow terminators or wrap lines.
    for character in (b"\r", b"\n"):
        if character != terminator:
            cut = cut.replace(character, b"")
    cut = cut.replace(terminator, SEGMENT_END)
    cut = cut.replace(delimiters.element.encode(), ELEMENT_END)
    whole = cut if cut.endswith(SEGMENT_END) else cut + SEGMENT_END
    tail = _tail(text, start, end, terminator).decode()
    found = Interchange(delimiters, line, whole, tail)
    if np.isin(found.codes[found.starts], _BLANKS).any():
        found = replace(found, body=_INDENT.sub(SEGMENT_END, whole))
    return found, end


def _tail(text: bytes, start: int, end: int, terminator: bytes) -> bytes:
    """What stands behind the last segment of an interchange."""
    ends = b"\r\n".replace(terminator, b"")
    last = start + len(text[start:end].rstrip(ends))
    if text.endswith(terminator, start, last):
        last -= len(terminator)
    behind = end
    while text[behind : behind + 1] in {b"\r", b"\n"}:
        behind += 1
    return text[last:behind]


def _end(text: bytes, borders: _Borders, place: int, delimiters: Delimiters) -> int:
    """Behind the IEA, or before the next ISA when the IEA is missing."""
    start, terminator = borders.headers[place], delimiters.terminator.encode()
    limit = len(text)
    for later in range(place + 1, len(borders.headers)):
        other = borders.headers[later]
        if _begins_segment(text, other, terminator):
            limit = other
            break
    separator = delimiters.element.encode()
    first = bisect_left(borders.trailers, start)
    for later in range(first, len(borders.trailers)):
        other = borders.trailers[later]
        if other > limit:
            break
        is_trailer = text.startswith(separator, other + 3)
        if is_trailer and _begins_segment(text, other, terminator):
            behind = text.find(terminator, other)
            return behind + len(terminator) if behind >= 0 else len(text)
    return limit


def _begins_segment(text: bytes, place: int, terminator: bytes) -> bool:
    """Whether only blanks stand between a terminator and ``place``."""
    while text[place - 1 : place].isspace() and not text.endswith(terminator, 0, place):
        place -= 1
    return text.endswith(terminator, 0, place)
