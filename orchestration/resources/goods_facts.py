"""Gathering balances below zero, and goods on the way that did not come.

What left an account in this run, and what was below zero before, is all that can
be below zero now: the rest of the books is not read.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from transforms.contracts.decisions import EXCEPTIONS
from transforms.contracts.documents import OPENING_STOCK
from transforms.contracts.gold import FCT_SHIP_NOTICES
from transforms.reconciliation.findings.finding import LACKING, PASSED_OVER
from transforms.reconciliation.transits import OVERDUE, overdue, still_on_its_way

FOLLOWED = "('IN_TRANSIT', 'SHIPPED', 'DELIVERED', 'CUSTOMER_RETURN', 'QUARANTINE')"
"""Accounts beside the shelf that have eaches or none, but never fewer."""

DOUBTFUL = f"""
    select account, node_id, sku_id from lake.decisions.unit_postings
    where account in {FOLLOWED} and run_id = $1 and qty < 0
    union
    select account, node_id, sku_id from lake.decisions.unit_postings
    where account in {FOLLOWED}
        and concat_ws('/', node_id, sku_id, account) in (select subject from red)
"""  # noqa: S608 our own names
BELOW_ZERO = """
    select account, node_id, sku_id, sum(qty)::bigint as qty
    from lake.decisions.unit_postings semi join doubtful
        using (account, node_id, sku_id)
    group by all having sum(qty) < 0 order by all
"""
"""Asked apart from which they are: guessing how many, DuckDB would hash all of the
books to look a few sums up."""
ON_THEIR_WAY = """
    select notices.node_id, notices.sku_id, notices.po_ref, notices.notice_ref,
        notices.qty, notices.event_at, told.expected_date
    from lake.gold.fct_ship_notices as notices
    left join lake.silver.int_ship_notices__deduplicated as told
        using (notice_line_id)
    where not notices.is_taken_back
    order by notice_line_id
"""
CAME = """
    select node_id, sku_id, po_ref, sum(qty)::bigint as qty
    from lake.gold.fct_receipts
    where po_ref in (
        select notice_ref from lake.gold.fct_ship_notices
        union select po_ref from lake.gold.fct_ship_notices where po_ref is not null
    )
    group by all order by all
"""
IN_TRANSIT = """
    select node_id, sku_id, sum(qty)::bigint as qty
    from lake.decisions.unit_postings semi join late using (node_id, sku_id)
    where account = 'IN_TRANSIT' group by all
"""
PASSED_BY = f"""
    with told as (
        select node_ref, sku_ref, stock_status, landing_id,
            cut_at::timestamptz as cut_at
        from lake.{OPENING_STOCK.path}
        where node_ref in (
            select node_ref from lake.{OPENING_STOCK.path}
            group by node_ref having min(landing_id) < max(landing_id)
        )
    ),
    openings as (
        select node_ref, sku_ref, stock_status,
            max_by(cut_at, landing_id) as told_at, max(cut_at) as cut_at
        from told group by all
    )
    select node_ref as node_id, count(*) as row_count, max(told_at) as told_at,
        max(cut_at) as cut_at
    from openings where told_at < cut_at group by all order by all
"""  # noqa: S608 our own names


def below_zero(house: House) -> pl.DataFrame:
    """LACKING: sums of accounts beside the shelf that cannot be."""
    red = house.lake.read(
        EXCEPTIONS,
        "code = 'STOCK_NEGATIVE' and closed_at is null",
        columns=("subject",),
        is_ordered=False,
    )
    with house.lake.holding(red=red):
        doubtful = house.lake.query(DOUBTFUL, [house.run.run_id])
    with house.lake.holding(doubtful=doubtful):
        return house.lake.query(BELOW_ZERO).cast(LACKING)


def goods_overdue(house: House) -> pl.DataFrame:
    """OVERDUE; nearly no house has any, many have no notices."""
    lake = house.lake
    if not lake.count(FCT_SHIP_NOTICES.path):
        return OVERDUE.to_frame()
    notices, came = lake.query(ON_THEIR_WAY), lake.query(CAME)
    late = overdue(notices, came, house.run.as_of, house.policies.transits)
    if late.is_empty():
        return late
    with lake.holding(late=late):
        return still_on_its_way(late, lake.query(IN_TRANSIT))


def passed_over(house: House) -> pl.DataFrame:
    """PASSED_OVER: openings that were told last and do not count, by node."""
    return house.lake.query(PASSED_BY).cast(PASSED_OVER)
