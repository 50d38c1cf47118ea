"""Orders that a customer fetches at a store."""

from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    demand,
    network,
    placed,
    stock,
    waiting,
)
from transforms.allocation.demand import ranked_orders
from transforms.allocation.eligible import BIT, RULES
from transforms.allocation.explain import RULE_TEXTS
from transforms.allocation.policy import SOURCINGS, AllocationPolicy
from transforms.allocation.turned import TURN_TEXTS
from transforms.contracts.gold import FCT_ORDERS

FETCHED: dict[str, object] = {"service_code": "PICK_UP", "pickup_node_id": "WEST"}
STORE = {"capabilities": "ship|pick_up"}
PLENTY = stock({"EAST": {"A": 9}, "MID": {"A": 9}, "WEST": {"A": 9}})


@pytest.mark.parametrize("sourcing", [s for s in SOURCINGS if s != "priority_list"])
def test_what_is_picked_up_lies_at_its_store_without_freight(sourcing: str) -> None:
    """EAST is nearest, MID is a store, too: the customer comes to WEST."""
    nodes = network(WEST=STORE, MID=STORE)
    wanted = demand(a_line("sent"), a_line("fetched", qty=2, **FETCHED))

    decided = decide(wanted, PLENTY, nodes, AllocationPolicy(sourcing=sourcing))
    proofs = certificate(decided, wanted, PLENTY, nodes)

    assert placed(decided)["fetched/1", "WEST"] == 2
    row = decided.allocations.row(
        by_predicate=pl.col("order_id") == "fetched", named=True
    )
    assert ("PICK_UP", 0) == (row["service_code"], row["freight_minor"])
    assert date(2017, 12, 27) == row["ship_date"] == row["promise_date"]
    assert 0 == proofs["failed_rows"].sum()


def test_other_lines_are_decided_as_without_a_pick_up() -> None:
    nodes = network(WEST=STORE)
    lines = [a_line(f"o{n}", qty=n) for n in range(1, 4)]
    alone = decide(demand(*lines), PLENTY, nodes)

    both = decide(demand(*lines, a_line("fetched", **FETCHED)), PLENTY, nodes)

    rest = both.allocations.filter(pl.col("order_id") != "fetched")
    assert alone.allocations.equals(rest)


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({}, "NOT_CAPABLE"),
        ({"capabilities": "ship"}, "NOT_CAPABLE"),
        ({"open_weekdays": "", **STORE}, "NODE_CLOSED|NO_CAPACITY"),
        ({"channels": "business", **STORE}, "CHANNEL_NOT_SERVED"),
    ],
)
def test_a_store_that_cannot_hand_it_over_has_it_wait(
    facts: dict[str, object], rules: str
) -> None:
    nodes = network(WEST=facts, MID=STORE)

    decided = decide(demand(a_line("o1", **FETCHED)), PLENTY, nodes)

    assert {"o1/1": (1, "NO_NODE")} == waiting(decided)
    why = dict(decided.trace.select("node_id", "failed_rules").iter_rows())
    assert {
        "EAST": "NOT_CAPABLE|OTHER_STORE",
        "MID": "OTHER_STORE",
        "WEST": rules,
    } == why


def test_a_store_that_sends_nothing_may_hand_over() -> None:
    nodes = network(WEST={"is_shipping": False, "capabilities": "pick_up"})
    wanted = demand(a_line("fetched", **FETCHED))

    decided = decide(wanted, PLENTY, nodes)

    assert {("fetched/1", "WEST"): 1} == placed(decided)
    assert 0 == certificate(decided, wanted, PLENTY, nodes)["failed_rows"].sum()


def test_a_counter_sends_nothing() -> None:
    nodes = network(EAST={"capabilities": "pick_up"})
    wanted = demand(a_line("sent"))

    decided = decide(wanted, PLENTY, nodes)

    assert {("sent/1", "MID"): 1} == placed(decided)


def test_who_fetches_pays_no_least_freight() -> None:
    """Both want the last each; who is first fetches it where no carrier comes."""
    nodes = network(WEST=STORE)
    wanted = demand(a_line("fetched", **FETCHED), a_line("sent"))
    supply = stock({"WEST": {"A": 1}})

    decided = decide(wanted, supply, nodes)

    assert {("fetched/1", "WEST"): 1} == placed(decided)
    assert 0 == certificate(decided, wanted, supply, nodes)["failed_rows"].sum()


def test_a_store_without_it_has_the_customer_wait() -> None:
    nodes = network(WEST=STORE)
    supply = stock({"EAST": {"A": 9}, "WEST": {"A": 1}})

    decided = decide(demand(a_line("o1", qty=3, **FETCHED)), supply, nodes)

    assert {("o1/1", "WEST"): 1} == placed(decided)
    assert {"o1/1": (2, "NO_STOCK")} == waiting(decided)


@pytest.mark.parametrize(
    ("facts", "changed"),
    [
        ({"WEST": {"capabilities": "ship"}}, {}),
        ({"WEST": STORE}, {"pickup_node_id": "MID"}),
        ({"WEST": STORE}, {"service_code": "STANDARD", "pickup_node_id": None}),
    ],
)
def test_the_certificate_knows_who_can_hand_over_what(
    facts: dict[str, dict[str, object]], changed: dict[str, object]
) -> None:
    """Decided for WEST, a store; looked at as if it, or the order, were another."""
    wanted = demand(a_line("o1", **FETCHED))
    decided = decide(wanted, PLENTY, network(WEST=STORE))
    other = demand(a_line("o1", **FETCHED | changed))

    proofs = certificate(decided, other, PLENTY, network(**facts))

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert "allocation_at_served_nodes" in failed


def test_the_certificate_knows_that_a_counter_sends_nothing() -> None:
    wanted = demand(a_line("sent"))
    decided = decide(wanted, PLENTY)

    proofs = certificate(
        decided, wanted, PLENTY, network(EAST={"capabilities": "pick_up"})
    )

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert ["allocation_at_served_nodes"] == failed


def test_the_store_of_an_order_is_where_it_is_picked_up_only_if_it_is() -> None:
    said = {"channel_id": "web", "ordered_at": AS_OF, "node_id": "WEST"}
    said |= {"is_till_sale": False, "is_cancelled": False, "is_ship_complete": False}
    orders = pl.DataFrame(
        [
            said | {"order_id": name, "service_code": name}
            for name in ("PICK_UP", "SHIP_TO_STORE", "STANDARD")
        ],
        schema=FCT_ORDERS.schema,
    )

    ranked = ranked_orders(orders, AllocationPolicy())

    stores = dict(ranked.select("order_id", "pickup_node_id").iter_rows())
    assert {"PICK_UP": "WEST", "SHIP_TO_STORE": "WEST", "STANDARD": None} == stores


def test_new_rules_stand_behind_the_old_ones() -> None:
    old = ("NODE_CLOSED", "NOT_CAPABLE", "PREORDER")
    assert [1 << 0, 1 << 12, 1 << 16] == [BIT[rule] for rule in old]
    assert [1 << bit for bit in range(len(RULES))] == [BIT[rule] for rule in RULES]
    assert set(RULES) == set(RULE_TEXTS)
    assert set(RULES) - {"NO_STOCK", "BELOW_BUFFER"} == set(TURN_TEXTS)
