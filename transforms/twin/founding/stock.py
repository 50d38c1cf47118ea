"""What really lies on the shelves at the cut, by construction.

Assortment: DCs hold every SKU sold in the 13 weeks before the cut, stores what
their tills sold at least twice, 3PLs the fast movers. On top comes cover for
known demand, off goes what ``demand`` takes away. Only the days around the cut
count, so the stock is the same under a short and a long history.
Not here: what moves afterwards (``day``).
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from transforms.twin.draws import draws, placed
from transforms.twin.founding.demand import Demand
from transforms.twin.founding.network import STORES
from transforms.twin.plan import Plan

_WEEKS = 13
_FAST_MOVERS = 2500
_COVER_EXTRA = 6
_TILL_EXTRA = 3
_DAMAGED_PERMILLE = 4


def fill_shelves(
    lines: pl.DataFrame, opening: pl.DataFrame, demand: Demand, plan: Plan, seed: int
) -> pl.DataFrame:
    """True stock at the cut.

    Returns:
        One row per node and SKU: ``node_ref, product_id, available_qty,
        damaged_qty``, sorted; available includes what is released and not
        yet shipped.
    """
    recent = lines.filter(
        pl.col("business_date").is_between(
            plan.cut_date - timedelta(weeks=_WEEKS), plan.cut_date, closed="right"
        )
    )
    sound = _sum(pl.concat([_assortment(recent), _cover(demand), _till_cover(demand)]))
    released = opening.filter(pl.col("released_qty") > 0).select(
        pl.col("home").alias("node_ref"),
        "product_id",
        pl.col("released_qty").alias("qty"),
    )
    shelves = _sum(pl.concat([_without(sound, opening, demand), released]))
    return _damage(shelves, seed)


def _assortment(recent: pl.DataFrame) -> pl.DataFrame:
    sold = recent.group_by("product_id").agg(pl.col("qty").sum().alias("units"))
    fast = sold.sort("units", "product_id", descending=[True, False]).head(_FAST_MOVERS)
    at_tills = (
        recent.filter(pl.col("channel") == STORES)
        .group_by(pl.format("STORE-{}", "till_store").alias("node_ref"), "product_id")
        .agg(pl.col("qty").sum().alias("units"))
        .filter(pl.col("units") > 1)
    )
    parts = [
        _held(sold, "DC-EAST", 10, 6),
        _held(sold, "DC-WEST", 6, 4),
        _held(fast, "3PL-HARBOR", 3, 8),
        _held(fast, "3PL-PRAIRIE", 2, 8),
        _held(fast, "3PL-SUMMIT", 2, 8),
        at_tills.select(
            "node_ref", "product_id", (pl.col("units") * 2 // _WEEKS + 3).alias("qty")
        ),
    ]
    return pl.concat(parts)


def _held(sold: pl.DataFrame, node: str, percent: int, at_least: int) -> pl.DataFrame:
    qty = (pl.col("units") * percent // 100 + at_least).alias("qty")
    return sold.select(pl.lit(node).alias("node_ref"), "product_id", qty)


def _cover(demand: Demand) -> pl.DataFrame:
    wanted = demand.orders.group_by("home", "product_id").agg(pl.col("qty").sum())
    qty = pl.col("qty") * 2 + _COVER_EXTRA
    return wanted.select(pl.col("home").alias("node_ref"), "product_id", qty)


def _till_cover(demand: Demand) -> pl.DataFrame:
    return demand.tills.with_columns(pl.col("qty") + _TILL_EXTRA)


def _without(
    sound: pl.DataFrame, opening: pl.DataFrame, demand: Demand
) -> pl.DataFrame:
    waiting = opening.filter(pl.col("backordered_qty") > 0).select("product_id")
    nowhere = pl.concat([waiting, demand.nowhere.select("product_id")]).unique()
    at_home = demand.not_at_home.select(pl.col("home").alias("node_ref"), "product_id")
    kept = sound.join(nowhere, on="product_id", how="anti")
    kept = kept.join(at_home, on=["node_ref", "product_id"], how="anti")
    elsewhere = demand.not_at_home.select(
        pl.when(pl.col("home") == "DC-EAST")
        .then(pl.lit("DC-WEST"))
        .otherwise(pl.lit("DC-EAST"))
        .alias("node_ref"),
        "product_id",
        pl.col("qty") * 2 + _COVER_EXTRA,
    )
    return pl.concat([kept, elsewhere])


def _sum(parts: pl.DataFrame) -> pl.DataFrame:
    grouped = parts.group_by("node_ref", "product_id").agg(pl.col("qty").sum())
    return grouped.sort("node_ref", "product_id")


def _damage(shelves: pl.DataFrame, seed: int) -> pl.DataFrame:
    roll = draws(placed(shelves), seed, "damaged", 1000)
    damaged = pl.when(roll < _DAMAGED_PERMILLE).then(roll % 3 + 1).otherwise(0)
    return shelves.select(
        "node_ref",
        "product_id",
        pl.col("qty").alias("available_qty"),
        damaged.cast(pl.Int64).alias("damaged_qty"),
    )
