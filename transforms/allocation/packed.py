"""Kits that were packed beforehand: given whole, before any of their components.

A packed kit serves nothing but its kit, so it goes first: what it serves leaves its
components to everybody else. While it is decided of, as many kits of a line as are
given so stand in the queue as one line of the kit's own SKU, in the place of its
components; what was decided is told of the components again.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.allocation.cost import COST_PARTS
from transforms.contracts.table import INTEGER, TEXT

PACKS = pl.Schema({"kit_line_id": pl.String, "kits": pl.Int64})
"""Kits of a line as ordered that are to be given packed, above 0."""

LOOSE = "NONE"
"""``packed_in`` of eaches that lie on the shelf as they are."""

TORN = ("MAX_SHIPMENTS", "LINE_SPLIT", "SHIPMENT_VALUE")
"""Reasons of orders that would have been sent from too many nodes."""


def kit_lines(demand: pl.DataFrame, supply: pl.DataFrame) -> pl.DataFrame:
    """Lines of kits that lack all of their components and lie packed somewhere.

    Args:
        demand: OPEN_DEMAND.
        supply: AVAILABLE_TO_PROMISE.

    Returns:
        OPEN_DEMAND of the kits' own SKUs, ranked alone: ``line_id`` is the kit's line
        as ordered, a part of it will do, from anywhere.
    """
    there = supply.filter(pl.col("atp_qty") > 0).select(kit_sku_id="sku_id").unique()
    whole = demand.filter(pl.col("whole_kit_qty") > 0).join(
        there, on="kit_sku_id", how="semi"
    )
    packs = whole.select("kit_line_id", kits="whole_kit_qty").unique()
    alone = _as_lines(demand, packs).sort("demand_rank")
    return alone.with_columns(
        is_ship_complete=pl.lit(value=False),
        keep_together=pl.lit(None, TEXT),
        demand_rank=pl.int_range(1, pl.len() + 1, dtype=INTEGER),
    )


def with_packs(demand: pl.DataFrame, packs: pl.DataFrame) -> pl.DataFrame:
    """The queue with packed kits as lines of their own, components less by these.

    Args:
        demand: OPEN_DEMAND.
        packs: PACKS.
    """
    taken = pl.col("kits").fill_null(0) * pl.col("kit_qty").fill_null(0)
    waits = pl.max_horizontal(pl.col("backordered_qty") - taken, 0)
    less = (
        demand.join(packs, on="kit_line_id", how="left")
        .with_columns(
            open_qty=pl.col("open_qty") - taken,
            pending_qty=pl.col("pending_qty")
            - (taken - (pl.col("backordered_qty") - waits)),
            backordered_qty=waits,
        )
        .filter(pl.col("open_qty") > 0)
        .select(demand.columns)
    )
    lines = _as_lines(demand, packs)
    both = [lines.with_columns(place=0), less.with_columns(place=1)]
    return (
        pl.concat(both)
        .sort("demand_rank", "place")
        .with_columns(demand_rank=pl.int_range(1, pl.len() + 1, dtype=INTEGER))
        .drop("place")
    )


def of_kits(rows: pl.DataFrame, demand: pl.DataFrame) -> pl.DataFrame:
    """Rows about lines, and what of them is about components said of the kits' lines.

    Args:
        rows: with ``line_id``: refusals, pins.
        demand: OPEN_DEMAND.
    """
    parts = demand.filter(pl.col("kit_line_id").is_not_null())
    named = rows.join(parts.select("line_id", "kit_line_id"), on="line_id")
    told = named.with_columns(line_id="kit_line_id").select(rows.columns)
    return pl.concat([rows, told.unique(maintain_order=True)])


def kept(
    packs: pl.DataFrame, allocations: pl.DataFrame, backorders: pl.DataFrame
) -> pl.DataFrame:
    """PACKS of what was given of them: what was not is sought among components.

    So is all of an order that they tore into more parts than it may have.

    Args:
        packs: PACKS.
        allocations: of the queue with these.
        backorders: of it.
    """
    torn = backorders.filter(pl.col("reason_code").is_in(TORN)).select("order_id")
    given = (
        allocations.join(torn, on="order_id", how="anti")
        .group_by(kit_line_id="line_id")
        .agg(kits=pl.col("qty").sum())
    )
    return given.join(packs, on="kit_line_id", how="semi").sort("kit_line_id")


def allocated_by_component(
    allocations: pl.DataFrame, demand: pl.DataFrame, packs: pl.DataFrame
) -> pl.DataFrame:
    """ALLOCATIONS with each packed kit as the eaches of its components in it.

    Args:
        allocations: of the queue with packs.
        demand: OPEN_DEMAND without them.
        packs: PACKS.
    """
    is_pack = pl.col("line_id").is_in(packs["kit_line_id"].implode())
    inside = _inside(allocations.filter(is_pack), demand, COST_PARTS)
    packed = inside.with_columns(
        total_minor=pl.sum_horizontal(COST_PARTS).cast(INTEGER),
        qty=pl.col("qty") * pl.col("kit_qty"),
    )
    whole = pl.concat(
        [allocations.filter(~is_pack), packed.select(allocations.columns)]
    )
    ranks = demand.select("line_id", "demand_rank")
    return (
        whole.join(ranks, on="line_id", how="left")
        .sort("demand_rank", "node_id", "packed_in")
        .drop("demand_rank")
    )


def traced_by_component(
    trace: pl.DataFrame, demand: pl.DataFrame, packs: pl.DataFrame
) -> pl.DataFrame:
    """DECISION_TRACE of components; those that all lie packed as their kit was seen.

    Args:
        trace: of the queue with packs.
        demand: OPEN_DEMAND without them.
        packs: PACKS.
    """
    is_pack = pl.col("line_id").is_in(packs["kit_line_id"].implode())
    own, money = trace.filter(~is_pack), [n for n in trace.columns if n in _MONEY]
    eaches = [pl.col(name) * pl.col("kit_qty") for name in _EACHES]
    seen = _inside(trace.filter(is_pack), demand, money).with_columns(eaches)
    chosen = seen.select("line_id", "node_id", packed_qty="chosen_qty")
    both = own.join(chosen, on=["line_id", "node_id"], how="left").with_columns(
        chosen_qty=pl.col("chosen_qty") + pl.col("packed_qty").fill_null(0)
    )
    alone = seen.join(own, on="line_id", how="anti")
    return pl.concat([f.select(trace.columns) for f in (both, alone)])


_EACHES = ("atp_qty", "chosen_qty", "lacking_qty")
_MONEY = (
    *("freight_minor", "processing_minor", "lateness_minor", "worth_minor"),
    "total_minor",
)


def _as_lines(demand: pl.DataFrame, packs: pl.DataFrame) -> pl.DataFrame:
    """OPEN_DEMAND of packed kits, at the place of their first component."""
    per_kit = pl.col("kit_qty")
    facts = [
        name
        for name in demand.columns
        if name not in {"kit_line_id", "line_id", "sku_id", "open_qty"}
    ]
    lines = (
        demand.join(packs, on="kit_line_id")
        .sort("demand_rank")
        .group_by("kit_line_id", maintain_order=True)
        .agg(
            pl.col(facts).first(),
            pl.col("kits").first(),
            weight=(pl.col("grams") * per_kit).sum(),
            value=(pl.col("unit_value_minor") * per_kit).sum(),
        )
    )
    return lines.with_columns(
        line_id="kit_line_id",
        sku_id="kit_sku_id",
        open_qty="kits",
        pending_qty="kits",
        backordered_qty=pl.lit(0, INTEGER),
        grams="weight",
        unit_value_minor="value",
        kit_line_id=pl.lit(None, TEXT),
        kit_sku_id=pl.lit(None, TEXT),
        kit_qty=pl.lit(None, INTEGER),
        whole_kit_qty=pl.lit(None, INTEGER),
    ).select(demand.columns)


def _inside(
    packed: pl.DataFrame, demand: pl.DataFrame, money: Sequence[str]
) -> pl.DataFrame:
    """Rows of packed kits as one of each component, money by weight, exact.

    Returns:
        ``packed`` with the components' ``line_id, sku_id, kit_qty``, ``kit_line_id``
        and ``packed_in``, the kit's SKU.
    """
    parts = demand.select(
        "kit_line_id",
        "kit_sku_id",
        "kit_qty",
        "demand_rank",
        part_id="line_id",
        part_sku_id="sku_id",
        weight=pl.col("grams") * pl.col("kit_qty"),
    )
    kits = packed.drop("kit_line_id", "kit_qty", "packed_in", "sku_id", strict=False)
    joined = kits.rename({"line_id": "kit_line_id"}).join(parts, on="kit_line_id")
    kit = ["kit_line_id", "node_id"]
    rows = joined.sort(*kit, "demand_rank")
    upto, whole = pl.col("weight").cum_sum().over(kit), pl.col("weight").sum().over(kit)
    before = upto - pl.col("weight")
    return rows.with_columns(
        (pl.col(name) * upto // whole - pl.col(name) * before // whole).alias(name)
        for name in money
    ).with_columns(line_id="part_id", sku_id="part_sku_id", packed_in="kit_sku_id")


def eaches_taken(allocations: pl.DataFrame) -> pl.DataFrame:
    """``node_id, sku_id, qty`` that ALLOCATIONS take off shelves; of packed kits, kits.

    Args:
        allocations: ALLOCATIONS, with or without ``run_id``.
    """
    cell = ["node_id", "sku_id"]
    is_packed = pl.col("packed_in") != "NONE"
    loose = allocations.filter(~is_packed).select(*cell, "qty")
    kits = (
        allocations.filter(is_packed)
        .unique(["kit_line_id", "node_id", "packed_in", "as_of"])
        .select("node_id", sku_id="packed_in", qty=pl.col("qty") // pl.col("kit_qty"))
    )
    return pl.concat([loose, kits]).group_by(cell).agg(pl.col("qty").sum())
