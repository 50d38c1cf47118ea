"""What merchants go by: each template does what its rule says, on cases others publish.

The cases of stock in a line are those of Saleor's (``test_stock_management.py``) and
Solidus's (``on_hand_first_spec.rb``) own tests, both BSD-3-Clause.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.allocation.shop import (
    ZONES,
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
from transforms.allocation.policy import AllocationPolicy, PolicyError

NEAREST = AllocationPolicy(sourcing="nearest")
MOST_STOCK = AllocationPolicy(sourcing="most_stock")
FEWEST = AllocationPolicy(sourcing="fewest_parcels", split_cost_minor=0)
CHEAPEST = AllocationPolicy(sourcing="cheapest")


def in_order(*nodes: str) -> AllocationPolicy:
    return AllocationPolicy(sourcing="priority_list", node_order=nodes)


def weighted(**weights: int) -> AllocationPolicy:
    return AllocationPolicy(
        sourcing="weighted", weights=weights, node_order=("WEST", "MID")
    )


def shares(policy: AllocationPolicy, qty: int, cells: Cells) -> dict[str, int]:
    """Node → eaches of one line."""
    decided = decide(demand(a_line(qty=qty)), stock(cells), policy=policy)
    return {node: eaches for (_, node), eaches in placed(decided).items()}


FOUR_AND_THREE: Cells = {"EAST": {"A": 4}, "WEST": {"A": 3}}


@pytest.mark.parametrize(
    ("policy", "qty", "cells", "expected"),
    [
        (MOST_STOCK, 5, FOUR_AND_THREE, {"EAST": 4, "WEST": 1}),
        (in_order("WEST"), 5, FOUR_AND_THREE, {"WEST": 3, "EAST": 2}),
        # What is promised already is not there: ranked by what is left.
        (MOST_STOCK, 3, {"EAST": {"A": 1}, "WEST": {"A": 2}}, {"WEST": 2, "EAST": 1}),
        (MOST_STOCK, 3, FOUR_AND_THREE, {"EAST": 3}),
    ],
)
def test_stock_goes_in_the_line_that_a_merchant_puts_it_in(
    policy: AllocationPolicy, qty: int, cells: Cells, expected: dict[str, int]
) -> None:
    assert expected == shares(policy, qty, cells)


@pytest.mark.parametrize("policy", [MOST_STOCK, in_order("WEST"), NEAREST])
def test_all_or_nothing_leaves_nothing_behind_and_names_every_line(
    policy: AllocationPolicy,
) -> None:
    lines = [
        a_line(qty=qty, line_no=n, sku_id=sku, is_ship_complete=True)
        for n, (sku, qty) in enumerate((("A", 10), ("B", 100)), 1)
    ]
    supply = stock({"EAST": {"A": 4, "B": 4}, "WEST": {"A": 3}})

    decided = decide(demand(*lines), supply, policy=policy)

    assert {} == placed(decided)
    assert {"o1/1", "o1/2"} == set(waiting(decided))


@pytest.mark.parametrize(
    ("wanted", "default", "other", "expected", "left"),
    [
        (
            {"A": 30, "B": 5},
            {"A": 100, "B": 100},
            {},
            {("o1/1", "EAST"): 30, ("o1/2", "EAST"): 5},
            {},
        ),
        (
            {"A": 15, "B": 5},
            {"A": 10, "B": 10},
            {"A": 20},
            {("o1/1", "EAST"): 10, ("o1/1", "MID"): 5, ("o1/2", "EAST"): 5},
            {},
        ),
        (
            {"A": 15, "B": 5},
            {"A": 10, "B": 10},
            {"A": 2},
            {("o1/1", "EAST"): 10, ("o1/1", "MID"): 2, ("o1/2", "EAST"): 5},
            {"o1/1": (3, "NO_STOCK")},
        ),
    ],
)
def test_the_first_place_on_hand_then_elsewhere_then_a_backorder(
    wanted: dict[str, int],
    default: dict[str, int],
    other: dict[str, int],
    expected: dict[tuple[str, str], int],
    left: dict[str, tuple[int, str]],
) -> None:
    lines = demand(
        *(
            a_line(qty=qty, line_no=n, sku_id=sku)
            for n, (sku, qty) in enumerate(wanted.items(), 1)
        )
    )
    supply = stock({"EAST": default, "MID": other})

    decided = decide(lines, supply, policy=in_order("EAST"))

    assert expected == placed(decided)
    assert left == waiting(decided)
    assert 0 == certificate(decided, lines, supply)["failed_rows"].sum()


@pytest.mark.parametrize("most", [1, 2])
@pytest.mark.parametrize("skus", ["AB", "ABC"])
def test_a_list_leaves_nothing_behind_that_one_node_could_ship(
    skus: str, most: int
) -> None:
    """WEST stands first and has A alone; the order ships complete or not at all."""
    lines = [
        a_line(sku=sku, line_no=n, is_ship_complete=True)
        for n, sku in enumerate(skus, 1)
    ]
    supply = stock({"WEST": {"A": 1}, "EAST": dict.fromkeys(skus, 1)})
    policy = replace(in_order("WEST"), max_shipments=most)

    decided = decide(demand(*lines), supply, policy=policy)

    assert {} == waiting(decided)
    assert len(skus) == sum(placed(decided).values())


def test_a_list_leaves_no_each_behind_for_the_worth_of_a_part() -> None:
    policy = replace(in_order("WEST"), min_shipment_value_minor=800)

    assert {"EAST": 3} == shares(policy, 3, {"WEST": {"A": 2}, "EAST": {"A": 9}})


@pytest.mark.parametrize(
    "policy", [NEAREST, MOST_STOCK, in_order("WEST"), weighted(km=1)]
)
def test_where_money_does_not_decide_no_price_is_said_to_turn_it(
    policy: AllocationPolicy,
) -> None:
    cells = {name: {"A": 1} for name in ZONES}

    decided = decide(demand(a_line()), stock(cells), policy=policy)

    assert {None} == set(decided.trace["over_minor"])


def test_a_node_that_has_all_of_it_goes_before_two_that_are_nearer() -> None:
    cells = {"EAST": {"A": 2}, "MID": {"A": 2}, "WEST": {"A": 3}}

    assert {"WEST": 3} == shares(NEAREST, 3, cells)
    assert {"EAST": 2, "MID": 2, "WEST": 1} == shares(NEAREST, 5, cells)


def test_no_price_makes_one_parcel_two() -> None:
    """A from EAST and B from MID cost less than both from WEST."""
    lines = demand(a_line(qty=9, line_no=1), a_line(sku="B", qty=1, line_no=2, grams=1))
    supply = stock({"EAST": {"A": 9}, "MID": {"B": 1}, "WEST": {"A": 9, "B": 1}})
    free = replace(CHEAPEST, split_cost_minor=0)

    apart = placed(decide(lines, supply, policy=free))
    together = placed(decide(lines, supply, policy=FEWEST))

    assert {"EAST", "MID"} == {node for _, node in apart}
    assert {"WEST"} == {node for _, node in together}


def test_of_equally_many_parcels_the_cheapest() -> None:
    cells = {"EAST": {"A": 1}, "WEST": {"A": 9}}

    assert {"EAST": 1} == shares(FEWEST, 1, cells)


@pytest.mark.parametrize(
    ("policy", "node"),
    [
        (weighted(), "EAST"),
        (weighted(place=1000), "WEST"),
        (weighted(freight=0, processing=0, lateness=0, place=1), "WEST"),
        (weighted(place=1000, km=10), "EAST"),
    ],
)
def test_goals_weigh_against_each_other(policy: AllocationPolicy, node: str) -> None:
    cells = {name: {"A": 1} for name in ZONES}

    assert {node: 1} == shares(policy, 1, cells)


def test_what_is_written_down_is_money_whatever_chose() -> None:
    cells = {"WEST": {"A": 1}}
    wanted, supply = demand(a_line()), stock(cells)

    costs = {
        policy.sourcing: decide(wanted, supply, policy=policy)
        .allocations["total_minor"]
        .sum()
        for policy in (CHEAPEST, FEWEST, NEAREST, MOST_STOCK, weighted(freight=7))
    }

    assert 1 == len(set(costs.values())), costs


def test_a_part_that_is_worth_too_little_is_no_part() -> None:
    """Three eaches at 5.00 must be two nodes' twos, or wait for what is short."""
    policy = replace(NEAREST, min_shipment_value_minor=1000)
    cells = {"EAST": {"A": 1}, "MID": {"A": 2}, "WEST": {"A": 2}}

    assert {"MID": 2, "WEST": 2} == shares(policy, 4, cells)


