"""Gathering what demand order and allocation read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.gate_facts import gates_of_run
from orchestration.resources.house import House
from orchestration.resources.line_facts import refusals_apart, why_given_up
from orchestration.resources.lot_facts import shelf_life_of
from orchestration.resources.pins import pins_on
from orchestration.resources.reach import MAY_BE_OPEN, ordered_since
from transforms.allocation.allocate import Allocation, Inputs
from transforms.allocation.dates import committed_load
from transforms.allocation.eligible import refusals_from
from transforms.allocation.expiry import SINCE
from transforms.allocation.gates import with_stops
from transforms.allocation.pins import PINS
from transforms.availability.promise_curve import on_the_shelf, still_to_come
from transforms.availability.rules import DOCK_TO_STOCK
from transforms.availability.waterfall import days_by_rule
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    OPEN_DEMAND,
)
from transforms.contracts.gold import (
    DIM_LANES,
    DIM_NODE_CALENDARS,
    DIM_NODES,
    DIM_PRODUCTS,
    DIM_RATES,
    DIM_STOCK_WORTHS,
    FCT_EXPECTED_RECEIPTS,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
    FCT_ORDERS,
)
from transforms.lifecycle.resolve import EVENT_SCHEMA

CAME = """
    select po_ref, node_id, sku_id, sum(qty)::bigint as qty
    from lake.gold.fct_receipts
    where po_ref in (select po_ref from expected)
    group by all
"""

TOLD_DATES = """
    select line_id, min(expected_date) as told_date from lake.decisions.backorders
    where as_of >= $1 and run_id <> $2 and expected_date is not null
        and line_id in (select line_id from waiting)
    group by line_id order by line_id
"""

WAITS_SINCE = """
    select line_id, max(since_at) as since_at from (
        select line_id, event_at as since_at from lake.gold.fct_order_events
        where event_at >= $1 and event_type = 'AMENDED' and qty > 0
            and line_id in (select line_id from waiting)
        union all
        select line_id, ended_at from lake.decisions.line_holds
        where ended_at is not null and line_id in (select line_id from waiting)
    ) group by line_id order by line_id
"""
"""When more of a line was asked for, or its last hold ended."""

OF_ORDERS = "order_id in (select order_id from waiting)"
OF_LINES = "line_id in (select line_id from waiting)"
REFUSED = """source_rank > 50 and qty > 0 and event_at >= $1
    and event_type in ('REJECTED', 'SHORT', 'CANCEL_ACK')
    and (event_at >= $2 or reason_code is distinct from 'UNREAD')"""
"""What nodes refused, shorted and gave up; what they never read counts for less."""

LOAD_DAYS = 2
"""Instructions older than this no longer fill a node's day."""


class Waiting(NamedTuple):
    """What the queue is made of; the arguments of ``open_demand`` by their names."""

    line_buckets: pl.DataFrame
    orders: pl.DataFrame
    order_lines: pl.DataFrame
    products: pl.DataFrame
    told: pl.DataFrame
    held: pl.DataFrame


HELD_OF_ORDERS = f"""
    select line_id, buckets.order_id, keep_together, kit_line_id, held_qty
    from lake.decisions.line_buckets as buckets
    inner join (
        select line_id, keep_together, kit_line_id from lake.gold.fct_order_lines
        where ordered_at >= $1
            and order_id in (select order_id from waiting)
    ) as lines using (line_id)
    where {MAY_BE_OPEN} and held_qty > 0
        and buckets.order_id in (select order_id from waiting)
    order by line_id
"""  # noqa: S608 our own names


def waiting_lines(
    house: House,
) -> Waiting:
    """Buckets, orders, order lines, products, dates told and holds of lines that wait.

    Empty before the cut-over: a house that takes over from another system
    decides nothing in the run that loads its history.
    """
    lake = house.lake
    waits = "pending_qty + backordered_qty + preordered_qty > 0"
    condition = f"{MAY_BE_OPEN} and {waits}"
    buckets = lake.read(LINE_BUCKETS, condition if may_decide(house) else "false")
    waiting = buckets.select("line_id", "order_id", "sku_id").unique()
    since = [ordered_since(house, waiting)]
    kits = f"""{OF_LINES} or kit_line_id in (
        select kit_line_id from lake.gold.fct_order_lines
        where ordered_at >= $1 and {OF_LINES})
        or line_id in (
        select substitutes_line_id from lake.gold.fct_order_lines
        where ordered_at >= $1 and {OF_LINES})"""  # noqa: S608 our own names
    with lake.holding(waiting=waiting):
        held = lake.query(HELD_OF_ORDERS, since)
        return Waiting(
            buckets,
            lake.read(FCT_ORDERS, f"ordered_at >= ? and {OF_ORDERS}", since),
            lake.read(FCT_ORDER_LINES, f"ordered_at >= $1 and ({kits})", since),
            lake.read(DIM_PRODUCTS, "sku_id in (select sku_id from waiting)"),
            # Last: it lets go of the lines that wait.
            told_dates(house, waiting, *since),
            held,
        )


def told_dates(house: House, waiting: pl.DataFrame, since: datetime) -> pl.DataFrame:
    """``line_id, told_date``: the earliest date that a run before told of each line.

    Args:
        house: the run at hand.
        waiting: lines that wait.
        since: none of them was ordered before.
    """
    with house.lake.holding(waiting=waiting):
        return house.lake.query(TOLD_DATES, [since, house.run.run_id])


