"""Days where a moment is wanted: a day begins at midnight in the partner's zone."""

from __future__ import annotations

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading.cells import offset_instants

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def begun(cells: pl.Series, profile: Profile) -> pl.Series:
    """Cells with days as their first moment; what is no day stays as it is."""
    is_day = cells.str.contains(_DAY)
    if not is_day.any():
        return cells
    midnights = cells.set(~is_day, None) + " 00:00:00"
    moments = offset_instants(midnights, profile.zone)
    return moments.zip_with(moments.is_not_null(), cells)


def first_moment(column: str, profile: Profile) -> pl.Expr:
    """``begun`` as an expression."""
    return pl.col(column).map_batches(
        lambda cells: begun(cells, profile), return_dtype=pl.String
    )
