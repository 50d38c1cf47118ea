"""Where segments may stand by a map: loops, areas, how often, levels of an HL.

A map becomes a machine: its nodes are areas and loops, each segment of the map
leads from the node it finds to the node it stands in, or nowhere. Not here:
what elements hold (``checking``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.edi.columns.cells import mapped
from transforms.edi.columns.segments import Segments
from transforms.edi.maps import (
    SET_HEADER,
    SET_TRAILER,
    Element,
    Loop,
    Part,
    SegmentMap,
    SetMap,
)

Letters = npt.NDArray[np.uint8]

OTHER = 255
"""Letter of a segment that the map does not name."""

_NOWHERE = 0
_LONGEST_REMEMBERED = 2_000
_HIERARCHY = "HL"
_LEVEL_ELEMENT = 3


@dataclass
class _Node:
    """An area or a loop: what it holds, where one gets from it."""

    own: set[int] = field(default_factory=set)
    inner: dict[int, int] = field(default_factory=dict)
    outer: int | None = None
    later: int | None = None


@dataclass(frozen=True)
class Limit:
    """How often a part may stand in an instance of a loop.

    Args:
        owner: letter of the loop's opener; None: the set.
        letter: of the part: a segment, or the opener of a loop.
        segment: the part's, or its opener's, map.
        is_loop: whether the part is a loop.
        most: how often at most, 0 is any number.
    """

    owner: int | None
    letter: int
    segment: SegmentMap
    is_loop: bool
    most: int


class Structure:
    """A map's letters and its machine; one per map, see ``structure_of``.

    A letter stands for a segment of the map, an HL for one of each level.
    """

    def __init__(self, set_map: SetMap) -> None:
        """Compile ``set_map``."""
        self.set_map = set_map
        self.letters: dict[str, int] = {}
        self.segments: list[tuple[int, SegmentMap]] = []
        self.kinds: dict[Element, Element] = {}
        self.limits: list[Limit] = []
        self.inside: dict[int, set[int]] = {}
        self._nodes = [_Node()]
        self._add_areas()
        self.letters |= {
            name: len(self.letters) + place
            for place, name in enumerate((SET_HEADER, SET_TRAILER))
        }
        self.steps = self._steps()
        self._remembered = lru_cache(maxsize=1024)(self._walk)

    def spell(self, segments: Segments) -> Letters:
        """The letter of each segment."""
        names = {key: letter for key, letter in self.letters.items() if ":" not in key}
        letters = _letters(segments.names, names)
        levels = {
            key.partition(":")[2]: letter
            for key, letter in self.letters.items()
            if ":" in key
        }
        if not levels:
            return letters
        rows = np.flatnonzero((segments.names == _HIERARCHY).to_numpy())
        letters = letters.copy()
        letters[rows] = _letters(segments.text(rows, _LEVEL_ELEMENT), levels)
        return letters

    def misplaced(self, text: bytes) -> int | None:
        """Where the first letter stands that no loop has room for, else None.

        Args:
            text: letters of one set that the map names, without ST and SE.
        """
        short = len(text) <= _LONGEST_REMEMBERED
        return self._remembered(text) if short else self._walk(text)

    def _walk(self, text: bytes) -> int | None:
        steps, node = self.steps, 1
        for letter in text:
            node = steps[node][letter]
        if node != _NOWHERE:
            return None
        node = 1
        for place, letter in enumerate(text):
            node = steps[node][letter]
            if node == _NOWHERE:
                return place
        return None

    def _letter(self, segment: SegmentMap) -> int:
        if segment.key not in self.letters:
            letter = self.letters[segment.key] = len(self.letters)
            self.segments.append((letter, segment))
            for element in segment.elements:
                self.kinds[element] = replace(element, is_required=False)
        return self.letters[segment.key]

    def _add_areas(self) -> None:
        before = None
        for area in self.set_map.areas:
            place = len(self._nodes)
            self._nodes.append(_Node())
            if before:
                self._nodes[before].later = place
            before = place
            self._fill(place, area, None)

    def _fill(self, place: int, parts: tuple[Part, ...], owner: int | None) -> set[int]:
        """Put parts into a node; the letters of all of them."""
        found: set[int] = set()
        for part in parts:
            is_loop = isinstance(part, Loop)
            segment = part.opener if isinstance(part, Loop) else part
            letter = self._letter(segment)
            found.add(letter)
            if segment.is_required or part.most:
                limit = Limit(owner, letter, segment, is_loop, part.most)
                self.limits.append(limit)
            if isinstance(part, Loop):
                found |= self._add_loop(place, part, letter)
            else:
                self._nodes[place].own.add(letter)
        return found

    def _add_loop(self, place: int, loop: Loop, letter: int) -> set[int]:
        inner = len(self._nodes)
        self._nodes.append(_Node(outer=place))
        self._nodes[place].inner[letter] = inner
        found = self._fill(inner, loop.parts, letter)
        self.inside.setdefault(letter, set()).update(found)
        return found

    def _steps(self) -> list[list[int]]:
        known = range(len(self.letters))
        steps = [
            [self._step(place, letter) for letter in known]
            for place in range(1, len(self._nodes))
        ]
        return [[_NOWHERE] * len(self.letters), *steps]

    def _step(self, place: int, letter: int) -> int:
        """From the innermost loop outwards, then to later areas."""
        here: int | None = place
        while here is not None:
            node = self._nodes[here]
            if letter in node.inner:
                return node.inner[letter]
            if letter in node.own:
                return here
            here = node.outer if node.outer is not None else node.later
        return _NOWHERE


def _letters(cells: pl.Series, letters: Mapping[str, int]) -> Letters:
    found = mapped(cells, letters, pl.UInt8())
    return found.fill_null(OTHER).to_numpy()


@lru_cache(maxsize=64)
def structure_of(set_map: SetMap) -> Structure:
    """The compiled structure of a map."""
    return Structure(set_map)


def misplaced_rows(
    structure: Structure, segments: Segments, letters: Letters
) -> Iterator[int]:
    """Per set at most one row: the first that stands outside its loop."""
    outer = [structure.letters[SET_HEADER], structure.letters[SET_TRAILER], OTHER]
    named = np.flatnonzero(~np.isin(letters, outer))
    text = letters[named].tobytes()
    borders = np.searchsorted(named, segments.starts).tolist()
    for start, end in pairwise(borders):
        place = structure.misplaced(text[start:end])
        if place is not None:
            yield int(named[start + place])


def crowded_rows(
    limit: Limit, segments: Segments, letters: Letters
) -> tuple[list[int], list[int]]:
    """Rows beyond a part's limit, and owners that lack a required part.

    Returns:
        Rows of superfluous parts; rows of openers (of a set: its last row) in
        whose instance the part is missing.
    """
    rows = np.flatnonzero(letters == limit.letter)
    if limit.owner is None:
        owners, homes = segments.sets[rows], segments.starts[1:] - 1
    else:
        openers = np.flatnonzero(letters == limit.owner)
        owners, homes = np.searchsorted(openers, rows, side="right") - 1, openers
    missing: list[int] = []
    if limit.segment.is_required:
        counts = np.bincount(owners[owners >= 0], minlength=len(homes))
        missing = homes[counts == 0].tolist()
    if not limit.most:
        return [], missing
    rank = np.arange(len(rows)) - np.searchsorted(owners, owners)
    return rows[(rank >= limit.most) & (owners >= 0)].tolist(), missing
