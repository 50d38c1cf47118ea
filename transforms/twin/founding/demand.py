"""What customers will want from the cut on, and which of it will find no stock.

The twin knows the future. It covers every SKU wanted in the played days at
its order's home node (the nearest that may serve the channel), then takes the
cover away again under a hashed few orders: 3 in 100 find one SKU nowhere,
another 8 in 100 not at home. A SKU is only taken away if nobody else wants it,
so no other order is hit. Not here: how much is put where (``stock``).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.twin.draws import drawn, paired
from transforms.twin.founding.network import STORES
from transforms.twin.plan import Plan

NOWHERE_PERMILLE = 30
NOT_AT_HOME_PERMILLE = 82


class Demand(NamedTuple):
    """Demand after the cut.

    Args:
        orders: lines to be shipped (pending at the cut, ordered in played
            days): ``basket_id, product_id, qty, home, business_date``.
        tills: what the stores will sell: ``node_ref, product_id, qty``.
        nowhere: lines whose SKU no node holds when it is ordered.
        not_at_home: lines whose SKU their home node does not hold.
    """

    orders: pl.DataFrame
    tills: pl.DataFrame
    nowhere: pl.DataFrame
    not_at_home: pl.DataFrame


def foresee(
    lines: pl.DataFrame, opening: pl.DataFrame, plan: Plan, seed: int
) -> Demand:
    """Gather the demand after the cut and choose whom stock will fail."""
    played = lines.filter(pl.col("business_date").is_in(list(plan.play_dates)))
    columns = ["basket_id", "product_id", "qty", "home", "business_date"]
    ordered = played.filter(pl.col("channel") != STORES).select(columns)
    open_lines = opening.filter(pl.col("pending_qty") > 0).select(columns)
    tills = (
        played.filter(pl.col("channel") == STORES)
        .group_by(pl.format("STORE-{}", "till_store").alias("node_ref"), "product_id")
        .agg(pl.col("qty").sum())
        .sort("node_ref", "product_id")
    )
    untouchable = pl.concat(
        [
            tills["product_id"],
            opening.filter(
                pl.sum_horizontal("pending_qty", "released_qty", "backordered_qty") > 0
            )["product_id"],
        ]
    )
    failing = _failing(ordered, untouchable, seed)
    return Demand(
        pl.concat([open_lines, ordered]),
        tills,
        failing.filter(pl.col("fails") == "nowhere"),
        failing.filter(pl.col("fails") == "not_at_home"),
    )


def _failing(ordered: pl.DataFrame, untouchable: pl.Series, seed: int) -> pl.DataFrame:
    wanted_by = pl.col("basket_id").n_unique().over("product_id")
    candidates = (
        ordered.filter(
            wanted_by == 1, ~pl.col("product_id").is_in(untouchable.unique().to_list())
        )
        .with_columns(key=paired("basket_id", "product_id"))
        .with_columns(drawn("key", seed, "fails", 1 << 60).alias("roll"))
        .sort("roll")
        .unique("basket_id", keep="first", maintain_order=True)
    )
    order_count = pl.col("basket_id").n_unique()
    counts = ordered.group_by("business_date").agg(order_count.alias("order_count"))
    ranked = candidates.join(counts, on="business_date").with_columns(
        drawn("basket_id", seed, "unlucky", 1 << 60).alias("luck")
    )
    ranked = ranked.sort("business_date", "luck").with_columns(
        rank=pl.int_range(pl.len()).over("business_date")
    )
    nowhere = (pl.col("order_count") * NOWHERE_PERMILLE / 1000).round(0)
    at_home = (pl.col("order_count") * NOT_AT_HOME_PERMILLE / 1000).round(0)
    fails = (
        pl.when(pl.col("rank") < nowhere)
        .then(pl.lit("nowhere"))
        .when(pl.col("rank") < nowhere + at_home)
        .then(pl.lit("not_at_home"))
    )
    return ranked.with_columns(fails=fails).filter(pl.col("fails").is_not_null())
