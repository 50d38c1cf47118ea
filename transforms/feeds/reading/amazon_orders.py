"""What Amazon's two order reports have in common.

Not here: how their moments are spelled (``amazon``).
"""

from __future__ import annotations

import polars as pl

from transforms.feeds.reading.cells import Rule

LEVEL = "ship-service-level"
_STANDARD = "(?i)^(?:standard|std|free|econom|scheduled)"
_EXPEDITED = "(?i)^(?:expedited|exp|next|second|two|same|priority)"


def service_level() -> Rule:
    """A level of service that is known."""
    level = pl.col(LEVEL)
    is_known = level.str.contains(_STANDARD) | level.str.contains(_EXPEDITED)
    return Rule(LEVEL, "BAD_CODE", ~is_known, "Standard, Expedited, …")


def service_code() -> pl.Expr:
    """``EXPEDITED`` or ``STANDARD``; the latter where no level is told."""
    is_expedited = pl.col(LEVEL).str.contains(_EXPEDITED)
    return pl.when(is_expedited).then(pl.lit("EXPEDITED")).otherwise(pl.lit("STANDARD"))
