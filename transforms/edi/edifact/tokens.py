"""Cutting EDIFACT bytes into interchanges and segments, whatever their characters.

Never raises: bytes outside any interchange come back as stray lines. Not
here: which characters part what (``characters``), whether envelopes pair
(``envelopes``) or elements are legal (``maps``).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from transforms.edi.edifact.characters import (
    CHARACTER_SETS,
    COMPONENT,
    ELEMENT,
    GUESSED,
    REPETITION,
    STRAY,
    Service,
    next_header,
    normalised,
    read_service,
)
from transforms.edi.limits import USUAL, Limits
from transforms.edi.tokens import FILE_END

_LINE_ENDS = ("\r\n", "\n\r", "\n", "\r")
_LINE_END = re.compile("\r\n|\n\r|[\r\n]")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")
_BORDER = re.compile(r"UNZ|UNB|UNA")
_ADVICE = len(Service().advice)
_SHORTEST_WRAP = 10
"""Lines of one length, this long at least, are a wrapped file."""

Element = str | list[str] | list[list[str]]
"""A simple element, a composite's components, or repeats of either."""


@dataclass(frozen=True)
class Stray:
    """One line of text that belongs to no interchange.

    Args:
        line: segment number in the file, from 1.
        text: as sent; "" when blank.
    """

    line: int
    text: str


@dataclass(frozen=True)
class Interchange:
    """The segments of one interchange, its UNA or UNB first.

    Args:
        service: its service characters.
        line: number of its first segment in the file, from 1; the n-th text
            has number ``line + n``.
        texts: segments, normalised (``characters``), without terminator; "" for
            a blank one. A UNA counts as a segment and stands as sent.
        encoding: the bytes were read with.
        is_guessed: whether UNB0001 names another one.
        is_damaged: whether bytes were no text in it; they are U+FFFD now.
    """

    service: Service
    line: int
    texts: list[str]
    encoding: str = "latin-1"
    is_guessed: bool = False
    is_damaged: bool = False

    def segments(self) -> list[list[Element]]:
        """Each text but the UNA cut into tag, elements, components, repeats."""
        first = 1 if self.service.is_announced else 0
        return [cut(text) for text in self.texts[first:]]


@dataclass(frozen=True)
class Tokens:
    """A whole file: interchanges and what stands outside them, in file order.

    Args:
        interchanges: in file order.
        strays: lines before, between or after interchanges.
        count: segments and stray lines in the file, blank ones included.
        excess: what the file has too much of to be read; the rest is empty then.
    """

    interchanges: list[Interchange]
    strays: list[Stray]
    count: int
    excess: str = ""


def cut(text: str) -> list[Element]:
    r"""A normalised text as tag and elements.

    Example:
        >>> cut("QTY\x1d21\x1f5"), cut("UNS\x1dS")
        (['QTY', ['21', '5']], ['UNS', 'S'])
    """
    return [_element(element) for element in text.split(ELEMENT)]


def _element(text: str) -> Element:
    if REPETITION in text:
        return [repeat.split(COMPONENT) for repeat in text.split(REPETITION)]
    return text.split(COMPONENT) if COMPONENT in text else text


def tokenise(
    payload: bytes, encoding: str | None = None, limits: Limits = USUAL
) -> Tokens:
    """Cut a payload into interchanges; never raises on bytes.

    Each interchange is read in the character set that its UNB names, unless a
    byte order mark or the caller names another; UTF-8 under UNOA, UNOB or UNOC
    is read as what it is. Line ends between segments are no data, nor are they
    where a file is wrapped into lines of one length.

    Args:
        payload: any bytes.
        encoding: of a partner whose UNB lies.
        limits: a payload that holds more says so in ``excess``.

    Example:
        >>> tokens = tokenise(b"not an interchange")
        >>> tokens.strays, tokens.count
        ([Stray(line=1, text='not an interchange')], 1)
    """
    text, marked = _latin(payload)
    text = _unwrapped(text)
    interchanges: list[Interchange] = []
    strays: list[Stray] = []
    line, position, elements = 1, 0, 0
    while position < len(text):
        start = next_header(text, position)
        service = read_service(text, start)
        while start < len(text) and service is None:
            start = next_header(text, start + 1)
            service = read_service(text, start)
        outside = text[position:start]
        if too_much := limits.stray_excess(outside, line):
            return Tokens([], [], 1, too_much)
        found = _stray_lines(outside, line)
        strays += found
        line += len(found)
        if service is None:
            break
        position = _end(text, start, service)
        body = text[start:position]
        segments = line - 1 + body.count(service.terminator)
        elements += body.count(service.element) + body.count(service.component)
        if too_much := limits.excess(len(interchanges) + 1, segments, elements):
            return Tokens([], [], 1, too_much)
        interchange = _read(body, service, line, marked or encoding)
        interchanges.append(interchange)
        line += len(interchange.texts)
    return Tokens(interchanges, strays, line - 1)


