"""The levels of a set that is built as a tree: HL01 numbers one, HL02 its parent."""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.edi.columns.cells import Places, coalesced, taken
from transforms.edi.columns.loops import Loops

_DEPTH = 4
"""Steps from an item up to its shipment: by way of pack, tare and order."""


def parents_of(levels: Loops) -> Places:
    """Place of each HL's parent among them, -1 without one.

    A number that stands twice in a set means its last HL so far.
    """
    opening = levels.opening
    known: dict[tuple[int, str], int] = {}
    parents = np.full(len(levels), -1)
    numbers = zip(
        levels.sets.tolist(),
        opening.text(1).to_list(),
        opening.text(2).to_list(),
        strict=True,
    )
    for place, (owner, number, parent) in enumerate(numbers):
        parents[place] = known.get((owner, parent), -1)
        known[owner, number] = place
    return parents


def inherited(cells: pl.Series, parents: Places) -> pl.Series:
    """What each level says, or the nearest one above it."""
    for _ in range(_DEPTH):
        cells = coalesced(cells, taken(cells, parents))
    return cells
