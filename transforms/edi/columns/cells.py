"""Columns of cells, and the few operations readers do on them.

Each chooses by size: a Polars expression costs a tenth of a millisecond before
it does anything, so small columns go through Python. Not here: segments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.int64]
"""Row numbers, one per something; -1 where there is none."""

Mask = npt.NDArray[np.bool_]

_SMALL = 1_000
"""Cells from which an expression costs less than a loop."""


def texts(values: Collection[str | None]) -> pl.Series:
    """A column of text."""
    return pl.Series(values, dtype=pl.String())


def nothing(count: int, dtype: pl.DataType | None = None) -> pl.Series:
    """A column without any cell."""
    return pl.Series([None], dtype=dtype or pl.String()).new_from_index(0, count)


def same(value: object, count: int, dtype: pl.DataType | None = None) -> pl.Series:
    """A column of one value."""
    return pl.Series([value], dtype=dtype or pl.String()).new_from_index(0, count)


def taken(cells: pl.Series, places: Places) -> pl.Series:
    """Cells by place, null for -1."""
    if not len(cells):
        return nothing(len(places), cells.dtype)
    found = cells[pl.Series(np.maximum(places, 0).astype(np.uint32))]
    if len(places) and places.min() < 0:
        return found.zip_with(pl.Series(places >= 0), nothing(1, cells.dtype))
    return found


def kept(cells: pl.Series, where: Mask) -> pl.Series:
    """Cells for which it holds."""
    return cells.filter(pl.Series(where))


def chosen(where: Mask, cells: pl.Series, others: pl.Series) -> pl.Series:
    """Cells where it holds, the others elsewhere."""
    return cells.zip_with(pl.Series(where), others)


def only_where(where: Mask, cells: pl.Series) -> pl.Series:
    """Cells where it holds, null elsewhere."""
    return cells.zip_with(pl.Series(where), nothing(1, cells.dtype))


def coalesced(*cells: pl.Series) -> pl.Series:
    """The first of some cells that is there, place by place.

    Example:
        >>> coalesced(texts(["a", None]), texts(["b", "c"])).to_list()
        ['a', 'c']
    """
    found, *others = cells
    for other in others:
        if not found.null_count():
            break
        found = chosen(is_there(found), found, other)
    return found


def is_there(cells: pl.Series) -> Mask:
    """Which cells are not null."""
    if not cells.null_count():
        return np.ones(len(cells), np.bool_)
    if cells.null_count() == len(cells):
        return np.zeros(len(cells), np.bool_)
    return cells.is_not_null().to_numpy()


def holds(answers: pl.Series) -> Mask:
    """Which answers are true; null is not."""
    if not answers.null_count():
        return answers.to_numpy()
    return answers.fill_null(value=False).to_numpy()


def among(cells: pl.Series, values: Collection[str]) -> Mask:
    """Which cells are one of some values."""
    if len(cells) < _SMALL:
        return np.array([cell in values for cell in cells.to_list()], np.bool_)
    if len(values) == 1:
        return holds(cells == next(iter(values)))
    return holds(cells.is_in([*values]))


def mapped(
    cells: pl.Series, meanings: Mapping[Any, Any], dtype: pl.DataType | None = None
) -> pl.Series:
    """What cells mean, null where that is not known.

    Example:
        >>> mapped(texts(["1", "2", None]), {"1": "one"}).to_list()
        ['one', None, None]
    """
    to = dtype or pl.String()
    if len(cells) < _SMALL:
        return pl.Series([meanings.get(cell) for cell in cells.to_list()], dtype=to)
    return cells.replace_strict(meanings, default=None, return_dtype=to)


def joined(cells: list[pl.Series], separator: str) -> pl.Series:
    """Texts that are there, joined place by place; null where none is."""
    full = [one for one in cells if one.null_count() < len(one)]
    if not full:
        return cells[0]
    if len(full) == 1:
        return full[0]
    rows = zip(*(one.to_list() for one in full), strict=True)
    return texts([separator.join(filter(None, row)) or None for row in rows])
