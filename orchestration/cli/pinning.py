"""What a pin is to expect as of the newest run, and whether there is one to end.

Not here: the document that says it (``cli.order_actions``), and what a pin has cost
(``orderhouse why``).
"""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from orchestration.resources.clock import business_date_of
from orchestration.resources.house import House
from orchestration.resources.pins import pins_on

OPEN = ("pending_qty", "backordered_qty", "preordered_qty")
"""Eaches that a pin has ship from its node."""

THERE = """
    with wanted as (
        select sku_id, sum(open_qty)::bigint as open_qty from waiting group by sku_id
    ), given as (
        select sku_id, sum(qty)::bigint as qty from lake.decisions.allocations
        where node_id = $1 and as_of = $2 and packed_in = 'NONE'
        group by sku_id
    ), coming as (
        select sku_id, min(expected_date) as expected_date
        from lake.gold.fct_expected_receipts
        where node_id = $1 and expected_date >= $3 and qty > 0
        group by sku_id
    )
    select wanted.sku_id, wanted.open_qty, coming.expected_date,
        greatest(0, coalesce(there.atp_qty, 0) - coalesce(given.qty, 0)) as left_qty
    from wanted
    left join lake.decisions.available_to_promise as there
        on there.sku_id = wanted.sku_id and there.node_id = $1
    left join given on given.sku_id = wanted.sku_id
    left join coming on coming.sku_id = wanted.sku_id
    order by wanted.sku_id
"""
"""Of each SKU that is wanted what the newest run left at the node, and what comes."""


def reach_of_pin(house: House, lines: pl.DataFrame, node: str) -> list[str]:
    """What lines would wait for if they were pinned to a node, in sentences.

    Args:
        house: as the newest run left it.
        lines: LINE_BUCKETS of the lines.
        node: where they are to ship from.
    """
    waiting = lines.select("sku_id", open_qty=pl.sum_horizontal(OPEN))
    with house.lake.holding(waiting=waiting.filter(pl.col("open_qty") > 0)):
        as_of, today = _newest(house)
        return lacking_there(node, house.lake.query(THERE, [node, as_of, today]))


def lacking_there(node: str, told: pl.DataFrame) -> list[str]:
    """A sentence of each SKU of which nothing is left at the node.

    Args:
        node: the node.
        told: ``sku_id, open_qty, expected_date, left_qty``.
    """
    return [
        f"{node} has none of {sku}: {qty} eaches would wait; "
        + (f"some are expected there on {day}" if day else "none are expected there")
        for sku, qty, day, left in told.iter_rows()
        if not left
    ]


def reach_of_unpin(house: House, lines: pl.DataFrame) -> list[str]:
    """That there is no pin to end, where there is none.

    Args:
        house: as the newest run left it.
        lines: LINE_BUCKETS of the lines.
    """
    return nothing_pinned(pins_on(house.lake, lines, _newest(house)[1]))


def nothing_pinned(pins: pl.DataFrame) -> list[str]:
    """That there is no pin, where ``pins`` (SAID) are none."""
    return [] if pins.height else ["it is not pinned: nothing will be let go"]


def _newest(house: House) -> tuple[datetime, date]:
    """Instant and business date of the newest run."""
    newest = house.past_runs()["as_of"].max()
    assert isinstance(newest, datetime)  # noqa: S101 for the type checker
    return newest, business_date_of(newest, house.policies.company_zone)
