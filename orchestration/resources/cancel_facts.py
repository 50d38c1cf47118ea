"""Gathering what requests to cancel are made of."""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from transforms.instructions.cancel import request_cancellations

WANTED = """
    select v.event_id, v.line_id, v.qty, e.reason_code
    from lake.decisions.event_verdicts as v
    inner join lake.gold.fct_order_events as e using (event_id)
    where v.verdict = 'CANCEL_REQUESTED' and v.run_id = ?
        and v.event_id not in (select event_id from lake.instructions.cancel_requests)
"""
"""Folded in this run and never asked for. What late files change of a request that
was sent is told by the node's answer, not by another request."""

ANSWERED = """
    select instruction_id, instruction_line_ref, sum(qty)::bigint as answered_qty
    from lake.gold.fct_order_events
    where event_type in ('SHIPPED', 'SHORT', 'REJECTED', 'CANCEL_ACK')
        and instruction_id in (select instruction_id from asked)
    group by all
"""
ASKED = """
    select l.instruction_id, l.instruction_line_ref, f.partner_id, f.node_id,
        f.order_id, l.line_id, l.sku_id, f.released_at, l.qty,
        coalesce(r.requested_qty, 0) as requested_qty
    from lake.instructions.instruction_lines as l
    inner join lake.instructions.fulfilment_orders as f using (instruction_id)
    left join (
        select instruction_id, instruction_line_ref,
            sum(qty)::bigint as requested_qty
        from lake.instructions.cancel_requests group by all
    ) as r using (instruction_id, instruction_line_ref)
    where l.line_id in (select line_id from wanted)
"""


def new_cancel_requests(house: House) -> pl.DataFrame:
    """Rows of CANCEL_REQUESTS that this run adds, without ``run_id``."""
    lake, as_of = house.lake, house.run.as_of
    wanted = lake.query(WANTED, [house.run.run_id])
    with lake.holding(wanted=wanted.select("line_id")):
        asked = lake.query(ASKED)
    with lake.holding(asked=asked.select("instruction_id").unique()):
        answered = lake.query(ANSWERED)
    places = asked.join(
        answered, on=["instruction_id", "instruction_line_ref"], how="left"
    )
    gone = pl.max_horizontal(pl.col("answered_qty").fill_null(0), 0)
    return request_cancellations(
        wanted,
        places.with_columns(open_qty=pl.col("qty") - gone - pl.col("requested_qty")),
        as_of,
    )
