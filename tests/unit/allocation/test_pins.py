"""A pinned line ships from its node or waits; what the pin costs is told."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    REFUSALS,
    a_line,
    certificate,
    decide,
    demand,
    lanes,
    network,
    placed,
    rates,
    rows_of,
    stock,
    waiting,
)
from transforms.allocation.allocate import Inputs
from transforms.allocation.dates import LOAD
from transforms.allocation.explain import explain
from transforms.allocation.metamorphic import relations
from transforms.allocation.pins import PINS, SAID
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.what_if import Variant, under
from transforms.contracts.decisions import LINE_BUCKETS, LINE_HOLDS
from transforms.contracts.gold import FCT_EXPECTED_RECEIPTS, FCT_ORDER_LINES

PLENTY = {"EAST": {"A": 9}, "MID": {"A": 9}, "WEST": {"A": 9}}
CHEAPEST, NEGOTIATED = (
    AllocationPolicy(sourcing=name) for name in ("cheapest", "negotiated")
)


def pinned(**nodes: str) -> pl.DataFrame:
    """Order → node, of its first line."""
    rows = [{"line_id": f"{order}/1", "node_id": node} for order, node in nodes.items()]
    return pl.DataFrame(rows, schema=PINS)


@pytest.mark.parametrize("policy", [CHEAPEST, NEGOTIATED])
def test_a_pinned_line_ships_from_its_node_and_no_other_line_does(
    policy: AllocationPolicy,
) -> None:
    wanted, supply = demand(a_line("o1"), a_line("o2")), stock(PLENTY)

    decided = decide(wanted, supply, policy=policy, pins=pinned(o1="WEST"))

    assert {("o1/1", "WEST"): 1, ("o2/1", "EAST"): 1} == placed(decided)
    assert 0 == certificate(decided, wanted, supply)["failed_rows"].sum()
    barred = decided.trace.filter(pl.col("failed_rules") != "")
    assert {
        ("o1/1", "EAST", "PINNED_ELSEWHERE"),
        ("o1/1", "MID", "PINNED_ELSEWHERE"),
    } == (set(barred.select("line_id", "node_id", "failed_rules").rows()))


def test_a_pinned_line_waits_for_its_node_and_takes_nobody_s_each() -> None:
    wanted = demand(a_line("o1", qty=2), a_line("o2", qty=1))
    supply = stock({"EAST": {"A": 1}, "MID": {"A": 1}})

    decided = decide(wanted, supply, pins=pinned(o1="MID"))

    assert {("o1/1", "MID"): 1, ("o2/1", "EAST"): 1} == placed(decided)
    assert {"o1/1"} == set(waiting(decided))


def test_a_later_line_leaves_the_pinned_one_its_each() -> None:
    """o2 could have either; o1 has nowhere else to go."""
    wanted = demand(a_line("o2"), a_line("o1"))
    supply = stock({"EAST": {"A": 1}, "WEST": {"A": 1}})

    decided = decide(wanted, supply, pins=pinned(o1="EAST"))

    assert {("o1/1", "EAST"): 1, ("o2/1", "WEST"): 1} == placed(decided)


def test_a_pin_forgives_a_refusal_and_opens_no_closed_node() -> None:
    wanted, supply = demand(a_line("o1")), stock(PLENTY)
    refusals = pl.DataFrame(
        {"line_id": ["o1/1"], "node_id": ["MID"], "refused_at": [AS_OF]}
    )
    shut = network(MID={"is_shipping": False})

    again = decide(wanted, supply, refusals=refusals, pins=pinned(o1="MID"))
    never = decide(wanted, supply, shut, pins=pinned(o1="MID"))

    assert {("o1/1", "MID"): 1} == placed(again)
    assert {"o1/1": (1, "PINNED")} == waiting(never)


def test_what_a_pin_costs_is_what_the_order_would_cost_less_without_it() -> None:
    wanted, supply = demand(a_line("o1")), stock(PLENTY)
    lines = pl.DataFrame(
        [{"line_id": "o1/1", "order_id": "o1", "line_no": 1}],
        schema=FCT_ORDER_LINES.schema,
    )
    said = pinned(o1="WEST").with_columns(
        author=pl.lit("ana"), reason_code=pl.lit("MANUAL"), until_date=date(2018, 1, 1)
    )
    free, bound = (
        decide(wanted, supply, pins=pins) for pins in (PINS.to_frame(), said)
    )

    told = explain(
        "o1",
        lines,
        bound.allocations,
        bound.trace,
        bound.backorders,
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        said.select(SAID.names()),
    )
    [row] = told[-1].rows.to_dicts()

    costs = [int(d.allocations["total_minor"].sum()) for d in (free, bound)]
    assert ("WEST", "ana", "MANUAL") == (
        row["node_id"],
        row["author"],
        row["reason_code"],
    )
    assert costs[1] - costs[0] == row["costs_minor"] > 0


def test_what_must_hold_of_any_allocation_holds_with_pins() -> None:
    wanted = demand(*(a_line(f"o{n}") for n in range(4)))
    empty = pl.DataFrame(
        schema={
            "line_id": pl.String,
            "node_id": pl.String,
            "refused_at": pl.Datetime("us", "UTC"),
        }
    )
    inputs = Inputs(
        wanted,
        stock({"EAST": {"A": 2}, "WEST": {"A": 1}}),
        network(),
        lanes(),
        rates(),
        LOAD.to_frame(),
        empty,
        FCT_EXPECTED_RECEIPTS.empty(),
        NEGOTIATED,
        AS_OF,
        pins=pinned(o3="EAST"),
    )

    assert [] == [relation for relation in relations(inputs) if relation.broken]


def test_a_pin_that_changes_nothing_costs_nothing() -> None:
    """EAST is nearer and has A alone: both lines would ship from WEST anyway."""
    lines = [a_line("o1", sku=sku, qty=2, line_no=n) for n, sku in enumerate("AB", 1)]
    wanted = demand(*lines)
    supply = stock({"EAST": {"A": 9}, "WEST": {"A": 9, "B": 9}})
    said = pl.DataFrame(
        [{"line_id": f"o1/{n}", "node_id": "WEST", "author": "ana"} for n in (1, 2)],
        schema=SAID,
    )
    known = pl.DataFrame(
        [{"line_id": f"o1/{n}", "order_id": "o1", "line_no": n} for n in (1, 2)],
        schema=FCT_ORDER_LINES.schema,
    )

    decided = decide(wanted, supply, pins=said)
    told = explain(
        "o1",
        known,
        decided.allocations,
        decided.trace,
        decided.backorders,
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        said,
    )

    assert [("1–2", 0)] == told[-1].rows.select("lines", "costs_minor").rows()


def test_who_waits_for_a_pinned_node_is_told_so() -> None:
    """EAST has nine: nobody is to buy what is there."""
    wanted, supply = (
        demand(a_line("o1", qty=2)),
        stock({"EAST": {"A": 9}, "WEST": {"A": 1}}),
    )

    decided = decide(wanted, supply, pins=pinned(o1="WEST"))

    assert {"o1/1": (1, "PINNED")} == waiting(decided)


def test_what_a_run_would_be_without_pins_is_decided_whole() -> None:
    wanted, supply = demand(a_line("o1")), stock(PLENTY)
    inputs = Inputs(
        wanted,
        supply,
        network(),
        lanes(),
        rates(),
        LOAD.to_frame(),
        REFUSALS.to_frame(),
        FCT_EXPECTED_RECEIPTS.empty(),
        CHEAPEST,
        AS_OF,
        pins=pinned(o1="WEST"),
    )

    free = under(Variant("no pins", is_unpinned=True), inputs).decide()

    assert {("o1/1", "WEST"): 1} == placed(inputs.decide())
    assert {("o1/1", "EAST"): 1} == placed(free)


def receipts(*told: tuple[str, int, date]) -> pl.DataFrame:
    """Eaches of SKU A that come to nodes."""
    rows: list[dict[str, object]] = [
        {"po_ref": f"PO-{n}", "po_line_ref": "1", "node_id": node, "sku_id": "A"}
        | {"qty": qty, "expected_date": day}
        for n, (node, qty, day) in enumerate(told)
    ]
    return rows_of(FCT_EXPECTED_RECEIPTS, rows)


SOON, LATER = date(2017, 12, 29), date(2018, 1, 2)


@pytest.mark.parametrize(
    ("coming", "reason", "expected", "unpinned"),
    [
        ([("EAST", 2, SOON)], "PINNED", None, (SOON, "EAST")),
        ([("EAST", 2, SOON), ("WEST", 2, LATER)], "PINNED", LATER, (SOON, "EAST")),
        ([("EAST", 2, LATER), ("WEST", 2, SOON)], "NO_STOCK", SOON, (SOON, "WEST")),
        ([("EAST", 1, SOON)], "NO_STOCK", None, (None, None)),
        ([], "NO_STOCK", None, (None, None)),
    ],
)
def test_a_line_that_its_pin_has_wait_says_when_it_would_have_come(
    coming: list[tuple[str, int, date]],
    reason: str,
    expected: date | None,
    unpinned: tuple[date | None, str | None],
) -> None:
    wanted, none = demand(a_line("o1", qty=2)), stock({"WEST": {"A": 0}})

    decided = decide(wanted, none, pins=pinned(o1="WEST"), receipts=receipts(*coming))
    [row] = decided.backorders.to_dicts()

    assert (reason, expected) == (row["reason_code"], row["expected_date"])
    assert unpinned == (row["unpinned_date"], row["unpinned_node_id"])


def test_a_line_without_a_pin_is_told_of_none() -> None:
    decided = decide(
        demand(a_line("o1")),
        stock({"WEST": {"A": 0}}),
        receipts=receipts(("EAST", 2, SOON)),
    )

    assert ["NO_STOCK"] == decided.backorders["reason_code"].to_list()
    assert [None] == decided.backorders["unpinned_date"].to_list()


def test_what_lies_elsewhere_would_ship_today() -> None:
    wanted, supply = demand(a_line("o1")), stock({"EAST": {"A": 1}, "WEST": {"A": 0}})

    decided = decide(
        wanted, supply, pins=pinned(o1="WEST"), receipts=receipts(("WEST", 9, LATER))
    )
    [row] = decided.backorders.to_dicts()

    assert ("PINNED", LATER) == (row["reason_code"], row["expected_date"])
    assert (AS_OF.date(), "EAST") == (row["unpinned_date"], row["unpinned_node_id"])


def test_what_its_pin_has_wait_costs_days_and_the_difference_of_the_shipments() -> None:
    wanted, none = demand(a_line("o1")), stock({"WEST": {"A": 0}})
    coming = receipts(("EAST", 2, SOON), ("WEST", 2, LATER))
    said = pinned(o1="WEST").with_columns(
        author=pl.lit("ana"), reason_code=pl.lit("MANUAL"), until_date=date(2018, 1, 9)
    )
    lines = [{"line_id": "o1/1", "order_id": "o1", "line_no": 1, "sku_id": "A"}]

    decided = decide(wanted, none, pins=said, receipts=coming)
    told = explain(
        "o1",
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        decided.allocations,
        decided.trace,
        decided.backorders,
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        said.select(SAID.names()),
    )
    [row] = told[-1].rows.to_dicts()

    assert (SOON, "EAST", 4) == (
        row["unpinned_date"],
        row["unpinned_node_id"],
        row["later_days"],
    )
    assert (800 + 80) - (200 + 20) == row["costs_minor"]


def test_what_waits_beside_it_does_not_hide_what_a_pin_costs() -> None:
    lines = [a_line("o1", sku=sku, line_no=n) for n, sku in enumerate("AB", 1)]
    wanted, supply = demand(*lines), stock(PLENTY)
    said = pl.DataFrame(
        [{"line_id": f"o1/{n}", "node_id": "WEST", "author": "ana"} for n in (1, 2)],
        schema=SAID,
    )
    known = pl.DataFrame(
        [{"line_id": f"o1/{n}", "order_id": "o1", "line_no": n} for n in (1, 2)],
        schema=FCT_ORDER_LINES.schema,
    )

    decided = decide(wanted, supply, pins=said)
    told = explain(
        "o1",
        known,
        decided.allocations,
        decided.trace,
        decided.backorders,
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        said,
    )

    costs = told[-1].rows.select("lines", "costs_minor").rows()
    assert [("1", 880 - 220), ("2", None)] == costs
