"""What is wanted later takes no eaches yet, is told its date and stays in the queue."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    decided_of,
    demand,
    placed,
    rows_of,
    stock,
    waiting,
)
from tests.unit.allocation.test_demand import an_order, ranked
from transforms.allocation.allocate import Allocation
from transforms.allocation.certify import certify
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS

TODAY = AS_OF.date()
LATE = TODAY + timedelta(days=20)
POLICY = AllocationPolicy(reserve_horizon_days={"web": 3})
ONE = stock({"EAST": {"A": 1}})


def wanted_on(order: str, day: date | None, **facts: object) -> dict[str, object]:
    return a_line(order, wanted_ship_date=day, **facts)  # type: ignore[arg-type]


def told(decided: Allocation) -> dict[str, tuple[date | None, str | None]]:
    rows = decided.backorders.select("line_id", "expected_date", "expected_parts")
    return {line: (day, parts) for line, day, parts in rows.iter_rows()}


def coming(day: date, qty: int = 1) -> pl.DataFrame:
    row: dict[str, object] = {"po_ref": "PO", "po_line_ref": "1", "node_id": "EAST"}
    row |= {"sku_id": "A", "qty": qty, "expected_date": day}
    return rows_of(FCT_EXPECTED_RECEIPTS, [row])


@pytest.mark.parametrize(("days", "is_given"), [(3, True), (4, False)])
def test_an_order_takes_eaches_from_its_horizon_on(
    days: int, *, is_given: bool
) -> None:
    line = wanted_on("o", TODAY + timedelta(days=days))

    assert bool(placed(decide(demand(line), ONE, policy=POLICY))) is is_given
    assert placed(decide(demand(line), ONE))


def test_who_is_wanted_now_gets_what_who_is_wanted_later_leaves() -> None:
    wanted = demand(wanted_on("late", LATE), wanted_on("now", None))

    decided = decide(wanted, ONE, policy=POLICY)

    assert placed(decided) == {("now/1", "EAST"): 1}
    assert waiting(decided) == {"late/1": (1, "RESERVE_LATER")}
    assert told(decided) == {"late/1": (None, None)}


def test_what_lies_there_or_comes_in_time_is_told_for_the_wanted_date() -> None:
    wanted = demand(wanted_on("a", LATE), wanted_on("b", LATE), wanted_on("c", LATE))
    soon = coming(LATE - timedelta(days=1))

    decided = decide(wanted, ONE, policy=POLICY, receipts=soon)

    assert told(decided) == {
        "a/1": (LATE, None),
        "b/1": (LATE, None),
        "c/1": (None, None),
    }


def test_what_comes_too_late_is_told_for_the_day_it_comes() -> None:
    after = LATE + timedelta(days=2)

    decided = decide(
        demand(wanted_on("a", LATE)), stock({}), policy=POLICY, receipts=coming(after)
    )

    assert told(decided) == {"a/1": (after, None)}


def test_a_channel_without_a_horizon_takes_eaches_at_once() -> None:
    line = wanted_on("o", LATE, channel_id="business")

    assert placed(decide(demand(line), ONE, policy=POLICY))


def test_days_of_patience_begin_on_the_day_that_it_is_wanted() -> None:
    policy = AllocationPolicy(backorder_cancel_days={"web": 5})
    long_ago = AS_OF - timedelta(days=30)
    lines = [
        wanted_on("since", TODAY - timedelta(days=5), ordered_at=long_ago),
        wanted_on("over", TODAY - timedelta(days=6), ordered_at=long_ago),
    ]

    decided = decide(demand(*lines), stock({}), policy=policy)

    assert decided.expired["line_id"].to_list() == ["over/1"]
    assert certificate(decided, demand(*lines), stock({}))["failed_rows"].sum() == 0


def test_a_date_at_the_door_is_as_many_days_before_at_the_dock() -> None:
    day = date(2018, 2, 1)
    orders = [
        an_order("ship", wanted_ship_date=day, channel_id="far"),
        an_order("door", wanted_delivery_date=day, channel_id="far"),
        an_order("near", wanted_ship_date=day),
    ]
    policy = AllocationPolicy(reserve_horizon_days={"far": 3})

    queue = ranked(orders, policy=policy).sort("order_id")

    told = queue.select("order_id", "wanted_ship_date", "promise_date")
    assert told.rows() == [
        ("door", day - timedelta(days=5), day),
        ("near", day, date(2018, 1, 1)),
        ("ship", day, day + timedelta(days=5)),
    ]


def released_on(order: str, day: date | None, **facts: object) -> dict[str, object]:
    return a_line(order, released_date=day, **facts)  # type: ignore[arg-type]


def events(decided: Allocation) -> dict[str, tuple[str, date | None]]:
    rows = decided.events.select("line_id", "event_type", "effective_date")
    return {line: (kind, day) for line, kind, day in rows.iter_rows()}


def test_what_is_not_released_yet_is_preordered_for_the_day_that_it_is() -> None:
    wanted = demand(
        released_on("early", LATE),
        released_on("today", TODAY, sku="B"),
        a_line("other", sku="B"),
    )
    there = stock({"EAST": {"A": 1, "B": 2}})

    decided = decide(wanted, there)

    assert waiting(decided) == {"early/1": (1, "PREORDER")}
    assert events(decided)["early/1"] == ("PREORDERED", LATE)
    assert {line for line, _ in placed(decided)} == {"today/1", "other/1"}
    proofs = certificate(decided, wanted, there)
    assert proofs["failed_rows"].sum() == 0
    assert "nothing_before_its_release" in proofs["proof"]


@pytest.mark.parametrize(("comes", "day"), [(-1, 0), (0, 0), (4, 4)])
def test_a_preorder_that_lacks_eaches_waits_for_the_later_of_two_days(
    comes: int, day: int
) -> None:
    wanted = demand(released_on("early", LATE))
    receipt = coming(LATE + timedelta(days=comes))

    decided = decide(wanted, stock({"EAST": {"A": 0}}), receipts=receipt)

    assert told(decided) == {"early/1": (LATE + timedelta(days=day), None)}


def test_a_preorder_that_waited_since_is_said_once() -> None:
    line = released_on("early", LATE, pending_qty=0, backordered_qty=1)

    assert events(decide(demand(line), ONE)) == {}


def test_a_preorder_keeps_its_place_and_has_days_of_patience_of_its_own() -> None:
    long_ago = AS_OF - timedelta(days=30)
    policy = AllocationPolicy(backorder_cancel_days={"web": 5})
    lines = [
        released_on("early", TODAY - timedelta(days=5), ordered_at=long_ago),
        released_on("late", TODAY - timedelta(days=6), ordered_at=long_ago),
        a_line("new"),
    ]

    decided = decide(demand(*lines), ONE, policy=policy)

    assert placed(decided) == {("early/1", "EAST"): 1}
    assert decided.expired["line_id"].to_list() == ["late/1"]


def test_the_rest_of_an_order_goes_unless_it_goes_in_one_go() -> None:
    there = stock({"EAST": {"A": 1, "B": 1}})
    lines = [released_on("o", LATE), a_line("o", sku="B", line_no=2)]
    whole = [line | {"is_ship_complete": True} for line in lines]

    assert placed(decide(demand(*lines), there)) == {("o/2", "EAST"): 1}
    assert waiting(decide(demand(*whole), there)) == {
        "o/1": (1, "PREORDER"),
        "o/2": (1, "SHIP_COMPLETE"),
    }


def test_the_certificate_finds_what_was_given_before_its_release() -> None:
    wanted = demand(released_on("early", LATE))
    given = decide(demand(a_line("early")), ONE)

    wrong = certificate(given, wanted, ONE)

    failed = wrong.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert failed == ["nothing_before_its_release"]


def test_the_certificate_finds_what_was_given_before_its_horizon() -> None:
    wanted = demand(wanted_on("late", LATE))
    good = decided_of(decide(wanted, ONE, policy=POLICY), wanted, ONE, policy=POLICY)
    bad = decided_of(decide(wanted, ONE), wanted, ONE, policy=POLICY)

    right, wrong = (certify(each, AS_OF) for each in (good, bad))

    assert right["failed_rows"].sum() == 0
    failed = wrong.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert failed == ["nothing_beyond_the_horizon"]
