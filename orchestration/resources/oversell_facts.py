"""Gathering what oversells are explained by, from the lake as it stands."""

from __future__ import annotations

from orchestration.resources.house import House
from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    NODE_CONFIDENCE,
    STOCK_VARIANCES,
)
from transforms.contracts.gold import FCT_RECEIPTS
from transforms.reconciliation.oversells import FOUND, MISSING, OversellFacts

MISSED = """
    select e.event_id, coalesce(e.line_id, l.line_id) as line_id, e.node_id,
        coalesce(e.sku_id, l.sku_id) as sku_id, e.qty, e.reason_code,
        e.event_at as missed_at
    from lake.gold.fct_order_events as e
    left join lake.instructions.instruction_lines as l
        on l.instruction_id = e.instruction_id
        and l.instruction_line_ref = e.instruction_line_ref
    where e.event_type in ('SHORT', 'REJECTED') and e.qty > 0
        and list_contains($reasons, e.reason_code)
    union all
    select e.event_id, e.line_id, e.node_id,
        coalesce(kits.kit_sku_id, e.sku_id) as sku_id,
        ceil(e.qty / coalesce(kits.kit_qty, 1))::bigint as qty,
        e.reason_code, e.event_at
    from lake.decisions.own_events as e
    left join lake.gold.fct_order_lines as kits
        on e.line_id = kits.line_id and e.reason_code = 'KIT_LOST'
    where e.event_type = 'DEALLOCATED' and list_contains($reasons, e.reason_code)
"""
PROMISED = """
    select line_id, node_id, event_at as promised_at from lake.decisions.own_events
    where event_type = 'ALLOCATED' and line_id in (select line_id from missed)
"""
UNITS = """
    select distinct sku_id, eaches from lake.silver.int_units_of_measure__deduplicated
    where eaches > 1 and sku_id in (select sku_id from missed)
"""
KITS_LEFT = """
    with kits as (
        select distinct kit_sku_id, component_sku_id as sku_id, qty
        from lake.silver.int_kit_components__deduplicated
        where component_sku_id in (select sku_id from missed)
    )
    select left_.node_id, kits.sku_id, kits.kit_sku_id, kits.qty, left_.event_at as "at"
    from lake.decisions.unit_postings as left_
    inner join kits on left_.sku_id = kits.kit_sku_id
    where left_.movement_type = 'SHIPMENT' and left_.account = 'ON_HAND'
        and left_.node_id in (select node_id from missed)
"""
MINE = "(node_id, sku_id) in (select (node_id, sku_id) from missed)"


def oversell_facts(house: House) -> OversellFacts:
    """Every each that was missed, and the books around it."""
    lake = house.lake
    with lake.one_snapshot():
        missed = lake.query(MISSED, {"reasons": list(MISSING)}).select(FOUND)
        with lake.holding(missed=missed):
            return OversellFacts(
                missed=missed,
                promised=lake.query(PROMISED),
                counts=lake.read(NODE_CONFIDENCE),
                receipts=lake.read(FCT_RECEIPTS, MINE),
                variances=lake.read(STOCK_VARIANCES, MINE),
                cancels=lake.read(CANCEL_REQUESTS, MINE),
                units=lake.query(UNITS),
                kits_left=lake.query(KITS_LEFT),
            )
