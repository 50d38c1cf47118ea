"""Sourcing over the ship days of each node: whoever is full today has tomorrow."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    REFUSALS,
    a_line,
    certificate,
    decide,
    demand,
    network,
    placed,
    stock,
)
from transforms.allocation.allocate import Allocation
from transforms.allocation.bound import Sourced
from transforms.allocation.bound import certificate as certificate_of
from transforms.allocation.contest import CONTEST
from transforms.allocation.dates import LOAD
from transforms.allocation.policy import AllocationPolicy

TODAY, TOMORROW, LATER = (date(2017, 12, day) for day in (27, 28, 29))
NEGOTIATED = AllocationPolicy(sourcing="negotiated")
IN_TURN = AllocationPolicy(sourcing="cheapest")
EVERYWHERE = {"EAST": {"A": 9}, "WEST": {"A": 9}}


def cost(decided: Allocation) -> int:
    return int(decided.allocations["total_minor"].sum())


def proof(decided: Allocation) -> dict[str, int]:
    told = Sourced(decided.allocations, decided.prices, decided.floors)
    uncontested = "strict", pl.DataFrame([dict.fromkeys(CONTEST, 0)]), AS_OF
    [row] = certificate_of(told, *uncontested).to_dicts()
    return row


def test_a_node_that_is_full_today_ships_tomorrow_where_that_is_cheaper() -> None:
    nodes = network(EAST={"daily_capacity_shipments": 1})
    wanted = demand(*(a_line(f"o{n}") for n in range(3)))
    supply = stock(EVERYWHERE)

    decided = decide(wanted, supply, nodes, NEGOTIATED)

    days = decided.allocations.sort("ship_date").select("node_id", "ship_date").rows()
    assert [("EAST", day) for day in (TODAY, TOMORROW, LATER)] == days
    assert cost(decided) <= cost(decide(wanted, supply, nodes, IN_TURN))
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0


def test_who_loses_by_waiting_ships_today_and_who_does_not_tomorrow() -> None:
    """In their turn the patient order would have today's room."""
    nodes = network(
        EAST={"daily_capacity_shipments": 1},
        **{name: {"is_shipping": False} for name in ("MID", "WEST")},
    )
    patient = a_line("o1", promise_date=TODAY + timedelta(9))
    urgent = a_line("o2", promise_date=TODAY + timedelta(1), priority=0)
    wanted, supply = demand(patient, urgent), stock(EVERYWHERE)

    decided = decide(wanted, supply, nodes, NEGOTIATED)

    days = dict(decided.allocations.select("order_id", "ship_date").iter_rows())
    assert {"o1": TOMORROW, "o2": TODAY} == days
    told = proof(decided)
    assert (2, told["cost_minor"]) == (told["order_count"], told["bound_minor"])
    assert certificate(decided, wanted, supply, nodes)["failed_rows"].sum() == 0


def test_the_bound_speaks_of_carriers_that_rest() -> None:
    """Nobody moves on Saturday and Sunday: transit is no number of calendar days."""
    policy = AllocationPolicy(
        sourcing="negotiated", carrier_weekdays={"STANDARD": "12345"}
    )
    wanted = demand(*(a_line(f"o{n}") for n in range(3)))
    supply = stock({"EAST": {"A": 2}, "WEST": {"A": 1}})

    decided = decide(wanted, supply, policy=policy)

    told = proof(decided)
    assert (3, 0) == (told["order_count"], told["in_turn_count"])
    assert told["cost_minor"] == told["bound_minor"]


def test_costs_are_told_of_the_first_day_that_has_room() -> None:
    load = pl.DataFrame([("EAST", TODAY, 0, 1, 1)], schema=LOAD, orient="row")
    nodes = network(EAST={"daily_capacity_shipments": 1})
    wanted, supply = demand(a_line("o1")), stock(EVERYWHERE)

    decided = decide(wanted, supply, nodes, NEGOTIATED, load=load)

    days = dict(decided.trace.select("node_id", "ship_date").iter_rows())
    assert (TOMORROW, TODAY) == (days["EAST"], days["WEST"])
    assert {("o1/1", "EAST"): 1} == placed(decided)
    failed = certificate(decided, wanted, supply, nodes, load=load)["failed_rows"]
    assert 0 == failed.sum()


