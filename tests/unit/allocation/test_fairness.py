"""Who gets scarce eaches where cost may decide, and what it costs that it may not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    decided_of,
    demand,
    network,
    placed,
    stock,
    waiting,
)
from transforms.allocation.certify import certify
from transforms.allocation.policy import FAIRNESSES, AllocationPolicy

FAR, NEAR = "far/1", "near/1"
ONE_NODE = stock({"WEST": {"A": 1}})
HEAVY_FIRST = demand(a_line("far", grams=9000), a_line("near", grams=1000))


def fair(fairness: str) -> AllocationPolicy:
    return AllocationPolicy(fairness=fairness)


@pytest.mark.parametrize(
    ("fairness", "served"), [("strict", FAR), ("within_class", NEAR), ("off", NEAR)]
)
def test_a_cheaper_later_order_takes_a_scarce_each_only_where_cost_may_decide(
    fairness: str, served: str
) -> None:
    decided = decide(HEAVY_FIRST, ONE_NODE, policy=fair(fairness))

    assert placed(decided) == {(served, "WEST"): 1}
    assert waiting(decided) == {({FAR, NEAR} - {served}).pop(): (1, "NO_STOCK")}


@pytest.mark.parametrize("fairness", FAIRNESSES)
def test_whoever_is_served_each_certificate_is_clean(fairness: str) -> None:
    decided = decide(HEAVY_FIRST, ONE_NODE, policy=fair(fairness))

    proofs = certificate(decided, HEAVY_FIRST, ONE_NODE, fairness=fairness)

    assert proofs["failed_rows"].sum() == 0


def test_what_cost_decided_is_no_demand_order() -> None:
    decided = decide(HEAVY_FIRST, ONE_NODE, policy=fair("off"))

    proofs = certificate(decided, HEAVY_FIRST, ONE_NODE, fairness="strict")

    failed = proofs.filter(proofs["failed_rows"] > 0).select("proof", "example")
    assert failed.rows() == [("scarce_units_in_demand_order", FAR)]


def test_of_orders_that_cost_the_same_the_first_in_demand_order_is_served() -> None:
    wanted = demand(a_line("b"), a_line("a"))

    decided = decide(wanted, ONE_NODE, policy=fair("off"))

    assert placed(decided) == {("b/1", "WEST"): 1}


def test_an_order_that_nobody_has_anything_for_takes_no_turn() -> None:
    wanted = demand(a_line("none", "B"), a_line("far", grams=9000), a_line("near"))

    decided = decide(wanted, ONE_NODE, policy=fair("off"))

    assert placed(decided) == {(NEAR, "WEST"): 1}


def contested(fairness: str) -> tuple[int, ...]:
    decided = decide(HEAVY_FIRST, ONE_NODE, policy=fair(fairness))
    told = decided_of(decided, HEAVY_FIRST, ONE_NODE, fairness=fairness)
    return told.contested.row(0)


def test_fairness_costs_what_the_heavier_order_costs_more() -> None:
    """Zone 8: 800 and 80 a kilogram, 55 at the node."""
    assert contested("strict") == (1, 2, 855 + 720, 855 + 80)
    assert contested("off") == (1, 2, 855 + 80, 855 + 80)


def test_nothing_is_contested_where_everybody_is_served() -> None:
    wanted, supply = demand(a_line("a"), a_line("b")), stock({"EAST": {"A": 2}})

    assert decided_of(decide(wanted, supply), wanted, supply).contested.row(0) == (
        *(0, 0, 0, 0),
    )


def test_an_order_of_two_lines_shares_one_shipment_in_the_bound() -> None:
    wanted = demand(
        a_line("two", "A"),
        a_line("two", "B", line_no=2),
        a_line("late", "A", promise_date=date(2018, 1, 9)),
    )
    supply = stock({"EAST": {"A": 1, "B": 1}})
    decided = decide(wanted, supply)

    told = decided_of(decided, wanted, supply).contested.row(0)

    # 250 a shipment, 20 and 5 an each: A and B at half a shipment each.
    assert told == (1, 2, 250 + 50, 250 + 50)


def test_a_cost_below_its_bound_is_found() -> None:
    decided = decide(HEAVY_FIRST, ONE_NODE)
    told = decided_of(decided, HEAVY_FIRST, ONE_NODE)
    cheated = told.allocations.with_columns(freight_minor=told.allocations["qty"] * 0)

    proofs = certify(
        type(told)(**{**_parts(told), "allocations": cheated}), cheated["as_of"][0]
    )

    failed = proofs.filter(proofs["failed_rows"] > 0)["proof"].to_list()
    assert "contested_eaches_cost_their_least" in failed


def _parts(told: object) -> dict[str, object]:
    return {k: v for k, v in vars(told).items() if k != "contested"}


def test_cost_decides_among_nodes_that_may_serve_the_order() -> None:
    nodes = network(EAST={"channels": "business"})
    wanted = demand(
        a_line("far", channel_id="business", grams=2000), a_line("near", grams=1500)
    )
    supply = stock({"EAST": {"A": 1}, "WEST": {"A": 1}})

    decided = decide(wanted, supply, nodes, fair("off"))

    assert placed(decided) == {("far/1", "EAST"): 1, ("near/1", "WEST"): 1}
