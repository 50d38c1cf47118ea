"""Snapshots against the ledger at their own cut."""

from __future__ import annotations

import pytest

from tests.unit.reconciliation.stocktake import (
    instructed,
    moved,
    reconcile,
    released,
    snapshot,
    told,
)


def test_a_snapshot_that_agrees_says_nothing() -> None:
    assert [] == told(reconcile(snapshot(24)))


def test_a_shortfall_is_posted_at_once() -> None:
    result = reconcile(snapshot(24, {"S00": 7}))

    assert [("S00", -3, -3, "SHORTFALL")] == told(result)


def test_a_surplus_waits_and_the_next_snapshot_confirms_the_smaller_one() -> None:
    first = snapshot(20, {"S00": 15, "S01": 12})
    second = snapshot(28, {"S00": 13})

    assert [("S00", 5, 0, "SURPLUS_WAITS"), ("S01", 2, 0, "SURPLUS_WAITS")] == told(
        reconcile(first)
    )
    assert [
        ("S00", 5, 0, "SURPLUS_WAITS"),
        ("S00", 3, 3, "SURPLUS_CONFIRMED"),
        ("S01", 2, 0, "SURPLUS_WAITS"),
    ] == told(reconcile(first, second))


def test_a_variance_that_stands_posted_is_not_posted_again() -> None:
    posted = moved(-3, 24, movement_type="VARIANCE")
    result = reconcile(snapshot(24, {"S00": 7}), moves=(posted,))

    assert [("S00", -3, -3, "SHORTFALL")] == told(result)


def test_a_late_shipment_before_the_cut_explains_the_variance() -> None:
    posted = moved(-3, 24, movement_type="VARIANCE")
    late = moved(-3, 22)
    result = reconcile(snapshot(24, {"S00": 7}), moves=(posted, late))

    assert [("S00", 0, 0, "EXPLAINED")] == told(result)


def test_what_left_after_the_cut_is_no_variance() -> None:
    assert [] == told(reconcile(snapshot(24), moves=(moved(-3, 25),)))


def test_a_shortfall_that_eaches_with_the_node_explain_is_none() -> None:
    sent = (released(3, 10),)

    assert [] == told(reconcile(snapshot(24, {"S00": 7}), promises=sent))
    worse = reconcile(snapshot(24, {"S00": 5}), promises=sent)
    assert [("S00", -2, -2, "SHORTFALL")] == told(worse)
    assert [3] == worse.variances["in_flight_qty"].to_list()


def test_eaches_sent_after_the_cut_explain_nothing() -> None:
    result = reconcile(snapshot(24, {"S00": 7}), promises=(released(3, 25),))

    assert [("S00", -3, -3, "SHORTFALL")] == told(result)


def test_a_snapshot_of_what_is_for_sale_is_net_of_the_eaches_with_the_node() -> None:
    sent = (released(3, 10),)

    net = reconcile(snapshot(24, {"S00": 7}, basis="available"), promises=sent)
    assert [] == told(net)
    gross = reconcile(snapshot(24, {"S00": 10}, basis="available"), promises=sent)
    assert [("S00", 3, 0, "SURPLUS_WAITS")] == told(gross)


@pytest.mark.parametrize("heard", [None, 25], ids=["never", "after the cut"])
def test_a_node_may_not_know_yet_of_what_it_did_not_acknowledge(
    heard: float | None,
) -> None:
    sent, unread = (released(3, 10),), (instructed(3, heard),)

    for counted in (7, 10):
        count = snapshot(24, {"S00": counted}, basis="available")
        assert [] == told(reconcile(count, promises=sent, sent=unread))
    more = snapshot(24, {"S00": 11}, basis="available")
    assert [("S00", 1, 0, "SURPLUS_WAITS")] == told(
        reconcile(more, promises=sent, sent=unread)
    )


def test_what_was_acknowledged_before_the_cut_is_netted_in_full() -> None:
    count = snapshot(24, {"S00": 10}, basis="available")
    read = (instructed(3, 11), instructed(5, None, "S01"))

    assert [("S00", 3, 0, "SURPLUS_WAITS")] == told(
        reconcile(count, promises=(released(3, 10),), sent=read)
    )


def test_a_shipment_with_a_date_may_stand_on_either_side_of_that_days_cut() -> None:
    dated = moved(-4, 19, is_date_only=True)

    for counted in (6, 8, 10):
        assert [] == told(reconcile(snapshot(25, {"S00": counted}), moves=(dated,)))
    less = reconcile(snapshot(25, {"S00": 5}), moves=(dated,))
    assert [("S00", -1, -1, "SHORTFALL")] == told(less)


def test_a_sku_that_a_snapshot_does_not_name_is_not_zero() -> None:
    kept = [f"S{i:02d}" for i in range(1, 20)]

    assert [] == told(reconcile(snapshot(24, skus=kept)))


def test_a_snapshot_from_before_the_cut_over_is_not_compared() -> None:
    result = reconcile(snapshot(-5, {"S00": 3}))

    assert [] == told(result)
    assert ["NONE"] == result.confidence["verdict"].to_list()
