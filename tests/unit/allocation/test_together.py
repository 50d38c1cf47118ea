"""Lines that are kept together go from one node on one day, in full, or wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    REFUSALS,
    a_line,
    certificate,
    decide,
    decided_of,
    demand,
    lanes,
    network,
    placed,
    rates,
    rows_of,
    stock,
    waiting,
)
from tests.unit.allocation.test_packed import a_kit
from transforms.allocation.allocate import Allocation, Inputs
from transforms.allocation.dates import LOAD
from transforms.allocation.expiry import SINCE
from transforms.allocation.explain import explain
from transforms.allocation.metamorphic import relations
from transforms.allocation.pins import PINS, SAID
from transforms.allocation.policy import SOURCINGS, AllocationPolicy
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS, FCT_ORDER_LINES

NODES = ("EAST", "MID", "WEST")
POLICIES = [AllocationPolicy(sourcing=name, node_order=NODES) for name in SOURCINGS]


def a_set(
    order: str = "o1", skus: str = "AB", group: str | None = "g", **facts: object
) -> list[dict[str, object]]:
    """Lines of one each that are kept together, numbered from ``first``."""
    first = int(str(facts.pop("first", 1)))
    return [
        a_line(order, sku, line_no=number, keep_together=group, **facts)
        for number, sku in enumerate(skus, first)
    ]


def coming(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """An each of SKUs that comes to nodes on days of January."""
    receipts: list[dict[str, object]] = [
        {
            "po_ref": f"p{number}",
            "po_line_ref": "1",
            "node_id": node,
            "sku_id": sku,
            "expected_date": date(2018, 1, day),
            "qty": 1,
        }
        for number, (node, sku, day) in enumerate(rows)
    ]
    return rows_of(FCT_EXPECTED_RECEIPTS, receipts)


def failed(decided: Allocation, *given: Any, **facts: Any) -> list[str]:  # noqa: ANN401
    proofs = certificate(decided, *given, **facts)
    return proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
def test_all_of_a_group_goes_from_one_node_though_two_are_cheaper(
    policy: AllocationPolicy,
) -> None:
    supply = stock({"EAST": {"A": 1}, "MID": {"B": 1}, "WEST": {"A": 1, "B": 1}})
    policy = replace(policy, split_cost_minor=0)
    apart, wanted = demand(*a_set(group=None)), demand(*a_set())

    if policy.sourcing in {"negotiated", "cheapest"}:
        assert placed(decide(apart, supply, policy=policy)).keys() == {
            ("o1/1", "EAST"),
            ("o1/2", "MID"),
        }
    decided = decide(wanted, supply, policy=policy)
    assert placed(decided) == {("o1/1", "WEST"): 1, ("o1/2", "WEST"): 1}
    assert failed(decided, wanted, supply) == []


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
def test_a_group_that_no_node_has_whole_waits(policy: AllocationPolicy) -> None:
    wanted = demand(*a_set(), a_line("o2", "A"))
    supply = stock({"EAST": {"A": 1}, "MID": {"B": 1}})

    decided = decide(wanted, supply, policy=policy)

    assert placed(decided) == {("o2/1", "EAST"): 1}
    assert waiting(decided) == {
        "o1/1": (1, "KEEP_TOGETHER"),
        "o1/2": (1, "KEEP_TOGETHER"),
    }
    assert failed(decided, wanted, supply) == []


def test_a_line_that_nobody_has_is_said_to_lack_and_the_others_to_wait_for_it() -> None:
    wanted, supply = demand(*a_set()), stock({"EAST": {"A": 1}})

    decided = decide(wanted, supply)

    assert placed(decided) == {}
    assert waiting(decided) == {"o1/1": (1, "KEEP_TOGETHER"), "o1/2": (1, "NO_STOCK")}
    owners = decided.backorders.sort("line_id")["owner"].to_list()
    assert owners == ["planning", "planning"]


def test_half_of_a_line_is_no_group() -> None:
    wanted = demand(a_line("o1", "A", 4, keep_together="g"))
    supply = stock({"EAST": {"A": 2}, "MID": {"A": 2}})

    decided = decide(wanted, supply)

    assert placed(decided) == {}
    assert waiting(decided) == {"o1/1": (4, "KEEP_TOGETHER")}


def test_other_lines_of_the_order_do_not_wait_for_a_group() -> None:
    wanted = demand(*a_set(), a_line("o1", "C", line_no=3))
    supply = stock({"EAST": {"A": 1, "C": 1}})

    decided = decide(wanted, supply)

    assert placed(decided) == {("o1/3", "EAST"): 1}
    assert set(waiting(decided)) == {"o1/1", "o1/2"}


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
def test_two_groups_of_an_order_may_go_from_two_nodes(policy: AllocationPolicy) -> None:
    wanted = demand(*a_set(group="g"), *a_set(skus="CD", group="h", first=3))
    supply = stock({"EAST": {"A": 1, "C": 1, "D": 1}, "WEST": {"A": 1, "B": 1, "C": 1}})

    decided = decide(wanted, supply, policy=policy)

    assert placed(decided) == {
        ("o1/1", "WEST"): 1,
        ("o1/2", "WEST"): 1,
        ("o1/3", "EAST"): 1,
        ("o1/4", "EAST"): 1,
    }
    assert failed(decided, wanted, supply) == []


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
def test_one_shipment_takes_the_larger_of_two_groups(policy: AllocationPolicy) -> None:
    wanted = demand(*a_set(group="g"), *a_set(skus="CDE", group="h", first=3))
    supply = stock({"EAST": {"A": 1, "B": 1}, "WEST": {"C": 1, "D": 1, "E": 1}})
    policy = replace(policy, max_shipments=1)

    decided = decide(wanted, supply, policy=policy)

    assert {node for _, node in placed(decided)} == {"WEST"}
    assert waiting(decided) == {
        "o1/1": (1, "MAX_SHIPMENTS"),
        "o1/2": (1, "MAX_SHIPMENTS"),
    }
    assert failed(decided, wanted, supply, max_shipments=1) == []


def test_groups_of_one_name_in_two_orders_are_two() -> None:
    wanted = demand(*a_set("o1"), *a_set("o2"))
    supply = stock({"EAST": {"A": 1, "B": 1}, "WEST": {"A": 1, "B": 1}})

    decided = decide(wanted, supply)

    assert placed(decided) == {
        ("o1/1", "EAST"): 1,
        ("o1/2", "EAST"): 1,
        ("o2/1", "WEST"): 1,
        ("o2/2", "WEST"): 1,
    }


def test_no_later_line_stands_on_the_only_node_of_an_earlier_group() -> None:
    """EAST alone has both; o2 may use EAST alone, and would be cheaper."""
    nodes = network(MID={"channels": "business"}, WEST={"channels": "business"})
    group = a_set("o1", channel_id="business")
    wanted = demand(*group, a_line("o2", "A", channel_id="web"))
    supply = stock({"EAST": {"A": 1, "B": 1}, "WEST": {"A": 5}})

    decided = decide(wanted, supply, nodes)

    assert placed(decided) == {("o1/1", "EAST"): 1, ("o1/2", "EAST"): 1}
    assert waiting(decided) == {"o2/1": (1, "NO_STOCK")}
    assert failed(decided, wanted, supply, nodes) == []


def test_no_group_takes_what_an_earlier_line_has_nowhere_else() -> None:
    nodes = network(MID={"channels": "business"}, WEST={"channels": "business"})
    group = a_set("o2", channel_id="business")
    wanted = demand(a_line("o1", "A", channel_id="web"), *group)
    supply = stock({"EAST": {"A": 1, "B": 1}, "WEST": {"A": 5}})

    decided = decide(wanted, supply, nodes)

    assert placed(decided) == {("o1/1", "EAST"): 1}
    assert {reason for _, reason in waiting(decided).values()} == {"KEEP_TOGETHER"}


def test_an_earlier_line_gives_way_to_a_group_where_it_has_another_node() -> None:
    wanted = demand(a_line("o1", "A"), *a_set("o2"))
    supply = stock({"EAST": {"A": 1, "B": 1}, "WEST": {"A": 1}})

    decided = decide(wanted, supply)

    assert placed(decided) == {
        ("o1/1", "WEST"): 1,
        ("o2/1", "EAST"): 1,
        ("o2/2", "EAST"): 1,
    }


def test_what_a_full_node_cannot_send_goes_to_the_next_order() -> None:
    nodes = network(EAST={"daily_capacity_units": 1})
    wanted = demand(*a_set("o1"), a_line("o2", "A"))
    supply = stock({"EAST": {"A": 1, "B": 1}})
    policy = AllocationPolicy(capacity_horizon_days=1)

    decided = decide(wanted, supply, nodes, policy)

    assert placed(decided) == {("o2/1", "EAST"): 1}
    assert waiting(decided) == {"o1/1": (1, "KEEP_TOGETHER"), "o1/2": (1, "CAPACITY")}
    assert failed(decided, wanted, supply, nodes) == []


def test_a_group_of_a_whole_order_waits_with_it() -> None:
    whole = {"is_ship_complete": True}
    lines = [*a_set(**whole), a_line("o1", "C", line_no=3, **whole)]
    wanted, supply = demand(*lines), stock({"EAST": {"A": 1, "B": 1}})

    decided = decide(wanted, supply)

    assert placed(decided) == {}
    assert waiting(decided) == {
        "o1/1": (1, "SHIP_COMPLETE"),
        "o1/2": (1, "SHIP_COMPLETE"),
        "o1/3": (1, "NO_STOCK"),
    }


def test_what_is_too_little_to_ship_leaves_no_part_of_a_group() -> None:
    lines = [*a_set(skus="AB"), a_line("o1", "C", line_no=3)]
    policy = AllocationPolicy(min_shipment_value_minor=900)
    wanted, supply = demand(*lines), stock({"EAST": {"A": 1, "B": 1}})

    decided = decide(wanted, supply, policy=policy)

    assert placed(decided) == {}
    assert failed(decided, wanted, supply) == []


def test_a_kit_in_a_group_goes_from_its_node_loose_or_packed() -> None:
    wanted = demand(
        *a_kit(keep_together="g"), a_line("o1", "C", line_no=2, keep_together="g")
    )
    loose = stock({"EAST": {"A": 2, "C": 1}, "MID": {"B": 1}, "WEST": {"A": 2, "B": 1}})
    there = {"WEST": {"A": 2, "B": 1, "C": 1}}

    assert placed(decide(wanted, loose)) == {}
    decided = decide(wanted, stock(there))
    assert {node for _, node in placed(decided)} == {"WEST"}
    # Packed at a node that does not have the rest: the components are sought.
    supply = stock({"EAST": {"K": 1}, **there})
    decided = decide(wanted, supply)
    assert decided.allocations["packed_in"].unique().to_list() == ["NONE"]
    supply = stock({"EAST": {"K": 1, "C": 1}})
    decided = decide(wanted, supply)
    assert decided.backorders.is_empty()
    assert failed(decided, wanted, supply) == []


def test_a_group_is_told_the_day_on_which_one_node_has_all_of_it() -> None:
    wanted, supply = demand(*a_set()), stock({"EAST": {"A": 1}, "MID": {"B": 1}})

    def told(*rows: tuple[str, str, int]) -> list:
        return (
            decide(wanted, supply, receipts=coming(*rows))
            .backorders["expected_date"]
            .to_list()
        )

    assert told() == [None, None]
    assert told(("WEST", "A", 2)) == [None, None]
    assert told(("EAST", "B", 9), ("MID", "A", 5)) == [date(2018, 1, 5)] * 2
    assert told(("WEST", "A", 2), ("WEST", "B", 3)) == [date(2018, 1, 3)] * 2


TODAY = AS_OF.date()
NEVER = (None, None)


@pytest.mark.parametrize("pinned", [("o1/1", "o1/2"), ("o1/1",)], ids=["all", "one"])
@pytest.mark.parametrize(
    ("there", "rows", "reasons", "expected", "unpinned"),
    [
        # EAST, where the pin has it go, lacks one; WEST has both now, or sooner.
        ({"WEST": "AB"}, [], {"PINNED"}, None, (TODAY, "WEST")),
        ({"WEST": "AB"}, [("EAST", "B", 5)], {"PINNED"}, 5, (TODAY, "WEST")),
        (
            {"WEST": "A"},
            [("WEST", "B", 2), ("EAST", "B", 5)],
            {"PINNED"},
            5,
            (date(2018, 1, 2), "WEST"),
        ),
        # Its own node is the first to have both: the pin is not behind.
        (
            {},
            [("EAST", "B", 3), ("WEST", "A", 2), ("WEST", "B", 5)],
            {"KEEP_TOGETHER", "NO_STOCK"},
            3,
            (date(2018, 1, 3), "EAST"),
        ),
        # Two other nodes would have one each, or have: no node has both.
        (
            {},
            [("WEST", "A", 2), ("MID", "B", 2)],
            {"KEEP_TOGETHER", "NO_STOCK"},
            None,
            NEVER,
        ),
        ({"WEST": "A", "MID": "B"}, [], {"KEEP_TOGETHER"}, None, NEVER),
    ],
)
def test_a_pinned_group_that_waits_is_told_its_dates(
    pinned: tuple[str, ...],
    there: dict[str, str],
    rows: list[tuple[str, str, int]],
    reasons: set[str],
    expected: int | None,
    unpinned: tuple[date | None, str | None],
) -> None:
    wanted = demand(*a_set(), a_line("o2", "C"))
    cells = {"EAST": {"A": 1, "B": 0, "C": 1}}
    supply = stock(
        cells | {node: dict.fromkeys(skus, 1) for node, skus in there.items()}
    )
    pins = pl.DataFrame([(line, "EAST") for line in pinned], schema=PINS, orient="row")

    decided = decide(wanted, supply, pins=pins, receipts=coming(*rows))
    told = decided.backorders

    assert placed(decided) == {("o2/1", "EAST"): 1}
    day = expected and date(2018, 1, expected)
    assert told["expected_date"].to_list() == [day] * 2
    assert told.select("unpinned_date", "unpinned_node_id").rows() == [unpinned] * 2
    assert set(told["reason_code"]) == reasons
    assert failed(decided, wanted, supply) == []


def test_dates_of_a_pinned_group_take_nothing_where_it_may_not_go() -> None:
    wanted = demand(*a_set("o1"), *a_set("o2"))
    supply, receipts = (
        stock({"EAST": {"A": 0}}),
        coming(("WEST", "A", 2), ("WEST", "B", 3)),
    )
    pins = pl.DataFrame([("o1/1", "EAST")], schema=PINS, orient="row")

    told = decide(wanted, supply, pins=pins, receipts=receipts).backorders
    day = date(2018, 1, 3)

    assert told["expected_date"].to_list() == [None, None, day, day]
    assert told["unpinned_date"].to_list() == [day, day, None, None]


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
@pytest.mark.parametrize(
    ("lines", "node"), [(None, "EAST"), (2, "EAST"), (1, "WEST"), (0, "WEST")]
)
def test_a_group_keeps_to_the_lines_that_a_node_picks_a_day(
    policy: AllocationPolicy, lines: int | None, node: str
) -> None:
    """EAST is nearer, first in the list, and has most."""
    nodes = network(EAST={"daily_capacity_lines": lines})
    wanted = demand(*a_set())
    supply = stock({"EAST": {"A": 9, "B": 9}, "WEST": {"A": 1, "B": 1}})

    decided = decide(wanted, supply, nodes, policy)

    assert placed(decided) == {("o1/1", node): 1, ("o1/2", node): 1}
    assert failed(decided, wanted, supply, nodes) == []


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
def test_groups_take_a_node_s_lines_day_by_day(policy: AllocationPolicy) -> None:
    """Three lines a day are one group of two; the single line goes beside it."""
    nodes = network(EAST={"daily_capacity_lines": 3})
    wanted = demand(*a_set("o1"), *a_set("o2"), a_line("o3", "A"))
    supply = stock({"EAST": {"A": 9, "B": 9}})

    decided = decide(wanted, supply, nodes, policy)
    days = decided.allocations.group_by("order_id").agg(pl.col("ship_date").unique())
    first, second, single = days.sort("order_id")["ship_date"].to_list()

    assert len(first) == len(second) == 1
    assert (first < second, single) == (True, first)
    assert failed(decided, wanted, supply, nodes) == []


@pytest.mark.parametrize("policy", POLICIES, ids=SOURCINGS)
def test_a_group_of_more_lines_than_any_node_picks_waits(
    policy: AllocationPolicy,
) -> None:
    nodes = network(EAST={"daily_capacity_lines": 1})
    wanted = demand(*a_set("o1"), a_line("o2", "A"))
    supply = stock({"EAST": {"A": 2, "B": 1}})

    decided = decide(wanted, supply, nodes, policy)

    assert placed(decided) == {("o2/1", "EAST"): 1}
    assert waiting(decided) == {"o1/1": (1, "KEEP_TOGETHER"), "o1/2": (1, "CAPACITY")}
    assert failed(decided, wanted, supply, nodes) == []


def test_a_group_expires_as_one() -> None:
    wanted = demand(*a_set(ordered_at=AS_OF - timedelta(days=11)))
    policy = AllocationPolicy(backorder_cancel_days={"web": 10})
    lately = pl.DataFrame(
        {"line_id": ["o1/2"], "since_at": [AS_OF - timedelta(days=1)]}, schema=SINCE
    )

    both = decide(wanted, stock({}), policy=policy)
    none = decide(wanted, stock({}), policy=policy, waits_since=lately)

    assert both.expired["line_id"].to_list() == ["o1/1", "o1/2"]
    assert failed(both, wanted, stock({}), policy=policy) == []
    assert none.expired.is_empty()
    waits = decide(wanted, stock({})).backorders.tail(1)
    half = replace(both, expired=both.expired.head(1), backorders=waits)
    told = failed(half, wanted, stock({}), policy=policy)
    assert "expired_orders_and_kits_are_whole" in told


def test_why_shows_the_group_where_there_is_one() -> None:
    wanted = demand(*a_set(), *a_set(skus="CD", group="h", first=3))
    decided = decide(wanted, stock({"EAST": {"A": 1, "B": 1, "C": 1}}))

    def columns(*groups: str | None) -> list[list[str]]:
        lines = [
            {"line_id": f"o1/{n}", "order_id": "o1", "line_no": n, "keep_together": of}
            for n, of in enumerate(groups, 1)
        ]
        told = explain(
            "o1",
            pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
            decided.allocations,
            decided.trace,
            decided.backorders,
            LINE_HOLDS.empty(),
            LINE_BUCKETS.empty(),
            SAID.to_frame(),
        )
        shown = [told[0].rows, told[6].rows]
        return [r["keep_together"].to_list() for r in shown if "keep_together" in r]

    assert columns("g", "g", "h", "h") == [["g", "g"], ["h", "h"]]
    assert columns(None, None, None, None) == []


def test_relations_hold_of_a_run_with_groups() -> None:
    wanted = demand(*a_set("o1"), *a_set("o2", skus="BA"), a_line("o3", "A"))
    supply = stock({"EAST": {"A": 2, "B": 1}, "WEST": {"A": 1, "B": 1}})
    inputs = Inputs(
        *(wanted, supply, network(), lanes(), rates(), LOAD.to_frame()),
        *(REFUSALS.to_frame(), FCT_EXPECTED_RECEIPTS.empty()),
        *(AllocationPolicy(), AS_OF),
    )

    told = relations(inputs)

    assert [relation.broken for relation in told] == [[], [], []]


def test_a_torn_group_has_no_certificate() -> None:
    wanted, supply = demand(*a_set()), stock({"EAST": {"A": 1, "B": 1}})
    decided = decide(wanted, supply)
    of = decided_of(decided, wanted, supply)
    torn = of.allocations.with_columns(
        node_id=pl.when(line_id=pl.lit("o1/2")).then(pl.lit("MID")).otherwise("node_id")
    )
    changed = replace(decided, allocations=torn.drop("run_id"))

    assert "groups_are_whole" in failed(changed, wanted, supply)
    half = replace(changed, allocations=changed.allocations.head(1))
    assert "groups_are_whole" in failed(half, wanted, supply)
    assert "groups_are_whole" not in failed(decided, wanted, supply)


def test_nobody_who_asks_for_no_group_is_checked_for_one() -> None:
    wanted, supply = demand(*a_set(group=None)), stock({"EAST": {"A": 1, "B": 1}})
    proofs = certificate(decide(wanted, supply), wanted, supply)

    assert "groups_are_whole" not in proofs["proof"].to_list()
