"""How late what comes may be: frePPLe's cases (test/demand_policy, MIT) of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    demand,
    placed,
    rows_of,
    stock,
)
from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS


def coming(*days: int) -> list[dict[str, object]]:
    """Ten eaches on each day of January; the shop's lines are promised for the 5th."""
    place = {"node_id": "EAST", "sku_id": "A", "po_line_ref": "1", "qty": 10}
    return [
        place | {"po_ref": f"PO-{day}", "expected_date": date(2018, 1, day)}
        for day in days
    ]


@pytest.mark.parametrize(
    ("most", "is_whole", "goes", "day"),
    [
        # No limits; nothing late; the 7th at the latest, the 10th at the latest.
        (None, False, 10, 10),
        (0, False, 10, None),
        (2, False, 10, None),
        (5, False, 10, 10),
        # The full quantity only: all of it on the 10th, or none.
        (None, True, 0, 10),
        (5, True, 0, 10),
        (0, True, 0, None),
    ],
)
def test_what_comes_later_than_it_may_is_not_counted_on(
    most: int | None, is_whole: bool, goes: int, day: int | None
) -> None:
    wanted = demand(a_line(qty=20, is_ship_complete=is_whole))
    receipts = rows_of(FCT_EXPECTED_RECEIPTS, coming(10))
    supply = stock({"EAST": {"A": 10}})
    policy = AllocationPolicy(max_lateness_days=most)

    decided = decide(wanted, supply, policy=policy, receipts=receipts)

    assert goes == sum(placed(decided).values())
    told = decided.backorders.select("qty", "expected_date", "expected_parts").rows()
    assert [(20 - goes, day and date(2018, 1, day), None)] == told
    proofs = certificate(decided, wanted, supply, policy=policy)
    assert 0 == proofs["failed_rows"].sum()


def test_who_may_wait_is_told_what_another_may_not_wait_for() -> None:
    wanted = demand(a_line("soon"), a_line("late", promise_date=date(2018, 1, 9)))
    receipts = rows_of(FCT_EXPECTED_RECEIPTS, coming(10))
    policy = AllocationPolicy(max_lateness_days=1)

    decided = decide(wanted, stock({}), policy=policy, receipts=receipts)

    days = dict(decided.backorders.select("order_id", "expected_date").iter_rows())
    assert {"soon": None, "late": date(2018, 1, 10)} == days


def test_what_comes_in_time_is_told_in_part() -> None:
    receipts = rows_of(FCT_EXPECTED_RECEIPTS, coming(4, 10))
    policy = AllocationPolicy(max_lateness_days=0)

    decided = decide(
        demand(a_line(qty=20)), stock({}), policy=policy, receipts=receipts
    )

    assert [(None, "2018-01-04: 10")] == decided.backorders.select(
        "expected_date", "expected_parts"
    ).rows()


@pytest.mark.parametrize("days", [-1, "3", True])
def test_a_number_of_days_is_a_whole_one(days: object) -> None:
    with pytest.raises(PolicyError, match="max_lateness_days: must be null or 0"):
        AllocationPolicy.from_mapping({"max_lateness_days": days})
