"""The certificate: an independent check of what was allocated.

Shares no code with the solver: it reads the tables that went in and the
tables that came out, and adds up. Each check is one row of PROOFS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import polars as pl

from transforms.allocation.bound import (
    MILLI,
    Sourced,
    bound_milli,
    certificate,
    compromises,
)
from transforms.allocation.certify_days import (
    CARRIED,
    SHIPPED,
    Days,
    door_days,
    ship_days,
)
from transforms.allocation.certify_rules import broken_rules
from transforms.allocation.certify_waiting import (
    expired_checks,
    group_checks,
    held_checks,
    horizon_checks,
    release_checks,
)
from transforms.allocation.contest import contest
from transforms.contracts.decisions import (
    EXPIRED_BACKORDERS,
    PROOFS,
    SHELF_LIFE_LIMITS,
)
from transforms.contracts.decisions.allocation import BUSINESS_CLASSES
from transforms.contracts.gold import DIM_STOCK_WORTHS
from transforms.contracts.table import conform

EXAMPLES = 3
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BARRED = [
    *("LEFT_AS_IT_IS", "RESERVE_LATER", "PREORDER", "HELD_WITH"),
    *("NODE_CLOSED", "CHANNEL_NOT_SERVED", "NO_LANE", "REFUSED_BEFORE"),
    *("NODE_STOPPED", "PINNED_ELSEWHERE", "NO_CAPACITY", "TOO_OLD"),
    *("NOT_CAPABLE", "OTHER_STORE", "STORE_TAKES_NO_ORDERS", "NODE_RULE"),
]
"""Rules for which a line could not use a node's eaches, however many there are."""


TAKEN = ["unit_qty", "shipment_qty", "line_qty"]
IS_OFF = ["is_halved", "is_uneven"]


@dataclass(frozen=True)
class Decided:
    """What is to be certified.

    Args:
        demand: OPEN_DEMAND.
        supply: AVAILABLE_TO_PROMISE.
        nodes: DIM_NODES.
        lanes: DIM_LANES.
        rates: DIM_RATES.
        load: LOAD before the run.
        allocations: ALLOCATIONS of the run.
        backorders: BACKORDERS of the run.
        trace: DECISION_TRACE of the run.
        max_shipments: nodes an order may use.
        holds: LINE_HOLDS that have not ended.
        prices: ALLOCATION_PRICES of the run.
        floors: ORDER_FLOORS of the run.
        limits: SHELF_LIFE_LIMITS.
        fairness: what the policy promises about scarce eaches.
        days: what is said of days.
        expired: EXPIRED_BACKORDERS of the run.
        horizons: channel → days before the wanted date that an order takes eaches.
        worths: DIM_STOCK_WORTHS.
        node_rules: of the policy: which nodes may send what.
    """

    demand: pl.DataFrame
    supply: pl.DataFrame
    nodes: pl.DataFrame
    lanes: pl.DataFrame
    rates: pl.DataFrame
    load: pl.DataFrame
    allocations: pl.DataFrame
    backorders: pl.DataFrame
    trace: pl.DataFrame
    max_shipments: int
    holds: pl.DataFrame
    prices: pl.DataFrame
    floors: pl.DataFrame
    limits: pl.DataFrame = field(default_factory=SHELF_LIFE_LIMITS.empty)
    fairness: str = "strict"
    days: Days = field(default_factory=Days)
    expired: pl.DataFrame = field(default_factory=EXPIRED_BACKORDERS.empty)
    horizons: Mapping[str, int] = field(default_factory=dict)
    worths: pl.DataFrame = field(default_factory=DIM_STOCK_WORTHS.empty)
    node_rules: Sequence[Mapping[str, Any]] = ()

    @property
    def sourced(self) -> Sourced:
        """What the proof of the cost is about."""
        return Sourced(self.allocations, self.prices, self.floors)

    @cached_property
    def unserved(self) -> pl.DataFrame:
        """``line_id, order_id, sku_id, qty, reason_code`` of what got nothing."""
        names = ["line_id", "order_id", "sku_id", "qty", "reason_code"]
        return pl.concat([self.backorders.select(names), self.expired.select(names)])

    @cached_property
    def contested(self) -> pl.DataFrame:
        """CONTEST: what it cost at most that not cost alone decided who got eaches."""
        return contest(
            self.demand,
            self.supply,
            self.nodes,
            self.lanes,
            self.rates,
            self.allocations,
            self.unserved,
            self.trace,
        )

    def certificate(self, as_of: datetime) -> pl.DataFrame:
        """ALLOCATION_CERTIFICATES of the run, without ``run_id``."""
        return certificate(self.sourced, self.fairness, self.contested, as_of)


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
        "cost_parts_make_total": _parts(decided),
        "order_cost_is_what_is_paid": _paid(decided),
        **_told(decided),
        **_promised(decided),
        "demand_order_by_class": _classed(decided),
        "skipped_lines_got_nothing": _skipped(decided),
        "contested_eaches_cost_their_least": _contested(decided),
        "priced_supply_is_what_there_was": _supplied(decided),
        "no_order_costs_less_than_its_floor": _floored(decided),
        "no_floor_is_above_a_known_plan": _known(decided),
        "cost_above_the_bound_is_explained": _explained(decided),
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


