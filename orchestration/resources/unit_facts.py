"""Gathering what the ledger of units reads: new physical facts and their postings.

Only movements that are told now are read (a corrected document may have named other
goods before), all postings of a SKU that a node says it has nothing left of or that
it opens with, and of openings one SKU per node, whose row dates the node's cut-over.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from orchestration.resources.house import House
from transforms.contracts.decisions import STOCK_VARIANCES, UNIT_POSTINGS
from transforms.contracts.documents import RETURNS
from transforms.contracts.gold import (
    FCT_OPENING_STOCK,
    FCT_RECEIPTS,
    FCT_SHIP_NOTICES,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.ledger.adjustments import ReturnedPolicy, adjustment_movement
from transforms.ledger.refusals import emptied_skus
from transforms.ledger.transits import notice_movement
from transforms.ledger.units import (
    UnitFacts,
    opening_movement,
    receipt_movement,
    variance_movement,
)

ANCHORS = """
    select arg_min(sku_id, (cut_at, sku_id)) as sku_id
    from lake.gold.fct_opening_stock group by node_id
"""
MINE = "sku_id in (select sku_id from mine)"
OF_MOVEMENTS = """
    case
        when contains(movement_id, '#') then regexp_replace(movement_id, '#\\d+$', '')
        else movement_id
    end in (select movement_id from told)
"""
"""Of postings: what was posted, and corrected, of documents that are told now."""
OF_OPENED = """
    select distinct sku_id from lake.decisions.unit_postings
    inner join opened using (node_id)
    where account = 'ON_HAND' and event_at < cut_at
"""
"""SKUs that stand posted from before the opening of their shelf."""
ADVISED = """
    with named as (
        select po_ref as ref from lake.gold.fct_receipts where {new}
        union select po_ref from lake.gold.fct_ship_notices where {new}
        union select notice_ref from lake.gold.fct_ship_notices where {new}
    ), advised as (
        select notice_ref, po_ref from lake.gold.fct_ship_notices
        where notice_ref in (select ref from named) or po_ref in (select ref from named)
    )
    select notice_ref as ref from advised
    union select po_ref from advised where po_ref is not null
    union select notice_ref from lake.gold.fct_ship_notices
    where po_ref in (select po_ref from advised)
"""
"""Notices and orders of goods on the way that something new was told of."""
RECOUNTED = """
    select distinct node_id, sku_id from lake.gold.fct_stock_adjustments
    where reason_code = 'RECEIVING_ERROR' and qty > 0 and (
        {new}
        or (node_id, sku_id) in (
            select (node_id, sku_id) from lake.gold.fct_receipts where {new}
            union select (node_id, sku_id) from lake.gold.fct_ship_notices where {new}
        )
    )
"""
"""Places and SKUs of which a receipt was corrected, if anything is new of them."""
ADVISED_THERE = """
    select notice_ref as ref from lake.gold.fct_ship_notices
    semi join recounted using (node_id, sku_id)
    union select po_ref from lake.gold.fct_ship_notices
    semi join recounted using (node_id, sku_id) where po_ref is not null
