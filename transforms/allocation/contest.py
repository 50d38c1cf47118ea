"""What it cost, at most, that not cost alone decided who got scarce eaches.

A SKU is contested where a line waits for it with NO_STOCK while others got some.
Had cost alone decided, as many eaches of each SKU would have gone to some of the same
orders; whoever had got them, by no way for less than

    least = sum over SKUs of the cheapest eaches that were asked for, as many as went

An each costs at least its own freight and processing, rounded down, and its share of
one shipment of all its order, from the cheapest node that has its SKU and may serve
it. Lateness is no money that anybody pays and is left out, and so are orders with
kits and those that customers fetch. Read from the tables of the run, shares nothing
with the solver.
"""

from __future__ import annotations

import polars as pl

MILLI = 1000
NEVER = ["NODE_CLOSED", "CHANNEL_NOT_SERVED", "NO_LANE", "REFUSED_BEFORE"]
NEVER += ["NODE_STOPPED", "PINNED_ELSEWHERE", "NOT_CAPABLE", "NODE_RULE"]
"""Rules for which a node sends nothing of a line, whoever else is served."""

PAID = ["freight_minor", "processing_minor", "split_minor"]
CONTEST = pl.Schema(
    {
        "contested_sku_count": pl.Int64,
        "contested_order_count": pl.Int64,
        "contested_cost_minor": pl.Int64,
        "contested_least_minor": pl.Int64,
    }
)


def contest(  # noqa: PLR0913, PLR0917 the tables of a run
    demand: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    rates: pl.DataFrame,
    allocations: pl.DataFrame,
    backorders: pl.DataFrame,
    trace: pl.DataFrame,
) -> pl.DataFrame:
    """One row of CONTEST; all 0 where nobody lacked what another got.

    Args:
        demand: OPEN_DEMAND.
        supply: AVAILABLE_TO_PROMISE.
        nodes: DIM_NODES.
        lanes: DIM_LANES.
        rates: DIM_RATES.
        allocations: ALLOCATIONS of the run.
        backorders: BACKORDERS of the run.
        trace: DECISION_TRACE of the run.

    Returns:
        SKUs, orders that asked for some, what these cost, and what the same eaches
        could not have cost less than, minor units rounded down.
    """
    is_apart = pl.any_horizontal(pl.col("kit_line_id", "pickup_node_id").is_not_null())
    apart = demand.filter(is_apart).select("order_id")
    loose = demand.join(apart, on="order_id", how="anti")
    given = allocations.join(loose, on="line_id", how="semi")
    lacking = backorders.filter(reason_code="NO_STOCK").join(
        loose, on="line_id", how="semi"
    )
    skus = lacking.select("sku_id").unique().join(given, on="sku_id", how="semi")
    orders = loose.join(skus, on="sku_id", how="semi").select("order_id").unique()
    asked = loose.join(orders, on="order_id", how="semi")
    went = given.join(orders, on="order_id", how="semi")
    each = _least_each(asked, supply, nodes, lanes, rates, trace)
    row = {
        "contested_sku_count": skus.height,
        "contested_order_count": orders.height,
        "contested_cost_minor": int(went.select(pl.sum_horizontal(PAID)).sum().item()),
        "contested_least_minor": _cheapest(asked, each, went) // MILLI,
    }
    return pl.DataFrame([row], schema=CONTEST)


def _least_each(
    asked: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    rates: pl.DataFrame,
    trace: pl.DataFrame,
) -> pl.DataFrame:
    """``line_id, each_milli``: of no node and service does an each cost less."""
    may = trace.filter(~pl.col("failed_rules").str.contains_any(NEVER))
    whole = pl.col("open_qty").sum().over("order_id")
    ways = (
        asked.select(
            *("line_id", "sku_id", "region_code", "grams"),
            whole=whole,
        )
        .join(may.select("line_id", "node_id"), on="line_id")
        .join(
            supply.filter(pl.col("atp_qty") > 0).select("node_id", "sku_id"),
            on=["node_id", "sku_id"],
        )
        .join(
            nodes.select("node_id", "shipment_cost_minor", "unit_cost_minor"),
            on="node_id",
        )
        .join(
            lanes.select("region_code", "node_id", "zone_no"),
            on=["region_code", "node_id"],
        )
        .join(
            rates.select("zone_no", "base_minor", "per_kg_minor"),
            on="zone_no",
        )
    )
    shipment = pl.col("base_minor") + pl.col("shipment_cost_minor")
    own = pl.col("per_kg_minor") * pl.col("grams") // 1000 + pl.col("unit_cost_minor")
    milli = MILLI * shipment // pl.col("whole") + MILLI * own
    return ways.group_by("line_id").agg(each_milli=milli.min())


def _cheapest(asked: pl.DataFrame, each: pl.DataFrame, went: pl.DataFrame) -> int:
    """The cheapest eaches that were asked for of each SKU, as many as went."""
    counts = went.group_by("sku_id").agg(went=pl.col("qty").sum())
    ranked = (
        asked.join(each, on="line_id")
        .join(counts, on="sku_id")
        .sort("sku_id", "each_milli", "line_id")
    )
    before = pl.col("open_qty").cum_sum().over("sku_id") - pl.col("open_qty")
    taken = pl.min_horizontal("open_qty", (pl.col("went") - before).clip(0))
    return int(ranked.select((taken * pl.col("each_milli")).sum()).item() or 0)