def clear_queue(house: House) -> None:
    """Remove the last run's queue: open demand is of one run."""
    with house.lake.transaction("decisions/open_demand", house.run.message):
        house.lake.execute("delete from lake.decisions.open_demand")


def allocate_open_demand(house: House) -> Allocation:
    """Gather the frozen inputs and allocate."""
    return allocation_inputs(house).decide()


def allocation_inputs(
    house: House, also: pl.Series | None = None, *, is_what_if: bool = False
) -> Inputs:
    """What the run at hand decides its allocation on.

    Args:
        house: with the run.
        also: SKUs whose supply is wanted beside that of the SKUs in the queue.
        is_what_if: other rules than the run's may ask for what its own do not.
    """
    lake, as_of = house.lake, house.run.as_of
    today = business_date_of(as_of, house.policies.company_zone)
    demand = lake.read(OPEN_DEMAND)
    kits = demand.select(sku_id="kit_sku_id").drop_nulls()
    others = pl.DataFrame({"sku_id": [] if also is None else also}, kits.schema)
    skus = pl.concat([demand.select("sku_id"), kits, others]).unique()
    with lake.holding(asked=skus):
        supply = lake.read(AVAILABLE_TO_PROMISE, "sku_id in (select sku_id from asked)")
        limits = shelf_life_of(house, "sku_id in (select sku_id from asked)")
        expected = lake.read(
            FCT_EXPECTED_RECEIPTS, "sku_id in (select sku_id from asked)"
        )
    return Inputs(
        demand,
        supply,
        with_stops(lake.read(DIM_NODES), gates_of_run(house)),
        lake.read(DIM_LANES),
        lake.read(DIM_RATES),
        load_before(house),
        young_refusals(house),
        receipts_to_come(house, expected),
        house.policies.allocation,
        as_of,
        limits,
        pins_on(lake, demand, today).select(PINS.names()),
        lake.read(DIM_NODE_CALENDARS),
        waits_since(house, demand, is_what_if=is_what_if),
        lake.read(DIM_STOCK_WORTHS),
    )


def waits_since(
    house: House, demand: pl.DataFrame, *, is_what_if: bool
) -> pl.DataFrame:
    """SINCE of the lines in the queue, where a rule asks how long they have waited."""
    oldest = demand["ordered_at"].min()
    is_asked = is_what_if or house.policies.allocation.backorder_cancel_days
    if not is_asked or oldest is None:
        return SINCE.to_frame()
    with house.lake.holding(waiting=demand.select("line_id")):
        return house.lake.query(WAITS_SINCE, [oldest])


def may_decide(house: House) -> bool:
    """Whether the system before has handed over by now."""
    cut = house.lake.query(
        "select max(cut_at) as at from lake.gold.fct_opening_stock"
    ).item()
    return cut is None or house.run.as_of > cut


def receipts_to_come(house: House, expected: pl.DataFrame) -> pl.DataFrame:
    """FCT_EXPECTED_RECEIPTS less what came, by the day they will be on the shelf."""
    left = still_to_come(expected, _came_for(house, expected))
    today = business_date_of(house.run.as_of, house.policies.company_zone)
    with house.lake.holding(asked=left.select("sku_id").unique()):
        products = house.lake.read(DIM_PRODUCTS, "sku_id in (select sku_id from asked)")
    nodes, policy = house.lake.read(DIM_NODES), house.policies.availability
    days = days_by_rule(DOCK_TO_STOCK, left, nodes, products, policy, today)
    return on_the_shelf(left, days, today)


def _came_for(house: House, expected: pl.DataFrame) -> pl.DataFrame:
    """What came so far of the purchase orders of FCT_EXPECTED_RECEIPTS rows."""
    with house.lake.holding(expected=expected.select("po_ref").unique()):
        return house.lake.query(CAME)


def load_before(house: House) -> pl.DataFrame:
    """What instructions of earlier runs already ask of each node and day."""
    since = house.run.as_of.date() - timedelta(days=LOAD_DAYS)
    orders = house.lake.read(
        FULFILMENT_ORDERS,
        "ship_by_date >= ? and run_id <> ?",
        [since, house.run.run_id],
    )
    return committed_load(orders, _lines_of(house, orders))


def _lines_of(house: House, orders: pl.DataFrame) -> pl.DataFrame:
    with house.lake.holding(asked=orders.select("instruction_id").unique()):
        return house.lake.read(
            INSTRUCTION_LINES,
            "instruction_id in (select instruction_id from asked)",
        )


def young_refusals(house: House) -> pl.DataFrame:
    """Refusals that still count: ``line_id, node_id, refused_at``.

    What a node gave up without having been asked to is one, too.
    """
    policy, as_of = house.policies.allocation, house.run.as_of
    since, read = (
        as_of - timedelta(days=days)
        for days in (policy.penalty_box_days, policy.unread_box_days)
    )
    events = house.lake.read(
        FCT_ORDER_EVENTS, REFUSED, [since, read], EVENT_SCHEMA.names()
    )
    refused = refusals_apart(why_given_up(house, events))
    with house.lake.holding(
        named=refused.select("instruction_id").drop_nulls().unique()
    ):
        orders = house.lake.read(
            FULFILMENT_ORDERS, "instruction_id in (select instruction_id from named)"
        )
    return refusals_from(refused, _lines_of(house, orders), orders)