"""
OF_RECOUNTED = """reason_code = 'RECEIVING_ERROR'
    and (node_id, sku_id) in (select (node_id, sku_id) from recounted)"""
OF_ORDERS = "po_ref in (select ref from orders)"
OF_NOTICES = "notice_ref in (select ref from orders)"


def physical_facts(
    house: House, events: pl.DataFrame, verdicts: pl.DataFrame
) -> tuple[UnitFacts, pl.DataFrame]:
    """Facts that this run learned of, and what stands posted of them.

    Args:
        house: with a run begun.
        events: ``Folded.events``.
        verdicts: ``Folded.verdicts``.

    Returns:
        (facts, UNIT_POSTINGS of the same movements).
    """
    since = house.run.since
    new = f"landing_id > {since}"
    receipts, notices, adjustments = _inbound(house, new)
    openings = house.lake.read(FCT_OPENING_STOCK, new)
    skus = pl.concat(
        [
            events.select(pl.coalesce("sku_id", "line_sku_id").alias("sku_id")),
            receipts.select("sku_id"),
            notices.select("sku_id"),
            adjustments.select("sku_id"),
            openings.select("sku_id"),
            _of_opened(house, openings),
            house.lake.query(ANCHORS),
        ]
    )
    facts = UnitFacts(
        opening_stock=_openings(house, skus),
        receipts=receipts,
        adjustments=adjustments,
        events=events,
        variances=STOCK_VARIANCES.empty(),
        shorts=house.policies.shorts,
        notices=notices,
        verdicts=verdicts,
        returned=_returned(house),
    )
    gone = emptied_skus(events, facts.shorts)
    whole = pl.concat([gone, skus]) if openings.height else gone
    return facts, _posted(house, facts, whole.drop_nulls().unique())


def _openings(house: House, skus: pl.DataFrame) -> pl.DataFrame:
    with house.lake.holding(mine=skus.drop_nulls().unique()):
        return house.lake.read(FCT_OPENING_STOCK, MINE)


def _returned(house: House) -> ReturnedPolicy:
    """Who tells of returns in files of their own, and what operators say of it."""
    returning = [
        name
        for name, partner in house.partners.items()
        if any(feed.document == RETURNS.name for feed in partner.feeds)
    ]
    return replace(house.policies.returned, returning=returning)


def _inbound(house: House, new: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Receipts, notices and corrections that arrived, and others of their orders."""
    lake = house.lake
    if not lake.count(FCT_SHIP_NOTICES.path):
        adjustments = lake.read(FCT_STOCK_ADJUSTMENTS, new)
        return lake.read(FCT_RECEIPTS, new), FCT_SHIP_NOTICES.empty(), adjustments
    recounted = lake.query(RECOUNTED.format(new=new))
    with lake.holding(recounted=recounted):
        there = lake.query(ADVISED_THERE)
        adjustments = lake.read(FCT_STOCK_ADJUSTMENTS, f"{new} or ({OF_RECOUNTED})")
    advised = lake.query(ADVISED.format(new=new))
    with lake.holding(orders=pl.concat([advised, there]).unique()):
        receipts = lake.read(FCT_RECEIPTS, f"{new} or {OF_ORDERS}")
        notices = lake.read(FCT_SHIP_NOTICES, f"{new} or {OF_NOTICES}")
    return receipts, notices, adjustments


def _posted(house: House, facts: UnitFacts, whole: pl.DataFrame) -> pl.DataFrame:
    """Postings of the movements told, and all those of SKUs in ``whole``.

    Nearly no run is told of a SKU that is gone, or of an opening: then ids are
    looked at, and no more.
    """
    with house.lake.holding(told=_told(facts).unique(), mine=whole):
        which = f"{OF_MOVEMENTS} or {MINE}" if whole.height else OF_MOVEMENTS
        return house.lake.read_since(UNIT_POSTINGS, "event_at", which)


def _told(facts: UnitFacts) -> pl.DataFrame:
    """``movement_id`` of all that the facts tell."""
    return pl.concat(
        [
            facts.opening_stock.select(movement_id=opening_movement()),
            facts.receipts.select(movement_id=receipt_movement()),
            facts.notices.select(movement_id=notice_movement()),
            facts.adjustments.select(movement_id=adjustment_movement()),
            facts.events.select(movement_id="event_id"),
        ]
    )


def _of_opened(house: House, openings: pl.DataFrame) -> pl.DataFrame:
    """SKUs of nodes that are opened now, of which something is posted already."""
    cuts = openings.group_by("node_id").agg(cut_at=pl.col("cut_at").max())
    if cuts.is_empty():
        return openings.select("sku_id")
    with house.lake.holding(opened=cuts):
        return house.lake.query(OF_OPENED)


def variance_facts(
    house: House, variances: pl.DataFrame
) -> tuple[UnitFacts, pl.DataFrame]:
    """Variances to be posted, and what stands posted of them, dated like them."""
    lake = house.lake
    skus = pl.concat([variances.select("sku_id"), lake.query(ANCHORS)])
    opening_stock = _openings(house, skus)
    with lake.holding(told=variances.select(movement_id=variance_movement())):
        existing = lake.read(
            UNIT_POSTINGS,
            f"event_at >= ? and {OF_MOVEMENTS}",
            [variances["snapshot_at"].min()],
        )
    no_events = house.lake.query(
        "select *, null::varchar as line_sku_id, null::varchar as promise_node_id,"
        " null::varchar as packed_in, null::bigint as per_kit,"
        " event_at as effective_at from lake.gold.fct_order_events where false"
    )
    facts = UnitFacts(
        opening_stock=opening_stock,
        receipts=FCT_RECEIPTS.empty(),
        adjustments=FCT_STOCK_ADJUSTMENTS.empty(),
        events=no_events,
        variances=variances,
    )
    return facts, existing