def test_a_line_that_may_not_be_shared_takes_one_node() -> None:
    policy = replace(in_order("WEST"), is_line_split_allowed=False)

    assert {"EAST": 4} == shares(policy, 4, FOUR_AND_THREE)
    # Neither has five: what is left behind is as little as may be.
    assert {"EAST": 4} == shares(policy, 5, FOUR_AND_THREE)


def test_no_more_shipments_than_the_policy_lets() -> None:
    policy = replace(in_order("WEST", "MID", "EAST"), max_shipments=2)
    cells = {name: {"A": 1} for name in ZONES}

    assert {"WEST": 1, "MID": 1} == shares(policy, 3, cells)


def test_a_full_node_is_passed_over() -> None:
    nodes = network(EAST={"daily_capacity_shipments": 1})
    lines = demand(*(a_line(f"o{n}") for n in range(5)))
    supply = stock({"EAST": {"A": 5}, "MID": {"A": 5}})

    decided = decide(lines, supply, nodes, NEAREST)

    # Three days of one shipment each, then the next in line.
    assert 3 == sum(node == "EAST" for _, node in placed(decided))
    assert 5 == sum(placed(decided).values())
    assert 0 == certificate(decided, lines, supply, nodes)["failed_rows"].sum()


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"sourcing": "priority_list"}, "node_order: must list nodes"),
        ({"node_order": ("A", "A")}, "node_order: must list nodes, each once"),
        ({"weights": {"colour": 1}}, "weights: must map freight"),
        ({"weights": {"km": -1}}, "weights: must map freight"),
    ],
)
def test_a_strategy_that_cannot_be_meant_is_refused_by_its_key(
    facts: dict[str, object], message: str
) -> None:
    with pytest.raises(PolicyError, match=message):
        AllocationPolicy(**facts)  # type: ignore[arg-type]


