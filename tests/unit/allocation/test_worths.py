"""What eaches are worth where they lie: they stay where others are as near."""

from dataclasses import replace

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    decided_of,
    demand,
    network,
    placed,
    stock,
    worths,
)
from tests.unit.allocation.test_explain import NO_PINS
from tests.unit.allocation.test_metamorphic import inputs
from tests.unit.allocation.test_packed import a_kit
from transforms.allocation.allocate import Allocation
from transforms.allocation.explain import explain
from transforms.allocation.metamorphic import relations
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.what_if import score
from transforms.contracts.decisions import (
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    LINE_BUCKETS,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_LINES

BOTH = {"EAST": {"A": 9}, "MID": {"A": 9}}
TOLD = "worth_is_what_was_told"


def from_where(decided: Allocation) -> set[str]:
    return {node for _, node in placed(decided)}


def dearer_from_mid() -> int:
    """Minor units that an order for three costs more from MID than from EAST."""
    wanted = demand(a_line(qty=3))
    costs = [
        int(decide(wanted, stock({node: {"A": 3}})).allocations["total_minor"].sum())
        for node in ("EAST", "MID")
    ]
    return costs[1] - costs[0]


@pytest.mark.parametrize("sourcing", ["negotiated", "cheapest", "weighted"])
def test_an_each_stays_where_it_is_worth_more_than_the_longer_way(
    sourcing: str,
) -> None:
    wanted, supply = demand(a_line(qty=3)), stock(BOTH)
    policy = AllocationPolicy(sourcing=sourcing)
    more = dearer_from_mid() // 3 + 1
    told = {
        "less": worths({"EAST": {"A": more - 1}}),
        "more": worths({"EAST": {"A": more}}),
        "as much there": worths({"EAST": {"A": more}, "MID": {"A": 1}}),
    }
    found = {
        name: from_where(decide(wanted, supply, policy=policy, worths=frame))
        for name, frame in told.items()
    }

    assert dearer_from_mid() > 3
    assert found == {"less": {"EAST"}, "more": {"MID"}, "as much there": {"EAST"}}


def test_worth_decides_where_and_never_whether() -> None:
    wanted, supply = demand(a_line(qty=3)), stock({"EAST": {"A": 2}})
    dear = worths({"EAST": {"A": 10_000_000}})
    decided = decide(wanted, supply, worths=dear)

    assert placed(decided) == {("o1/1", "EAST"): 2}
    assert decided.allocations["worth_minor"].to_list() == [20_000_000]
    assert certificate(decided, wanted, supply, worths=dear)["failed_rows"].sum() == 0


def test_who_goes_by_rank_goes_by_it_and_the_worth_is_written_down() -> None:
    wanted, supply = demand(a_line(qty=3)), stock(BOTH)
    told = worths({"EAST": {"A": 5_000}})
    policy = AllocationPolicy(sourcing="nearest")
    decided = decide(wanted, supply, policy=policy, worths=told)
    seen = decided.trace.sort("node_id")["worth_minor"].to_list()

    assert placed(decided) == {("o1/1", "EAST"): 3}
    assert decided.allocations["worth_minor"].to_list() == [15_000]
    assert seen[:2] == [15_000, 0]


def test_weighted_goals_may_leave_the_worth_out() -> None:
    told = worths({"EAST": {"A": 5_000}})
    policy = AllocationPolicy(sourcing="weighted", weights={"worth": 0})
    decided = decide(demand(a_line(qty=3)), stock(BOTH), policy=policy, worths=told)

    assert from_where(decided) == {"EAST"}


def test_the_certificate_reckons_the_worth_by_itself() -> None:
    wanted, supply = demand(a_line(qty=3), a_line("o2", qty=2)), stock(BOTH)
    told = worths({"EAST": {"A": 7}, "MID": {"A": 1}})
    decided = decide(wanted, supply, worths=told)

    def failed(given: pl.DataFrame) -> list[str]:
        proofs = certificate(decided, wanted, supply, worths=given)
        return proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()

    assert failed(told) == []
    assert failed(worths({"EAST": {"A": 6}, "MID": {"A": 1}})) == [TOLD]
    assert failed(worths({})) == [TOLD]


def shown(decided: Allocation) -> set[str]:
    """Columns of what ``orderhouse why`` shows of the order."""
    lines = [{"line_id": "o1/1", "order_id": "o1", "line_no": 1}]
    tables = ((ALLOCATIONS, decided.allocations), (DECISION_TRACE, decided.trace))
    sections = explain(
        "o1",
        pl.DataFrame(lines, schema=FCT_ORDER_LINES.schema),
        *(f.with_columns(run_id=pl.lit("")).select(t.names) for t, f in tables),
        BACKORDERS.empty(),
        LINE_HOLDS.empty(),
        LINE_BUCKETS.empty(),
        NO_PINS,
    )
    return {name for section in sections for name in section.rows.columns}


def test_where_nobody_tells_any_nothing_is_said_of_it() -> None:
    wanted, supply = demand(a_line(qty=3)), stock(BOTH)
    told = worths({"EAST": {"A": 1}})
    silent, decided = decide(wanted, supply), decide(wanted, supply, worths=told)

    assert TOLD not in certificate(silent, wanted, supply)["proof"].to_list()
    assert "worth_minor" not in shown(silent)
    assert "worth_minor" in shown(decided)


def test_a_bound_counts_it_and_what_is_scarce_has_its_price_beside_it() -> None:
    """The one each of EAST goes where MID would be dearest, its worth paid."""
    wanted = demand(a_line("o1", qty=1, grams=100), a_line("o2", qty=1, grams=9_000))
    supply = stock({"EAST": {"A": 1}, "MID": {"A": 2}})
    told = worths({"EAST": {"A": 40}})
    policy = AllocationPolicy(sourcing="negotiated")
    decided = decide(wanted, supply, policy=policy, worths=told)
    whole = decided_of(decided, wanted, supply, worths=told).certificate(AS_OF)
    row = whole.row(0, named=True)

    assert placed(decided) == {("o1/1", "MID"): 1, ("o2/1", "EAST"): 1}
    assert row["bound_minor"] <= row["cost_minor"]
    assert row["cost_minor"] == decided.allocations["total_minor"].sum()


def test_kits_that_lie_packed_are_worth_what_is_told_of_the_kit() -> None:
    wanted = demand(*a_kit(qty=2))
    supply = stock({"EAST": {"K": 2}})
    told = worths({"EAST": {"K": 30, "A": 500}})
    decided = decide(wanted, supply, worths=told)

    assert decided.allocations["worth_minor"].sum() == 60
    assert certificate(decided, wanted, supply, worths=told)["failed_rows"].sum() == 0


@pytest.mark.parametrize("sourcing", ["negotiated", "cheapest"])
def test_relations_hold_with_worths(sourcing: str) -> None:
    told = worths({"EAST": {"A": 300, "B": 9}, "WEST": {"A": 2}})
    found = relations(replace(inputs(sourcing), worths=told))

    assert [one.broken for one in found] == [[]] * 4


def test_a_worth_beyond_reckoning_takes_its_own_order_out_and_no_other() -> None:
    """A price instead of a worth, at a node that may not even send the line."""
    wanted = demand(a_line("o1"), a_line("o2", sku="B", qty=50), a_line("o3"))
    supply = stock({n: {"A": 9, "B": 60} for n in ("EAST", "MID", "WEST")})
    policy = AllocationPolicy(sourcing="negotiated")
    shut = network(WEST={"channels": "business"})
    floors = {}
    for node in ("WEST", "EAST"):
        told = worths({node: {"B": 43_000_000}})
        decided = decide(wanted, supply, shut, policy, worths=told)
        proofs = certificate(decided, wanted, supply, shut, worths=told)
        floors[node] = decided.floors["order_id"].to_list()
        assert proofs["failed_rows"].sum() == 0

    assert floors == {"WEST": ["o1", "o2", "o3"], "EAST": ["o1", "o3"]}


def test_what_if_says_how_much_of_the_cost_is_worth() -> None:
    told = worths({"EAST": {"A": 300}, "MID": {"A": 300}, "WEST": {"A": 300}})
    given = replace(inputs(), worths=told)
    row = score(given, given.decide()).row(0, named=True)

    assert row["worth_minor"] > 0
    assert row["worth_minor"] % 300 == 0
    assert row["worth_minor"] < row["cost_minor"]
