"""Balances below zero are found of what moved, and stay found until they are not."""

from __future__ import annotations

from datetime import date

import polars as pl

from orchestration.resources.goods_facts import below_zero, goods_overdue, passed_over
from orchestration.resources.house import House
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_corrected_goods import hold
from tests.unit.ledger.facts import event, notice, post, receipt, rows
from transforms.contracts.decisions import EXCEPTIONS, UNIT_POSTINGS
from transforms.contracts.documents import OPENING_STOCK
from transforms.contracts.gold import FCT_RECEIPTS, FCT_SHIP_NOTICES

__all__ = ["house"]

RED = {
    "exception_id": "STOCK_NEGATIVE/EAST/S1/SHIPPED",
    "code": "STOCK_NEGATIVE",
    "subject": "EAST/S1/SHIPPED",
}


def book(house: House, run_id: str, posted: pl.DataFrame) -> None:
    with house.lake.transaction("test", "postings"):
        house.lake.append(UNIT_POSTINGS, posted.with_columns(run_id=pl.lit(run_id)))


def test_an_account_below_zero_stays_red_until_it_is_not(house: House) -> None:
    book(house, "before", post(event("DELIVERED", 3, 30)))
    nothing_moved = below_zero(house)
    hold(house, EXCEPTIONS, pl.DataFrame([RED], EXCEPTIONS.schema))
    still_red = below_zero(house)
    book(house, "before", post(event("SHIPPED", 3, 5)))
    healed = below_zero(house)
    book(house, house.run.run_id, post(event("DELIVERED", 2, 40)))

    assert nothing_moved.is_empty()
    assert [("SHIPPED", "EAST", "S1", -3)] == still_red.rows()
    assert healed.is_empty()
    assert [("SHIPPED", "EAST", "S1", -2)] == below_zero(house).rows()


def test_what_a_notice_advised_and_no_receipt_has_is_overdue(house: House) -> None:
    house.lake.execute("create schema if not exists lake.gold")
    house.lake.execute("create schema if not exists lake.silver")
    told = rows(FCT_SHIP_NOTICES, [notice(5, 2), notice(4, 3, is_taken_back=True)])
    dated = pl.DataFrame(
        {"notice_line_id": ["N2"], "expected_date": [date(2017, 12, 20)]}
    )
    hold(house, FCT_SHIP_NOTICES, told.clear())
    hold(house, FCT_RECEIPTS, rows(FCT_RECEIPTS, [receipt(2, 9, po_ref="PO-1")]))
    none_told = goods_overdue(house)
    hold(house, FCT_SHIP_NOTICES, told)
    with house.lake.holding(dated=dated):
        house.lake.execute(
            "create table lake.silver.int_ship_notices__deduplicated as from dated"
        )

    nothing_there = goods_overdue(house)
    book(house, "before", post(notices=(notice(5, 2), notice(4, 3, po_ref="PO-9"))))

    assert none_told.is_empty()
    assert nothing_there.is_empty()
    late = goods_overdue(house).select("ref", "qty").rows()
    assert [("PO-1", 3)] == late


def test_an_opening_told_again_with_an_earlier_cut_is_told_until_a_later_one(
    house: House,
) -> None:
    def told(landing_id: int, hour: int, *goods: str) -> None:
        cells = {"cut_at": f"2017-12-20T{hour:02}:00:00Z", "stock_status": "AVAILABLE"}
        row: dict[str, object] = dict.fromkeys(OPENING_STOCK.names, "")
        row |= cells | {"node_ref": "EAST"}
        row |= {"landing_id": landing_id, "payload_line": 2, "received_at": NIGHT}
        opened = [row | {"sku_ref": sku} for sku in goods]
        house.lake.append(
            OPENING_STOCK, pl.DataFrame(opened, schema=OPENING_STOCK.schema)
        )

    told(1, 12, "S1", "S2")
    told(2, 9, "S3")
    at_once = passed_over(house)
    told(3, 9, "S1")
    earlier = passed_over(house)
    told(4, 13, "S1")

    assert at_once.is_empty()
    assert [("EAST", 1)] == earlier.select("node_id", "row_count").rows()
    assert [(9, 12)] == [
        (told_at.hour, cut_at.hour)
        for told_at, cut_at in earlier.select("told_at", "cut_at").rows()
    ]
    assert passed_over(house).is_empty()
