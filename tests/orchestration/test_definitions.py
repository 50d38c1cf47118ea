"""The code location: one graph of seven rooms, every asset explained and owned."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.resources.lakehouse import ROOMS
from orchestration.resources.partners import PartnerProfile, partners
from transforms.contracts.decisions import DECISIONS
from transforms.contracts.documents import DOCUMENTS

GOLDEN = Path(__file__).with_name("asset_graph.json")
MADE_ELSEWHERE = {"decisions/runs"}
"""Written by the commit of a run; a source of the graph, see its description."""

Graph = dict[str, list[str]]


@pytest.fixture(scope="module")
def location() -> dg.Definitions:
    """The code location, loaded."""
    return defs()


@pytest.fixture(scope="module")
def specs(location: dg.Definitions) -> dict[str, dg.AssetSpec]:
    """Every asset's spec by its key as text."""
    return {
        spec.key.to_user_string(): spec for spec in location.resolve_all_asset_specs()
    }


@pytest.fixture(scope="module")
def graph(specs: dict[str, dg.AssetSpec]) -> Graph:
    """Every asset and its parents."""
    return {
        key: sorted({dep.asset_key.to_user_string() for dep in spec.deps})
        for key, spec in sorted(specs.items())
    }


def test_the_graph_is_the_golden_one(graph: Graph) -> None:
    """``ORDERHOUSE_UPDATE_GOLDEN=1`` writes it anew; read the difference."""
    if os.environ.get("ORDERHOUSE_UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(graph, indent=1, sort_keys=True) + "\n")

    assert json.loads(GOLDEN.read_text()) == graph


def test_groups_are_the_seven_rooms_and_no_other(
    specs: dict[str, dg.AssetSpec],
) -> None:
    assert set(ROOMS) == {spec.group_name for spec in specs.values()}


def test_a_key_begins_with_its_room(specs: dict[str, dg.AssetSpec]) -> None:
    strays = [k for k, spec in specs.items() if k.split("/")[0] != spec.group_name]

    assert [] == strays


@pytest.mark.parametrize("fact", ["owners", "description", "kinds"])
def test_every_asset_says_whose_it_is_what_and_of_which_kind(
    specs: dict[str, dg.AssetSpec], fact: str
) -> None:
    assert [] == [key for key, spec in specs.items() if not getattr(spec, fact)]


def test_from_landing_to_visibility_is_one_graph(graph: Graph) -> None:
    """Every feed reaches the serving copy, and nothing stands apart."""
    above = _ancestors(graph, "visibility/serving_copy")
    feeds = {
        f"ingest/{partner.partner_id}/{feed.name}"
        for partner in partners().values()
        for feed in partner.feeds
        if partner.partner_id != "self"
    }

    assert feeds <= above
    assert 1 == len(_islands(graph))


def test_nothing_flows_back(graph: Graph) -> None:
    """An asset reads its own room or one before it.

    One exception: decisions fold what instructions released, so those rooms
    decide together.
    """
    order = {room: place for place, room in enumerate(ROOMS)}
    together = {"decisions", "instructions"}
    back = [
        (parent, key)
        for key, parents in graph.items()
        for parent in parents
        if order[parent.split("/")[0]] > order[key.split("/")[0]]
        and {parent.split("/")[0], key.split("/")[0]} != together
    ]

    assert [] == back


@pytest.mark.parametrize(
    "table", ["line_holds", "substituted_lines", "own_events", "allocations"]
)
def test_counts_are_compared_before_balances_are_settled_anew(
    graph: Graph, table: str
) -> None:
    """Else what a run has posted so far would stand in its balances twice."""
    before = _ancestors(graph, f"decisions/{table}")

    assert {"decisions/stock_variances", "decisions/stock_positions"} <= before


def test_every_decided_table_is_an_asset(graph: Graph) -> None:
    decided = {"/".join(table.path.split(".")) for table in DECISIONS.values()}

    assert set() == decided - set(graph)


def test_every_document_has_its_bronze_asset(graph: Graph) -> None:
    bronze = {key.removeprefix("bronze/") for key in graph if key.startswith("bronze/")}

    kept = {"rejects", "landing_ledger", "file_notices", "edi_controls", "feeds"}
    assert {*DOCUMENTS, *kept} == bronze


@pytest.mark.parametrize("partner", partners().values(), ids=lambda p: p.partner_id)
def test_a_partner_has_the_assets_that_its_file_says(
    specs: dict[str, dg.AssetSpec], partner: PartnerProfile
) -> None:
    said = {
        *(f"ingest/{partner.partner_id}/{feed.name}" for feed in partner.feeds),
        *(f"instructions/{partner.partner_id}/{i.name}" for i in partner.instructions),
    }
    if partner.answers != "none":
        said.add(f"instructions/{partner.partner_id}/file_receipts")
    built = {key: s for key, s in specs.items() if f"/{partner.partner_id}/" in key}

    assert said == set(built)
    assert {partner.owner} == {owner for s in built.values() for owner in s.owners}


def test_contract_checks_and_proofs_block(location: dg.Definitions) -> None:
    checks = [
        spec
        for asset in location.resolve_asset_graph().assets_defs
        for spec in asset.check_specs
        if not asset.keys or spec.asset_key.path[0] not in {"silver", "gold"}
    ]
    ours = [c for c in checks if c.asset_key.path[0] in {"bronze", "decisions"}]

    assert {"arithmetic_proofs_hold"} <= {check.name for check in ours}
    assert len(DOCUMENTS) <= len(ours)
    assert [] == [check.name for check in ours if not check.blocking]


def test_every_asset_but_sources_is_made_by_the_main_job(
    location: dg.Definitions, graph: Graph
) -> None:
    job = location.resolve_job_def("run")
    made = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}

    assert set(graph) - MADE_ELSEWHERE == made


def _ancestors(graph: Graph, key: str) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for parent in graph[waiting.pop()]:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _islands(graph: Graph) -> list[set[str]]:
    """Sets of assets that no edge joins."""
    near: dict[str, set[str]] = {key: set(parents) for key, parents in graph.items()}
    for key, parents in graph.items():
        for parent in parents:
            near[parent].add(key)
    found: list[set[str]] = []
    for key in graph:
        if not any(key in island for island in found):
            island, waiting = {key}, [key]
            while waiting:
                fresh = near[waiting.pop()] - island
                island |= fresh
                waiting += fresh
            found.append(island)
    return found
