"""Of substitutions: what was to be sent instead, and is not."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.reconciliation.findings.finding import Findings, finding

TOLD_DAYS = 28
"""For which it is told: what became of the line is told of the line itself."""


def of_substitutions(findings: Findings, as_of: datetime) -> pl.DataFrame:
    """Actions that replaced fewer eaches of a line than they asked for, of late."""
    is_new = pl.col("as_of") > pl.lit(as_of) - pl.duration(days=TOLD_DAYS)
    told = findings.refused_substitutions.filter(is_new)
    return finding(
        told.with_columns(cause_code="refusal_code"),
        "SUBSTITUTION_REFUSED",
        pl.col("linked_line_id"),
        pl.format(
            "{} for {} eaches of it: {}",
            "alternative_sku_id",
            "moved_qty",
            "refusal_code",
        ),
    )
