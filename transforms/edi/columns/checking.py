"""Which sets break their map, and where each does so first.

Over all sets at once: what is certainly legal is passed over in columns, and
only the rest is looked at value by value with ``Element.fault``. Not here: what
a format makes of legal sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from transforms.edi.columns.cells import Mask, Places, among, holds, taken
from transforms.edi.columns.segments import Segments
from transforms.edi.columns.structure import (
    Letters,
    Structure,
    crowded_rows,
    misplaced_rows,
)
from transforms.edi.findings import Finding
from transforms.edi.maps import MISSING, NOT_LISTED, NUMBERS, Element

OUT_OF_PLACE = "MISPLACED_SEGMENT"
"""Our code of a segment outside its loop, or of one too many."""

UNEXPECTED, SEGMENT_MISSING = "2", "3"
LOOP_TOO_OFTEN, SEGMENT_TOO_OFTEN = "4", "5"
"""AK304, what is wrong with a segment."""

_HIERARCHY = "HL"
_ID, _PARENT, _LEVEL = 1, 2, 3


class _Fault(NamedTuple):
    """What is wrong with a row; the least of a set is the one that is told."""

    row: int
    element: int
    code: str
    syntax: str
    detail: str = ""
    segment: str = ""


def check(
    structure: Structure, segments: Segments, letters: Letters
) -> dict[int, Finding]:
    """The first thing in each set that its map does not allow.

    Args:
        structure: of the map.
        segments: of the sets.
        letters: of the segments, as ``structure`` spells them.

    Returns:
        By number of the set; sets without a finding are left out.
    """
    least: dict[int, _Fault] = {}
    for fault in _faults(structure, segments, letters):
        place = int(segments.sets[fault.row])
        least[place] = min(least.get(place, fault), fault)
    return {place: _finding(segments, fault) for place, fault in least.items()}


def _finding(segments: Segments, fault: _Fault) -> Finding:
    return Finding(
        int(segments.lines[fault.row]),
        fault.segment or str(segments.names[fault.row]),
        fault.element,
        fault.code,
        segments.value(fault.row, fault.element) if fault.element else "",
        fault.detail,
        fault.syntax,
    )


def _faults(
    structure: Structure, segments: Segments, letters: Letters
) -> Iterator[_Fault]:
    for row in misplaced_rows(structure, segments, letters):
        yield _Fault(row, 0, OUT_OF_PLACE, UNEXPECTED, "outside its loop")
    yield from _crowded(structure, segments, letters)
    yield from _wrong_elements(structure, segments, letters)
    if structure.set_map.levels:
        yield from _wrong_levels(structure, segments)


def _crowded(
    structure: Structure, segments: Segments, letters: Letters
) -> Iterator[_Fault]:
    for limit in structure.limits:
        name = limit.segment.name
        crowded, missing = crowded_rows(limit, segments, letters)
        syntax = LOOP_TOO_OFTEN if limit.is_loop else SEGMENT_TOO_OFTEN
        for row in crowded:
            yield _Fault(row, 0, OUT_OF_PLACE, syntax, f"more than {limit.most}")
        for row in missing:
            detail = f"no {name}"
            yield _Fault(row, 0, "MISSING_VALUE", SEGMENT_MISSING, detail, name)


def _wrong_elements(
    structure: Structure, segments: Segments, letters: Letters
) -> Iterator[_Fault]:
    present: dict[Element, list[tuple[Places, int]]] = {}
    for letter, segment in structure.segments:
        rows = np.flatnonzero(letters == letter)
        for position, element in enumerate(segment.elements if len(rows) else (), 1):
            filled = _is_filled(segments, rows, position)
            whole = bool(filled.all())
            if element.is_required and not whole:
                for row in rows[~filled].tolist():
                    yield _Fault(row, position, "MISSING_VALUE", MISSING)
            found = rows if whole else rows[filled]
            present.setdefault(structure.kinds[element], []).append((found, position))
    for element, cells in present.items():
        yield from _wrong_values(segments, element, cells)


def _is_filled(segments: Segments, rows: Places, position: int) -> Mask:
    filled: Mask = segments.widths[rows] >= position
    places = np.where(filled, segments.firsts[rows] + position, 0)
    return filled & (segments.lengths[places] > 0)


def _wrong_values(
    segments: Segments, element: Element, cells: list[tuple[Places, int]]
) -> Iterator[_Fault]:
    """Faults among the cells (rows and their element) of one kind."""
    rows = np.concatenate([found for found, _ in cells])
    positions = np.repeat([p for _, p in cells], [len(found) for found, _ in cells])
    places = segments.firsts[rows] + positions
    doubted = np.flatnonzero(~_is_certain(segments, element, places))
    for doubt in doubted.tolist():
        row, position = int(rows[doubt]), int(positions[doubt])
        fault = element.fault(segments.value(row, position))
        if fault:
            detail = element.listed if fault[0] == "BAD_CODE" else ""
            yield _Fault(row, position, *fault, detail)


def _is_certain(segments: Segments, element: Element, places: Places) -> Mask:
    """Which cells are legal for certain: a length in bytes is one at most."""
    if element.codes:
        return among(taken(segments.elements, places), element.codes)
    lengths = segments.lengths[places]
    fits: Mask = (lengths <= element.maximum) & (lengths >= _surely(element))
    if element.shape is None:
        return fits
    values = taken(segments.elements, places)
    return fits & holds(values.str.contains(f"^(?:{element.shape})$"))


def _surely(element: Element) -> int:
    """Bytes from which a value has the least length for certain."""
    if element.minimum <= 1:
        return 1
    # A sign and a point are no digits, a letter has up to four bytes.
    is_number = element.kind in NUMBERS
    return element.minimum + 2 if is_number else 4 * element.minimum


def _wrong_levels(structure: Structure, segments: Segments) -> Iterator[_Fault]:
    """HLs whose number repeats or whose parent does not stand above them."""
    rows = np.flatnonzero((segments.names == _HIERARCHY).to_numpy())
    cells = (segments.text(rows, p).to_list() for p in (_ID, _PARENT, _LEVEL))
    known: dict[tuple[int, str], str] = {}
    for row, number, parent, level in zip(rows.tolist(), *cells, strict=True):
        place = int(segments.sets[row])
        above = known.get((place, parent), "")
        allowed = structure.set_map.levels.get(level)
        if allowed is None:
            yield _Fault(row, _LEVEL, "BAD_CODE", NOT_LISTED)
        elif (place, number) in known:
            yield _Fault(row, _ID, "BAD_CODE", NOT_LISTED, "HL01 repeats")
        elif above not in allowed:
            code = "BAD_CODE" if parent else "MISSING_VALUE"
            detail = f"no parent for a level {level}"
            yield _Fault(row, _PARENT, code, NOT_LISTED if parent else MISSING, detail)
        elif parent and not above:
            yield _Fault(row, _PARENT, "BAD_CODE", NOT_LISTED, "no such parent")
        known[place, number] = level
