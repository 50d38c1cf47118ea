"""The certificate's view of turns: who may have scarce eaches before whom."""

from __future__ import annotations

import polars as pl

from transforms.allocation.decided import Decided, as_sent, verdict
from transforms.contracts.decisions.allocation import BUSINESS_CLASSES

BARRED = [
    *("LEFT_AS_IT_IS", "RESERVE_LATER", "PREORDER", "HELD_WITH"),
    *("NODE_CLOSED", "CHANNEL_NOT_SERVED", "NO_LANE", "REFUSED_BEFORE"),
    *("NODE_STOPPED", "PINNED_ELSEWHERE", "NO_CAPACITY", "TOO_OLD"),
    *("NOT_CAPABLE", "OTHER_STORE", "STORE_TAKES_NO_ORDERS", "NODE_RULE"),
]
"""Rules for which a line could not use a node's eaches, however many there are."""


def turn_checks(d: Decided) -> dict[str, pl.DataFrame]:
    """What the policy promises about scarce eaches, and of classes."""
    return {
        **_promised(d),
        "demand_order_by_class": _classed(d),
        "skipped_lines_got_nothing": _skipped(d),
        "contested_eaches_cost_their_least": _contested(d),
    }


def _promised(d: Decided) -> dict[str, pl.DataFrame]:
    """What the policy promises about scarce eaches; nothing where cost decides."""
    if d.fairness == "off":
        return {}
    if d.fairness == "within_class":
        return {"scarce_units_in_class_order": _fair(d, _class_rank())}
    return {"scarce_units_in_demand_order": _fair(d, pl.col("demand_rank"))}


def _class_rank() -> pl.Expr:
    ranks = {name: rank for rank, name in enumerate(BUSINESS_CLASSES)}
    return pl.col("business_class").replace_strict(
        ranks, default=ranks["REDISTRIBUTE"], return_dtype=pl.Int64
    )


def _classed(d: Decided) -> pl.DataFrame:
    """No line stands before one of a class that is served earlier."""
    ranks = d.demand.sort("demand_rank").select("line_id", rank=_class_rank())
    wrong = pl.col("rank") < pl.col("rank").cum_max()
    return ranks.select(verdict(["line_id"], wrong))


def _skipped(d: Decided) -> pl.DataFrame:
    """What its class leaves as it is got nothing."""
    skipped = d.demand.filter(business_class="SKIP").select("line_id")
    given = d.allocations.select("line_id", is_given=pl.lit(value=True)).unique()
    lines = skipped.join(given, on="line_id", how="left")
    return lines.select(verdict(["line_id"], pl.col("is_given").is_not_null()))


def _contested(d: Decided) -> pl.DataFrame:
    """The least that contested eaches could cost is no more than what they did."""
    wrong = pl.col("contested_cost_minor") < pl.col("contested_least_minor")
    return d.contested.select(verdict(["contested_sku_count"], wrong))


def _fair(d: Decided, rank: pl.Expr) -> pl.DataFrame:
    """Nobody later got an each at a node that a line short of stock could use.

    A ship-complete order, a kit and lines that are kept together are left out: they
    pass on what does not complete them.
    """
    demand = d.demand.with_columns(demand_rank=rank)
    ranks = demand.select("line_id", "demand_rank")
    of_some = pl.any_horizontal(pl.col("kit_line_id", "keep_together").is_not_null())
    alone = demand.filter(~pl.col("is_ship_complete") & ~of_some)
    short = d.unserved.filter(pl.col("reason_code") == "NO_STOCK").join(
        alone.select("line_id", "demand_rank"), on="line_id"
    )
    barred = pl.col("failed_rules").str.contains_any(BARRED)
    usable = d.trace.filter(~barred).select("line_id", "node_id")
    later = as_sent(d).select("line_id", "node_id", "sku_id").join(ranks, on="line_id")
    last = later.group_by("sku_id", "node_id").agg(pl.col("demand_rank").max())
    gone = short.join(usable, on="line_id").join(
        last, on=["sku_id", "node_id"], how="inner", suffix="_served"
    )
    overtaken = gone.filter(pl.col("demand_rank_served") > pl.col("demand_rank"))
    is_wrong = pl.col("line_id").is_in(overtaken["line_id"].unique().to_list())
    return short.select(verdict(["line_id"], is_wrong))
