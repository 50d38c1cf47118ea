"""Problems of lines → reject rows: coded, explained, masked.

Not here: finding the problems, and the columns that ingestion adds.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from transforms.contracts import codes
from transforms.contracts.profile import SHORT_CODE

PROBLEM = pl.Schema(
    {
        "payload_line": pl.Int64(),
        "column_name": pl.String(),
        "code": pl.String(),
        "detail": pl.String(),
        "value": pl.String(),
    }
)
"""One row per broken line: where, what, what was seen, and the raw cell."""

REJECT = pl.Schema(
    {
        "payload_line": pl.Int64(),
        "column_name": pl.String(),
        "code": pl.String(),
        "message": pl.String(),
        "masked_value": pl.String(),
    }
)
"""What ``Parsed.rejects`` holds."""

_NO_PROBLEM, _NO_REJECT = PROBLEM.to_frame(), REJECT.to_frame()

_SOME_ROWS = 1 << 17
"""Rows explained together: what that takes lasts no longer than they."""

Problem = tuple[int, str, str, str, str | None]
"""One row of ``PROBLEM``."""


def none() -> pl.DataFrame:
    """No problem: most files have none, and a frame costs more to make than to copy."""
    return _NO_PROBLEM.clone()


def problems(rows: Iterable[Problem]) -> pl.DataFrame:
    """A frame of problems."""
    return pl.DataFrame(list(rows), schema=PROBLEM, orient="row")


def at(frame: pl.DataFrame, column_name: str, code: str, detail: str) -> pl.DataFrame:
    """Give every row of ``payload_line, text`` the same problem."""
    return frame.select(
        "payload_line",
        pl.lit(column_name).alias("column_name"),
        pl.lit(code).alias("code"),
        pl.lit(detail).alias("detail"),
        pl.col("text").alias("value"),
    )


def rejected(found: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Reject rows of problems, one per physical line, in line order.

    Args:
        found: frames of ``PROBLEM``, at most one row per line over all.

    Returns:
        ``REJECT``; no raw value is left in it.
    """
    every = pl.concat(found)
    if every.is_empty():
        return _NO_REJECT.clone()
    if not every["payload_line"].is_sorted():
        every = every.sort("payload_line")
    seen = every.select("code", "detail").unique(maintain_order=True)
    messages = seen.with_columns(
        message=pl.Series(
            [codes.message(code, detail) for code, detail in seen.iter_rows()],
            dtype=pl.String,
        )
    )
    return pl.concat(
        part.join(
            messages, on=["code", "detail"], how="left", maintain_order="left"
        ).select("payload_line", "column_name", "code", "message", _masked("value"))
        for part in every.iter_slices(_SOME_ROWS)
    )


def _masked(column: str) -> pl.Expr:
    """``contracts.profile.shown`` for a whole column."""
    value = pl.col(column).fill_null("").str.strip_chars()
    ends = pl.concat_str(value.str.head(1), pl.lit("…"), value.str.tail(1))
    return (
        pl.when(value.str.len_chars() > 2)  # noqa: PLR2004 two would show it all
        .then(ends)
        .when((pl.col("code") == "BAD_CODE") & value.str.contains(SHORT_CODE))
        .then(value)
        .when(value != "")
        .then(pl.lit("…"))
        .otherwise(pl.lit(""))
        .alias("masked_value")
    )
