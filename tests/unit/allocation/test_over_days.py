"""Days that follow each other under other circumstances, and what one leaves the next.

Nothing moves where nothing is otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import AS_OF, a_line, demand, stock
from tests.unit.allocation.test_metamorphic import inputs
from transforms.allocation.over_days import Course, Past, Period, RealRun
from transforms.allocation.what_if import Variant, changed_orders, score

DAY = timedelta(days=1)
Sent = list[tuple[str, str, int]]


Row = dict[str, object]


def goods() -> dict[str, dict[str, int]]:
    return {
        "EAST": {"A": 4, "B": 1},
        "MID": {"A": 2},
        "WEST": {"A": 1, "B": 1},
    }


def asked_for(order: str, **facts: object) -> Row:
    """A line that is promised as the policy says."""
    return a_line(order, promise_date=date(2018, 1, 1), **facts)


@dataclass
class World:
    """What really happens: each day's new lines and goods, decided on as they come."""

    stock: dict[str, dict[str, int]] = field(default_factory=goods)
    waits: list[Row] = field(default_factory=list)
    runs: list[RealRun] = field(default_factory=list)

    def day(self, *lines: Row, came: dict[str, int] | None = None) -> World:
        at = AS_OF + len(self.runs) * DAY
        for sku, qty in (came or {}).items():
            self.stock["EAST"][sku] = self.stock["EAST"].get(sku, 0) + qty
        asked = demand(*sorted([*self.waits, *lines], key=str_of_rank))
        given = replace(inputs(), demand=asked, supply=stock(self.stock), as_of=at)
        decided = given.decide()
        for node, sku, qty in decided.allocations.select(
            "node_id", "sku_id", "qty"
        ).iter_rows():
            self.stock[node][sku] -= qty
        left = dict(decided.backorders.select("line_id", "qty").iter_rows())
        self.waits = [
            {**row, "open_qty": left[str(row["line_id"])]}
            | {"pending_qty": 0, "backordered_qty": left[str(row["line_id"])]}
            for row in asked.drop("demand_rank").iter_rows(named=True)
            if row["line_id"] in left
        ]
        self.runs.append(RealRun(given, decided.allocations, decided.backorders))
        return self

    def cancelled(self, line_id: str) -> World:
        self.waits = [row for row in self.waits if row["line_id"] != line_id]
        return self


def str_of_rank(row: Row) -> tuple[str, str]:
    return str(row["order_id"]), str(row["line_id"])


def over(world: World, variant: Variant) -> tuple[Period, Period]:
    past, course = Past(), Course(variant)
    for run in world.runs:
        course, past = course.step(run, past), past.with_run(run)
    return past.as_period(), course.as_period()


def sent(period: Period) -> Sent:
    rows = period.allocations.select("line_id", "node_id", "qty", "as_of")
    return sorted((line, node, qty) for line, node, qty, _ in rows.iter_rows())


def three_days() -> World:
    return (
        World()
        .day(asked_for("o1", qty=3), asked_for("o2", qty=6))
        .day(asked_for("o3", qty=2), asked_for("o4", sku="B"), came={"A": 1})
        .day(asked_for("o5", qty=1), came={"A": 5})
    )


def test_where_nothing_is_otherwise_every_day_is_as_it_was() -> None:
    was, now = over(three_days(), Variant("the same"))

    assert sent(was) == sent(now)
    assert was.allocations.equals(now.allocations)
    assert was.backorders.equals(now.backorders)
    assert changed_orders((was, was), (now, now), Variant("the same")).is_empty()


def test_what_a_node_that_is_down_did_not_send_waits_and_lies_there() -> None:
    down = Variant("EAST down", down=("EAST",))
    was, now = over(three_days(), down)

    assert "EAST" in {node for _, node, _ in sent(was)}
    assert {"MID", "WEST"} == {node for _, node, _ in sent(now)}
    # All of MID and WEST goes on the first day, nothing of it comes again.
    assert {"A": 3, "B": 1} == eaches(now)
    waits = dict(now.backorders.select("line_id", "qty").iter_rows())
    asked = dict(now.demand.select("line_id", "open_qty").iter_rows())
    assert sum(asked.values()) == sum(waits.values()) + 4 == 13
    moved = changed_orders((was, was), (now, now), down)
    assert "NODE_DOWN" in set(moved["cause"])


