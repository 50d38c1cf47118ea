"""The certificate's view of cost: what is paid, what it is made of, what is proved.

That a floor is one is the solver's claim; every known plan of an order of one line
may disprove it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from transforms.allocation.bound import MILLI, as_taken, bound_milli, compromises
from transforms.allocation.decided import (
    TAKEN,
    Decided,
    as_sent,
    is_handed_over,
    verdict,
    with_room,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cost_checks(d: Decided) -> dict[str, pl.DataFrame]:
    """Each row of cost, and the proof of how good all of it is."""
    return {
        "cost_parts_make_total": _parts(d),
        "order_cost_is_what_is_paid": _paid(d),
        **_told(d),
        "priced_supply_is_what_there_was": _supplied(d),
        "no_order_costs_less_than_its_floor": _floored(d),
        "no_floor_is_above_a_known_plan": _known(d),
        "cost_above_the_bound_is_explained": _explained(d),
    }


def _parts(d: Decided) -> pl.DataFrame:
    total = (
        pl.col("freight_minor")
        + pl.col("processing_minor")
        + pl.col("split_minor")
        + pl.col("lateness_minor")
        + pl.col("worth_minor")
    )
    wrong = total != pl.col("total_minor")
    return d.allocations.select(verdict(["line_id", "node_id"], wrong))


def _paid(d: Decided) -> pl.DataFrame:
    """Freight and processing per shipment, from lanes and rates again."""
    lines = d.demand.select(
        *("line_id", "region_code"),
        asked_service="service_code",
        asked_store="pickup_node_id",
    )
    freight = ("base_minor", "per_kg_minor")
    rated = (
        as_sent(d)
        .join(lines, on="line_id", how="left")
        .join(d.lanes, on=["region_code", "node_id"], how="left")
        .join(d.rates, on=["service_code", "zone_no"], how="left")
        .with_columns(
            pl.when(is_handed_over()).then(0).otherwise(pl.col(freight)).name.keep()
        )
        .join(
            d.nodes.select("node_id", "shipment_cost_minor", "unit_cost_minor"),
            on="node_id",
            how="left",
        )
        .group_by("order_id", "node_id")
        .agg(
            told=(pl.col("freight_minor") + pl.col("processing_minor")).sum(),
            once=(pl.col("base_minor") + pl.col("shipment_cost_minor")).first(),
            each=(
                pl.col("per_kg_minor") * (pl.col("grams") * pl.col("qty")) // 1000
                + pl.col("unit_cost_minor") * pl.col("qty")
            ).sum(),
        )
    )
    wrong = pl.col("told") != pl.col("once") + pl.col("each")
    return rated.select(verdict(["order_id", "node_id"], wrong))


def _told(d: Decided) -> dict[str, pl.DataFrame]:
    """What eaches would have earned where they lay; nothing where nobody says so."""
    if d.worths.is_empty() and not d.allocations["worth_minor"].sum():
        return {}
    cell = ["node_id", "sku_id"]
    told = d.worths.select(*cell, each="worth_minor")
    taken = as_sent(d).join(told, on=cell, how="left")
    wrong = pl.col("worth_minor") != pl.col("each").fill_null(0) * pl.col("qty")
    return {
        "worth_is_what_was_told": taken.select(verdict(["line_id", "node_id"], wrong))
    }


def _with_room_left(rows: pl.DataFrame, d: Decided) -> pl.DataFrame:
    """With ``units_left`` and ``shipments_left`` of the row's day before the run."""
    taken = d.load.group_by("node_id", ship_date="local_date").agg(pl.col(TAKEN).sum())
    told = with_room(rows, d, "ship_date").join(
        taken, on=["node_id", "ship_date"], how="left"
    )
    units = pl.col("daily_capacity_units") - pl.col("unit_qty").fill_null(0)
    shipments = pl.col("daily_capacity_shipments") - pl.col("shipment_qty").fill_null(0)
    lines = pl.col("daily_capacity_lines") - pl.col("line_qty").fill_null(0)
    # A shipment has a line at least: there are no more than lines that may be picked.
    return told.with_columns(
        units_left=units.clip(0),
        shipments_left=pl.min_horizontal(shipments, lines).clip(0),
    )


