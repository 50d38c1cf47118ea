"""Gathering instructions and what nodes and carriers said of them.

Cost follows what arrived: instructions that were sent by this run, or that a new
document names.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.line_facts import cut_over, refusals_apart, why_given_up
from orchestration.resources.reach import OF_INSTRUCTIONS, opened, ordered_since
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    RECONCILED_PARCELS,
    RECONCILED_SHIPMENTS,
)
from transforms.contracts.gold import (
    FCT_ACKNOWLEDGEMENTS,
    FCT_ORDER_EVENTS,
    FCT_ORDER_LINES,
)
from transforms.contracts.table import Table
from transforms.lifecycle.resolve import as_events, resolve
from transforms.reconciliation.acknowledgements import ACKS, acknowledged
from transforms.reconciliation.parcels import confirmed_parcels, reconcile_parcels
from transforms.reconciliation.shipments import doubles, reconcile_shipments

TOUCHED = """
    select instruction_id from lake.gold.fct_order_events
    where landing_id > $1 and instruction_id is not null
    union select instruction_id from lake.instructions.instruction_lines
    where run_id = $2
    union select f.instruction_id from lake.instructions.fulfilment_orders as f
    inner join lake.gold.fct_acknowledgements as a
        on a.partner_id = f.partner_id and a.interchange_ref = f.control_ref
    where a.landing_id > $1
"""
CONFIRMED = "lake.silver.stg_shipment_confirmations"
TOLD_PARCELS = f"""
    select distinct tracking_ref from {CONFIRMED}
    where tracking_ref is not null
        and instruction_id in (select instruction_id from touched)
"""  # noqa: S608 our own names
BESIDE = f"""
    select instruction_id from touched
    union select instruction_id from {CONFIRMED}
    where tracking_ref in (select tracking_ref from parcels)
"""  # noqa: S608 our own names
SCANS = "lake.silver.int_tracking_events__deduplicated"
MINE = "instruction_id in (select instruction_id from touched)"
ANSWERS = f"{OF_INSTRUCTIONS} and {MINE}"
"""What was said about instructions."""

LEAVING = ("SHIPPED", "SUBSTITUTED_BY_NODE")
"""What is in parcels."""

TOUCHED_PARCELS = f"""
    select tracking_ref from {SCANS} where landing_id > $1
    union select tracking_ref from lake.decisions.reconciled_parcels
    where next_at <= $2
"""  # noqa: S608 our own names
SENT_TOO_MUCH = """
    select distinct instruction_id from lake.gold.fct_order_events
    where event_id in (
        select event_id from lake.decisions.event_verdicts
        where verdict = 'OVERSHIPPED'
            or verdict = 'ILLEGAL' and event_type = 'SUBSTITUTED_BY_NODE')
"""
PROMISES = """
    select line_id, max(promise_date) as promise_date from lake.decisions.allocations
    where line_id in (select line_id from named) group by line_id
"""
SOLD = (
    "line_id",
    "order_id",
    "currency_code",
    "ordered_qty",
    "line_amount_minor",
    "discount_minor",
    "tax_minor",
)
OF_PARCELS = "tracking_ref in (select tracking_ref from parcels)"

Written = dict[Table, pl.DataFrame]


def reconcile_sent(house: House) -> Written:
    """Rows of every instruction and parcel that this run heard of."""
    lake, run = house.lake, house.run
    with lake.one_snapshot():
        told_parcels, touched = _touched(house)
        with lake.holding(touched=touched):
            lines = lake.read(INSTRUCTION_LINES, MINE)
            told = _told(lake.read(FULFILMENT_ORDERS, MINE), lake)
        answers = answers_to(house, touched, lines)
        confirmed, scans = _parcels(house, answers, told_parcels)
        cut = cut_over(house)
    parcels = reconcile_parcels(confirmed, scans, run.as_of, house.policies.parcels)
    rows = {
        RECONCILED_SHIPMENTS: run.stamped(
            reconcile_shipments(lines, answers, told, cut)
        ),
        RECONCILED_PARCELS: run.stamped(parcels),
    }
    with lake.transaction("decisions/reconciled_shipments", run.message):
        # What nobody says left any more, and no carrier saw, is no parcel.
        lake.remove(
            RECONCILED_PARCELS,
            told_parcels.join(parcels, on="tracking_ref", how="anti"),
        )
        for table, found in rows.items():
            lake.merge(table, found)
    return rows


def _touched(house: House) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parcels of instructions heard of, and all instructions with eaches in one."""
    lake, run = house.lake, house.run
    heard = lake.query(TOUCHED, [run.since, run.run_id])
    with lake.holding(touched=heard):
        parcels = lake.query(TOLD_PARCELS)
        with lake.holding(parcels=parcels):
            return parcels, lake.query(BESIDE)


def _told(orders: pl.DataFrame, lake: Lakehouse) -> pl.DataFrame:
    """When nodes were told, and what they acknowledged of it."""
    with lake.holding(told=orders.select("partner_id", "control_ref").unique()):
        heard = acknowledged(orders, lake.read(FCT_ACKNOWLEDGEMENTS, ACKS))
    said = heard.select("instruction_id", "status_code", "acknowledged_at")
    told = orders.select(
        "instruction_id", told_at=pl.coalesce("corrected_at", "released_at")
    )
    return told.join(said, on="instruction_id", how="left")


def _parcels(
    house: House, answers: pl.DataFrame, told: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parcels told now, or confirmed before and scanned now, and all their scans."""
    lake, run = house.lake, house.run
    shipped = answers.filter(pl.col("event_type").is_in(LEAVING))
    named = shipped.select("line_id").drop_nulls().unique()
    with lake.holding(named=named):
        lines = lake.read(
            FCT_ORDER_LINES,
            "ordered_at >= ? and line_id in (select line_id from named)",
            [ordered_since(house, named)],
            SOLD,
            is_ordered=False,
        )
        promises = lake.query(PROMISES)
    fresh = confirmed_parcels(shipped, lines, promises).join(
        told, on="tracking_ref", how="semi"
    )
    moved = lake.query(TOUCHED_PARCELS, [run.since, run.as_of])
    with lake.holding(parcels=pl.concat([told, moved]).unique()):
        known = lake.read(
            RECONCILED_PARCELS, f"{OF_PARCELS} and shipped_at is not null"
        ).select(fresh.columns)
        scans = lake.query(f"select * from {SCANS} where {OF_PARCELS}")  # noqa: S608 our own names
    before = known.join(told, on="tracking_ref", how="anti")
    return pl.concat([fresh.cast(known.schema), before]), scans


def answers_to(
    house: House, touched: pl.DataFrame, lines: pl.DataFrame
) -> pl.DataFrame:
    """Events about the instructions of ``touched``, with their lines' SKU."""
    with house.lake.holding(touched=touched):
        said = house.lake.read(FCT_ORDER_EVENTS, ANSWERS, is_ordered=False)
    events = pl.concat([said, opened(house, touched)])
    skus = lines.select("line_id", line_sku_id="sku_id").unique("line_id")
    resolved = resolve(as_events(events), lines).events
    found = refusals_apart(why_given_up(house, resolved))
    return found.with_columns(effective_at="event_at").join(
        skus, on="line_id", how="left"
    )


def told_twice(house: House) -> pl.DataFrame:
    """``event_id`` of confirmations that say one shipment again, also of old ones."""
    lake = house.lake
    with lake.holding(touched=lake.query(SENT_TOO_MUCH)):
        left = f"list_contains(?, event_type) and {MINE}"
        events = lake.read(FCT_ORDER_EVENTS, left, [list(LEAVING)], is_ordered=False)
    return doubles(events)
