"""Pins: the one node that somebody wants a line to ship from, until when, at what cost.

What was placed under a pin costs the order more by what it would pay less at another
node that has all of it. What waits under it costs days, and the difference of the two
shipments: from the pinned node, and from where it would have come.
"""

from __future__ import annotations

import polars as pl

from transforms.allocation.spans import spans
from transforms.contracts.table import INTEGER, TEXT

PINS = pl.Schema({"line_id": pl.String, "node_id": pl.String})
"""What the allocation is told: a line and its node."""

SAID = pl.Schema(
    [
        *PINS.items(),
        ("author", pl.String()),
        ("reason_code", pl.String()),
        ("until_date", pl.Date()),
    ]
)
"""What people are told: who wants it, why, and its last business date."""

PINS_COST = (
    "Costs: what the whole order would cost less from another node that has all of it,"
    " said once an order, – where it was decided before the pin;"
    " orderhouse what-if --unpinned decides the run without any pin."
)
WAITS_COST = (
    "Of what waits: unpinned date, when it would have come without the pin, and from"
    " where; later: the days between; costs: by freight and work of the line alone; –"
    " where no receipt is known."
)
WAITS = ["unpinned_date", "unpinned_node_id", "later_days"]


def pins_told(
    pins: pl.DataFrame, lines: pl.DataFrame, seen: pl.DataFrame, waiting: pl.DataFrame
) -> tuple[pl.DataFrame, str]:
    """Who wants which lines from where, and what that costs in money and in days.

    Args:
        pins: SAID, of the lines that are asked about.
        lines: ``line_id, line_no, component``.
        seen: DECISION_TRACE of all lines of the order, of each the newest decision.
        waiting: BACKORDERS of the lines that wait, of each the newest.

    Returns:
        One row per pin, node and fate, the order's cost in the first that shipped; and
        what to say about them.
    """
    late = _late(pins, seen, waiting)
    told = (
        pins.join(lines, on="line_id")
        .join(late, on="line_id", how="left")
        .join(_spared(seen), on="line_id", how="left")
        .with_columns(waits=pl.col("line_id").is_in(waiting["line_id"].implode()))
        .sort("line_no", "component")
        .group_by(*SAID.names()[1:], "waits", "as_of", *WAITS, maintain_order=True)
        .agg(
            pl.col("line_no").unique().sort(),
            sku_id=pl.col("component").drop_nulls().unique().sort(),
            costs_minor=pl.col("spared_minor").max().clip(0),
            late_minor=pl.col("late_minor").sum(),
            is_told=pl.col("late_minor").is_not_null().all(),
        )
    )
    is_first = pl.int_range(pl.len()).over("as_of", "waits") == 0
    of_order = pl.when(is_first & ~pl.col("waits")).then("costs_minor")
    of_lines = pl.when(pl.col("waits") & pl.col("is_told")).then("late_minor")
    rows = told.select(
        pl.col("line_no").map_elements(spans, return_dtype=TEXT).alias("lines"),
        *_skus(told),
        *SAID.names()[1:],
        *(WAITS if told["waits"].any() else []),
        costs_minor=pl.coalesce(of_order, of_lines),
    )
    notes = [PINS_COST] * (not told["waits"].all()) + [WAITS_COST] * told["waits"].any()
    return rows, "\n".join(notes) if rows.height else ""


def _skus(told: pl.DataFrame) -> list[pl.Expr]:
    """Column of the components' SKUs, where there are any."""
    has_any = told["sku_id"].list.len().sum() > 0
    return [pl.col("sku_id").list.join(", ").alias("components")] if has_any else []


def _spared(seen: pl.DataFrame) -> pl.DataFrame:
    """``line_id, as_of, spared_minor``: what the order would pay less elsewhere.

    Of lines that were placed under a pin; what waits beside them is no hindrance.
    """
    is_bound = pl.col("failed_rules").str.contains("PINNED_ELSEWHERE").any()
    is_placed = (pl.col("chosen_qty") > 0).any()
    placed = seen.filter((is_bound & is_placed).over("as_of", "line_id"))
    is_free = (
        pl.col("failed_rules").is_in(["", "PINNED_ELSEWHERE"])
        & (pl.col("lacking_qty") == 0)
    ).all()
    free = placed.filter(is_free.over("as_of", "node_id"))
    return free.group_by("line_id", "as_of").agg(
        spared_minor=-pl.col("over_minor").min()
    )


def _late(
    pins: pl.DataFrame, seen: pl.DataFrame, waiting: pl.DataFrame
) -> pl.DataFrame:
    """``line_id``, WAITS, ``late_minor`` of the lines that their pin has wait."""
    alone = seen.select(
        *("line_id", "node_id"),
        alone_minor=pl.col("freight_minor") + pl.col("processing_minor"),
    )
    days = pl.col("expected_date") - pl.col("unpinned_date")
    return (
        waiting.select("line_id", "expected_date", "unpinned_date", "unpinned_node_id")
        .join(pins.select("line_id", "node_id"), on="line_id")
        .join(alone, on=["line_id", "node_id"], how="left")
        .join(
            alone.rename({"alone_minor": "free_minor"}),
            left_on=["line_id", "unpinned_node_id"],
            right_on=["line_id", "node_id"],
            how="left",
        )
        .select(
            "line_id",
            "unpinned_date",
            "unpinned_node_id",
            later_days=days.dt.total_days().cast(INTEGER),
            late_minor=pl.col("alone_minor") - pl.col("free_minor"),
        )
    )
