"""A node that was cheaper and shipped nothing: what others got there, and the price."""

from __future__ import annotations

import polars as pl

from tests.unit.allocation.shop import a_line, decide, demand, network, placed, stock
from transforms.allocation.allocate import Allocation
from transforms.allocation.explain import Section, explain
from transforms.allocation.passed_over import TAKEN, Rivals
from transforms.allocation.pins import SAID
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS
from transforms.contracts.gold import FCT_ORDER_LINES

NEGOTIATED = AllocationPolicy(sourcing="negotiated")
HEAVY = 50_000
OVER, TURNED = 3, 4


def explained(
    decided: Allocation, wanted: pl.DataFrame, order: str = "o1", line: str = ""
) -> list[Section]:
    """The order as it is told to who asks, of one line or of all."""
    names = ["line_id", "order_id", "line_no", "sku_id"]
    missing = [
        pl.lit(None, FCT_ORDER_LINES.schema[n]).alias(n)
        for n in FCT_ORDER_LINES.names
        if n not in names
    ]
    known = wanted.select(*names, *missing).select(FCT_ORDER_LINES.names)
    taken = decided.allocations.select(TAKEN.names())
    return explain(
        order,
        known,
        decided.allocations,
        decided.trace,
        decided.backorders,
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        SAID.to_frame(),
        Rivals(taken, decided.prices),
        pl.Series([line]) if line else None,
    )


def test_a_cheaper_node_names_the_price_of_its_each_and_who_got_it() -> None:
    """EAST costs o1 660 less; the two heavy ones would lose more than that."""
    wanted = demand(
        a_line("o1"), a_line("o2", grams=HEAVY), a_line("o3", grams=HEAVY - 1)
    )

    decided = decide(
        wanted, stock({"EAST": {"A": 2}, "WEST": {"A": 2}}), None, NEGOTIATED
    )
    [row] = explained(decided, wanted)[OVER].rows.to_dicts()

    worth = decided.prices["price_milli"].item() // 1000
    assert {("o1/1", "WEST"): 1, ("o2/1", "EAST"): 1, ("o3/1", "EAST"): 1} == placed(
        decided
    )
    assert (1, "EAST", 935 - 275) == (
        row["line_no"],
        row["node_id"],
        row["cheaper_minor"],
    )
    assert ("A", worth) == (row["blocked_by"], row["each_worth_minor"])
    assert (1, "o2 (1), o3 (1)") == (row["more_qty"], row["got_by"])


def test_with_as_many_more_eaches_as_are_named_the_cheaper_node_ships_it() -> None:
    wanted = demand(a_line("o1", qty=3), a_line("o2", qty=2, grams=HEAVY))
    cells = {"EAST": {"A": 4}, "WEST": {"A": 9}}
    whole = NEGOTIATED

    decided = decide(wanted, stock(cells), None, whole)
    told = explained(decided, wanted)
    [more] = told[OVER].rows.filter(node_id="EAST")["more_qty"]
    cells["EAST"]["A"] += more
    again = decide(wanted, stock(cells), None, whole)

    assert 1 == more
    assert 3 == placed(again)["o1/1", "EAST"]
    turned = told[TURNED].rows.filter(node_id="EAST")
    assert [("line 1: 1 more", 0)] == turned.select("lacks", "cheaper_minor").rows()


def test_who_got_a_cell_is_named_up_to_three_and_counted_beyond() -> None:
    others = [a_line(f"o{n}", grams=HEAVY) for n in range(2, 7)]
    wanted = demand(a_line("o1"), *others)

    decided = decide(
        wanted, stock({"EAST": {"A": 5}, "WEST": {"A": 1}}), None, NEGOTIATED
    )
    told = explained(decided, wanted)[OVER].rows["got_by"].to_list()

    assert ["o2 (1), o3 (1), o4 (1) and 2 more"] == told


def test_an_order_that_ships_from_its_cheapest_node_was_not_passed_over() -> None:
    wanted = demand(a_line("o1"), a_line("o2", grams=HEAVY))

    decided = decide(
        wanted, stock({"EAST": {"A": 1}, "WEST": {"A": 1}}), None, NEGOTIATED
    )

    assert explained(decided, wanted, "o2")[OVER].rows.is_empty()


def test_eaches_that_were_kept_for_others_in_turn_have_no_price() -> None:
    """o2 may have nothing but EAST's; o1, who comes first, leaves it."""
    wanted = demand(a_line("o1"), a_line("o2", channel_id="shop"))
    nodes = network(EAST={"channels": "web|shop"})
    cheapest = AllocationPolicy(sourcing="cheapest")

    decided = decide(
        wanted, stock({"EAST": {"A": 1}, "WEST": {"A": 1}}), nodes, cheapest
    )
    rows = explained(decided, wanted)[OVER].rows

    assert {("o1/1", "WEST"): 1, ("o2/1", "EAST"): 1} == placed(decided)
    names = ["node_id", "blocked_by", "each_worth_minor", "more_qty", "got_by"]
    assert [("EAST", "A", None, 1, "o2 (1)")] == rows.select(names).rows()


def test_where_room_is_what_others_needed_no_stock_is_named() -> None:
    """EAST has plenty, and two shipments a day, which the heavy ones need more."""
    wanted = demand(
        a_line("o1"), a_line("o2", grams=HEAVY), a_line("o3", grams=HEAVY - 1)
    )
    supply = stock({"EAST": {"A": 96}, "WEST": {"A": 9}})
    nodes = network(EAST={"daily_capacity_shipments": 2})
    policy = AllocationPolicy(sourcing="negotiated", capacity_horizon_days=1)

    decided = decide(wanted, supply, nodes, policy)
    [row] = explained(decided, wanted)[OVER].rows.to_dicts()

    assert placed(decided)["o1/1", "WEST"] == 1
    assert (row["node_id"], row["more_qty"], row["got_by"]) == ("EAST", None, None)
    assert row["blocked_by"] not in {None, "A"}
    assert row["each_worth_minor"] > 0


def test_a_line_that_is_asked_about_is_told_alone() -> None:
    lines = [a_line("o1", sku=sku, line_no=n) for n, sku in enumerate("ABC", 1)]
    wanted = demand(*lines)
    decided = decide(wanted, stock({"EAST": {"A": 1}, "WEST": dict.fromkeys("ABC", 1)}))

    told = explained(decided, wanted, line="o1/1")

    assert {1} == set(told[0].rows["line_no"]) == set(told[1].rows["line_no"])
    turned = told[TURNED].rows.filter(node_id="EAST")
    assert [("1", "what 2 other lines lack")] == turned.select("lines", "lacks").rows()


def test_of_what_waits_no_strategy_is_blamed_for_a_missing_cost() -> None:
    wanted = demand(a_line("o1"))
    by_rule = AllocationPolicy(sourcing="nearest")
    nothing, first = (
        stock({"WEST": {"A": 0}}),
        stock({"EAST": {"A": 1}, "WEST": {"A": 1}}),
    )

    waits = explained(decide(wanted, nothing, None, NEGOTIATED), wanted)[TURNED].note
    ruled = decide(demand(a_line("o1"), a_line("o2")), first, None, by_rule)
    told = explained(ruled, wanted)[TURNED].note

    assert "– where nothing was placed" in waits
    assert "strategy" not in waits
    assert "nothing was placed" not in told
