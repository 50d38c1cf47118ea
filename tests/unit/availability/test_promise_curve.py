"""Promises against receipts that are on their way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from transforms.availability.promise_curve import (
    coming,
    on_the_shelf,
    promise_curve,
    still_to_come,
)
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS, FCT_RECEIPTS

NO_DAYS = pl.DataFrame(
    schema={"node_id": pl.String, "sku_id": pl.String, "days": pl.Int64}
)
TODAY, TOMORROW, LATER = (date(2017, 12, day) for day in (28, 29, 31))


def stock(atp: int, floor: int = 0, node_id: str = "EAST") -> pl.DataFrame:
    columns = {"node_id": node_id, "sku_id": "S1", "atp_qty": atp, "floor_qty": floor}
    return pl.DataFrame([columns])


def change(day: date, qty: int) -> dict[str, Any]:
    return {"node_id": "EAST", "sku_id": "S1", "available_date": day, "qty": qty}


def points(waterfall: pl.DataFrame, *changes: dict[str, Any]) -> list[Any]:
    schema = {"node_id": pl.String, "sku_id": pl.String}
    schema |= {"available_date": pl.Date, "qty": pl.Int64}
    frame = pl.DataFrame(list(changes), schema=schema)
    curve = promise_curve(waterfall, frame, TODAY)
    return curve.select("available_date", "atp_qty").rows()


def test_a_receipt_can_be_promised_from_its_day_on() -> None:
    assert [(TODAY, 2), (TOMORROW, 7)] == points(stock(2), change(TOMORROW, 5))


def test_what_is_committed_later_cannot_be_promised_today() -> None:
    found = points(stock(6), change(TOMORROW, -4), change(LATER, 10))

    assert [(TODAY, 2), (TOMORROW, 2), (LATER, 12)] == found


def test_a_receipt_serves_what_is_over_committed_first() -> None:
    found = points(stock(0, floor=3), change(TOMORROW, 5))

    assert [(TODAY, -3), (TOMORROW, 2)] == found


def expected(qty: int, day: date, line: str = "1") -> dict[str, Any]:
    return {
        "po_ref": "PO1",
        "po_line_ref": line,
        "node_id": "EAST",
        "sku_id": "S1",
        "qty": qty,
        "expected_date": day,
    }


def came(qty: int) -> pl.DataFrame:
    receipt = {"po_ref": "PO1", "node_id": "EAST", "sku_id": "S1", "qty": qty}
    return pl.DataFrame([receipt], schema=FCT_RECEIPTS.schema)


def lines(*told: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(told), schema=FCT_EXPECTED_RECEIPTS.schema)


def test_an_overdue_receipt_never_counts() -> None:
    due = lines(expected(5, date(2017, 12, 27)), expected(4, TOMORROW, line="2"))

    curve = coming(stock(2), on_the_shelf(due, NO_DAYS, TODAY), TODAY)
    columns = ["available_date", "receipt_qty", "atp_qty"]
    assert [(TODAY, 0, 2), (TOMORROW, 4, 6)] == curve.select(columns).rows()


def test_a_receipt_counts_from_the_day_it_is_on_the_shelf() -> None:
    due = lines(expected(4, TODAY), expected(5, date(2017, 12, 27), line="2"))
    days = pl.DataFrame({"node_id": ["EAST"], "sku_id": ["S1"], "days": [2]})

    shelved = on_the_shelf(due, days, TODAY)

    # What was overdue at the dock is not made punctual by the way to the shelf.
    assert [("1", TODAY + timedelta(days=2), 4)] == shelved.select(
        "po_line_ref", "expected_date", "qty"
    ).rows()
    assert on_the_shelf(due, NO_DAYS, TODAY).equals(due.head(1))


def test_goods_that_nothing_is_coming_for_have_no_curve() -> None:
    assert coming(stock(2), lines(), TODAY).is_empty()


def test_what_came_is_taken_off_the_earliest_line_and_only_once() -> None:
    due = lines(expected(5, TOMORROW), expected(5, LATER, line="2"))

    left = still_to_come(due, came(7))
    assert [("2", 3)] == left.select("po_line_ref", "qty").rows()
    assert 6 == still_to_come(due, came(4))["qty"].sum()
