"""What waits for room is told the first day after the run's own that has some."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    decide,
    demand,
    network,
    placed,
    rows_of,
    stock,
    waiting,
)
from tests.unit.allocation.test_horizon import coming, told
from transforms.allocation.allocate import Allocation
from transforms.allocation.dates import LOAD
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.gold import DIM_NODE_CALENDARS

TODAY = AS_OF.date()
ONE_DAY = AllocationPolicy(capacity_horizon_days=1)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def decided(
    lines: int,
    policy: AllocationPolicy = ONE_DAY,
    facts: dict[str, object] | None = None,
    **frames: pl.DataFrame,
) -> Allocation:
    """Orders of two eaches, of which EAST takes one shipment a day."""
    nodes = network(EAST={"daily_capacity_shipments": 1} | (facts or {}))
    wanted = demand(*(a_line(f"o{n}", qty=2) for n in range(1, lines + 1)))
    return decide(
        wanted, stock({"EAST": {"A": 2 * lines}}), nodes, policy=policy, **frames
    )


def days_of(found: Allocation) -> list[date | None]:
    return found.backorders["expected_date"].to_list()


def test_each_waits_for_the_day_on_which_those_before_it_leave_room() -> None:
    found = decided(4)

    assert set(found.backorders["reason_code"]) == {"CAPACITY"}
    assert days_of(found) == [after(1), after(2), after(3)]
    assert found.backorders["expected_parts"].to_list() == [None] * 3


def test_days_of_the_horizon_and_days_that_the_node_rests_are_none() -> None:
    two = AllocationPolicy(capacity_horizon_days=2)
    closed = AllocationPolicy(capacity_horizon_days=1, closed_dates=(after(1),))

    assert days_of(decided(3, two)) == [after(2)]
    # Wednesday 27 December: Thursday is the company's, the weekend the node's own.
    weekdays: dict[str, object] = {"open_weekdays": "12345"}
    assert days_of(decided(3, closed, weekdays)) == [after(2), after(5)]


def test_a_day_that_others_have_filled_is_none() -> None:
    load = pl.DataFrame([("EAST", after(1), 1, 1, 1)], schema=LOAD, orient="row")
    row = {"node_id": "EAST", "calendar_date": after(2), "is_open": True}
    own = rows_of(DIM_NODE_CALENDARS, [row | {"capacity_qty": 0}])

    assert days_of(decided(2, load=load, own_days=own)) == [after(3)]


def test_more_than_a_day_takes_comes_in_parts() -> None:
    nodes = network(EAST={"daily_capacity_units": 2})
    policy = AllocationPolicy(capacity_horizon_days=1)

    found = decide(
        demand(a_line(qty=5)), stock({"EAST": {"A": 5}}), nodes, policy=policy
    )

    assert waiting(found) == {"o1/1": (3, "CAPACITY")}
    assert told(found) == {"o1/1": (after(2), f"{after(1)}: 2, {after(2)}: 1")}


@pytest.mark.parametrize(("day", "when"), [(0, 1), (4, 4)])
def test_what_still_comes_is_there_no_sooner_than_room(day: int, when: int) -> None:
    nodes = network(EAST={"daily_capacity_shipments": 1})
    wanted = demand(a_line("o1"), a_line("o2", qty=3))

    found = decide(
        wanted,
        stock({"EAST": {"A": 3}}),
        nodes,
        policy=AllocationPolicy(capacity_horizon_days=1),
        receipts=coming(after(day)),
    )

    assert placed(found) == {("o1/1", "EAST"): 1}
    assert waiting(found) == {"o2/1": (3, "CAPACITY")}
    assert told(found)["o2/1"][0] == after(when)


def test_a_node_that_never_has_room_tells_no_day() -> None:
    found = decided(2, facts={"daily_capacity_shipments": 0})

    assert waiting(found) == {"o1/1": (2, "CAPACITY"), "o2/1": (2, "CAPACITY")}
    assert days_of(found) == [None, None]


def test_a_day_that_is_too_late_is_not_told() -> None:
    policy = AllocationPolicy(capacity_horizon_days=1, max_lateness_days=0)
    late = [a_line(f"o{n}", promise_date=after(4)) for n in range(7)]
    nodes = network(EAST={"daily_capacity_shipments": 1})

    found = decide(demand(*late), stock({"EAST": {"A": 7}}), nodes, policy=policy)

    rooms = {line: (day, why) for line, day, why in _dated(found)}
    assert all(day is None or day <= after(4) for day, _ in rooms.values())
    assert rooms["o1/1"] == (after(1), "CAPACITY")
    assert rooms["o6/1"][0] is None


def _dated(found: Allocation) -> list[tuple[str, date | None, str]]:
    names = ("line_id", "expected_date", "reason_code")
    return list(found.backorders.select(names).iter_rows())


@pytest.mark.parametrize("facts", [{"is_ship_complete": True}, {"keep_together": "x"}])
def test_lines_that_go_in_one_go_have_the_day_on_which_their_node_has_room(
    facts: dict[str, object],
) -> None:
    lines = [a_line("o1", sku, line_no=n, **facts) for n, sku in enumerate("AB", 1)]
    there = stock({"EAST": {"A": 2, "B": 1}})
    nodes = network(EAST={"daily_capacity_shipments": 1})

    found = decide(demand(a_line("o0"), *lines), there, nodes, policy=ONE_DAY)

    assert placed(found) == {("o0/1", "EAST"): 1}
    assert days_of(found) == [after(1), after(1)]


def test_a_free_day_of_the_run_s_own_is_the_day_that_is_told() -> None:
    """An order leaves a node on one day of a run; tomorrow's run sends the rest."""
    nodes = network(EAST={"daily_capacity_units": 3})

    found = decide(demand(a_line("o1", qty=5)), stock({"EAST": {"A": 9}}), nodes)

    assert placed(found) == {("o1/1", "EAST"): 3}
    assert told(found)["o1/1"][0] == after(1)


def test_what_never_fits_into_a_day_in_one_go_has_no_date() -> None:
    nodes = network(EAST={"daily_capacity_units": 3})
    wanted = demand(a_line("o1", qty=5, is_ship_complete=True))

    found = decide(wanted, stock({"EAST": {"A": 9}}), nodes)

    assert waiting(found) == {"o1/1": (5, "CAPACITY")}
    assert told(found)["o1/1"][0] is None
