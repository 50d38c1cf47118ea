"""From when until when a row of master data holds."""

from __future__ import annotations

import polars as pl

from transforms.feeds.reading.cells import Rule, date


def period(first: str = "valid_from", last: str = "valid_to") -> tuple[Rule, ...]:
    """Two calendar days, the second not before the first; it may be missing."""
    is_turned = pl.col(last) < pl.col(first)
    detail = f"{last}, not before {first}"
    return date(first), date(last), Rule(last, "BAD_INSTANT", is_turned, detail)
