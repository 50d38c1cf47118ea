"""One view of the stock of a SKU: where it is, in which status, and who said so last.

A fold of the ledger; files are its evidence. Returns that are on their way are no
goods of a node yet: they are told by the lines that expect them.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.lineage.of_stock import DOCUMENT_OF_MOVEMENT
from transforms.ledger.statement import status_statement

POSTED = f"""
    select postings.*, files.file_name
    from (
        select node_id, account, stock_status, lot_ref, qty, event_at, movement_id,
            regexp_replace(movement_id, '#\\d+$', '') as base
        from lake.decisions.unit_postings where sku_id = $1
    ) as postings
    left join ({DOCUMENT_OF_MOVEMENT}) as told on told.movement_id = postings.base
    left join lake.bronze.landing_ledger as files using (landing_id)
"""  # noqa: S608 our own SQL
EXPECTED = """
    with lines as (
        select line_id, return_expected_qty as qty from lake.decisions.line_buckets
        where sku_id = $1 and return_expected_qty > 0
    )
    select node_id, 'EXPECTED_RETURN' as status, sum(qty)::bigint as qty,
        max(event_at) as as_of, max_by(file_name, event_at) as feed_file
    from (
        select line_id, any_value(lines.qty) as qty, max(node_id) as node_id,
            max(event_at) as event_at, max_by(file_name, event_at) as file_name
        from lines
        left join lake.visibility.rpt_order_timeline as told using (line_id)
        where event_type in ('RTS', 'RETURN_EXPECTED')
        group by line_id
    ) group by node_id order by node_id
"""


def by_status(house: House, sku: str) -> pl.DataFrame:
    """``node_id, lot_ref, status, qty, as_of, feed_file`` of one SKU, qty not 0."""
    held = status_statement(house.lake.query(POSTED, [sku]))
    expected = house.lake.query(EXPECTED, [sku])
    both = pl.concat([held, expected], how="diagonal_relaxed")
    return both.sort("node_id", "status", "lot_ref", nulls_last=True)
