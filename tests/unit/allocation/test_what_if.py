"""The same inputs under other circumstances: what changes, for whom, and why."""

from __future__ import annotations

import pytest

from tests.unit.allocation.test_metamorphic import inputs
from transforms.allocation.allocate import Allocation, Inputs
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.what_if import (
    Variant,
    by_node,
    changed_orders,
    score,
    under,
)


def decided(variant: Variant) -> tuple[Inputs, Allocation]:
    other = under(variant, inputs())
    return other, other.decide()


BASE = decided(Variant("as it is"))


def test_nothing_otherwise_changes_nothing() -> None:
    assert changed_orders(BASE, decided(Variant("the same")), Variant("x")).is_empty()


def test_a_node_that_is_down_ships_nothing_and_its_orders_say_so() -> None:
    down = Variant("EAST down", down=("EAST",))
    other = decided(down)

    changed = changed_orders(BASE, other, down)

    assert "EAST" in by_node(BASE[1])["node_id"]
    assert "EAST" not in by_node(other[1])["node_id"]
    moved = changed.filter(cause="NODE_DOWN")
    assert moved.height > 0
    assert all("EAST" in nodes for nodes in moved["was_nodes"])
    assert score(*other)["allocated_qty"].item() < score(*BASE)["allocated_qty"].item()


@pytest.mark.parametrize(
    ("percent", "orders", "causes"),
    [(100, 8, {"NEW_ORDER"}), (50, 6, {"NEW_ORDER"}), (-50, 2, {"NO_ORDER"})],
)
def test_more_orders_stand_behind_their_own_and_fewer_are_left_out(
    percent: int, orders: int, causes: set[str]
) -> None:
    more = Variant("demand", demand_percent=percent)
    other = decided(more)

    assert orders == score(*other)["orders"].item()
    assert causes <= set(changed_orders(BASE, other, more)["cause"])
    ranks = other[0].demand["demand_rank"].to_list()
    assert ranks == list(range(1, len(ranks) + 1))


def test_dearer_freight_costs_more_and_serves_the_same() -> None:
    dearer = Variant("freight", freight_percent=10)
    other = decided(dearer)

    was, now = score(*BASE).row(0, named=True), score(*other).row(0, named=True)
    assert was["allocated_qty"] == now["allocated_qty"]
    assert was["cost_minor"] < now["cost_minor"] <= was["cost_minor"] * 110 // 100 + 9
    assert {"OTHER_COST"} == set(changed_orders(BASE, other, dearer)["cause"])


def test_another_rule_is_a_variant_of_its_own() -> None:
    alone = Variant("one box", AllocationPolicy(max_shipments=1))
    other = decided(alone)

    assert 0 == score(*other)["split_orders"].item()
    assert score(*BASE)["split_orders"].item() > 0
    assert "FEWER_EACHES" in set(changed_orders(BASE, other, alone)["cause"])


def test_other_business_classes_put_orders_at_other_places_in_the_queue() -> None:
    rule = {"class": "WIN", "is_ship_complete": True}
    rules = AllocationPolicy(business_classes=(rule,))

    queue = under(Variant("classes", policy=rules), inputs()).demand

    ranked = queue.sort("demand_rank").select("order_id", "business_class").rows()
    assert ranked[:3] == [("o2", "WIN"), ("o2", "WIN"), ("o1", "REDISTRIBUTE")]
