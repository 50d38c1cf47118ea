"""A kit is promised where all of it is, and nothing is promised twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.availability.channels import (
    CHANNEL_STEPS,
    ChannelFacts,
    channel_availability,
)
from transforms.availability.kits import DEPTH, kit_availability, parts_of_kits
from transforms.availability.proof import KitFigures, prove_availability
from transforms.availability.rules import AvailabilityPolicy
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE, CHANNEL_AVAILABILITY
from transforms.contracts.gold import DIM_KIT_COMPONENTS, DIM_NODES, DIM_PRODUCTS

TODAY = date(2017, 12, 28)
AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)
NODES = {"EAST": "web|market", "WEST": "web", "STORE": "market"}
SHELVES = st.dictionaries(
    st.tuples(
        st.sampled_from(list(NODES)), st.sampled_from(["A", "B", "C", "K1", "K2"])
    ),
    st.integers(0, 9),
)
"""Components, and kits that were packed beforehand."""
KITS = st.dictionaries(
    st.sampled_from(["K1", "K2"]),
    st.dictionaries(st.sampled_from("ABC"), st.integers(1, 3), min_size=1),
    min_size=1,
)
RULES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["threshold", "pool", "ceiling"]),
            "sku": st.sampled_from(["A", "B", "K1"]),
            "channel": st.sampled_from(["web", "market"]),
            "qty": st.integers(0, 6),
        }
    ),
    max_size=3,
)


def components(told: dict[str, dict[str, int]], **days: date) -> pl.DataFrame:
    rows = [
        {
            "kit_sku_id": kit,
            "component_sku_id": sku,
            "qty": qty,
            "valid_from_date": days.get("first", TODAY),
            "valid_to_date": days.get("last", TODAY),
        }
        for kit, inside in told.items()
        for sku, qty in inside.items()
    ]
    return pl.DataFrame(rows, schema=DIM_KIT_COMPONENTS.schema)


def supply(shelves: dict[tuple[str, str], int]) -> pl.DataFrame:
    rows = [
        {"node_id": node, "sku_id": sku, "atp_qty": qty}
        for (node, sku), qty in shelves.items()
    ]
    return pl.DataFrame(rows, schema=AVAILABLE_TO_PROMISE.schema)


@given(SHELVES, KITS)
def test_a_node_promises_packed_kits_and_what_its_scarcest_component_makes(
    shelves: dict, kits: dict
) -> None:
    parts = parts_of_kits(components(kits), TODAY)
    found = kit_availability(supply(shelves), parts)

    held = {node for node, _ in shelves}
    for node, kit, packed, made, qty, short in found.iter_rows():
        makes = {
            sku: shelves.get((node, sku), 0) // per for sku, per in kits[kit].items()
        }
        assert (min(makes.values()), min(makes.values())) == (made, makes[short])
        assert shelves.get((node, kit), 0) == packed == qty - made
        held.discard(node)
    reached = {sku for inside in kits.values() for sku in inside} | set(kits)
    assert not [n for n, sku in shelves if n in held and sku in reached]


@given(SHELVES, KITS, st.integers(-1, 1))
def test_the_proof_of_kits_holds_for_their_count_alone(
    shelves: dict, kits: dict, wrong: int
) -> None:
    parts = parts_of_kits(components(kits), TODAY)
    counts = kit_availability(supply(shelves), parts)
    told = counts.with_columns(pl.col("atp_qty") + wrong)

    proofs = prove_availability(
        AVAILABLE_TO_PROMISE.empty(),
        CHANNEL_AVAILABILITY.empty(),
        supply(shelves),
        KitFigures(told, parts),
        DIM_NODES.empty(),
        AS_OF,
    )

    of_kits = proofs.filter(pl.col("proof").str.starts_with("a node's kits"))
    assert [(counts.height, abs(wrong) * counts.height)] == of_kits.select(
        "checked_rows", "failed_rows"
    ).rows()


@given(SHELVES, KITS, RULES, st.integers(0, 6), st.integers(0, 3))
def test_no_channel_is_shown_more_kits_than_lie_packed_or_its_components_make(
    shelves: dict, kits: dict, rules: list, waiting: int, lacking: int
) -> None:
    policy = AvailabilityPolicy.from_mapping(
        {
            "published_channels": ["web", "market"],
            "rules": [{"rule": f"R{n}", **one} for n, one in enumerate(rules)],
        }
    )
    waits = {"channel_id": ["web"], "sku_id": ["A"], "waiting_qty": [waiting]}
    nodes = [{"node_id": node, "channels": c} for node, c in NODES.items()]
    facts = ChannelFacts(
        supply(shelves),
        pl.DataFrame(waits, schema_overrides={"waiting_qty": pl.Int64}),
        pl.DataFrame(nodes, schema=DIM_NODES.schema),
        DIM_PRODUCTS.empty(),
        parts_of_kits(components(kits), TODAY),
        waiting_kits=pl.DataFrame({"sku_id": ["K1"], "kits": [lacking]}),
    )

    found = channel_availability(facts, policy, AS_OF, TODAY)

    sums = found.select(pl.sum_horizontal(CHANNEL_STEPS)).to_series()
    assert found["available_qty"].equals(sums)
    told = {(c, s): q for c, s, q in found.select(KEYS).iter_rows()}
    for (channel, kit), qty in told.items():
        packed = sum(
            shelves.get((node, kit), 0)
            for node, serves in NODES.items()
            if channel in serves.split("|")
        )
        free = max(packed - (lacking if kit == "K1" else 0), 0)
        for sku, per_kit in kits.get(kit, {}).items():
            assert (qty - free) * per_kit <= told.get((channel, sku), 0)


KEYS = ["channel_id", "sku_id", "available_qty"]


@given(KITS)
def test_kits_in_kits_are_taken_apart_and_circles_left_out(kits: dict) -> None:
    nested = {**kits, "SET": {"K1": 2, "C": 1}, "ROUND": {"BACK": 1}}
    nested |= {"BACK": {"ROUND": 1}}

    parts = parts_of_kits(components(nested), TODAY)

    of_set = {"C": 1}
    for sku, qty in kits.get("K1", {"K1": 1}).items():
        of_set[sku] = of_set.get(sku, 0) + 2 * qty
    inside = {kit: {} for kit, *_ in parts.iter_rows()}
    for kit, sku, qty in parts.iter_rows():
        inside[kit][sku] = qty
    assert {**kits, "SET": of_set} == inside


def test_a_chain_deeper_than_silver_takes_apart_is_no_kit() -> None:
    chain = {f"K{n}": {f"K{n + 1}": 1} for n in range(DEPTH)}

    found = parts_of_kits(components(chain | {f"K{DEPTH}": {"A": 1}}), TODAY)

    assert {f"K{n}" for n in range(1, DEPTH + 1)} == set(found["kit_sku_id"])


def test_what_is_in_a_kit_depends_on_the_day() -> None:
    told = components({"K": {"A": 1}}, first=date(2017, 1, 1), last=date(2017, 12, 27))

    assert parts_of_kits(told, TODAY).is_empty()
