"""dbt's models as assets, its tests as asset checks: two calls a run."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.resources.dbt import (
    DbtError,
    NodeResult,
    build,
    is_standing,
    note_standing,
    prepared_manifest,
)
from orchestration.resources.house import House
from orchestration.resources.intake import documents_read
from transforms.reconciliation.snoozes import PROOF_CODES

MANIFEST = prepared_manifest()
NODES: dict[str, Any] = json.loads(MANIFEST.read_text())
OWNER = "team:data"
BEFORE_DECISIONS = "silver gold"
SOURCES = {
    source["name"]
    for source in NODES["sources"].values()
    if source["source_name"] == "bronze"
}
ALWAYS_READ = {"orders"}
TOUCHED_LINES = "int_order_lines__touched"
TODAYS_WORTHS_MODEL = "dim_stock_worths"
KNOWN_WORTHS_PATH = "silver.int_stock_worths__deduplicated"


class RoomTranslator(DagsterDbtTranslator):
    """A model belongs to the group of its room and to whoever owns the SQL."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The spec of dbt with room and owner."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        return spec.replace_attributes(group_name=spec.key.path[0], owners=[OWNER])


TRANSLATOR = RoomTranslator()


def _key(unique_id: str) -> dg.AssetKey:
    return TRANSLATOR.get_asset_spec(NODES, unique_id, None).key


def _check_key(unique_id: str) -> dg.AssetCheckKey | None:
    return get_asset_check_key_for_test(NODES, TRANSLATOR, unique_id, None)


IN_ORDER = [
    _key(node)
    for node in TopologicalSorter(NODES["parent_map"]).static_order()
    if node in NODES["nodes"] and NODES["nodes"][node]["resource_type"] == "model"
]
"""Assets, parents first, as Dagster wants to hear of them."""
WARNINGS = {
    _check_key(name)
    for name, node in NODES["nodes"].items()
    if node["resource_type"] == "test" and node["config"]["severity"].lower() == "warn"
}
"""Tests that block nothing."""


def models_in(room: str) -> list[str]:
    """Names of the tables and views that dbt makes in a room."""
    nodes = NODES["nodes"].values()
    return sorted(
        n["name"]
        for n in nodes
        if n["resource_type"] == "model"
        and n["schema"] == room
        and n["config"]["materialized"] != "ephemeral"
    )


@dbt_assets(
    manifest=MANIFEST,
    select="silver gold",
    name="silver_and_gold",
    dagster_dbt_translator=TRANSLATOR,
)
def silver_and_gold(
    context: dg.AssetExecutionContext, house: dg.ResourceParam[House]
) -> Iterator[Any]:
    """One meaning, then facts: everything that SQL says about documents."""
    stands = is_standing(house.home)
    select = _downstream_of_what_arrived(house) if stands else BEFORE_DECISIONS
    yield from _built(context, house, select, stands=stands)


@dbt_assets(
    manifest=MANIFEST,
    select="visibility",
    name="visibility",
    dagster_dbt_translator=TRANSLATOR,
)
def visibility(
    context: dg.AssetExecutionContext, house: dg.ResourceParam[House]
) -> Iterator[Any]:
    """What people see: tables of the pages."""
    stands = is_standing(house.home)
    yield from _built(context, house, "visibility", stands=stands)
    note_standing(house.home)


def _downstream_of_what_arrived(house: House) -> str:
    """Which models of silver and gold this run builds: those that can change.

    Orders are always among them: they say which lines the run touched, if none.
    A view that stands changes with its text only, as that of the touched lines
    does: it names the run. What stock is worth today changes with the day, in a
    house that was ever told.
    """
    documents = sorted(documents_read(house) & SOURCES | ALWAYS_READ)
    tables = (
        f"source:bronze.{document}+,{room},config.materialized:incremental"
        for document in documents
        for room in BEFORE_DECISIONS.split()
    )
    by_day = [TODAYS_WORTHS_MODEL] if house.lake.count(KNOWN_WORTHS_PATH) else []
    return " ".join([TOUCHED_LINES, *by_day, *tables])


def _built(
    context: dg.AssetExecutionContext,
    house: House,
    select: str,
    *,
    stands: bool,
) -> Iterator[Any]:
    run, availability = house.run, house.policies.availability
    snoozes = house.policies.snoozes
    results = build(
        house.home,
        select,
        {
            "run_id": run.run_id,
            "as_of": run.as_of.astimezone(UTC).isoformat(),
            "since_landing_id": run.since,
            "company_zone": house.policies.company_zone,
            "published_channels": list(availability.published_channels),
            "echo_grace_hours": availability.echo_grace_hours,
            "most_snooze_days": snoozes.most_days,
            "most_snooze_proof_days": snoozes.most_proof_days,
            "proof_codes": list(PROOF_CODES),
            "is_standing": stands,
        },
    )
    if not stands:
        house.lake.note_empty_tables()
    yield from _materialized(context, house, results)
    for result in results:
        if result.kind == "test" and result.status != "skipped":
            yield from _checked(result)
    yield from _standing(context, results)
    failed = [f"{r.unique_id}: {r.message}" for r in results if _is_fatal(r)]
    if failed:
        context.log.error("\n".join(failed))
        raise DbtError("; ".join(failed[:5]))


def _materialized(
    context: dg.AssetExecutionContext, house: House, results: list[NodeResult]
) -> Iterator[Any]:
    """Every model that stands: built by this run, or left as nothing arrived for it."""
    built = {_key(r.unique_id): r for r in results if r.kind == "model"}
    bad = {key for key, result in built.items() if not result.is_good}
    standing = context.selected_asset_keys - bad
    counts = house.lake.counts()
    for key in (key for key in IN_ORDER if key in standing):
        rows, path = {}, ".".join(key.path)
        if path in counts:  # a view has no rows of its own, and takes long to count
            rows = {"dagster/row_count": counts[path]}
        seconds = {"seconds": built[key].seconds} if key in built else {}
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"built_by_this_run": key in built, **rows, **seconds},
        )


def _checked(result: NodeResult) -> Iterator[dg.AssetCheckResult]:
    key = _check_key(result.unique_id)
    if key is None:
        return
    severity = (
        dg.AssetCheckSeverity.WARN if key in WARNINGS else dg.AssetCheckSeverity.ERROR
    )
    yield dg.AssetCheckResult(
        passed=result.status == "pass",
        asset_key=key.asset_key,
        check_name=key.name,
        severity=severity,
        metadata={
            "failing_rows": result.failures,
            "check_crashed": result.status == "error",
            "message": result.message,
        },
    )


def _standing(
    context: dg.AssetExecutionContext, results: list[NodeResult]
) -> Iterator[dg.AssetCheckResult]:
    """Blocking tests that nothing arrived for: they passed, or no run would stand."""
    looked_at = {_check_key(r.unique_id) for r in results if r.kind == "test"}
    for key in sorted(context.selected_asset_check_keys - looked_at - WARNINGS):
        yield dg.AssetCheckResult(
            passed=True,
            asset_key=key.asset_key,
            check_name=key.name,
            metadata={"looked_at_by_this_run": False, "why": "nothing arrived for it"},
        )


def _is_fatal(result: NodeResult) -> bool:
    return result.status in {"error", "fail"}