def _verdict(subject: list[str], is_wrong: pl.Expr) -> list[pl.Expr]:
    return [
        pl.concat_str(subject, separator=" ").alias("subject"),
        is_wrong.alias("is_wrong"),
    ]


def _by_rules(d: Decided) -> pl.DataFrame:
    told = broken_rules(d.allocations, d.demand, d.nodes, d.lanes, d.node_rules)
    return told.select(_verdict(["line_id", "node_id"], pl.col("is_wrong")))


def _loose(d: Decided) -> pl.DataFrame:
    return d.allocations.filter(pl.col("kit_line_id").is_null())


def _as_sent(d: Decided) -> pl.DataFrame:
    """ALLOCATIONS with ``grams`` of one, kits that lie packed as what the node takes.

    Of each such kit one row, of its own SKU, under the first of its lines.
    """
    kit = ["kit_line_id", "node_id", "order_id", "ship_date", "service_code"]
    grams = d.demand.select("line_id", "grams")
    weighed = d.allocations.join(grams, on="line_id", how="left")
    packed = weighed.filter(pl.col("kit_line_id").is_not_null())
    kits = packed.group_by(kit).agg(
        pl.col("line_id").min(),
        pl.col("packed_in").first().alias("sku_id"),
        (pl.col("qty") // pl.col("kit_qty")).max(),
        (pl.col("grams") * pl.col("kit_qty")).sum(),
        pl.col("freight_minor", "processing_minor", "worth_minor").sum(),
    )
    loose = weighed.filter(pl.col("kit_line_id").is_null())
    return pl.concat([loose.select(kits.columns), kits])


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
    return told.select(_verdict(kit, is_lacking | pl.any_horizontal(IS_OFF)))


def _within_supply(d: Decided) -> pl.DataFrame:
    used = _as_sent(d).group_by("node_id", "sku_id").agg(pl.col("qty").sum())
    cells = used.join(d.supply, on=["node_id", "sku_id"], how="left")
    over = pl.col("qty") > pl.col("atp_qty").fill_null(0)
    return cells.select(_verdict(["node_id", "sku_id"], over))


def _within_shelf_life(d: Decided) -> pl.DataFrame:
    """Who wants lots as fresh as a channel does, or fresher, has what is so fresh."""
    keys = ["node_id", "sku_id"]
    limits = d.limits.filter(pl.col("aged_qty") < 0)
    given = _as_sent(d).join(d.demand.select("line_id", "channel_id"), on="line_id")
    wanted = given.join(
        limits.select(*keys, "channel_id", own_days="days"), on=[*keys, "channel_id"]
    )
    used = (
        limits.join(wanted.select(*keys, "own_days", "qty"), on=keys, how="left")
        .group_by(*keys, "channel_id", "usable_qty")
        .agg(used=pl.col("qty").filter(pl.col("own_days") >= pl.col("days")).sum())
    )
    over = pl.col("used") > pl.col("usable_qty")
    return used.select(_verdict([*keys, "channel_id"], over))


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
    return sums.select(_verdict(["line_id"], total != pl.col("open_qty")))


def _within_capacity(d: Decided) -> pl.DataFrame:
    used = (
        _as_sent(d)
        .group_by("node_id", local_date="ship_date")
        .agg(
            units=pl.col("qty").sum(),
            shipments=pl.col("order_id").n_unique(),
            lines=pl.len(),
        )
    )
    taken = d.load.group_by("node_id", "local_date").agg(pl.col(TAKEN).sum())
    days = _with_room(used, d, "local_date").join(
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
        _verdict(["node_id", "local_date"], over | too_many)
    )


def _with_room(rows: pl.DataFrame, d: Decided, day: str) -> pl.DataFrame:
    """With what the row's node takes a day; eaches as its own calendar says."""
    caps = [f"daily_capacity_{of}" for of in ("units", "shipments", "lines")]
    own = d.days.own.select(
        "node_id", pl.col("calendar_date").alias(day), "capacity_qty"
    )
    told = rows.join(d.nodes.select("node_id", *caps), on="node_id", how="left").join(
        own, on=["node_id", day], how="left"
    )
    return told.with_columns(
        daily_capacity_units=pl.coalesce("capacity_qty", "daily_capacity_units")
    )


def _free(d: Decided) -> pl.DataFrame:
    held = d.holds.select("line_id", is_held=pl.lit(value=True)).unique()
    lines = d.allocations.select("line_id").join(held, on="line_id", how="left")
    return lines.select(_verdict(["line_id"], pl.col("is_held").is_not_null()))


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
    is_handed_over = _is_handed_over()
    way = pl.when(is_handed_over).then(is_laid_out).otherwise(is_sent)
    is_right = pl.col("is_ship_day") & channel & way
    return on_days.select(_verdict(["line_id", "node_id"], ~is_right))


def _is_handed_over() -> pl.Expr:
    """No carrier takes it: it is picked up, or lies at the store it is to go to."""
    is_its_store = (pl.col("asked_store") == pl.col("node_id")).fill_null(value=False)
    return (pl.col("asked_service") == "PICK_UP") | is_its_store


def _within_shipments(d: Decided) -> pl.DataFrame:
    orders = d.allocations.group_by("order_id").agg(pl.col("node_id").n_unique())
    over = pl.col("node_id") > d.max_shipments
    return orders.select(_verdict(["order_id"], over))


def _complete(d: Decided) -> pl.DataFrame:
    given = d.allocations.group_by("line_id").agg(pl.col("qty").sum())
    orders = (
        d.demand.filter(pl.col("is_ship_complete"))
        .join(given, on="line_id", how="left")
        .group_by("order_id")
        .agg(pl.col("open_qty").sum(), pl.col("qty").fill_null(0).sum())
    )
    is_partial = (pl.col("qty") > 0) & (pl.col("qty") < pl.col("open_qty"))
    return orders.select(_verdict(["order_id"], is_partial))


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
    return parts.select(_verdict(["line_id"], wrong))


def _parts(d: Decided) -> pl.DataFrame:
    total = (
        pl.col("freight_minor")
        + pl.col("processing_minor")
        + pl.col("split_minor")
        + pl.col("lateness_minor")
        + pl.col("worth_minor")
    )
    wrong = total != pl.col("total_minor")
    return d.allocations.select(_verdict(["line_id", "node_id"], wrong))


def _paid(d: Decided) -> pl.DataFrame:
    """Freight and processing per shipment, from lanes and rates again."""
    lines = d.demand.select(
        *("line_id", "region_code"),
        asked_service="service_code",
        asked_store="pickup_node_id",
    )
    freight = ("base_minor", "per_kg_minor")
    rated = (
        _as_sent(d)
        .join(lines, on="line_id", how="left")
        .join(d.lanes, on=["region_code", "node_id"], how="left")
        .join(d.rates, on=["service_code", "zone_no"], how="left")
        .with_columns(
            pl.when(_is_handed_over()).then(0).otherwise(pl.col(freight)).name.keep()
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
    return rated.select(_verdict(["order_id", "node_id"], wrong))


def _told(d: Decided) -> dict[str, pl.DataFrame]:
    """What eaches would have earned where they lay; nothing where nobody says so."""
    if d.worths.is_empty() and not d.allocations["worth_minor"].sum():
        return {}
    cell = ["node_id", "sku_id"]
    told = d.worths.select(*cell, each="worth_minor")
    taken = _as_sent(d).join(told, on=cell, how="left")
    wrong = pl.col("worth_minor") != pl.col("each").fill_null(0) * pl.col("qty")
    return {
        "worth_is_what_was_told": taken.select(_verdict(["line_id", "node_id"], wrong))
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
    return ranks.select(_verdict(["line_id"], wrong))


def _skipped(d: Decided) -> pl.DataFrame:
    """What its class leaves as it is got nothing."""
    skipped = d.demand.filter(business_class="SKIP").select("line_id")
    given = d.allocations.select("line_id", is_given=pl.lit(value=True)).unique()
    lines = skipped.join(given, on="line_id", how="left")
    return lines.select(_verdict(["line_id"], pl.col("is_given").is_not_null()))


def _contested(d: Decided) -> pl.DataFrame:
    """The least that contested eaches could cost is no more than what they did."""
    wrong = pl.col("contested_cost_minor") < pl.col("contested_least_minor")
    return d.contested.select(_verdict(["contested_sku_count"], wrong))


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
    later = _as_sent(d).select("line_id", "node_id", "sku_id").join(ranks, on="line_id")
    last = later.group_by("sku_id", "node_id").agg(pl.col("demand_rank").max())
    gone = short.join(usable, on="line_id").join(
        last, on=["sku_id", "node_id"], how="inner", suffix="_served"
    )
    overtaken = gone.filter(pl.col("demand_rank_served") > pl.col("demand_rank"))
    is_wrong = pl.col("line_id").is_in(overtaken["line_id"].unique().to_list())
    return short.select(_verdict(["line_id"], is_wrong))


def _supplied(d: Decided) -> pl.DataFrame:
    """What has a price is the stock that could be promised, or the room of a day.

    A shipment has a line at least: there are no more than lines that may be picked.
    """
    taken = d.load.group_by("node_id", ship_date="local_date").agg(pl.col(TAKEN).sum())
    rows = (
        _with_room(d.prices, d, "ship_date")
        .join(d.supply, on=["node_id", "sku_id"], how="left")
        .join(taken, on=["node_id", "ship_date"], how="left")
    )
    units = pl.col("daily_capacity_units") - pl.col("unit_qty").fill_null(0)
    shipments = pl.col("daily_capacity_shipments") - pl.col("shipment_qty").fill_null(0)
    lines = pl.col("daily_capacity_lines") - pl.col("line_qty").fill_null(0)
    there = (
        pl.when(resource="stock")
        .then("atp_qty")
        .when(resource="unit")
        .then(units)
        .otherwise(pl.min_horizontal(shipments, lines))
        .clip(0)
    )
    wrong = pl.col("supply_qty") != there
    return rows.select(_verdict(["resource", "node_id", "sku_id"], wrong))


def _floored(d: Decided) -> pl.DataFrame:
    orders = compromises(d.sourced)
    return orders.select(_verdict(["order_id"], pl.col("compromise_milli") < 0))


def _known(d: Decided) -> pl.DataFrame:
    """No floor is above what the trace says of an order of one line.

    It could go whole from any node that had it, whatever the solver planned.
    """
    alone = d.demand.filter(pl.len().over("order_id") == 1)
    orders = d.floors.join(
        alone.select("order_id", "line_id", "sku_id", "open_qty"), on="order_id"
    )
    whole = (
        d.trace.filter(
            pl.col("failed_rules") == "", pl.col("total_minor").is_not_null()
        )
        .join(orders, on="line_id")
        .join(_loose(d).group_by("line_id").agg(pl.col("qty").sum()), on="line_id")
        .filter(pl.col("qty") == pl.col("open_qty"), pl.col("atp_qty") >= pl.col("qty"))
    )
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
    return whole.select(_verdict(["order_id", "node_id"], wrong))


def _explained(d: Decided) -> pl.DataFrame:
    """Cost less bound is what orders paid above their floors and what stayed."""
    told = d.certificate(EPOCH)
    bound = bound_milli(d.sourced)
    parts = pl.sum_horizontal("compromise_milli", "stranded_milli", "idle_milli")
    above = pl.col("cost_minor") * MILLI - bound
    return told.select(
        _verdict(["order_count"], (above < 0) | (above != parts)),
    )
