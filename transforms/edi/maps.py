"""What a map of a transaction set is, and building segments with one.

A map names segments in their loops, and of each element its type, length, need
and code list. Reading checks sets against it (``columns``), writing builds
them with it, acknowledgements say what it refused. Segments a map does not name
are legal and not looked at: partners send more than we read. The maps
themselves are in ``sets``.

How strict a map is about places: a segment must stand in a loop that lists it,
and the areas (heading, detail, summary) follow each other; inside one loop the
order is free, because partners do not keep it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

NUMBERS = {"N0", "N2", "R", "Q"}
"""Kinds whose length does not count a sign and a point."""

_DECIMAL = r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_SHAPES = {
    "N0": r"-?[0-9]+",
    "N2": r"-?[0-9]+",
    "R": _DECIMAL,
    "Q": _DECIMAL,
    "DT": r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
    "D6": r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])",
    "TM": r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?",
}
"""Spellings by kind, in what Python's expressions and Rust's have in common."""

_FAULTS = {
    "AN": "LINE_TOO_LONG",
    "N0": "BAD_QTY",
    "N2": "BAD_AMOUNT",
    "R": "BAD_AMOUNT",
    "Q": "BAD_QTY",
    "DT": "BAD_INSTANT",
    "D6": "BAD_INSTANT",
    "TM": "BAD_INSTANT",
}

MISSING, TOO_SHORT, TOO_LONG = "1", "4", "5"
BAD_CHARACTER, NOT_LISTED, BAD_DATE, BAD_TIME = "6", "7", "8", "9"
"""AK403, what is wrong with an element."""

SET_TRAILER, SET_HEADER = "SE", "ST"


_MOST_LISTED = 20


def listed(values: Sequence[str]) -> str:
    """Codes that a value may have, the first score of them.

    Example:
        >>> listed(["AC", "HD"])
        'AC | HD'
    """
    more = ["…"] if len(values) > _MOST_LISTED else []
    return " | ".join([*values[:_MOST_LISTED], *more])


@dataclass(frozen=True)
class Element:
    """One element's promise.

    Args:
        kind: AN text, N0 whole number, N2 whole cents, R decimal, Q quantity
            (a decimal: whether its eaches are whole is known with its unit
            only), DT CCYYMMDD, D6 YYMMDD, TM HHMM[SS[dd]].
        maximum: longest legal spelling, without sign and point for numbers.
        minimum: shortest.
        is_required: whether it must be there when its segment is.
        codes: closed list, empty when open.
    """

    kind: str = "AN"
    maximum: int = 80
    minimum: int = 1
    is_required: bool = False
    codes: tuple[str, ...] = ()

    @property
    def shape(self) -> str | None:
        """Regular expression of a legal value but for its length; None: any."""
        return None if self.codes else _SHAPES.get(self.kind)

    @property
    def listed(self) -> str:
        """The codes of a closed list, for who sends another."""
        return listed(self.codes)

    def fault(self, value: str) -> tuple[str, str] | None:
        """Our code and X12's (AK403) of what is wrong with a value that is there.

        Example:
            >>> Element("N0", 3).fault("12a"), Element("AN", 2).fault("ab")
            (('BAD_QTY', '6'), None)
        """
        if self.codes:
            return None if value in self.codes else ("BAD_CODE", NOT_LISTED)
        syntax = self._syntax(value)
        return (_FAULTS[self.kind], syntax) if syntax else None

    def _syntax(self, value: str) -> str | None:
        shape = _SHAPES.get(self.kind)
        if shape and not re.fullmatch(shape, value, re.ASCII):
            return {"DT": BAD_DATE, "D6": BAD_DATE, "TM": BAD_TIME}.get(
                self.kind, BAD_CHARACTER
            )
        is_number = self.kind in NUMBERS
        length = len(value) - sum(map(value.count, "-.")) if is_number else len(value)
        if length > self.maximum:
            return TOO_LONG
        return TOO_SHORT if length < self.minimum else None


@dataclass(frozen=True)
class SegmentMap:
    """A segment's id and its elements, in order.

    Args:
        name: segment id.
        elements: from position 1; later ones are open.
        is_required: whether each loop (or, outside loops, each set) has one.
        most: how many a loop (or set) may have; 0 is any number.
        level: of an HL, the level (HL03) it opens.
    """

    name: str
    elements: tuple[Element, ...] = ()
    is_required: bool = False
    most: int = 0
    level: str = ""

    @property
    def key(self) -> str:
        """Its name among the places of a map: an HL is told by its level."""
        return f"{self.name}:{self.level}" if self.level else self.name

    @cached_property
    def rules(self) -> tuple[_Rule, ...]:
        """Of each element what it lets stand."""
        return tuple(map(_rule, self.elements))


@dataclass(frozen=True)
class Loop:
    """Segments that repeat together, from their opener on.

    Args:
        opener: begins each instance.
        parts: segments and loops that may follow, in any order.
        most: how many instances its loop (or set) may have; 0 is any number.
    """

    opener: SegmentMap
    parts: tuple[SegmentMap | Loop, ...] = ()
    most: int = 0

    @property
    def segments(self) -> Iterator[SegmentMap]:
        """All its segments, inner loops included."""
        yield self.opener
        yield from _flat(self.parts)


Part = SegmentMap | Loop
Area = tuple[Part, ...]


def _flat(parts: tuple[Part, ...]) -> Iterator[SegmentMap]:
    for part in parts:
        if isinstance(part, Loop):
            yield from part.segments
        else:
            yield part


# Compared by identity: hashing all its elements once a set would cost more than
# checking the set.
@dataclass(frozen=True, eq=False)
class SetMap:
    """A transaction set.

    Args:
        code: ST01.
        functional_id: GS01 of its groups.
        areas: heading, detail, summary: the parts of each, in this order.
        levels: of a hierarchical set, HL03 → levels its parent may have; "" is
            no parent.
    """

    code: str
    functional_id: str
    areas: tuple[Area, ...]
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def segments(self) -> tuple[SegmentMap, ...]:
        """Every segment once, wherever it may stand."""
        found: dict[str, SegmentMap] = {}
        for area in self.areas:
            for segment in _flat(area):
                found.setdefault(segment.name, segment)
        return tuple(found.values())

    @cached_property
    def _by_name(self) -> dict[str, SegmentMap]:
        return {segment.name: segment for segment in self.segments}

    def segment(self, name: str) -> SegmentMap:
        """The map of a segment id.

        Raises:
            KeyError: this set has no such segment here.
        """
        if name not in self._by_name:
            raise KeyError(f"{self.code} has no segment {name}")
        return self._by_name[name]


def build(set_map: SetMap, name: str, *values: str | None) -> list[str]:
    """A segment to write: text cut to its longest spelling, then checked.

    Args:
        set_map: of the set it is for.
        name: segment id.
        values: elements in order; None or "" leaves one out.

    Raises:
        KeyError: the set has no such segment.
        ValueError: a value is not legal or a required one is missing.

    Example:
        >>> one = SetMap("940", "OW", ((SegmentMap("LX", (Element("N0", 6),)),),))
        >>> build(one, "LX", "3")
        ['LX', '3']
    """
    rules = set_map.segment(name).rules
    segment = [name]
    for position, value in enumerate(values):
        longest = rules[position].longest if position < len(rules) else _OPEN.maximum
        segment.append((value or "")[:longest])
    given = len(values)
    for position, rule in enumerate(rules, start=1):
        code = rule.refusal(segment[position] if position <= given else "")
        if code:
            raise ValueError(f"{name}{position:02d} of {set_map.code}: {code}")
    return segment


_OPEN = Element()
"""What stands behind the last element of a map."""


@dataclass(frozen=True)
class _Rule:
    """What an element lets stand, ready to be asked a million times.

    Args:
        longest: where to cut; None where cutting would say something else.
        refusal: value → our code of what is wrong with it.
    """

    longest: int | None
    refusal: Callable[[str], str | None]


def _rule(element: Element) -> _Rule:
    checked = partial(_refusal, element)
    if element.kind != "AN" or element.codes:
        # Codes, numbers and days repeat; texts, which may be of people, are not kept.
        return _Rule(None, lru_cache(maxsize=4096)(checked))
    least = element.minimum

    def refusal(text: str) -> str | None:
        is_fine = len(text) >= least and not text.isspace()
        return None if is_fine else checked(text)

    return _Rule(element.maximum, refusal)


def _refusal(element: Element, value: str) -> str | None:
    if not value or not value.strip():
        return "MISSING_VALUE" if element.is_required else None
    fault = element.fault(value)
    return fault[0] if fault else None
