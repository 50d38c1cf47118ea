"""What Amazon's two order reports have in common.

Not here: how their moments are spelled (``amazon``).
"""

from __future__ import annotations

import polars as pl

from transforms.feeds.reading.cells import Rule

LEVEL = "ship-service-level"
_STANDARD = "(?i)^(?:standard|std|free|econom|scheduled)"
_EXPEDITED = "(?i)^(?:expedited|exp|next|second|two|same|priority)"


IS_REPLACEMENT = (
    pl.col("is-replacement-order").str.to_lowercase() == "true"
).fill_null(value=False)
"""Whether an order replaces another: its price may be missing, it costs nothing."""


def with_discount(cells: pl.DataFrame) -> pl.DataFrame:
    """With discounts above zero; some reports write them with a minus."""
    return cells.with_columns(pl.col("item-promotion-discount").str.strip_prefix("-"))


def service_level() -> Rule:
    """A level of service that is known."""
    level = pl.col(LEVEL)
    is_known = level.str.contains(_STANDARD) | level.str.contains(_EXPEDITED)
    return Rule(LEVEL, "BAD_CODE", ~is_known, "Standard, Expedited, …")


def service_code() -> pl.Expr:
    """``EXPEDITED`` or ``STANDARD``; the latter where no level is told."""
    is_expedited = pl.col(LEVEL).str.contains(_EXPEDITED)
    return pl.when(is_expedited).then(pl.lit("EXPEDITED")).otherwise(pl.lit("STANDARD"))