def _latin(payload: bytes) -> tuple[str, str | None]:
    """Bytes as characters of one byte each; the encoding a mark names."""
    if payload.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = payload.decode("utf-16", errors="replace")
        return text.encode("utf-8", errors="replace").decode("latin-1"), "utf-8"
    if payload.startswith(codecs.BOM_UTF8):
        return payload[len(codecs.BOM_UTF8) :].decode("latin-1"), "utf-8"
    return payload.decode("latin-1"), None


def _unwrapped(text: str) -> str:
    """Without line ends where all lines have one length and cut segments."""
    first = _LINE_END.search(text)
    newline = first[0] if first else ""
    width = text.find(newline) if newline else 0
    second = width * 2 + len(newline)
    if width < _SHORTEST_WRAP or not text.startswith(newline, second):
        return text
    service = read_service(text.replace(newline, ""), 0)
    lines = text.rstrip("\r\n").split(newline)
    widths = ({len(line) for line in lines[:-1]}, {*map(_characters, lines[:-1])})
    if service is None or {width} not in widths or service.terminator == "\n":
        return text
    is_cutting = any(not line.endswith(service.terminator) for line in lines)
    return "".join(lines) if is_cutting else text


def _characters(line: str) -> int:
    """Length of a line of bytes if it is UTF-8."""
    return sum(not "\x80" <= byte < "\xc0" for byte in line)


def _line_end(text: str, position: int) -> str:
    ends = (end for end in _LINE_ENDS if text.startswith(end, position))
    return next(ends, "")


def _stray_lines(text: str, line: int) -> list[Stray]:
    if not text.strip().strip(FILE_END):
        return []
    texts = _LINE_END.split(text.strip("\r\n"))
    return [Stray(line + n, stray.strip()) for n, stray in enumerate(texts)]


def _end(text: str, start: int, service: Service) -> int:
    """Behind the UNZ, or before the next header when the UNZ is missing."""
    behind = text.index("UNB", start) + 3
    for border in _BORDER.finditer(text, behind):
        at = border.start()
        is_opening = _opens_segment(text, at, service)
        if border[0] == "UNZ":
            if is_opening and text[at + 3 : at + 4] == service.element:
                return _behind_terminator(text, at, service)
        elif (border[0] == "UNA" or is_opening) and read_service(text, at):
            return at
    return len(text)


def _opens_segment(text: str, position: int, service: Service) -> bool:
    """Whether what stands before, blanks aside, is an unreleased terminator."""
    last = position - 1
    while text[last] in " \t\r\n" and text[last] != service.terminator:
        last -= 1
    return text[last] == service.terminator and not _is_released(text, last, service)


def _is_released(text: str, position: int, service: Service) -> bool:
    if not service.release:
        return False
    before = position
    while text[before - 1] == service.release:
        before -= 1
    return (position - before) % 2 == 1


def _behind_terminator(text: str, position: int, service: Service) -> int:
    while (found := text.find(service.terminator, position)) >= 0:
        if not _is_released(text, found, service):
            return found + 1
        position = found + 1
    return len(text)


def _read(body: str, service: Service, line: int, encoding: str | None) -> Interchange:
    advice = _ADVICE if service.is_announced else 0
    ending = advice - 1 if advice else body.find(service.terminator, 3)
    service = replace(service, newline=_line_end(body, ending + 1))
    decoded, name, is_damaged = _decoded(body[advice:], encoding)
    texts = _clean(normalised(decoded, service), decoded, service)
    if not texts[-1]:
        texts.pop()
    if advice:
        texts.insert(0, body[:advice])
    is_guessed = not encoding and name != _declared(body[advice:])
    return Interchange(service, line, texts, name, is_guessed, is_damaged)


def _clean(texts: list[str], body: str, service: Service) -> list[str]:
    """Without blanks and line ends before a segment, and behind the last."""
    newlines = "\r\n".replace(service.terminator, "")
    if service.terminator == "\n" and "\r" in body:
        texts = [text.removesuffix("\r") for text in texts]
    is_indented = any(f"{service.terminator}{blank}" in body for blank in " \t")
    if is_indented or any(newline in body for newline in newlines):
        return [text.lstrip(" \t\r\n") for text in texts]
    return [text.lstrip() if index == 0 else text for index, text in enumerate(texts)]


def _declared(body: str) -> str:
    start = body.index("UNB") + 4
    return CHARACTER_SETS.get(body[start : start + 4], "latin-1")


def _decoded(body: str, encoding: str | None) -> tuple[str, str, bool]:
    """(text, encoding it was read with, whether bytes were none)."""
    declared = _declared(body)
    if body.isascii():
        return body, encoding or declared, False
    raw = body.encode("latin-1")
    start = body.index("UNB") + 4
    is_open = body[start : start + 4] in (*GUESSED, *_unknown(body, start))
    names = ["utf-8", declared] if not encoding and is_open else [encoding or declared]
    for name in names:
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        return _NONCHARACTERS.sub(STRAY, text), name, False
    return raw.decode(names[-1], errors="replace"), names[-1], True


def _unknown(body: str, start: int) -> tuple[str, ...]:
    name = body[start : start + 4]
    return () if name in CHARACTER_SETS else (name,)
