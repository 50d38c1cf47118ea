"""Where envelopes open and close inside one interchange.

Positions only. Not here: whether counts and control numbers agree
(``envelopes``).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from transforms.edi.tokens import Interchange

_IDS = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1")
_BEGINNINGS = {name[:2] for name in _IDS}


@dataclass(frozen=True)
class Mark:
    """An envelope segment.

    Args:
        index: position in the interchange, from 0.
        elements: its id and elements, trimmed.
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
    element = interchange.delimiters.element
    openings = tuple(f"{name}{element}" for name in _IDS)
    return [
        Mark(index, [part.strip() for part in text.split(element)])
        for index, text in enumerate(interchange.texts)
        # Two characters rule out most segments at a third of the cost.
        if text[:2] in _BEGINNINGS and text.startswith(openings)
    ]


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
        if opening and mark.name == closer:
            spans.append(Span(opening, mark, mark.index + 1))
            opening = None
        elif opening and mark.name in breakers:
            spans.append(Span(opening, None, mark.index))
            opening = None
        if mark.name == opener:
            opening = mark
    if opening:
        spans.append(Span(opening, None, end))
    return spans
