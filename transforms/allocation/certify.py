"""The certificate: an independent check of what was allocated.

Shares no code with the solver: it reads the tables that went in and the
tables that came out, and adds up. Each check is one row of PROOFS.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.allocation.certify_cost import cost_checks
from transforms.allocation.certify_days import CARRIED, SHIPPED, door_days, ship_days
from transforms.allocation.certify_rules import broken_rules
from transforms.allocation.certify_turns import turn_checks
from transforms.allocation.certify_waiting import (
    expired_checks,
    group_checks,
    held_checks,
    horizon_checks,
    release_checks,
)
from transforms.allocation.decided import (
    TAKEN,
    Decided,
    as_sent,
    is_handed_over,
    verdict,
    with_room,
)
from transforms.contracts.decisions import PROOFS
from transforms.contracts.table import conform

EXAMPLES = 3
IS_OFF = ["is_halved", "is_uneven"]


def certify(decided: Decided, as_of: datetime) -> pl.DataFrame:
    """PROOFS without ``run_id``; every check is arithmetic and blocks."""
    checks = {
        "allocation_within_supply": _within_supply(decided),
        "allocation_within_shelf_life": _within_shelf_life(decided),
        "allocated_and_backordered_make_open": _nothing_lost(decided),
        "allocation_within_capacity": _within_capacity(decided),
        "allocation_at_served_nodes": _served(decided, as_of),
        "allocation_by_node_rules": _by_rules(decided),
        "allocation_within_max_shipments": _within_shipments(decided),
        "allocation_of_no_held_line": _free(decided),
        "ship_complete_all_or_none": _complete(decided),
        "kits_are_whole": _whole(decided),
        "packed_kits_are_whole": _packed(decided),
        **group_checks(decided.demand, decided.allocations),
        **cost_checks(decided),
        **turn_checks(decided),
        **held_checks(decided.demand, decided.allocations),
        **release_checks(decided.demand, decided.allocations, as_of),
        **expired_checks(decided.demand, decided.unserved, decided.expired, as_of),
        **horizon_checks(decided.demand, decided.allocations, decided.horizons, as_of),
    }
    rows = [_proof(name, checked) for name, checked in checks.items()]
    frame = pl.DataFrame(rows).with_columns(as_of=pl.lit(as_of), run_id=pl.lit(""))
    return conform(frame, PROOFS).drop("run_id")


def _proof(name: str, checked: pl.DataFrame) -> dict[str, object]:
    """Args: checked: ``subject`` and ``is_wrong`` per key looked at."""
    wrong = checked.filter(pl.col("is_wrong").fill_null(value=True))
    examples = ", ".join(wrong["subject"].sort().head(EXAMPLES).to_list())
    return {
        "proof": name,
        "kind": "arithmetic",
        "checked_rows": checked.height,
        "failed_rows": wrong.height,
        "example": examples or None,
    }


def _by_rules(d: Decided) -> pl.DataFrame:
    told = broken_rules(d.allocations, d.demand, d.nodes, d.lanes, d.node_rules)
    return told.select(verdict(["line_id", "node_id"], pl.col("is_wrong")))


def _packed(d: Decided) -> pl.DataFrame:
    """Each packed kit is given with all that its line is of, as many of each."""
    kit = ["kit_line_id", "node_id"]
    parts = d.demand.group_by("kit_line_id").agg(lines=pl.len())
    packed = d.allocations.filter(pl.col("kit_line_id").is_not_null())
    kits = pl.col("qty") // pl.col("kit_qty")
    sums = packed.group_by(kit).agg(
        given=pl.len(),
        is_halved=(pl.col("qty") % pl.col("kit_qty") != 0).any(),
        is_uneven=kits.min() != kits.max(),
    )
    told = sums.join(parts, on="kit_line_id", how="left")
    is_lacking = pl.col("given") != pl.col("lines")
    return told.select(verdict(kit, is_lacking | pl.any_horizontal(IS_OFF)))


def _within_supply(d: Decided) -> pl.DataFrame:
    used = as_sent(d).group_by("node_id", "sku_id").agg(pl.col("qty").sum())
    cells = used.join(d.supply, on=["node_id", "sku_id"], how="left")
    over = pl.col("qty") > pl.col("atp_qty").fill_null(0)
    return cells.select(verdict(["node_id", "sku_id"], over))


def _within_shelf_life(d: Decided) -> pl.DataFrame:
    """Who wants lots as fresh as a channel does, or fresher, has what is so fresh."""
    keys = ["node_id", "sku_id"]
    limits = d.limits.filter(pl.col("aged_qty") < 0)
    given = as_sent(d).join(d.demand.select("line_id", "channel_id"), on="line_id")
    wanted = given.join(
        limits.select(*keys, "channel_id", own_days="days"), on=[*keys, "channel_id"]
    )
    used = (
        limits.join(wanted.select(*keys, "own_days", "qty"), on=keys, how="left")
        .group_by(*keys, "channel_id", "usable_qty")
        .agg(used=pl.col("qty").filter(pl.col("own_days") >= pl.col("days")).sum())
    )
    over = pl.col("used") > pl.col("usable_qty")
    return used.select(verdict([*keys, "channel_id"], over))


def _nothing_lost(d: Decided) -> pl.DataFrame:
    sums = (
        d.demand.select("line_id", "open_qty")
        .join(
            d.allocations.group_by("line_id").agg(given=pl.col("qty").sum()),
            on="line_id",
            how="full",
            coalesce=True,
        )
        .join(
            d.unserved.group_by("line_id").agg(waits=pl.col("qty").sum()),
            on="line_id",
            how="full",
            coalesce=True,
        )
    )
    total = pl.col("given").fill_null(0) + pl.col("waits").fill_null(0)
    return sums.select(verdict(["line_id"], total != pl.col("open_qty")))


def _within_capacity(d: Decided) -> pl.DataFrame:
    used = (
        as_sent(d)
        .group_by("node_id", local_date="ship_date")
        .agg(
            units=pl.col("qty").sum(),
            shipments=pl.col("order_id").n_unique(),
            lines=pl.len(),
        )
    )
    taken = d.load.group_by("node_id", "local_date").agg(pl.col(TAKEN).sum())
    days = with_room(used, d, "local_date").join(
        taken, on=["node_id", "local_date"], how="left"
    )
    units = pl.col("units") + pl.col("unit_qty").fill_null(0)
    shipments = pl.col("shipments") + pl.col("shipment_qty").fill_null(0)
    lines = pl.col("lines") + pl.col("line_qty").fill_null(0)
    over = (units > pl.col("daily_capacity_units")) | (
        shipments > pl.col("daily_capacity_shipments")
    )
    # Without a limit on lines none is too many.
    too_many = (lines > pl.col("daily_capacity_lines")).fill_null(value=False)
    return days.with_columns(pl.col("local_date").dt.to_string()).select(
        verdict(["node_id", "local_date"], over | too_many)
    )


def _free(d: Decided) -> pl.DataFrame:
    held = d.holds.select("line_id", is_held=pl.lit(value=True)).unique()
    lines = d.allocations.select("line_id").join(held, on="line_id", how="left")
    return lines.select(verdict(["line_id"], pl.col("is_held").is_not_null()))


def _served(d: Decided, as_of: datetime) -> pl.DataFrame:
    """The node serves the line, by a lane, and both days are days for it.

    What is picked up takes no lane: it is ready at its store on the ship day. So is
    what is sent to a store that has it; a store hands over what it says it can.
    """
    lines = d.demand.select(
        *("line_id", "channel_id", "region_code"),
        asked_service="service_code",
        asked_store="pickup_node_id",
    )
    address = pl.all_horizontal(pl.col("street", "city").is_not_null())
    stores = d.nodes.select(
        asked_store="node_id", store_can="capabilities", has_address=address
    )
    lanes = d.lanes.select("region_code", "node_id", "zone_no")
    rows = (
        d.allocations.select(
            *("line_id", "node_id", "ship_date", "service_code"),
            door_date="promise_date",
        )
        .join(lines, on="line_id", how="left")
        .join(d.nodes.drop("region_code"), on="node_id", how="left")
        .join(stores, on="asked_store", how="left")
        .join(lanes, on=["region_code", "node_id"], how="left")
        .join(d.rates, on=["service_code", "zone_no"], how="left")
    )
    on_days = rows.join(
        ship_days(rows, d.nodes, d.days, as_of), on=SHIPPED, how="left"
    ).join(door_days(rows, d.days.carriers), on=CARRIED, how="left", nulls_equal=True)
    channel = pl.concat_str(pl.lit("|"), "channels", pl.lit("|")).str.contains(
        pl.concat_str(pl.lit("|"), "channel_id", pl.lit("|")), literal=True
    )
    can = pl.col("capabilities").fill_null("ship").str.split("|").list
    has_counter = pl.col("store_can").str.split("|").list.contains("pick_up")
    is_sent = pl.all_horizontal(
        *("is_shipping", "is_door_day"),
        can.contains("ship"),
        pl.col("zone_no").is_not_null(),
        (pl.col("asked_service") != "SHIP_TO_STORE")
        | (has_counter & pl.col("has_address")),
    )
    is_laid_out = pl.all_horizontal(
        has_counter,
        pl.col("node_id") == pl.col("asked_store"),
        pl.col("service_code") == "PICK_UP",
        pl.col("door_date") == pl.col("ship_date"),
    )
    way = pl.when(is_handed_over()).then(is_laid_out).otherwise(is_sent)
    is_right = pl.col("is_ship_day") & channel & way
    return on_days.select(verdict(["line_id", "node_id"], ~is_right))


def _within_shipments(d: Decided) -> pl.DataFrame:
    orders = d.allocations.group_by("order_id").agg(pl.col("node_id").n_unique())
    over = pl.col("node_id") > d.max_shipments
    return orders.select(verdict(["order_id"], over))


def _complete(d: Decided) -> pl.DataFrame:
    given = d.allocations.group_by("line_id").agg(pl.col("qty").sum())
    orders = (
        d.demand.filter(pl.col("is_ship_complete"))
        .join(given, on="line_id", how="left")
        .group_by("order_id")
        .agg(pl.col("open_qty").sum(), pl.col("qty").fill_null(0).sum())
    )
    is_partial = (pl.col("qty") > 0) & (pl.col("qty") < pl.col("open_qty"))
    return orders.select(verdict(["order_id"], is_partial))


def _whole(d: Decided) -> pl.DataFrame:
    """What a kit's components lack is the same number of kits, or all they wait for."""
    given = d.allocations.group_by("line_id").agg(given=pl.col("qty").sum())
    parts = (
        d.demand.filter(pl.col("kit_line_id").is_not_null())
        .join(given, on="line_id", how="left")
        .with_columns(lack=pl.col("open_qty") - pl.col("given").fill_null(0))
    )
    kits = (pl.col("lack") + pl.col("kit_qty") - 1) // pl.col("kit_qty")
    lacking = kits.max().over("kit_line_id") * pl.col("kit_qty")
    wrong = pl.col("lack") != pl.min_horizontal("open_qty", lacking)
    return parts.select(verdict(["line_id"], wrong))