def _supplied(d: Decided) -> pl.DataFrame:
    """What has a price is the stock that could be promised, or the room of a day."""
    rows = _with_room_left(d.prices, d).join(
        d.supply, on=["node_id", "sku_id"], how="left"
    )
    there = (
        pl.when(resource="stock")
        .then("atp_qty")
        .when(resource="unit")
        .then("units_left")
        .otherwise("shipments_left")
        .clip(0)
    )
    wrong = pl.col("supply_qty") != there
    return rows.select(verdict(["resource", "node_id", "sku_id"], wrong))


def _floored(d: Decided) -> pl.DataFrame:
    orders = compromises(d.sourced)
    return orders.select(verdict(["order_id"], pl.col("compromise_milli") < 0))


def _known(d: Decided) -> pl.DataFrame:
    """No floor is above what the trace says of an order of one line.

    It could go whole from any node that had it, and room for all of it on the day
    that its costs are of, whatever the solver planned; what orders in their turn took
    was not to be had.
    """
    alone = d.demand.filter(pl.len().over("order_id") == 1)
    orders = d.floors.join(
        alone.select("order_id", "line_id", "sku_id", "open_qty"), on="order_id"
    )
    loose = d.allocations.filter(pl.col("kit_line_id").is_null())
    given = loose.group_by("line_id").agg(pl.col("qty").sum())
    whole = (
        d.trace.filter(
            pl.col("failed_rules") == "", pl.col("total_minor").is_not_null()
        )
        .join(orders, on="line_id")
        .join(given, on="line_id")
        .filter(pl.col("qty") == pl.col("open_qty"), pl.col("atp_qty") >= pl.col("qty"))
    )
    whole = _left_by_others(_with_room_left(whole, d), d)
    for name in ("stock", "unit", "shipment"):
        keys = ["node_id", "sku_id" if name == "stock" else "ship_date"]
        priced = d.prices.filter(resource=name).select(
            *keys, pl.col("price_milli").alias(name)
        )
        whole = whole.join(priced, on=keys, how="left")
    each = pl.col("stock").fill_null(0) + pl.col("unit").fill_null(0)
    paid = (
        pl.col("total_minor") * MILLI
        + each * pl.col("qty")
        + pl.col("shipment").fill_null(0)
    )
    wrong = pl.col("least_milli") > paid
    return whole.select(verdict(["order_id", "node_id"], wrong))


def _left_by_others(rows: pl.DataFrame, d: Decided) -> pl.DataFrame:
    """Rows whose eaches there is stock and room for beside orders in their turn."""
    taken = as_taken(d.sourced.in_turn)
    eaches = taken.group_by("node_id", "sku_id").agg(gone=pl.col("qty").sum())
    rooms = taken.group_by("node_id", "ship_date").agg(
        units=pl.col("qty").sum(), shipments=pl.col("order_id").n_unique()
    )
    supply = d.supply.select("node_id", "sku_id", supply_qty="atp_qty")
    told = (
        rows.join(supply, on=["node_id", "sku_id"], how="left")
        .join(eaches, on=["node_id", "sku_id"], how="left")
        .join(rooms, on=["node_id", "ship_date"], how="left")
        .with_columns(pl.col("gone", "units", "shipments").fill_null(0))
    )
    return told.filter(
        pl.col("supply_qty") - pl.col("gone") >= pl.col("qty"),
        pl.col("units_left") - pl.col("units") >= pl.col("qty"),
        pl.col("shipments_left") > pl.col("shipments"),
    )


def _explained(d: Decided) -> pl.DataFrame:
    """Cost less bound is what orders paid above their floors and what stayed."""
    told = d.certificate(EPOCH)
    bound = bound_milli(d.sourced)
    parts = pl.sum_horizontal("compromise_milli", "stranded_milli", "idle_milli")
    above = pl.col("cost_minor") * MILLI - bound
    return told.select(
        verdict(["order_count"], (above < 0) | (above != parts)),
    )
