"""Amounts that should be the same and are not: told, and read all the same.

Not here: which amounts (``tmall``, ``amazon_settlements``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts import codes
from transforms.contracts.profile import NOTICE
from transforms.feeds.reading.cells import amount_text

_CODE = "AMOUNTS_DISAGREE"


def disagreements(
    amounts: pl.DataFrame, column: str, said: str, found: str
) -> pl.DataFrame:
    """``NOTICE`` of the rows whose two amounts differ.

    Args:
        amounts: ``payload_line, said, found``; where one is null nothing differs.
        column: where the first stands in the file.
        said: what the first is called.
        found: what the second is called.
    """
    before, after = codes.message(_CODE, "\n").split("\n")
    # Joined with a plus: Polars' own format panics on some filtered frames.
    told = (
        pl.lit(f"{before}{said}: ")
        + amount_text(pl.col("said"))
        + pl.lit(f", {found}: ")
        + amount_text(pl.col("found"))
        + pl.lit(after)
    )
    return (
        amounts.filter(pl.col("said") != pl.col("found"))
        .select(
            "payload_line",
            column_name=pl.lit(column),
            code=pl.lit(_CODE),
            message=told,
        )
        .cast(NOTICE)
    )
