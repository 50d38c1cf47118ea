"""dbt's models as assets, its tests as asset checks: two calls a run."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.resources.dbt import DbtError, NodeResult, build, prepared_manifest
from orchestration.resources.house import House

MANIFEST = prepared_manifest()
NODES: dict[str, Any] = json.loads(MANIFEST.read_text())
OWNER = "team:data"


class RoomTranslator(DagsterDbtTranslator):
    """A model belongs to the group of its room and to whoever owns the SQL."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The spec of dbt with room and owner."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        return spec.replace_attributes(group_name=spec.key.path[0], owners=[OWNER])


TRANSLATOR = RoomTranslator()


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
    yield from _built(context, house, "silver gold")


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
    yield from _built(context, house, "visibility")


def _built(
    context: dg.AssetExecutionContext, house: House, select: str
) -> Iterator[Any]:
    run = house.run
    results = build(
        house.home,
        select,
        {
            "run_id": run.run_id,
            "as_of": run.as_of.astimezone(UTC).isoformat(),
            "since_landing_id": run.since,
            "company_zone": house.policies.company_zone,
        },
    )
    for result in results:
        event = _event(house, result)
        if event is not None:
            yield event
    failed = [f"{r.unique_id}: {r.message}" for r in results if _is_fatal(r)]
    if failed:
        context.log.error("\n".join(failed))
        raise DbtError("; ".join(failed[:5]))


def _event(house: House, result: NodeResult) -> Any:  # noqa: ANN401 three kinds of events
    kind, properties = result.unique_id.split(".")[0], _properties(result)
    if kind == "model" and result.is_good:
        spec = TRANSLATOR.get_asset_spec(NODES, result.unique_id, None)
        return dg.MaterializeResult(
            asset_key=spec.key,
            metadata={
                "dagster/row_count": house.lake.count(".".join(spec.key.path)),
                "seconds": result.seconds,
            },
        )
    if kind != "test" or result.status == "skipped":
        return None
    key = get_asset_check_key_for_test(NODES, TRANSLATOR, result.unique_id, None)
    if key is None:
        return None
    is_warning = properties.get("config", {}).get("severity", "error").lower() == "warn"
    severity = dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
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


def _properties(result: NodeResult) -> dict[str, Any]:
    found: dict[str, Any] = NODES["nodes"].get(result.unique_id, {})
    return found


def _is_fatal(result: NodeResult) -> bool:
    return result.status in {"error", "fail"}
