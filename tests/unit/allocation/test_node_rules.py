"""Rules of the policy: which nodes may send what."""

import re
from dataclasses import replace

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    AS_OF,
    a_line,
    certificate,
    decide,
    demand,
    lanes,
    network,
    placed,
    rows_of,
    stock,
    waiting,
)
from tests.unit.allocation.test_packed import a_kit
from transforms.allocation.allocate import Allocation
from transforms.allocation.bound import Sourced
from transforms.allocation.bound import certificate as certificate_of
from transforms.allocation.contest import CONTEST
from transforms.allocation.node_rules import RULED_OUT, nodes_named, ruled_out
from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.contracts.gold import DIM_LANES

EVERYWHERE = {n: {"A": 9, "B": 9} for n in ("EAST", "MID", "WEST")}
FROZEN = {"name": "cold chain", "department": "FROZEN", "only": {"can": "cold"}}


def ruled(*rules: dict[str, object], **others: object) -> AllocationPolicy:
    return AllocationPolicy(sourcing="negotiated", node_rules=rules, **others)  # type: ignore[arg-type]


def shipped(
    policy: AllocationPolicy, *lines: dict[str, object], **changes: dict[str, object]
) -> Allocation:
    """What is decided, with a valid certificate."""
    wanted, supply, nodes = demand(*lines), stock(EVERYWHERE), network(**changes)
    decided = decide(wanted, supply, nodes, policy)
    proofs = certificate(decided, wanted, supply, nodes, policy=policy)
    assert proofs["failed_rows"].sum() == 0
    return decided


def nodes_of(decided: Allocation) -> dict[str, str]:
    return dict(placed(decided).keys())


def test_what_is_frozen_goes_from_where_it_stays_cold_and_the_rest_from_nearby() -> (
    None
):
    policy = ruled(FROZEN, split_cost_minor=0)
    lines = [
        a_line("o1", department="FROZEN"),
        a_line("o1", "B", line_no=2, department="BOOKS"),
        a_line("o2", department="BOOKS"),
    ]

    decided = shipped(policy, *lines, MID={"capabilities": "ship|cold"})

    # One shipment of both is cheaper than two, wherever the second would start.
    assert nodes_of(decided) == {"o1/1": "MID", "o1/2": "MID", "o2/1": "EAST"}
    told = Sourced(decided.allocations, decided.prices, decided.floors)
    uncontested = "strict", pl.DataFrame([dict.fromkeys(CONTEST, 0)]), AS_OF
    [row] = certificate_of(told, *uncontested).to_dicts()
    assert (2, 0) == (row["order_count"], row["in_turn_count"])


def test_the_trace_names_the_rules_that_took_a_node() -> None:
    far = {
        "name": "not far",
        "channel": ["web", "business"],
        "only": {"within_km": 600},
    }
    own = {"name": "never MID", "never": {"node": ["MID"]}}

    decided = shipped(ruled(far, own), a_line("o1"))

    told = decided.trace.select("node_id", "failed_rules", "node_rule").rows()
    assert {
        ("EAST", "", None),
        ("MID", "NODE_RULE", "never MID"),
        ("WEST", "NODE_RULE", "not far"),
    } == set(told)


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"never": {"node_kind": ["dc", "3pl"]}}, set()),
        ({"never": {"node_kind": "store"}}, {"EAST", "MID", "WEST"}),
        ({"only": {"node_kind": "3pl", "node_region": "XX"}}, {"WEST"}),
        ({"only": {"operator": ["own", "other"]}}, {"EAST", "MID", "WEST"}),
        (
            {"channel": "business", "never": {"operator": "own"}},
            {"EAST", "MID", "WEST"},
        ),
        ({"sku": "A", "never": {"node": "EAST"}}, {"MID", "WEST"}),
        ({"sku": "B", "never": {"node": "EAST"}}, {"EAST", "MID", "WEST"}),
        ({"brand": "Private", "never": {"node": "EAST"}}, {"EAST", "MID", "WEST"}),
        (
            {"priority": [1, 2], "region": "NY", "never": {"can": "cold"}},
            {"EAST", "WEST"},
        ),
        ({"service": "STANDARD", "only": {"can": ["ship", "cold"]}}, {"MID"}),
        (
            {"is_ship_complete": True, "never": {"node": "EAST"}},
            {"EAST", "MID", "WEST"},
        ),
        ({"never": {"within_km": 200}}, {"MID", "WEST"}),
    ],
)
def test_a_rule_leaves_the_nodes_it_says(
    rule: dict[str, object], left: set[str]
) -> None:
    policy = ruled({"name": "one", **rule})
    facts = {"MID": {"capabilities": "ship|cold"}, "WEST": {"node_kind": "3pl"}}

    decided = shipped(policy, a_line("o1"), **facts)

    kept = decided.trace.filter(failed_rules="")["node_id"].to_list()
    assert set(kept) == left
    assert bool(placed(decided)) == bool(left)


