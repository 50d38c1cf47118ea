"""Documents that are told anew, or late, leave nothing of before in the books."""

from __future__ import annotations

import polars as pl
import pytest

from orchestration.resources.house import House
from orchestration.resources.unit_facts import physical_facts
from tests.orchestration.test_arrival import house
from tests.unit.ledger.facts import (
    adjustment,
    at,
    event,
    notice,
    opening,
    receipt,
    rows,
)
from transforms.contracts.decisions import EVENT_VERDICTS, UNIT_POSTINGS
from transforms.contracts.gold import (
    FCT_OPENING_STOCK,
    FCT_ORDER_EVENTS,
    FCT_RECEIPTS,
    FCT_SHIP_NOTICES,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.contracts.table import Table
from transforms.ledger.units import unit_postings
from transforms.lifecycle.packed import PACKED

__all__ = ["house"]


def post(house: House, goods: str) -> None:
    """Post a receipt of 4, a find of 2 and a shipment of 3, as read anew."""
    received = rows(FCT_RECEIPTS, [receipt(4, 2, sku_id=goods, landing_id=9)])
    found = [adjustment(2, 3, "FOUND", sku_id=goods, landing_id=9)]
    left = rows(FCT_ORDER_EVENTS, [event("SHIPPED", 3, 5, sku_id=goods)])
    hold(house, FCT_RECEIPTS, received)
    hold(house, FCT_STOCK_ADJUSTMENTS, rows(FCT_STOCK_ADJUSTMENTS, found))
    book(house, left)


def book(house: House, events: pl.DataFrame) -> None:
    """Post what is told now."""
    nothing = (pl.lit(None, dtype).alias(name) for name, dtype in PACKED.items())
    left = events.with_columns(
        *nothing,
        effective_at="event_at",
        line_sku_id="sku_id",
        promise_node_id="node_id",
    )
    posted = unit_postings(*physical_facts(house, left, EVENT_VERDICTS.empty()))
    with house.lake.transaction("test", "postings"):
        house.lake.append(UNIT_POSTINGS, house.run.stamped(posted))


def hold(house: House, table: Table, given: pl.DataFrame) -> None:
    """Put rows in place of a table of gold."""
    with house.lake.holding(given=given):
        house.lake.execute(f"create or replace table lake.{table.path} as from given")


@pytest.mark.parametrize(
    "goods", [["S2", "S3"], ["S2", "S3", "S1"], ["S2", "S3", "S2"]]
)
def test_nothing_of_the_first_goods_stays_in_the_books(
    house: House, goods: list[str]
) -> None:
    openings = [opening(10, sku_id=sku) for sku in ("S1", "S2", "S3")]
    house.lake.execute("create schema if not exists lake.gold")
    hold(house, FCT_OPENING_STOCK, rows(FCT_OPENING_STOCK, openings))
    hold(house, FCT_SHIP_NOTICES, FCT_SHIP_NOTICES.empty())

    for one in goods:
        post(house, one)

    moved = house.lake.query(
        "select sku_id, sum(qty)::bigint from lake.decisions.unit_postings"
        " where account = 'ON_HAND' and movement_type <> 'OPENING'"
        " group by all having sum(qty) <> 0"
    )
    assert [(goods[-1], 3)] == moved.rows()


def test_an_opening_that_is_told_last_is_of_goods_that_it_does_not_name(
    house: House,
) -> None:
    """None of them was left at its cut."""
    house.lake.execute("create schema if not exists lake.gold")
    hold(house, FCT_OPENING_STOCK, FCT_OPENING_STOCK.empty())
    hold(house, FCT_SHIP_NOTICES, FCT_SHIP_NOTICES.empty())
    post(house, "S2")
    for table in (FCT_RECEIPTS, FCT_STOCK_ADJUSTMENTS):
        hold(house, table, table.empty())
    late = opening(10, sku_id="S1", cut_at=at(9), landing_id=10)
    hold(house, FCT_OPENING_STOCK, rows(FCT_OPENING_STOCK, [late]))

    book(house, FCT_ORDER_EVENTS.empty())

    stands = house.lake.query(
        "select account, sku_id, sum(qty)::bigint from lake.decisions.unit_postings"
        " where account <> 'SYSTEM_BEFORE' group by all having sum(qty) <> 0"
        " order by all"
    )
    assert [("ON_HAND", "S1", 10), ("SHIPPED", "S2", 3)] == stands.rows()


def test_a_receipt_that_is_corrected_is_looked_at_with_what_comes_next(
    house: House,
) -> None:
    """Two more were found of five; then the rest of the order comes, too."""
    house.lake.execute("create schema if not exists lake.gold")
    hold(house, FCT_OPENING_STOCK, FCT_OPENING_STOCK.empty())
    told = [notice(5, 2, landing_id=-9)]
    hold(house, FCT_SHIP_NOTICES, rows(FCT_SHIP_NOTICES, told))
    first = receipt(3, 3, po_ref="PO-1", landing_id=-9)
    found = [adjustment(2, 4, "RECEIVING_ERROR", landing_id=9)]
    hold(house, FCT_RECEIPTS, rows(FCT_RECEIPTS, [first]))
    hold(house, FCT_STOCK_ADJUSTMENTS, rows(FCT_STOCK_ADJUSTMENTS, found))
    book(house, FCT_ORDER_EVENTS.empty())
    corrected = on_their_way(house)
    old = [found[0] | {"landing_id": -9}]
    hold(house, FCT_STOCK_ADJUSTMENTS, rows(FCT_STOCK_ADJUSTMENTS, old))
    rest = receipt(2, 5, po_ref="PO-1", landing_id=10)
    hold(house, FCT_RECEIPTS, rows(FCT_RECEIPTS, [first, rest]))
    book(house, FCT_ORDER_EVENTS.empty())

    assert [(0, -5)] == corrected
    assert [(0, -7)] == on_their_way(house)


def on_their_way(house: House) -> list[tuple[int, int]]:
    """Eaches in transit, and what all came from."""
    found = house.lake.query(
        "select sum(qty) filter (account = 'IN_TRANSIT')::bigint,"
        " sum(qty) filter (account = 'SUPPLIER')::bigint"
        " from lake.decisions.unit_postings"
    )
    return [(way, came) for way, came in found.rows()]