class Narrow(NamedTuple):
    """Some orders, what there is, nodes that soon have no room, and who refused what.

    The last makes two lines of one SKU, of one order even, use other nodes.
    """

    wanted: pl.DataFrame
    supply: pl.DataFrame
    nodes: pl.DataFrame
    refusals: pl.DataFrame

    def decide(self, policy: AllocationPolicy) -> Allocation:
        return decide(
            self.wanted, self.supply, self.nodes, policy, refusals=self.refusals
        )


def narrow(seed: int) -> Narrow:
    chance = Random(seed)  # noqa: S311 the same problem each time
    nodes = network(
        **{
            name: {
                "daily_capacity_shipments": chance.choice([1, 2, 3, 50]),
                "daily_capacity_units": chance.choice([3, 5, 100]),
                "shipment_cost_minor": chance.choice([50, 100, 300]),
            }
            for name in ("EAST", "MID", "WEST")
        }
    )
    lines = [
        a_line(
            f"o{order:02}",
            chance.choice("ABC"),
            line_no=number,
            qty=chance.choice([1, 1, 2]),
            promise_date=TODAY + timedelta(chance.choice([1, 2, 3, 6, 9])),
        )
        for order in range(chance.randint(2, 12))
        for number in range(1, 1 + chance.choice([1, 1, 1, 2, 3]))
    ]
    cells = {
        node: {sku: chance.choice([0, 1, 3, 20]) for sku in "ABC"}
        for node in ("EAST", "MID", "WEST")
    }
    refused = [
        (line["line_id"], chance.choice(["EAST", "MID", "WEST"]), AS_OF)
        for line in lines
        if chance.random() < 0.2 * (seed % 2)
    ]
    refusals = pl.DataFrame(refused, schema=REFUSALS, orient="row")
    return Narrow(demand(*lines), stock(cells), nodes, refusals)


@pytest.mark.parametrize("tenth", range(3))
def test_no_plan_over_days_falls_below_the_bound_or_serves_a_later_order_first(
    tenth: int,
) -> None:
    offences = []
    for seed in range(10 * tenth, 10 * tenth + 10):
        given = narrow(seed)
        together, alone = (given.decide(policy) for policy in (NEGOTIATED, IN_TURN))
        proofs = certificate(together, given.wanted, given.supply, given.nodes)
        failed = proofs["failed_rows"].sum()
        mine, theirs = served(given.wanted, together), served(given.wanted, alone)
        if failed or mine < theirs:
            offences.append((seed, failed, mine, theirs))
        # Of two that serve the same one can only cost as much as both are proved to.
        told = proof(together)
        is_comparable = mine == theirs and told["in_turn_count"] == 0
        is_so = told["bound_minor"] <= cost(together) <= cost(alone)
        if is_comparable and not is_so:
            offences.append((seed, told["bound_minor"], cost(alone)))

    assert offences == []


def served(wanted: pl.DataFrame, decided: Allocation) -> list[int]:
    """Eaches of each order, in demand order."""
    got = decided.allocations.group_by("order_id").agg(pl.col("qty").sum())
    orders = wanted.sort("demand_rank").select("order_id").unique(maintain_order=True)
    both = orders.join(got, on="order_id", how="left", maintain_order="left")
    return both["qty"].fill_null(0).to_list()


def test_an_earlier_order_has_what_its_turn_would_give_it() -> None:
    """All room of the network is wanted; a plan by cost alone would split ``o06``.

    The others are sourced together all the same, and the certificate holds.
    """
    given = narrow(SPLIT_BY_COST)

    mine, turns = (given.decide(policy) for policy in (NEGOTIATED, IN_TURN))

    assert served(given.wanted, mine) >= served(given.wanted, turns)
    told = proof(mine)
    assert told["order_count"] > 0 < told["in_turn_count"]
    assert told["bound_minor"] <= told["cost_minor"]
    proofs = certificate(mine, given.wanted, given.supply, given.nodes)
    assert proofs["failed_rows"].sum() == 0


SPLIT_BY_COST = 41
