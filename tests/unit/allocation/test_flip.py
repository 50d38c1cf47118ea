"""How far a node was from shipping an order: what is said would turn it, turns it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.allocation.shop import (
    ZONES,
    Cells,
    a_line,
    decide,
    demand,
    network,
    placed,
    stock,
)
from transforms.allocation.allocate import Allocation
from transforms.allocation.bound import Sourced, compromises
from transforms.allocation.policy import AllocationPolicy

CHEAPEST = AllocationPolicy(sourcing="cheapest")
NEGOTIATED = AllocationPolicy(sourcing="negotiated")
DEAR = 100_000
"""A shipment of every node, so that any may be made cheaper by what it takes."""


def costing(**shipment: int) -> pl.DataFrame:
    costs = dict.fromkeys(ZONES, DEAR) | shipment
    return network(**{n: {"shipment_cost_minor": c} for n, c in costs.items()})


def far(decided: Allocation, line: str = "o1/1") -> dict[str, dict[str, int | None]]:
    """Node → how far it was from shipping the line."""
    rows = decided.trace.filter(line_id=line).to_dicts()
    return {row["node_id"]: row for row in rows}


def whose(decided: Allocation) -> set[str]:
    """Nodes that ship the first order."""
    return {node for line, node in placed(decided) if line.startswith("o1/")}


@given(
    qty=st.integers(1, 4),
    second=st.integers(0, 3),
    left=st.fixed_dictionaries(
        {n: st.tuples(st.integers(0, 5), st.integers(0, 5)) for n in ZONES}
    ),
)
def test_a_node_that_is_cheaper_by_what_is_said_ships_the_order(
    qty: int, second: int, left: dict[str, tuple[int, int]]
) -> None:
    """And by a cent less it does not: of an order of one or two lines."""
    cells: Cells = {n: dict(zip("AB", held, strict=True)) for n, held in left.items()}
    also = [a_line(sku="B", qty=second, line_no=2)] if second else []
    wanted, supply = demand(a_line(qty=qty), *also), stock(cells)
    decided = decide(wanted, supply, costing(), CHEAPEST)
    lines = decided.trace["line_id"].unique().to_list()
    for node in ZONES:
        rows = [far(decided, line)[node] for line in lines]
        over = rows[0]["over_minor"]
        if over is None or over <= 0 or any(row["lacking_qty"] for row in rows):
            continue

        turned = decide(wanted, supply, costing(**{node: DEAR - over - 1}), CHEAPEST)
        short = decide(wanted, supply, costing(**{node: DEAR - over + 1}), CHEAPEST)

        assert {node} == whose(turned)
        assert {node} != whose(short)


def test_a_node_that_has_as_many_more_as_it_lacks_ships_the_order() -> None:
    wanted = demand(a_line(qty=5))
    decided = decide(wanted, stock({"EAST": {"A": 2}, "WEST": {"A": 9}}))
    near = far(decided)["EAST"]

    assert {"WEST"} == whose(decided)
    assert 3 == near["lacking_qty"]
    assert near["over_minor"] is not None
    assert near["over_minor"] < 0
    fuller = stock({"EAST": {"A": 2 + 3}, "WEST": {"A": 9}})
    assert {"EAST"} == whose(decide(wanted, fuller))
    one_short = stock({"EAST": {"A": 2 + 2}, "WEST": {"A": 9}})
    assert {"EAST"} != whose(decide(wanted, one_short))


def test_a_node_that_is_ruled_out_is_as_far_as_its_rule_and_its_cost() -> None:
    wanted, supply = demand(a_line()), stock({"EAST": {"A": 1}, "WEST": {"A": 1}})
    shut = network(EAST={"is_shipping": False})
    channels = network(EAST={"channels": "business"})

    closed = far(decide(wanted, supply, shut))["EAST"]
    unserved = far(decide(wanted, supply, channels))["EAST"]

    assert (0, None) == (closed["lacking_qty"], closed["over_minor"])
    assert unserved["over_minor"] is not None
    assert unserved["over_minor"] < 0


def test_scarce_eaches_are_as_dear_as_what_others_would_pay() -> None:
    """Four want EAST's two; whoever ships from afar is told what they are worth."""
    wanted = demand(*(a_line(f"o{n}") for n in range(4)))
    supply = stock({"EAST": {"A": 2}, "WEST": {"A": 9}})

    decided = decide(wanted, supply, policy=NEGOTIATED)
    rows = decided.trace.filter(pl.col("node_id") == "EAST")
    afar = rows.filter(pl.col("chosen_qty") == 0)

    [worth] = rows["price_milli"].unique()
    assert worth > 0
    assert decided.prices["price_milli"].to_list() == [worth]
    # Neither of the two would gain: what it spares is what the other would lose.
    assert (afar["over_minor"] >= 0).all()


@given(
    wants=st.lists(st.integers(1, 3), min_size=1, max_size=6),
    left=st.fixed_dictionaries({n: st.integers(0, 6) for n in ZONES}),
)
def test_no_node_is_nearer_than_the_proof_says(
    wants: list[int], left: dict[str, int]
) -> None:
    """What an order could gain elsewhere is at most its proven compromise."""
    wanted = demand(*(a_line(f"o{n}", qty=qty) for n, qty in enumerate(wants)))
    supply = stock({node: {"A": qty} for node, qty in left.items()})

    decided = decide(wanted, supply, policy=NEGOTIATED)
    told = compromises(Sourced(decided.allocations, decided.prices, decided.floors))
    rows = (
        decided.trace.filter(pl.col("over_minor").is_not_null(), lacking_qty=0)
        .with_columns(order_id=pl.col("line_id").str.split("/").list.first())
        .join(told, on="order_id")
    )

    assert (1000 * rows["over_minor"] >= -rows["compromise_milli"]).all()


@pytest.mark.parametrize("policy", [CHEAPEST, NEGOTIATED])
def test_a_node_that_ships_all_of_it_is_no_distance_away(
    policy: AllocationPolicy,
) -> None:
    wanted, supply = demand(a_line(qty=2)), stock({"MID": {"A": 3}})

    decided = decide(wanted, supply, policy=policy)

    assert 0 == far(decided)["MID"]["over_minor"]
    assert 0 == far(decided)["MID"]["lacking_qty"]