A_FEW = st.integers(0, 4)
LINES = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(1, 4)),
    min_size=1,
    max_size=2,
    unique_by=lambda line: line[0],
)


@given(
    orders=st.lists(LINES, min_size=1, max_size=5),
    left=st.fixed_dictionaries({n: st.tuples(A_FEW, A_FEW) for n in ZONES}),
)
def test_nearest_does_what_the_plain_rule_does(
    orders: list[list[tuple[str, int]]], left: dict[str, tuple[int, int]]
) -> None:
    lines, cells = _drawn(orders, left)

    decided = decide(lines, stock(cells), policy=NEAREST)

    assert _by_hand(orders, cells) == placed(decided)
    assert 0 == certificate(decided, lines, stock(cells))["failed_rows"].sum()


@given(
    orders=st.lists(LINES, min_size=1, max_size=4),
    left=st.fixed_dictionaries({n: st.tuples(A_FEW, A_FEW) for n in ZONES}),
)
def test_goals_of_equal_weight_are_the_cost(
    orders: list[list[tuple[str, int]]], left: dict[str, tuple[int, int]]
) -> None:
    lines, cells = _drawn(orders, left)

    decided = [
        decide(lines, stock(cells), policy=policy) for policy in (CHEAPEST, weighted())
    ]

    assert placed(decided[0]) == placed(decided[1])


def _drawn(
    orders: list[list[tuple[str, int]]], left: dict[str, tuple[int, int]]
) -> tuple[pl.DataFrame, Cells]:
    """Open demand and stock of what hypothesis drew."""
    lines = demand(
        *(
            a_line(f"o{n}", sku=sku, qty=qty, line_no=m)
            for n, order in enumerate(orders)
            for m, (sku, qty) in enumerate(order, 1)
        )
    )
    return lines, {n: dict(zip("AB", qty, strict=True)) for n, qty in left.items()}


def _by_hand(
    orders: list[list[tuple[str, int]]], cells: Cells
) -> dict[tuple[str, str], int]:
    """The rule as a person would follow it, with pencil and stock list."""
    left = {node: dict(skus) for node, skus in cells.items()}
    given_out: dict[tuple[str, str], int] = {}

    def give(line: str, node: str, sku: str, qty: int) -> None:
        if qty:
            given_out[line, node] = given_out.get((line, node), 0) + qty
            left[node][sku] -= qty

    for n, order in enumerate(orders):
        free = {sku: sum(left[node][sku] for node in left) for sku in "AB"}
        asked = [(m, sku, min(qty, free[sku])) for m, (sku, qty) in enumerate(order, 1)]
        asked = [line for line in asked if line[2]]
        whole = [x for x in ZONES if all(left[x][sku] >= q for _, sku, q in asked)]
        for m, sku, want in asked:
            name, need = f"o{n}/{m}", want
            alone = [node for node in ZONES if left[node][sku] >= need]
            for node in whole[:1] or alone[:1] or ZONES:
                taken = min(need, left[node][sku])
                give(name, node, sku, taken)
                need -= taken
    return given_out