def test_a_line_that_all_rules_leave_no_node_waits_and_others_go_on() -> None:
    policy = ruled({"name": "nowhere", "sku": "B", "only": {"can": "hazmat"}})

    decided = shipped(policy, a_line("o1"), a_line("o2", "B"))

    assert waiting(decided) == {"o2/1": (1, "NO_NODE")}
    assert nodes_of(decided) == {"o1/1": "EAST"}


def test_a_distance_that_nobody_knows_is_not_within_any() -> None:
    lanes = rows_of(DIM_LANES, [{"region_code": "NY", "node_id": "EAST", "zone_no": 2}])
    wanted, near = demand(a_line("o1")), {"name": "near", "only": {"within_km": 10_000}}

    found = ruled_out(wanted, network().filter(node_id="EAST"), lanes, [near])

    assert [("o1/1", "EAST", "near")] == found.rows()
    fetched = wanted.with_columns(service_code=pl.lit("PICK_UP"))
    assert ruled_out(
        fetched, network().filter(node_id="EAST"), lanes, [near]
    ).is_empty()


def test_a_rule_about_a_kit_binds_what_is_in_it() -> None:
    policy = ruled({"name": "kits", "sku": "K", "never": {"node": "EAST"}})
    wanted, supply = demand(*a_kit()), stock({n: {"K": 1} for n in EVERYWHERE})

    decided = decide(wanted, supply, policy=policy)

    assert "EAST" not in decided.allocations["node_id"].to_list()
    assert decided.allocations.height == 2
    proofs = certificate(decided, wanted, supply, policy=policy)
    assert proofs["failed_rows"].sum() == 0
    broken = decide(wanted, stock({"EAST": {"K": 1}}), policy=ruled())
    failed = certificate(broken, wanted, stock({"EAST": {"K": 1}}), policy=policy)
    assert failed.filter(proof="allocation_by_node_rules")["failed_rows"].item() == 2


def test_what_lies_at_the_store_it_is_sent_to_is_near() -> None:
    near = {"name": "near", "only": {"within_km": 50}}
    wanted = demand(
        a_line("o1", service_code="SHIP_TO_STORE", pickup_node_id="EAST"),
    )

    found = ruled_out(wanted, network(), lanes(), [near])

    assert {"MID", "WEST"} == set(found["node_id"])


def test_without_rules_nothing_is_ruled_out() -> None:
    found = ruled_out(demand(a_line("o1")), network(), DIM_LANES.empty(), [])

    assert found.is_empty()
    assert RULED_OUT == found.schema


def test_a_packed_kit_goes_from_where_all_of_its_components_may() -> None:
    kit = a_kit()
    parts = [
        {**line, "department": "FROZEN" if n else "BOOKS"} for n, line in enumerate(kit)
    ]
    policy = ruled(FROZEN)
    supply, wanted = stock({n: {"K": 1} for n in EVERYWHERE}), demand(*parts)
    nodes = network(WEST={"capabilities": "ship|cold"})

    free, bound = (
        decide(wanted, supply, nodes, p)
        for p in (replace(policy, node_rules=()), policy)
    )

    assert {"EAST"} == set(free.allocations["node_id"])
    assert {"WEST"} == set(bound.allocations["node_id"])
    proofs = certificate(bound, wanted, supply, nodes, policy=policy)
    assert proofs["failed_rows"].sum() == 0


def test_a_broken_rule_has_no_certificate() -> None:
    wanted, supply = demand(a_line("o1", department="FROZEN")), stock(EVERYWHERE)
    decided = decide(wanted, supply, policy=ruled())

    proofs = certificate(decided, wanted, supply, policy=ruled(FROZEN))

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert ["allocation_by_node_rules"] == failed


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("all", "must be a list of rules"),
        (["cold"], "rule 1 must have a name"),
        ([{"name": "a|b", "never": {"node": "X"}}], "rule 1 must have a name"),
        ([{"name": "a"}], "rule 1 must say only or never"),
        ([{"name": "a", "only": {}}], "rule 1 must say only or never"),
        (
            [{"name": "a", "only": {"node": "X"}, "never": {"node": "Y"}}],
            "rule 1 must say only or never, one of them",
        ),
        ([{"name": "a", "sky": 1, "only": {"node": "X"}}], "rule 1 asks for sky"),
        ([{"name": "a", "only": {"kind": "X"}}], "rule 1 asks for kind"),
        ([{"name": "a", "only": {"within_km": "8"}}], "a within_km that is no int"),
        (
            [{"name": "a", "never": {"node_kind": ["dc", "shop"]}}],
            "rule 1 has node_kind 'shop'; there are dc, store, 3pl, supplier",
        ),
        (
            [{"name": n, "only": {"node": "X"}} for n in "aa"],
            "rule 2 has the name of another, 'a'",
        ),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rules: object, told: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(told)):
        AllocationPolicy.from_mapping({"node_rules": rules})


def test_the_nodes_that_rules_name_are_known_by_name() -> None:
    rules = ruled(
        {"name": "a", "only": {"node": ["X", "Y"]}},
        {"name": "b", "never": {"node": "Z"}},
    ).node_rules

    assert nodes_named(rules) == ["X", "Y", "Z"]