def eaches(period: Period) -> dict[str, int]:
    sums = period.allocations.group_by("sku_id").agg(pl.col("qty").sum())
    return dict(sums.iter_rows())


def test_what_one_day_sends_elsewhere_is_gone_there_the_next_day() -> None:
    """No each is sent twice, whatever the variant and whoever asks."""
    world = three_days()
    there = {"A": 13, "B": 2}
    for variant in (
        Variant("most", replace(inputs().policy, sourcing="most_stock")),
        Variant("more", demand_percent=100),
        Variant("fewer", demand_percent=-50),
    ):
        _, now = over(world, variant)
        given = eaches(now)
        assert all(given[sku] <= there[sku] for sku in given), variant.name


@pytest.mark.parametrize("percent", [100, -100 + 1])
def test_customers_are_the_same_on_every_day(percent: int) -> None:
    was, now = over(three_days(), Variant("demand", demand_percent=percent))
    orders = set(was.demand["order_id"])
    others = set(now.demand["order_id"])

    expected = {*orders, *(f"{one}+" for one in orders)} if percent > 0 else others
    assert others == expected
    if percent < 0:
        assert others < orders
    assert score(was, was)["asked_qty"].item() == 13


def test_what_was_cancelled_while_it_waited_waits_in_no_variant() -> None:
    world = World().day(asked_for("o1", qty=3), asked_for("o2", qty=6))
    world = world.cancelled("o2/1").day(asked_for("o3", qty=1), came={"A": 9})
    down = Variant("EAST down", down=("EAST",))

    was, now = over(world, down)

    assert 0 == was.backorders.height
    # Two of six had waited really; it is these that were cancelled.
    given = now.allocations.filter(order_id="o2")["qty"].sum()
    waits = now.backorders.filter(pl.col("line_id") == "o2/1")["qty"].sum()
    assert 4 == given + waits


def test_another_policy_ranks_the_queue_anew() -> None:
    policy = replace(inputs().policy, priority_by_channel={"vip": 0})
    world = World().day(
        asked_for("o1", qty=7), asked_for("o2", qty=7, channel_id="business")
    )
    first = Variant(
        "business first", replace(policy, priority_by_channel={"business": 0})
    )

    was, now = over(world, first)

    assert {"o1"} == {line[:2] for line, _, _ in sent(was)}
    assert {"o2"} == {line[:2] for line, _, _ in sent(now)}


@pytest.mark.parametrize("limit", ["daily_capacity_shipments", "daily_capacity_lines"])
def test_room_that_others_took_is_gone(limit: str) -> None:
    """A node's day has room for two shipments, or lines, whichever run sends them."""
    nodes = inputs().nodes.with_columns(pl.lit(2, pl.Int64).alias(limit))
    day = replace(inputs(), nodes=nodes, supply=stock({"EAST": {"A": 9}}))
    first = replace(day, demand=demand(asked_for("o1"), asked_for("o2")))
    sent = first.decide()
    load = sent.allocations.group_by("node_id", local_date="ship_date").agg(
        unit_qty=pl.col("qty").sum(),
        shipment_qty=pl.len().cast(pl.Int64),
        line_qty=pl.len().cast(pl.Int64),
    )
    second = replace(day, demand=demand(asked_for("o3"), asked_for("o4")), load=load)
    runs = [
        RealRun(one, made.allocations, made.backorders)
        for one, made in ((first, sent), (second, second.decide()))
    ]
    down = Variant("MID down", down=("MID",))
    past, course = Past(), Course(down)
    for run in runs:
        course, past = course.step(run, past), past.with_run(run)

    by_day = (
        course.as_period()
        .allocations.group_by("node_id", "ship_date")
        .agg(orders=pl.col("order_id").n_unique())
    )
    assert [2, 2] == by_day["orders"].to_list()


def test_what_a_variant_lets_expire_was_asked_for_and_waits_no_more() -> None:
    world = World(stock={"EAST": {}}).day(asked_for("o1", qty=3)).day().day()
    patient = inputs().policy
    days = {"web": 1}
    hasty = Variant("hasty", policy=replace(patient, backorder_cancel_days=days))

    was, now = over(world, hasty)

    assert dict(was.backorders.select("line_id", "qty").iter_rows()) == {"o1/1": 3}
    assert now.backorders.is_empty()
    asked = [score(one, one)["asked_qty"].item() for one in (was, now)]
    assert asked == [3, 3]
