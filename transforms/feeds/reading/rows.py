"""Cells that say nothing, and the last step of a format: the document's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from transforms.contracts.table import Table
from transforms.feeds.reading.accounts import document_columns


def filled_out(
    good: pl.DataFrame, columns: Mapping[str, pl.Expr | pl.Series], document: Table
) -> pl.DataFrame:
    """The document's columns with ``payload_line``; null where none is named."""
    nothing = pl.lit(None, pl.String)
    names = document_columns(document)
    return good.select(
        "payload_line", **{name: columns.get(name, nothing) for name in names}
    )


def in_slices(
    good: pl.DataFrame,
    made: Callable[[pl.DataFrame], pl.DataFrame],
    size: int = 1 << 15,
) -> pl.DataFrame:
    """``made`` of some rows after others: what it takes besides lasts no longer.

    Args:
        good: all rows.
        made: what becomes of some of them.
        size: how many; fewer where each becomes several.
    """
    if good.height <= size:
        return made(good)
    # Of columns in unlike pieces the next step would make a copy.
    parts = (made(some).rechunk() for some in good.iter_slices(size))
    return pl.concat(parts)


def with_defaults(cells: pl.DataFrame, values: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Cells with what stands where a file says nothing.

    Only columns that are empty somewhere are made again: a full one may be large.
    """
    empty = {name: value for name, value in values.items() if cells[name].has_nulls()}
    filled = {name: pl.coalesce(name, value) for name, value in empty.items()}
    return cells.with_columns(**filled) if filled else cells
