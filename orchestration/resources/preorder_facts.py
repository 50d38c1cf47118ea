"""Gathering what is preordered: SKUs that are not released, and what waits of them."""

from __future__ import annotations

from datetime import date

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.reach import MAY_BE_OPEN
from transforms.availability.preorders import beyond_caps
from transforms.availability.rules import PREORDER_CAP
from transforms.contracts.gold import DIM_PRODUCTS
from transforms.reconciliation.findings.finding import BEYOND_CAPS

EARLY = "released_date > ?"
WERE_CAPPED = """
    select distinct sku_id from lake.decisions.channel_availability
    where preorder_rule <> 'NONE'
"""
WAIT = f"""
    select line_id, channel_id, sku_id, ordered_at,
        pending_qty + held_qty + preordered_qty + backordered_qty as qty
    from lake.decisions.line_buckets
    where {MAY_BE_OPEN} and qty > 0 and sku_id in (select sku_id from early)
    order by line_id
"""  # noqa: S608 our own names


def capped_skus(house: House) -> pl.DataFrame:
    """``sku_id`` of what a cap of preorders may hold for, or was shown under one."""
    shown = house.lake.query(WERE_CAPPED)
    if not house.policies.availability.of(PREORDER_CAP, _today(house)):
        return shown
    early = house.lake.read(DIM_PRODUCTS, EARLY, [_today(house)])
    return pl.concat([shown, early.select("sku_id")]).unique()


def preorders_beyond_caps(house: House) -> pl.DataFrame:
    """Preordered eaches that came too late (``BEYOND_CAPS``)."""
    rules = house.policies.availability.of(PREORDER_CAP, _today(house))
    if not rules:
        return BEYOND_CAPS.to_frame()
    early = house.lake.read(DIM_PRODUCTS, EARLY, [_today(house)])
    with house.lake.holding(early=early.select("sku_id")):
        lines = house.lake.query(WAIT)
    return beyond_caps(lines, early, rules, _today(house))


def _today(house: House) -> date:
    return business_date_of(house.run.as_of, house.policies.company_zone)
