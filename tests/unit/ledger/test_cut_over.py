"""What was before the books began is in what they were opened with."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from tests.unit.ledger.facts import (
    adjustment,
    event,
    notice,
    opening,
    post,
    receipt,
)

Balances = dict[tuple[str, str], int]


def balances(*parts: pl.DataFrame) -> Balances:
    """Eaches by account and node that are not 0; what is outside is left out."""
    outside = pl.col("account").is_in(["SUPPLIER", "SYSTEM_BEFORE"])
    sums = pl.concat(parts).group_by("account", "node_id").agg(pl.col("qty").sum())
    there = sums.filter(~outside, pl.col("qty") != 0)
    return {(account, node): qty for account, node, qty in there.iter_rows()}


def opened_line(**eaches: int) -> dict[str, object]:
    return event("OPENING", 9, 0, detail=json.dumps(eaches))


ON_ITS_WAY = (notice(12, -20),)
EAST = (opening(10),)


def test_goods_on_the_way_at_the_cut_over_are_there_when_they_are_received() -> None:
    before = post(openings=EAST, notices=ON_ITS_WAY)
    got = (receipt(12, 30, po_ref="PO-1"),)
    at_once = post(openings=EAST, notices=ON_ITS_WAY, receipts=got)
    receipt_first = post(openings=EAST, receipts=got)
    then = post(openings=EAST, notices=ON_ITS_WAY, receipts=got, existing=receipt_first)

    assert {("ON_HAND", "EAST"): 10, ("IN_TRANSIT", "EAST"): 12} == balances(before)
    assert {("ON_HAND", "EAST"): 22} == balances(at_once)
    assert {("ON_HAND", "EAST"): 22} == balances(receipt_first, then)


def test_goods_that_came_before_the_cut_over_are_in_the_opening_alone() -> None:
    got = (receipt(5, -2, po_ref="PO-1"),)
    units = post(openings=EAST, notices=ON_ITS_WAY, receipts=got)

    assert {("ON_HAND", "EAST"): 10, ("IN_TRANSIT", "EAST"): 7} == balances(units)
    assert 0 == units["qty"].sum()


@pytest.mark.parametrize(("west_cut", "left"), [(-30, 6), (-10, 10)])
def test_a_transfer_leaves_the_shelf_that_was_opened_before(
    west_cut: int, left: int
) -> None:
    moved = (notice(4, -20, from_node_id="WEST", notice_kind="transfer"),)
    west = opening(10, node_id="WEST")
    west["cut_at"] = receipt(0, west_cut)["event_at"]
    told: dict[str, Any] = {"openings": (*EAST, west), "notices": moved}
    way = post(**told)
    came = post(**told, receipts=(receipt(4, 30, po_ref="PO-1"),))
    had_come = post(**told, receipts=(receipt(4, -1, po_ref="PO-1"),))

    shelves = {("ON_HAND", "EAST"): 10, ("ON_HAND", "WEST"): left}
    assert shelves | {("IN_TRANSIT", "EAST"): 4} == balances(way)
    assert shelves | {("ON_HAND", "EAST"): 14} == balances(came)
    assert shelves == balances(had_come)


@pytest.mark.parametrize(
    ("bucket", "account", "lost", "brings"),
    [
        ("shipped", "SHIPPED", (), "DELIVERED"),
        ("lost", "VARIANCE", (event("LOST", 2, -5),), "FOUND"),
    ],
)
def test_a_parcel_that_left_before_the_cut_over_is_delivered_after_it(
    bucket: str, account: str, lost: tuple[dict[str, Any], ...], brings: str
) -> None:
    line = opened_line(**{bucket: 2, "delivered": 1})
    told_before = (event("SHIPPED", 3, -9), event("DELIVERED", 1, -5), *lost)
    facts = (*told_before, line)
    before = post(*facts, openings=EAST)
    brought = event(brings, 2, 9)
    books = balances(before, post(*facts, brought, existing=before, openings=EAST))
    brought_first = post(*told_before, brought, openings=EAST)
    then = post(*facts, brought, openings=EAST, existing=brought_first)

    assert {
        ("DELIVERED", "EAST"): 1,
        ("ON_HAND", "EAST"): 10,
        (account, "EAST"): 2,
    } == balances(before)
    assert {("DELIVERED", "EAST"): 3, ("ON_HAND", "EAST"): 10} == books
    assert books == balances(brought_first)
    assert books == balances(brought_first, then)


def test_an_opening_that_is_told_last_takes_back_what_it_includes() -> None:
    came = (receipt(5, -2), receipt(7, 3))
    counted = (adjustment(2, -4, "FOUND"), adjustment(1, 4, "FOUND"))
    sent = (event("SHIPPED", 3, -9), event("SHIPPED", 2, 9))
    told: dict[str, Any] = {"receipts": came, "adjustments": counted}
    way = (notice(4, -20, from_node_id="WEST", notice_kind="transfer"),)
    west = opening(10, node_id="WEST")
    at_once = post(*sent, **told, openings=(*EAST, west), notices=way)
    first = post(*sent, **told, notices=way)
    opened = post(openings=(*EAST, west), existing=first)
    again = post(openings=(*EAST, west), existing=pl.concat([first, opened]))

    assert balances(at_once) == balances(first, opened)
    assert ("ON_HAND", "EAST") in balances(at_once)
    assert again.is_empty()


def test_goods_that_are_opened_later_than_their_node_take_nothing_back() -> None:
    first = post(event("SHIPPED", 3, 9), openings=EAST, receipts=(receipt(5, 7),))
    later = opening(4, sku_id="S2")
    later["cut_at"] = receipt(0, 100)["event_at"]
    then = post(openings=(*EAST, later), existing=first)
    of_before = (receipt(2, 8), receipt(6, 9, sku_id="S2"))
    told_late = post(openings=(*EAST, later), receipts=of_before)

    assert {("ON_HAND", "EAST"): 12, ("SHIPPED", "EAST"): 3} == balances(first)
    assert {("ON_HAND", "EAST"): 4} == balances(then)
    # Of the first goods two more came, the others are in their opening.
    assert {("ON_HAND", "EAST"): 16} == balances(told_late)


def test_what_the_system_before_delivered_comes_back_from_its_customer() -> None:
    line = opened_line(delivered=2)
    returned = event("RETURN_RECEIVED", 1, 40)
    units = post(line, returned, openings=EAST)

    assert {
        ("CUSTOMER_RETURN", "EAST"): 1,
        ("DELIVERED", "EAST"): 1,
        ("ON_HAND", "EAST"): 10,
    } == balances(units)
    told_twice = post(event("DELIVERED", 2, -3), line, event("RETURN_RECEIVED", 3, 40))
    # Two came from their customer; of the third nobody knows that it ever left.
    assert {
        ("CUSTOMER_RETURN", "EAST"): 3,
        ("VARIANCE", "EAST"): -1,
    } == balances(told_twice)


def test_eaches_of_a_line_that_nobody_knows_are_not_opened() -> None:
    nobody_s = event("OPENING", 2, 0, detail='{"shipped": 2}', sku_id=None)

    assert post(nobody_s).is_empty()


def test_a_node_that_an_opening_does_not_name_is_that_of_its_next_event() -> None:
    line = opened_line(shipped=2) | {"node_id": None}
    units = post(line, event("DELIVERED", 2, 9, node_id="WEST"))

    assert {("DELIVERED", "WEST"): 2} == balances(units)
