"""Where envelopes open and close inside one interchange.

Positions only. Not here: whether counts and control numbers agree
(``trailers``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.edi.tokens import ELEMENT_END, Interchange

_IDS = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1")
_BEGINNINGS = np.array([ord(name[0]) << 8 | ord(name[1]) for name in _IDS], np.uint16)
_LOSSLESS = ("utf-8", "surrogateescape")
_UPPER = 0xDF
"""Mask that makes an ASCII letter a capital."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An envelope segment.

    Args:
        index: position in the interchange, from 0.
        elements: its id in capitals and its elements, trimmed.
    """

    index: int
    elements: list[str]

    @property
    def name(self) -> str:
        """Segment id."""
        return self.elements[0]

    def at(self, position: int) -> str:
        """An element, "" when it is missing."""
        return self.elements[position] if position < len(self.elements) else ""


@dataclass(frozen=True)
class Span:
    """From an opening mark to its closing mark, or to where it broke off.

    Args:
        opening: ISA, GS or ST.
        closing: its trailer; None when another envelope began before it.
        end: position behind the last segment.
    """

    opening: Mark
    closing: Mark | None
    end: int


def find_marks(interchange: Interchange) -> list[Mark]:
    """The envelope segments of an interchange, in order; the first is its ISA."""
    likely = _likely(interchange)
    starts = interchange.starts[likely].tolist()
    ends = interchange.ends[likely].tolist()
    body, cut = interchange.body, ELEMENT_END.decode(*_LOSSLESS)
    marks: list[Mark] = []
    for index, start, end in zip(likely.tolist(), starts, ends, strict=True):
        name, *elements = body[start:end].decode(*_LOSSLESS).split(cut)
        if elements and name.upper() in _IDS:
            elements = [element.strip() for element in elements]
            marks.append(Mark(index, [name.upper(), *elements]))
    return marks


def _likely(interchange: Interchange) -> npt.NDArray[np.int64]:
    """Segments whose first two letters an envelope segment has.

    Two letters rule out most segments; only the rest is cut.
    """
    codes, starts = interchange.codes, interchange.starts
    first = (codes[starts] & _UPPER).astype(np.uint16)
    # The last segment's end has nothing behind it.
    second = codes[np.minimum(starts + 1, len(codes) - 1)] & _UPPER
    return np.flatnonzero(np.isin(first << 8 | second, _BEGINNINGS))


def find_spans(
    marks: list[Mark], pair: tuple[str, str], breakers: AbstractSet[str], end: int
) -> list[Span]:
    """Pair an opening and a closing segment id.

    Args:
        marks: in order.
        pair: ids that open and close, ("ST", "SE").
        breakers: ids before which an unclosed span ends.
        end: number of segments in the interchange.

    Returns:
        Spans in order; they never overlap.
    """
    opener, closer = pair
    spans: list[Span] = []
    opening: Mark | None = None
    for mark in marks:
        name = mark.elements[0]
        if opening and name == closer:
            spans.append(Span(opening, mark, mark.index + 1))
            opening = None
        elif opening and name in breakers:
            spans.append(Span(opening, None, mark.index))
            opening = None
        if name == opener:
            opening = mark
    if opening:
        spans.append(Span(opening, None, end))
    return spans


def by_group(
    groups: list[Span], members: list[Span]
) -> Iterator[tuple[Span | None, list[Span]]]:
    """Each group with the sets inside it; sets between groups come with None."""
    rest = deque(members)
    for group in groups:
        yield None, _taken(rest, group.opening.index)
        yield group, _taken(rest, group.end)
    yield None, list(rest)


def _taken(rest: deque[Span], end: int) -> list[Span]:
    taken: list[Span] = []
    while rest and rest[0].opening.index < end:
        taken.append(rest.popleft())
    return taken
