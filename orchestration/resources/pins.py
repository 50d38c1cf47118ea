"""Which lines somebody wants to ship from which node, on the business date of a run."""

from __future__ import annotations

from datetime import date

import polars as pl

from orchestration.resources.lakehouse import Lakehouse
from transforms.allocation.pins import SAID
from transforms.contracts.documents import ORDER_ACTIONS

NEWEST = """
    with said as (
        select * from lake.silver.int_order_actions__judged
        where code is null and action_code in ('PIN', 'UNPIN')
            and order_id in (select order_id from asked)
    )
    select l.line_id, s.node_id, s.action_code, s.author, s.reason_code, s.until_date
    from lake.gold.fct_order_lines as l
    inner join said as s on s.order_id = l.order_id
        and (s.line_ref is null or s.line_ref = l.line_ref)
    where l.line_id in (select line_id from asked)
    qualify row_number() over (
        partition by l.line_id order by s.acted_at desc, s.action_id desc
    ) = 1
    order by l.line_id
"""
"""Of a line the newest counts, whether it was said of the line or of the order."""


def pins_on(lake: Lakehouse, lines: pl.DataFrame, day: date) -> pl.DataFrame:
    """The pins that hold on a business date: SAID, one row per pinned line.

    Args:
        lake: where actions on orders are judged.
        lines: ``line_id, order_id`` of the lines that are asked about.
        day: business date.
    """
    if not lake.count(ORDER_ACTIONS.path) or lines.is_empty():
        return SAID.to_frame()
    with lake.holding(asked=lines.select("line_id", "order_id")):
        newest = lake.query(NEWEST)
    holding = newest.filter(
        pl.col("action_code") == "PIN", pl.col("until_date") >= pl.lit(day)
    )
    return holding.select(SAID.names()).cast(SAID)
