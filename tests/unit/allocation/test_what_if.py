"""The same inputs under other circumstances: what changes, for whom, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.test_metamorphic import inputs
from transforms.allocation.allocate import Allocation, Inputs
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.what_if import (
    Variant,
    by_cause,
    by_node,
    changed_orders,
    compared,
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


def test_rules_of_several_dates_are_those_of_a_day_or_refused() -> None:
    one, three = AllocationPolicy(max_shipments=1), AllocationPolicy(max_shipments=3)
    dated = Variant("dated", dated=((date.min, one), (date(2017, 12, 28), three)))

    assert one == dated.on(date(2017, 12, 27)).policy
    assert three == dated.on(date(2017, 12, 28)).policy
    kept = replace(dated, dated_by={"then": ((date.min, three),), "bare": ()})
    assert three == kept.on(date(2017, 12, 27), "then").policy
    assert one == kept.on(date(2017, 12, 27), "now").policy
    assert kept.on(date(2017, 12, 28), "bare").policy is None
    with pytest.raises(ValueError, match="dated: rules of which date"):
        under(dated, inputs())


def test_an_order_that_ships_nothing_costs_nothing_and_saves_nothing() -> None:
    down = Variant("EAST down", down=("EAST", "MID"))
    answer = compared(BASE, [(down, decided(down))])

    nothing = answer.changed.filter(now_qty=0)
    assert nothing.height > 0
    assert {None} == set(nothing["now_minor"])
    assert {""} == set(nothing["now_nodes"])
    [cause] = answer.causes.filter(cause="NODE_DOWN").iter_rows(named=True)
    assert nothing.height == cause["nothing_orders"]
    assert nothing["was_minor"].sum() == cause["unspent_minor"] > 0
    was, now = answer.scores["cost_minor"]
    more, unspent = (answer.causes[n].sum() for n in ("more_minor", "unspent_minor"))
    assert now - was == more - unspent


def test_what_one_each_costs_stands_beside_what_all_cost() -> None:
    row = score(*BASE).row(0, named=True)
    cost, given = row["cost_minor"], row["allocated_qty"]
    nothing = Variant("all down", down=("EAST", "MID", "WEST"))

    assert abs(row["cost_per_each_minor"] - cost / given) <= 0.5
    assert score(*decided(nothing))["cost_per_each_minor"].item() is None


def test_variants_stand_beside_what_nothing_otherwise_comes_to() -> None:
    dearer = Variant("freight", freight_percent=10)
    alone = Variant("one box", AllocationPolicy(max_shipments=1))

    answer = compared(BASE, [(one, decided(one)) for one in (dearer, alone)])

    assert ["as it is", "freight", "one box"] == answer.scores["variant"].to_list()
    assert {"as it is", "freight", "one box"} == set(answer.nodes["variant"])
    assert {"freight", "one box"} == set(answer.changed["variant"])
    assert by_cause(answer.changed).equals(answer.causes)
    freight = answer.causes.filter(pl.col("variant") == "freight")
    assert [("OTHER_COST", 0)] == freight.select("cause", "nothing_orders").rows()
