"""What happened to an oversold each, one row a thing, each with its file and line.

Not here: which class it is of (``transforms.reconciliation.oversells``).
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.lakehouse import Lakehouse

TIMELINE = """
    with happened as (
        select o.event_id, s.snapshot_at  as "at", 'COUNTED' as what, s.qty,
            s.quantity_basis as told, s.landing_id, s.payload_line
        from oversold as o
        inner join lake.gold.fct_stock_snapshots as s
            on s.node_id = o.node_id and s.sku_id = o.sku_id
            and s.snapshot_at = o.counted_at and s.stock_status = 'AVAILABLE'
        union all
        select o.event_id, r.event_at, 'RECEIVED', r.qty, r.receipt_id, r.landing_id,
            r.payload_line
        from oversold as o
        inner join lake.gold.fct_receipts as r
            on r.node_id = o.node_id and r.sku_id = o.sku_id
            and r.event_at between o.since and o.missed_at
        union all
        select o.event_id, a.event_at, 'ADJUSTED', a.qty, a.reason_code, a.landing_id,
            a.payload_line
        from oversold as o
        inner join lake.gold.fct_stock_adjustments as a
            on a.node_id = o.node_id and a.sku_id = o.sku_id
            and a.event_at between o.since and o.missed_at
        union all
        select o.event_id, c.requested_at, 'ASKED BACK', c.qty,
            c.order_id || ' of ' || c.instruction_id, e.landing_id, e.payload_line
        from oversold as o
        inner join lake.instructions.cancel_requests as c
            on c.node_id = o.node_id and c.sku_id = o.sku_id
            and c.requested_at between o.since and o.promised_at
        left join lake.gold.fct_order_events as e on e.event_id = c.event_id
        union all
        select o.event_id, lines.ordered_at, 'ORDERED', lines.ordered_qty,
            lines.order_id, lines.landing_id, lines.payload_line
        from oversold as o
        inner join lake.gold.fct_order_lines as lines using (line_id)
        union all
        select o.event_id, own.event_at, own.event_type, own.qty,
            'run ' || own.run_id, null, null
        from oversold as o
        inner join lake.decisions.own_events as own
            on own.line_id = o.line_id and own.node_id = o.node_id
            and own.event_type in ('ALLOCATED', 'RELEASED')
            and own.event_at = o.promised_at
        union all
        select o.event_id, o.missed_at, 'MISSED', o.qty, o.reason_code, e.landing_id,
            e.payload_line
        from oversold as o
        left join lake.gold.fct_order_events as e using (event_id)
    )
    select happened.event_id, "at", what, happened.qty, told, files.partner_id,
        files.file_name, happened.payload_line
    from happened
    left join lake.bronze.landing_ledger as files using (landing_id)
    order by happened.event_id, "at", what = 'MISSED', what, told, file_name,
        happened.payload_line
"""


def timelines(lake: Lakehouse, oversells: pl.DataFrame) -> pl.DataFrame:
    """What came before each oversold quantity, until it was missed.

    From the count that was promised from on: a count, receipts and adjustments of
    the SKU at the node, what was asked back there, the order, our promise and
    instruction, the miss.

    Args:
        lake: as it stands.
        oversells: result of ``explain_oversells``.

    Returns:
        ``event_id, "at", what, qty, told, partner_id, file_name, payload_line``; what
        we did ourselves names its run instead of a file.
    """
    since = pl.coalesce("counted_at", "promised_at", "missed_at")
    with lake.holding(oversold=oversells.with_columns(since=since)):
        return lake.query(TIMELINE)
