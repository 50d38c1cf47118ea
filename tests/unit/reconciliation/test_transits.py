"""Goods on the way are waited for, and then somebody asks for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from transforms.reconciliation.transits import (
    ADVISED,
    OVERDUE,
    TransitPolicy,
    overdue,
    still_on_its_way,
)

LEFT = datetime(2017, 12, 27, 5, tzinfo=UTC)
CAME = pl.Schema(
    {name: ADVISED[name] for name in ("node_id", "sku_id", "po_ref", "qty")}
)
PLACE = {"node_id": "EAST", "sku_id": "S1"}


def late(days: float, *received: tuple[str, int]) -> list[tuple[str, int]]:
    """What is overdue so many days after two notices of an order and one of none."""
    told = PLACE | {"event_at": LEFT}
    order = told | {"po_ref": "PO-1", "qty": 5}
    notices = [
        order | {"notice_ref": "N1", "expected_date": date(2017, 12, 29)},
        order | {"notice_ref": "N2", "expected_date": date(2018, 1, 29)},
        told | {"notice_ref": "N3", "qty": 4},
    ]
    came = [PLACE | {"po_ref": ref, "qty": qty} for ref, qty in received]
    found = overdue(
        pl.DataFrame(notices, ADVISED),
        pl.DataFrame(came, CAME),
        LEFT + timedelta(days=days),
        TransitPolicy(grace_days=2, days=21),
    )
    return found.select("ref", "qty").rows()


def test_goods_are_overdue_behind_their_date_or_after_some_days() -> None:
    assert [] == late(4)
    assert [("PO-1", 5)] == late(5)
    assert [("N3", 4), ("PO-1", 5)] == late(22)


def test_what_came_short_stays_overdue_until_the_rest_is_received() -> None:
    assert [("PO-1", 2)] == late(5, ("N1", 3))
    assert [] == late(5, ("N1", 3), ("PO-1", 2), ("N3", 1), ("PO-9", 1))
    assert [("N3", 3)] == late(22, ("N2", 6), ("N3", 1))


def test_what_the_books_have_no_more_on_its_way_is_not_waited_for() -> None:
    """The oldest order waits for what there is."""
    rows = [
        PLACE | {"ref": ref, "qty": qty, "due_at": LEFT + timedelta(days=days)}
        for ref, qty, days in (("PO-1", 3, 2), ("PO-2", 4, 1))
    ]
    late = pl.DataFrame(rows, OVERDUE)

    def open_with(held: int) -> list[tuple[str, int]]:
        there = pl.DataFrame([PLACE | {"qty": held}])
        return still_on_its_way(late, there).select("ref", "qty").rows()

    assert [("PO-1", 3), ("PO-2", 4)] == open_with(9)
    assert [("PO-1", 1), ("PO-2", 4)] == open_with(5)
    assert [("PO-2", 2)] == open_with(2)
    assert [] == open_with(0)
