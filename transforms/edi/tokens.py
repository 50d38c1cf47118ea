"""Cutting X12 bytes into interchanges and segments, whatever their delimiters.

Never raises: bytes outside any interchange come back as stray lines. Not
here: whether the envelopes pair (``envelopes``) or elements are legal
(``maps``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from transforms.edi.delimiters import Delimiters

_ISA_ELEMENTS = 16
_REPETITION_SINCE = "00402"
_LINE_ENDS = ("\r\n", "\n\r", "\n", "\r")
_LONGEST_HEADER = 400
"""Characters looked at for an ISA: the standard's is 106, unpadded ones vary."""


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
        line: number of its first segment in the file, from 1; the n-th text
            has number ``line + n``.
        texts: segments without terminator, "" for a blank one.
    """

    delimiters: Delimiters
    line: int
    texts: list[str]

    def segments(self) -> list[list[str]]:
        """Each text cut into segment id and elements.

        Example:
            >>> Interchange(Delimiters(), 1, ["N1*ST*Ada", ""]).segments()
            [['N1', 'ST', 'Ada'], ['']]
        """
        separator = self.delimiters.element
        return [text.split(separator) for text in self.texts]


@dataclass(frozen=True)
class Tokens:
    """A whole file: interchanges and what stands outside them, in file order.

    Args:
        interchanges: in file order.
        strays: lines before, between or after interchanges.
        count: segments and stray lines in the file, blank ones included.
    """

    interchanges: list[Interchange]
    strays: list[Token]
    count: int


def tokenise(payload: bytes) -> Tokens:
    """Cut a payload into interchanges; never raises.

    The text is UTF-8 if it is valid UTF-8, else Latin-1. Line ends after
    terminators are no data. A last segment without terminator counts.

    Example:
        >>> tokens = tokenise(b"not an interchange")
        >>> tokens.strays, tokens.count
        ([Token(line=1, text='not an interchange')], 1)
    """
    text = _decoded(payload)
    interchanges: list[Interchange] = []
    strays: list[Token] = []
    line, position = 1, 0
    while position < len(text):
        start = _next_header(text, position)
        found = _stray_lines(text[position:start], line)
        strays += found
        line += len(found)
        if start == len(text):
            break
        interchange, position = _cut(text, start, line)
        interchanges.append(interchange)
        line += len(interchange.texts)
    return Tokens(interchanges, strays, line - 1)


def read_delimiters(text: str, start: int = 0) -> Delimiters | None:
    """Delimiters of the ISA at ``start``; None when no ISA stands there."""
    head = text[start : start + _LONGEST_HEADER]
    element = head[3:4]
    elements = head.split(element, _ISA_ELEMENTS) if _may_separate(element) else []
    last = elements[-1] if len(elements) == _ISA_ELEMENTS + 1 else ""
    component, terminator = last[:1], last[1:2]
    if elements[:1] != ["ISA"] or not _may_end(component, terminator):
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


def _may_separate(character: str) -> bool:
    return bool(character) and not character.isalnum() and character not in " \r\n"


def _may_end(component: str, terminator: str) -> bool:
    is_data = terminator.isalnum() or terminator == " "
    return bool(terminator) and not is_data and component != terminator


def _decoded(payload: bytes) -> str:
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        return payload.decode("latin-1")


def _line_end(text: str, position: int) -> str:
    ends = (end for end in _LINE_ENDS if text.startswith(end, position))
    return next(ends, "")


def _next_header(text: str, position: int) -> int:
    start = text.find("ISA", position)
    while start >= 0 and read_delimiters(text, start) is None:
        start = text.find("ISA", start + 1)
    return len(text) if start < 0 else start


def _stray_lines(text: str, line: int) -> list[Token]:
    if not text.strip():
        return []
    texts = text.strip("\r\n").splitlines()
    return [Token(line + n, stray.strip()) for n, stray in enumerate(texts)]


def _cut(text: str, start: int, line: int) -> tuple[Interchange, int]:
    delimiters = read_delimiters(text, start) or Delimiters()
    end = _end(text, start, delimiters)
    body = text[start:end]
    # Line ends are never data in X12: they follow terminators or wrap lines.
    for character in "\r\n".replace(delimiters.terminator, ""):
        body = body.replace(character, "")
    texts = body.split(delimiters.terminator)
    if not texts[-1].strip():
        texts.pop()
    if f"{delimiters.terminator} " in body:
        texts = [text.strip() for text in texts]
    return Interchange(delimiters, line, texts), end


def _end(text: str, start: int, delimiters: Delimiters) -> int:
    """Behind the IEA, or before the next ISA when the IEA is missing."""
    terminator, element = map(re.escape, (delimiters.terminator, delimiters.element))
    border = re.compile(rf"{terminator}\s*(ISA[^A-Za-z0-9 \r\n]|IEA{element})")
    match = border.search(text, start + 1)
    while match and match[1].startswith("ISA"):
        if read_delimiters(text, match.start(1)):
            return match.start(1)
        match = border.search(text, match.end())
    if match is None:
        return len(text)
    behind = text.find(delimiters.terminator, match.end())
    return len(text) if behind < 0 else behind + 1
