"""Lines that a node picks a day, beside its eaches and shipments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    Cells,
    a_line,
    certificate,
    decide,
    demand,
    network,
    placed,
    stock,
    waiting,
)
from tests.unit.allocation.test_packed import a_kit
from transforms.allocation.allocate import Allocation
from transforms.allocation.bound import Sourced, bound_milli
from transforms.allocation.bound import certificate as certificate_of
from transforms.allocation.contest import CONTEST
from transforms.allocation.dates import LOAD
from transforms.allocation.policy import SOURCINGS, AllocationPolicy

TODAY, TOMORROW = date(2017, 12, 27), date(2017, 12, 28)
NEGOTIATED = AllocationPolicy(sourcing="negotiated")
ALL = {
    name: AllocationPolicy(sourcing=name, node_order=("EAST",)) for name in SOURCINGS
}
every_sourcing = pytest.mark.parametrize("policy", ALL.values(), ids=ALL)


def picking(lines: int | None) -> pl.DataFrame:
    """The network in which EAST picks so many lines a day."""
    return network(EAST={"daily_capacity_lines": lines})


def an_order(order: str, *skus: str) -> list[dict[str, object]]:
    return [a_line(order, sku, line_no=n) for n, sku in enumerate(skus, 1)]


def by_day(decided: Allocation) -> dict[tuple[str, date], int]:
    """Lines that are picked by node and day, where no kit lies packed."""
    rows = decided.allocations.group_by("node_id", "ship_date").len().iter_rows()
    return {(node, day): count for node, day, count in rows}


@every_sourcing
def test_a_thousand_orders_never_pass_a_hundred_lines_a_day(
    policy: AllocationPolicy,
) -> None:
    wanted = demand(*(a_line(f"o{n:04}") for n in range(1000)))
    supply, nodes = stock({"EAST": {"A": 1000}}), picking(100)

    decided = decide(wanted, supply, nodes, policy)

    assert [100, 100, 100] == list(by_day(decided).values())
    assert by_day(decided)["EAST", TODAY] == 100
    assert decided.backorders["reason_code"].unique().to_list() == ["CAPACITY"]
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0


@every_sourcing
def test_what_a_node_cannot_pick_ships_from_elsewhere(policy: AllocationPolicy) -> None:
    wanted = demand(*(a_line(f"o{n:02}") for n in range(20)))
    supply, nodes = stock({"EAST": {"A": 20}, "WEST": {"A": 20}}), picking(2)

    decided = decide(wanted, supply, nodes, policy)

    assert 20 == sum(placed(decided).values())
    assert max(n for (node, _), n in by_day(decided).items() if node == "EAST") <= 2
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0


@every_sourcing
def test_an_order_of_three_lines_takes_three(policy: AllocationPolicy) -> None:
    wanted = demand(*(line for o in "abc" for line in an_order(o, "A", "B", "C")))
    supply = stock({"EAST": dict.fromkeys("ABC", 9)})

    decided = decide(wanted, supply, picking(4), policy)

    assert [3, 3, 3] == list(by_day(decided).values())


@every_sourcing
def test_two_lines_of_one_order_are_two_whatever_their_sku(
    policy: AllocationPolicy,
) -> None:
    wanted = demand(*an_order("o1", "A", "A"))

    decided = decide(wanted, stock({"EAST": {"A": 2}}), picking(1), policy)

    assert placed(decided) == {("o1/1", "EAST"): 1}
    assert waiting(decided) == {"o1/2": (1, "CAPACITY")}


@every_sourcing
def test_many_eaches_of_a_line_are_picked_as_one(policy: AllocationPolicy) -> None:
    decided = decide(
        demand(a_line(qty=50)), stock({"EAST": {"A": 50}}), picking(1), policy
    )

    assert by_day(decided) == {("EAST", TODAY): 1}


@every_sourcing
def test_lines_that_a_node_was_told_of_before_take_room(
    policy: AllocationPolicy,
) -> None:
    load = pl.DataFrame([("EAST", TODAY, 9, 2, 4)], schema=LOAD, orient="row")
    wanted, supply = (
        demand(*an_order("o1", "A", "B")),
        stock({"EAST": {"A": 1, "B": 1}}),
    )

    decided = decide(wanted, supply, picking(5), policy, load=load)

    assert by_day(decided) == {("EAST", TOMORROW): 2}
    proofs = certificate(decided, wanted, supply, picking(5), load=load)
    assert proofs["failed_rows"].sum() == 0


def test_a_day_with_room_for_eaches_and_one_with_room_for_lines_are_two_days() -> None:
    """Today two eaches of many lines, tomorrow one line of many eaches."""
    nodes = network(EAST={"daily_capacity_units": 10, "daily_capacity_lines": 5})
    load = pl.DataFrame(
        [("EAST", TODAY, 8, 1, 1), ("EAST", TOMORROW, 0, 1, 4)],
        schema=LOAD,
        orient="row",
    )
    wanted = demand(a_line(qty=3), a_line(sku="B", line_no=2))
    supply = stock({"EAST": {"A": 3, "B": 1}})
    policy = AllocationPolicy(capacity_horizon_days=2)

    decided = decide(wanted, supply, nodes, policy, load=load)

    assert placed(decided) == {("o1/1", "EAST"): 3}
    assert waiting(decided) == {"o1/2": (1, "CAPACITY")}
    assert by_day(decided) == {("EAST", TOMORROW): 1}
    proofs = certificate(decided, wanted, supply, nodes, load=load)
    assert proofs["failed_rows"].sum() == 0


def test_a_kit_that_lies_packed_is_one_line_and_a_loose_one_its_components() -> None:
    wanted = demand(*a_kit("o1"), *a_kit("o2"))
    cells = {"EAST": {"K": 1, "A": 2, "B": 1}}
    policy = AllocationPolicy(capacity_horizon_days=1)

    found = {
        lines: sorted(
            set(
                decide(wanted, stock(cells), picking(lines), policy).allocations[
                    "packed_in"
                ]
            )
        )
        for lines in (1, 2, 3)
    }

    assert found == {1: ["K"], 2: ["K"], 3: ["K", "NONE"]}


def test_the_certificate_counts_packed_kits_as_their_node_does() -> None:
    wanted, supply = demand(*a_kit("o1")), stock({"EAST": {"K": 1}})

    decided = decide(wanted, supply, picking(1))

    assert 2 == decided.allocations.height
    assert certificate(decided, wanted, supply, picking(1))["failed_rows"].sum() == 0


def test_the_certificate_sees_lines_that_are_too_many() -> None:
    wanted, supply = (
        demand(*an_order("o1", "A", "B")),
        stock({"EAST": {"A": 1, "B": 1}}),
    )
    load = pl.DataFrame([("EAST", TODAY, 1, 1, 1)], schema=LOAD, orient="row")
    decided = decide(wanted, supply, picking(None))

    broken = [
        certificate(decided, wanted, supply, picking(lines), load=load)
        .filter(pl.col("failed_rows") > 0)["proof"]
        .to_list()
        for lines in (None, 3, 2)
    ]

    assert [[], [], ["allocation_within_capacity"]] == broken


def test_a_node_that_picks_no_more_lines_has_no_room() -> None:
    decided = decide(
        demand(a_line("o1"), a_line("o2")),
        stock({"EAST": {"A": 2}, "WEST": {"A": 2}}),
        picking(1),
        AllocationPolicy(sourcing="cheapest", capacity_horizon_days=1),
    )

    seen = decided.trace.filter(node_id="EAST").sort("line_id")["failed_rules"]
    assert seen.to_list() == ["", "NO_CAPACITY"]
    shut = decide(demand(a_line()), stock({"EAST": {"A": 1}}), picking(0))
    assert waiting(shut) == {"o1/1": (1, "CAPACITY")}


SPREAD: Cells = {"EAST": dict.fromkeys("AB", 9), "WEST": dict.fromkeys("AB", 9)}


def test_a_limit_on_lines_has_its_price_and_leaves_the_bound_one() -> None:
    """Of orders of one line each the bound is what they cost: no plan costs less."""
    wanted, nodes = demand(*(a_line(f"o{n}") for n in range(4))), picking(2)
    today = replace(NEGOTIATED, capacity_horizon_days=1)

    decided = decide(wanted, stock(SPREAD), nodes, today)

    assert by_day(decided) == {("EAST", TODAY): 2, ("WEST", TODAY): 2}
    priced = decided.prices.select("resource", "node_id", "supply_qty").rows()
    assert [("shipment", "EAST", 2)] == priced
    _, row = worth(decided)
    assert (row["order_count"], row["in_turn_count"]) == (4, 0)
    assert row["cost_minor"] == row["bound_minor"]
    assert certificate(decided, wanted, stock(SPREAD), nodes)["failed_rows"].sum() == 0


def test_an_order_whose_lines_are_too_many_has_its_turn() -> None:
    """The kernel sends three shipments from where three lines are picked."""
    wanted = demand(*(line for o in "abc" for line in an_order(o, "A", "B")))
    nodes = picking(3)

    decided = decide(wanted, stock(SPREAD), nodes, NEGOTIATED)

    assert 6 == sum(placed(decided).values())
    told, row = worth(decided)
    assert row["order_count"] + row["in_turn_count"] == 3
    assert bound_milli(told) <= 1000 * row["cost_minor"]
    assert certificate(decided, wanted, stock(SPREAD), nodes)["failed_rows"].sum() == 0


@every_sourcing
def test_without_a_limit_nothing_is_otherwise(policy: AllocationPolicy) -> None:
    wanted = demand(*(line for o in "abcdefghijkl" for line in an_order(o, "A", "B")))
    full = {"daily_capacity_units": 5, "daily_capacity_shipments": 3}
    free = network(EAST=full)
    high = free.with_columns(daily_capacity_lines=pl.lit(10**6, pl.Int64))

    none, some = (decide(wanted, stock(SPREAD), n, policy) for n in (free, high))

    assert hashes(none) == hashes(some)


def hashes(decided: Allocation) -> dict[str, list[int]]:
    return {name: frame.hash_rows().to_list() for name, frame in vars(decided).items()}


def worth(decided: Allocation) -> tuple[Sourced, dict[str, int]]:
    """What the proof of the cost is about, and its row."""
    told = Sourced(decided.allocations, decided.prices, decided.floors)
    contested = pl.DataFrame([dict.fromkeys(CONTEST, 0)])
    return told, certificate_of(told, "strict", contested, AS_OF).row(0, named=True)
