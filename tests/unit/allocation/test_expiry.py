"""What waits longer than its channel lets it is cancelled by a rule."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    demand,
    rows_of,
    stock,
    waiting,
)
from transforms.allocation.allocate import Allocation
from transforms.allocation.expiry import SINCE
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS

POLICY = AllocationPolicy(
    backorder_cancel_days={"web": 10}, backorder_grace_days=5, max_shipments=1
)
LONG = AS_OF - timedelta(days=11)
NOTHING = stock({})
KIT = {"kit_line_id": "o1/K", "kit_sku_id": "K", "whole_kit_qty": 1}


def long_ago(order: str = "o1", **facts: object) -> dict[str, object]:
    return a_line(order, **{"ordered_at": LONG, **facts})  # type: ignore[arg-type]


def comes(day: date, qty: int = 1) -> pl.DataFrame:
    receipt: dict[str, object] = {"po_ref": "PO", "po_line_ref": "1", "node_id": "EAST"}
    row = receipt | {"sku_id": "A", "qty": qty, "expected_date": day}
    return rows_of(FCT_EXPECTED_RECEIPTS, [row])


def cancelled(decided: Allocation) -> dict[str, int]:
    events = decided.events.filter(event_type="CANCELLED")
    assert set(events["reason_code"]) <= {"BACKORDER_EXPIRED"}
    assert events["qty"].to_list() == decided.expired["qty"].to_list()
    return dict(events.select("line_id", "qty").iter_rows())


def decided_on(*lines: dict[str, object], **also: Any) -> Allocation:  # noqa: ANN401
    return decide(demand(*lines), also.pop("there", NOTHING), policy=POLICY, **also)


def test_what_waits_longer_than_its_days_is_cancelled_and_waits_no_more() -> None:
    decided = decided_on(
        long_ago("old"), a_line("young", ordered_at=LONG + timedelta(days=1))
    )

    assert cancelled(decided) == {"old/1": 1}
    assert list(waiting(decided)) == ["young/1"]
    backordered = decided.events.filter(event_type="BACKORDERED")
    assert backordered["line_id"].to_list() == ["young/1"]


def test_of_a_channel_that_is_not_listed_nothing_expires() -> None:
    decided = decided_on(long_ago(channel_id="business"))

    assert not cancelled(decided)


def test_what_this_run_can_serve_is_not_cancelled() -> None:
    decided = decided_on(long_ago(qty=3), there=stock({"EAST": {"A": 2}}))

    assert cancelled(decided) == {"o1/1": 1}
    assert decided.allocations["qty"].sum() == 2
    assert not waiting(decided)


@pytest.mark.parametrize(("days", "is_cancelled"), [(5, False), (6, True)])
def test_what_comes_within_the_grace_is_waited_for(
    days: int, *, is_cancelled: bool
) -> None:
    receipts = comes(AS_OF.date() + timedelta(days=days))

    decided = decided_on(long_ago(), receipts=receipts)

    assert bool(cancelled(decided)) is is_cancelled


def test_a_line_of_which_some_comes_within_the_grace_waits_on() -> None:
    receipts = comes(AS_OF.date() + timedelta(days=2))

    assert not cancelled(decided_on(long_ago(qty=3), receipts=receipts))


def test_days_are_counted_anew_from_what_was_added_or_freed_later() -> None:
    since = pl.DataFrame({"line_id": ["o1/1"], "since_at": [AS_OF]}, schema=SINCE)

    assert not cancelled(decided_on(long_ago(), waits_since=since))


def test_an_order_that_goes_in_one_go_expires_as_one_or_not_at_all() -> None:
    lines = (
        long_ago(is_ship_complete=True),
        long_ago(is_ship_complete=True, line_no=2, sku="B"),
    )
    since = pl.DataFrame({"line_id": ["o1/2"], "since_at": [AS_OF]}, schema=SINCE)
    there = stock({"EAST": {"A": 1}})

    both = decided_on(*lines, there=there)

    assert cancelled(both) == {"o1/1": 1, "o1/2": 1}
    assert not cancelled(decided_on(*lines, there=there, waits_since=since))


def test_kits_expire_whole_and_a_torn_one_waits_for_a_person() -> None:
    parts = (
        long_ago(qty=2, kit_qty=2, **KIT),
        long_ago(line_no=2, sku="B", kit_qty=1, **KIT),
    )
    torn = {**parts[0], "whole_kit_qty": 0}

    assert cancelled(decided_on(*parts)) == {"o1/1": 2, "o1/2": 1}
    assert not cancelled(decided_on(torn))


def test_an_order_that_its_class_leaves_as_it_is_never_expires() -> None:
    assert not cancelled(decided_on(long_ago(business_class="SKIP")))


def test_the_certificate_counts_what_expired_and_finds_what_should_not_have() -> None:
    wanted = demand(
        long_ago("one", is_ship_complete=True),
        long_ago("one", is_ship_complete=True, line_no=2, sku="B"),
        long_ago("two"),
    )
    good = decide(wanted, NOTHING, policy=POLICY)
    changed = good.expired.filter(pl.col("line_id") != "one/2").with_columns(
        cancel_days=pl.lit(12, pl.Int64)
    )
    bad = Allocation(**(vars(good) | {"expired": changed}))

    right, wrong = (certificate(each, wanted, NOTHING) for each in (good, bad))

    assert right["failed_rows"].sum() == 0
    assert "expired_backorders_had_waited" in right["proof"]
    assert wrong.filter(pl.col("failed_rows") > 0)["proof"].to_list() == [
        "allocated_and_backordered_make_open",
        "expired_backorders_had_waited",
    ]


def test_the_certificate_finds_half_an_order_that_expired() -> None:
    wanted = demand(
        long_ago("one", is_ship_complete=True),
        long_ago("one", is_ship_complete=True, line_no=2, sku="B"),
    )
    good = decide(wanted, NOTHING, policy=POLICY)
    half = good.expired["line_id"] == "one/1"
    unsaid = decide(wanted, NOTHING).backorders.filter(line_id="one/2")
    told = {"expired": good.expired.filter(half), "backorders": unsaid}

    wrong = certificate(Allocation(**(vars(good) | told)), wanted, NOTHING)

    failed = wrong.filter(pl.col("failed_rows") > 0).select("proof", "example")
    assert failed.rows() == [("expired_orders_and_kits_are_whole", "one/2")]
