"""Promises against receipts that are on their way."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from transforms.availability.promise_curve import (
    first_dates,
    open_receipts,
    promise_curve,
)
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS, FCT_RECEIPTS

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


def due(came: int, *lines: dict[str, Any]) -> list[Any]:
    receipt = {"po_ref": "PO1", "node_id": "EAST", "sku_id": "S1", "qty": came}
    rows = open_receipts(
        pl.DataFrame(list(lines), schema=FCT_EXPECTED_RECEIPTS.schema),
        pl.DataFrame([receipt], schema=FCT_RECEIPTS.schema),
        TODAY,
    )
    return rows.select("available_date", "qty").rows()


def test_an_overdue_receipt_never_counts() -> None:
    assert [] == due(0, expected(5, date(2017, 12, 27)))


def test_what_came_already_is_not_expected_again() -> None:
    lines = (expected(5, TOMORROW), expected(5, LATER, line="2"))

    assert [(LATER, 3)] == due(7, *lines)


def test_the_first_node_that_can_promise_it_all_gives_the_date() -> None:
    curve = pl.DataFrame(
        {
            "node_id": ["EAST", "EAST", "WEST"],
            "sku_id": ["S1"] * 3,
            "available_date": [TODAY, LATER, TOMORROW],
            "atp_qty": [1, 9, 4],
        }
    )
    wanted = pl.DataFrame({"line_id": ["L1", "L2", "L3"], "sku_id": "S1"}).with_columns(
        qty=pl.Series([4, 6, 99])
    )

    found = first_dates(curve, wanted)
    assert [
        ("L1", TOMORROW, "WEST"),
        ("L2", LATER, "EAST"),
        ("L3", None, None),
    ] == found.select("line_id", "expected_date", "expected_node_id").rows()
