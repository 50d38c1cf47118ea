"""Gathering what could be sent in place of what lines wait for."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.lot_facts import shelf_life_of
from transforms.allocation.substitutes import (
    WITHHELD,
    Left,
    allowed_on,
    lacking,
    substitutes,
    withheld,
)
from transforms.contracts.decisions import (
    ALLOCATIONS,
    AVAILABLE_TO_PROMISE,
    BACKORDERS,
    DECISION_TRACE,
    OPEN_DEMAND,
    SUBSTITUTES,
)
from transforms.contracts.gold import DIM_KIT_COMPONENTS, DIM_SUBSTITUTIONS
from transforms.contracts.table import conform

SOLD_DAYS = 365
"""A price that is older says nothing of today, and looking for it takes longer."""

LAST_SOLD = """
    select channel_id, sku_id, currency_code,
        ((line_amount_minor - discount_minor) // ordered_qty)::bigint as price_minor
    from lake.gold.fct_order_lines
    where ordered_at between $1 and $2 and ordered_qty > 0
        and line_amount_minor > 0 and kit_line_id is null
        and sku_id in (select alternative_sku_id from alternatives)
    qualify row_number() over (
        partition by channel_id, sku_id, currency_code
        order by ordered_at desc, line_id desc
    ) = 1
    order by all
"""
"""What an each last sold for; what came free, or in a kit, has no price of its own."""

CURRENCIES = """
    select line_id, currency_code from lake.gold.fct_order_lines
    where ordered_at >= $1 and line_id in (select line_id from waiting)
    order by line_id
"""
OF_WAITING = "run_id = ? and line_id in (select line_id from waiting)"
AMONG = "sku_id in (select alternative_sku_id from alternatives)"


def substitutes_left(house: House) -> pl.DataFrame:
    """SUBSTITUTES of the run at hand, without ``run_id``."""
    lake, run = house.lake, house.run
    today = business_date_of(run.as_of, house.policies.company_zone)
    allowed = allowed_on(lake.read(DIM_SUBSTITUTIONS), today)
    # Most houses have none: then nobody looks at what waits.
    if allowed.is_empty():
        return _stamped(SUBSTITUTES.empty(), house)
    backorders = lacking(lake.read(BACKORDERS, "run_id = ?", [run.run_id]))
    backorders = backorders.join(allowed, on="sku_id", how="semi")
    if backorders.is_empty():
        return _stamped(SUBSTITUTES.empty(), house)
    return _stamped(_offers(house, allowed, backorders), house)


def _offers(
    house: House, allowed: pl.DataFrame, backorders: pl.DataFrame
) -> pl.DataFrame:
    """What lines that wait are offered of what their SKUs may be replaced by."""
    run = house.run
    allowed = allowed.join(backorders, on="sku_id", how="semi")
    return substitutes(*_facts(house, run.run_id, run.as_of, allowed, backorders))


def withheld_of(house: House, lines: pl.DataFrame) -> pl.DataFrame:
    """WITHHELD of lines that the newest run left waiting.

    Args:
        house: as the newest run left it.
        lines: ``line_id`` of the lines that are asked about.
    """
    newest = house.past_runs().sort("as_of").tail(1)
    return withheld_in(house, newest["run_id"].item(), newest["as_of"].item(), lines)


def withheld_in(
    house: House, run_id: str, as_of: datetime, lines: pl.DataFrame
) -> pl.DataFrame:
    """WITHHELD of lines that the run left waiting; no later run may have decided."""
    today = business_date_of(as_of, house.policies.company_zone)
    is_valid = pl.lit(today).is_between("valid_from_date", "valid_to_date")
    known = house.lake.read(DIM_SUBSTITUTIONS).filter(is_valid)
    waiting = lacking(house.lake.read(BACKORDERS, "run_id = ?", [run_id])).join(
        lines, on="line_id", how="semi"
    )
    waiting = waiting.join(known, on="sku_id", how="semi")
    if waiting.is_empty():
        return pl.DataFrame(schema=WITHHELD)
    known = known.join(waiting, on="sku_id", how="semi")
    left, _, prices, currencies = _facts(house, run_id, as_of, known, waiting)
    return withheld(left, known, prices, currencies)


def _facts(
    house: House,
    run_id: str,
    as_of: datetime,
    allowed: pl.DataFrame,
    backorders: pl.DataFrame,
) -> tuple[Left, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """What a run left for lines that wait, what is allowed, prices and currencies."""
    lake = house.lake
    demand = lake.read(OPEN_DEMAND).join(backorders, on="line_id", how="semi")
    with lake.holding(
        waiting=demand.select("line_id"),
        alternatives=allowed.select("alternative_sku_id").unique(),
    ):
        left = Left(
            demand,
            backorders,
            lake.read(DECISION_TRACE, OF_WAITING, [run_id]),
            lake.read(ALLOCATIONS, "run_id = ?", [run_id]),
            lake.read(AVAILABLE_TO_PROMISE, AMONG),
            shelf_life_of(house, AMONG),
            lake.read(DIM_KIT_COMPONENTS, columns=("kit_sku_id",)).unique(),
            house.policies.allocation.substitute_automatically,
        )
        since = as_of - timedelta(days=SOLD_DAYS)
        prices = lake.query(LAST_SOLD, [since, as_of])
        currencies = lake.query(CURRENCIES, [demand["ordered_at"].min()])
    return left, allowed, prices, currencies


def _stamped(offers: pl.DataFrame, house: House) -> pl.DataFrame:
    whole = offers.with_columns(as_of=pl.lit(house.run.as_of), run_id=pl.lit(""))
    return conform(whole, SUBSTITUTES).drop("run_id")
