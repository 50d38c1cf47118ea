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

_SOME_ROWS = 1 << 15
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
    numbered, details = in_ways(every)
    messages = _messages(numbered.select("code", "way"), details)
    return pl.concat(
        part.join(
            messages, on=["code", "way"], how="left", maintain_order="left"
        ).select("payload_line", "column_name", "code", "message", _masked("value"))
        for part in numbered.iter_slices(_SOME_ROWS)
    )


def in_ways(problems: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Problems with ``way`` instead of ``detail``, its number in the details.

    Rows are told apart by the number: a detail is a text of some hundred letters,
    and a million of them beside each other would fill half a gigabyte.
    """
    details = problems["detail"].unique(maintain_order=True)
    ways = details.to_frame().with_row_index("way")
    parts = (
        part.join(ways, on="detail", how="left", maintain_order="left").drop("detail")
        for part in problems.iter_slices(_SOME_ROWS)
    )
    return pl.concat(parts), details


def _messages(faults: pl.DataFrame, details: pl.Series) -> pl.DataFrame:
    """What is told of each ``code, way`` that there is."""
    seen = faults.unique(maintain_order=True)
    texts = [codes.message(code, details[way]) for code, way in seen.iter_rows()]
    return seen.with_columns(message=pl.Series(texts, dtype=pl.String))


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
