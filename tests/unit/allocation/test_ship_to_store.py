"""Orders that any node sends to a store, at which their customers fetch them."""

from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    demand,
    network,
    placed,
    stock,
    waiting,
)
from transforms.allocation.allocate import Allocation
from transforms.allocation.policy import SOURCINGS, AllocationPolicy

SHOP = {"region_code": "NY", "street": "9 Market Street", "city": "Albany"}
NODES = network(WEST=SHOP | {"capabilities": "ship|pick_up"})
"""WEST is the store; to where it stands lanes are as the shop says."""
SENT: dict[str, object] = {"service_code": "SHIP_TO_STORE", "pickup_node_id": "WEST"}
WANTED = demand(a_line("home"), a_line("to_store", qty=2, **SENT))
AWAY = stock({"EAST": {"A": 9}, "MID": {"A": 9}})


def of(decided: Allocation, order: str) -> dict[str, object]:
    """The one allocation of an order."""
    found = decided.allocations.filter(order_id=order)
    assert 1 == found.height
    return found.row(0, named=True)


@pytest.mark.parametrize("sourcing", [s for s in SOURCINGS if s != "priority_list"])
def test_a_node_sends_it_to_the_store_as_to_any_address_there(sourcing: str) -> None:
    policy = AllocationPolicy(sourcing=sourcing)
    plain = demand(a_line("home"), a_line("to_store", qty=2))

    decided = decide(WANTED, AWAY, NODES, policy)

    assert {("home/1", "EAST"): 1, ("to_store/1", "EAST"): 2} == placed(decided)
    as_home = decide(plain, AWAY, NODES, policy).allocations
    assert as_home.equals(decided.allocations)
    proofs = certificate(decided, WANTED, AWAY, NODES)
    assert 0 == proofs["failed_rows"].sum()


def test_the_store_hands_over_what_it_has_itself() -> None:
    everywhere = stock({"EAST": {"A": 9}, "WEST": {"A": 9}})

    decided = decide(WANTED, everywhere, NODES)

    assert {("home/1", "EAST"): 1, ("to_store/1", "WEST"): 2} == placed(decided)
    row = of(decided, "to_store")
    assert ("PICK_UP", 0) == (row["service_code"], row["freight_minor"])
    assert date(2017, 12, 27) == row["ship_date"] == row["promise_date"]
    proofs = certificate(decided, WANTED, everywhere, NODES)
    assert 0 == proofs["failed_rows"].sum()


@pytest.mark.parametrize("column", ["street", "city"])
def test_a_store_without_an_address_is_sent_nothing(column: str) -> None:
    store = SHOP | {"capabilities": "ship|pick_up", column: None}
    both = stock({"EAST": {"A": 9}, "WEST": {"A": 1}})

    decided = decide(demand(a_line("o1", qty=2, **SENT)), both, network(WEST=store))

    assert {("o1/1", "WEST"): 1} == placed(decided)
    assert {"o1/1": (1, "NO_STOCK")} == waiting(decided)
    wanted = demand(a_line("o1", **SENT))
    sent = decide(wanted, AWAY, NODES)
    proofs = certificate(sent, wanted, AWAY, network(WEST=store))
    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert "allocation_at_served_nodes" in failed


def test_a_store_that_hands_nothing_over_is_sent_nothing() -> None:
    decided = decide(demand(a_line("o1", **SENT)), AWAY, network(WEST=SHOP))

    assert {"o1/1": (1, "NO_NODE")} == waiting(decided)
    why = dict(decided.trace.select("node_id", "failed_rules").iter_rows())
    assert {
        "EAST": "STORE_TAKES_NO_ORDERS",
        "MID": "STORE_TAKES_NO_ORDERS",
        "WEST": "NO_STOCK|NOT_CAPABLE|STORE_TAKES_NO_ORDERS",
    } == why


def test_a_day_without_delivery_in_the_region_is_one_at_the_store() -> None:
    on_time = of(decide(WANTED, AWAY, NODES), "to_store")["promise_date"]
    shut = AllocationPolicy(destination_holidays={"NY": (on_time,)})

    decided = decide(WANTED, AWAY, NODES, shut)

    assert on_time < of(decided, "to_store")["promise_date"]
    proofs = certificate(decided, WANTED, AWAY, NODES, policy=shut)
    assert 0 == proofs["failed_rows"].sum()


@pytest.mark.parametrize("stock_at", ["EAST", "WEST"])
def test_the_certificate_asks_whether_the_store_hands_over(
    stock_at: str,
) -> None:
    supply = stock({stock_at: {"A": 9}})
    wanted = demand(a_line("o1", **SENT))
    decided = decide(wanted, supply, NODES)
    assert {("o1/1", stock_at): 1} == placed(decided)

    proofs = certificate(decided, wanted, supply, network(WEST=SHOP))

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert "allocation_at_served_nodes" in failed


def test_the_certificate_knows_that_a_store_sends_itself_nothing() -> None:
    supply = stock({"WEST": {"A": 9}})
    wanted = demand(a_line("o1", **SENT))
    home = demand(a_line("o1"))
    sent = decide(home, supply, NODES)

    proofs = certificate(sent, wanted, supply, NODES)

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert {"allocation_at_served_nodes", "order_cost_is_what_is_paid"} <= set(failed)
