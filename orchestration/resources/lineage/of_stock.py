"""Figures of stock: balances are postings, and a posting is a document's line."""

from __future__ import annotations

from orchestration.resources.lineage.metric import Metric, filled, landed, summed
from transforms.contracts.decisions import STOCK_POSITIONS
from transforms.ledger.positions import PROMISED

POSITIONS = STOCK_POSITIONS.path
OF_POSITIONS = {"node": "node_id", "sku": "sku_id"}

DOCUMENT_OF_MOVEMENT = """
    select event_id as movement_id, landing_id, payload_line
    from lake.gold.fct_order_events
    union all
    select 'RECEIPT/' || receipt_id, landing_id, payload_line
    from lake.gold.fct_receipts
    union all
    select 'NOTICE/' || notice_line_id, landing_id, payload_line
    from lake.gold.fct_ship_notices
    union all
    select 'ADJUSTMENT/' || adjustment_id, landing_id, payload_line
    from lake.gold.fct_stock_adjustments
    union all
    select 'OPENING/' || concat_ws('/', node_id, sku_id, stock_status), landing_id,
        payload_line
    from lake.gold.fct_opening_stock
    union all
    select 'VARIANCE/' || concat_ws('/', node_id, sku_id, stock_status,
        strftime(snapshot_at at time zone 'UTC', '%Y%m%dT%H%M%S%fZ')), landing_id,
        payload_line
    from lake.gold.fct_stock_snapshots
"""
"""The document that each movement of goods stands in."""

GOODS = landed(f"""
    select concat_ws('/', node_id, sku_id) as subject, movement_type as cause,
        sum(qty)::bigint as value, told.landing_id, told.payload_line,
        postings.movement_id as event_id
    from (
        select *, regexp_replace(movement_id, '#\\d+$', '') as base
        from lake.decisions.unit_postings
        where account = 'ON_HAND' and stock_status = '{{status}}' and {{where}}
    ) as postings
    left join ({DOCUMENT_OF_MOVEMENT}) as told on told.movement_id = postings.base
    group by all
""")  # noqa: S608 our own SQL
"""Eaches on hand of a status, by movement."""

PROMISES = """
    select concat_ws('/', postings.node_id, postings.{subject}) as subject,
        account as cause, sum(postings.qty)::bigint as value,
        places.file_name, places.payload_line, postings.event_id
    from (
        select *, regexp_replace(event_id, '#\\d+$', '') as base
        from lake.decisions.promise_postings
        where list_contains({accounts}, account) and {where}
    ) as postings
    left join lake.visibility.rpt_order_timeline as places
        on places.event_id = postings.base and places.line_id = postings.line_id
    group by all having value <> 0
"""
"""Commitments at a node, by the event that moved them."""

COMMITTED = [account for accounts in PROMISED.values() for account in accounts]


def of_stock() -> list[Metric]:
    """What lies at nodes by status, and what of it is committed."""
    sums = {
        "on_hand": ("available_qty", filled(GOODS, status="AVAILABLE")),
        "damaged": ("damaged_qty", filled(GOODS, status="DAMAGED")),
        "blocked": ("hold_qty", filled(GOODS, status="HOLD")),
        "allocated_at_node": ("allocated_qty", _committed("allocated_qty")),
        "released_at_node": ("released_qty", _committed("released_qty")),
    }
    return [
        Metric(
            f"{name}_units",
            "eaches",
            POSITIONS,
            summed(POSITIONS, column),
            OF_POSITIONS,
            rows=rows,
            shows=(column,),
        )
        for name, (column, rows) in sums.items()
    ]


def _committed(column: str) -> str:
    accounts = ", ".join(repr(name) for name in PROMISED[column])
    return filled(PROMISES, subject="line_id", accounts=f"[{accounts}]")
