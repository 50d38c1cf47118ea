"""What the system before hands over: where each of its order lines stood.

Everything but the last day's orders is closed: delivered after four days,
shipped before that, one line in a hundred cancelled. Of the last day's orders
45 % are shipped, 25 % released to their home node and still there, 20 %
pending, 10 % wait with one line for stock; those of its last six hours are all
pending. Not here: stock (``stock``).
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from transforms.twin.draws import drawn, paired
from transforms.twin.founding.network import STORES
from transforms.twin.plan import Plan

_DELIVERED_AFTER_DAYS = 4
_FRESH = timedelta(hours=6)
_CANCELLED_PERMILLE = 10
_SHIPPED_BELOW, _RELEASED_BELOW, _PENDING_BELOW = 45, 70, 90


def hand_over(lines: pl.DataFrame, plan: Plan, seed: int) -> pl.DataFrame:
    """One row per non-till line up to the cut, with its quantity buckets.

    Args:
        lines: all numbered lines with ``home``.
        plan: the calendar; a shorter history leaves out rows, changes none.
        seed: decides the fates.

    Returns:
        ``channel_id, order_ref, line_ref, basket_id, product_id, qty, home``,
        the six ``…_qty`` buckets (they sum to ``qty``), ``node_ref,
        instruction_ref, instruction_line_ref`` (released lines only) and
        ``business_date``, sorted by channel, order and line.
    """
    played = lines.filter(pl.col("business_date") > plan.cut_date)
    history = lines.filter(
        pl.col("channel") != STORES,
        pl.col("business_date").is_between(plan.first_date, plan.cut_date),
    )
    fated = history.with_columns(
        fate=_fate(plan, seed),
        key=paired("basket_id", "product_id"),
        is_sold_later=pl.col("product_id").is_in(
            played["product_id"].unique().to_list()
        ),
    )
    fated = fated.with_columns(fate=_one_waits(seed))
    return _buckets(fated).sort("channel_id", "order_ref", "line_no")


def _fate(plan: Plan, seed: int) -> pl.Expr:
    age_days = (pl.lit(plan.cut_date) - pl.col("business_date")).dt.total_days()
    roll = drawn("basket_id", seed, "fate", 100)
    is_fresh = pl.col("ordered_at") >= plan.cut_at - _FRESH
    return (
        pl.when(is_fresh)
        .then(pl.lit("pending"))
        .when(age_days >= _DELIVERED_AFTER_DAYS)
        .then(pl.lit("delivered"))
        .when((age_days > 0) | (roll < _SHIPPED_BELOW))
        .then(pl.lit("shipped"))
        .when(roll < _RELEASED_BELOW)
        .then(pl.lit("released"))
        .when(roll < _PENDING_BELOW)
        .then(pl.lit("pending"))
        .otherwise(pl.lit("backordered"))
    )


def _one_waits(seed: int) -> pl.Expr:
    """Of a waiting order one line waits, whose SKU nobody else wants later."""
    rank = pl.when(~pl.col("is_sold_later")).then(pl.col("key"))
    is_waiting = (rank == rank.min().over("basket_id")).fill_null(value=False)
    is_closed = pl.col("fate").is_in(["delivered", "shipped"])
    is_cancelled = drawn("key", seed, "cancelled", 1000) < _CANCELLED_PERMILLE
    return (
        pl.when((pl.col("fate") == "backordered") & ~is_waiting)
        .then(pl.lit("shipped"))
        .when(is_closed & is_cancelled)
        .then(pl.lit("cancelled"))
        .otherwise("fate")
    )


def _buckets(fated: pl.DataFrame) -> pl.DataFrame:
    names = ("pending", "backordered", "released", "shipped", "delivered", "cancelled")
    is_released = pl.col("fate") == "released"
    reference = pl.format("LEG-{}", pl.col("basket_id"))
    return fated.select(
        pl.col("channel").alias("channel_id"),
        "order_ref",
        "line_ref",
        "line_no",
        "basket_id",
        "product_id",
        "qty",
        "home",
        "business_date",
        "ordered_at",
        *(
            pl.when(pl.col("fate") == name)
            .then("qty")
            .otherwise(0)
            .alias(f"{name}_qty")
            for name in names
        ),
        pl.when(is_released).then("home").alias("node_ref"),
        pl.when(is_released).then(reference).alias("instruction_ref"),
        pl.when(is_released)
        .then(pl.col("line_no").cast(pl.String))
        .alias("instruction_line_ref"),
    )
