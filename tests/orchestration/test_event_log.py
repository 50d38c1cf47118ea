"""The event log remembers what it wrote, and reads what others wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import AssetKey, AssetMaterialization, DagsterInstance

from orchestration.resources.event_log import (
    KeptEventLog,
    dagster_instance,
    remembering,
)
from orchestration.resources.home import Home

# Dagster's own warnings are no failure of the log.
pytestmark = pytest.mark.filterwarnings("default")

ASSET, OTHER = AssetKey(["gold", "orders"]), AssetKey(["gold", "lines"])


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    with dagster_instance(Home.at(tmp_path).make()) as made:
        yield made


def materialized(instance: DagsterInstance, key: AssetKey, rows: int) -> None:
    event = AssetMaterialization(key, metadata={"rows": rows})
    instance.report_runless_asset_event(event)


def newest(instance: DagsterInstance, *keys: AssetKey) -> dict[AssetKey, int]:
    found = {}
    for record in instance.get_asset_records(list(keys)):
        entry = record.asset_entry
        assert entry.last_materialization is not None
        told = entry.last_materialization.asset_materialization
        assert told is not None
        found[entry.asset_key] = told.metadata["rows"].value
    return found


def test_what_was_written_since_is_told_with_what_was_there_before(
    instance: DagsterInstance,
) -> None:
    materialized(instance, ASSET, 1)
    with remembering(instance):
        before = newest(instance, ASSET, OTHER)
        materialized(instance, ASSET, 2)
        materialized(instance, OTHER, 7)
        inside = newest(instance, ASSET, OTHER)
        ids = record_ids(instance)
    assert {ASSET: 1} == before
    assert {ASSET: 2, OTHER: 7} == inside == newest(instance, ASSET, OTHER)
    assert ids == record_ids(instance)


def record_ids(instance: DagsterInstance) -> list[tuple[int, int | None, str | None]]:
    """What Dagster uses of a record, but for the event itself."""
    return [
        (
            record.storage_id,
            record.asset_entry.last_materialization_storage_id,
            record.asset_entry.last_run_id,
        )
        for record in instance.get_asset_records([ASSET, OTHER])
    ]


def test_what_another_process_writes_is_seen(
    instance: DagsterInstance, tmp_path: Path
) -> None:
    materialized(instance, ASSET, 1)
    with remembering(instance), dagster_instance(Home.at(tmp_path)) as other:
        assert {ASSET: 1} == newest(instance, ASSET)
        materialized(other, ASSET, 2)
        assert {ASSET: 2} == newest(instance, ASSET)
        other.wipe_assets([ASSET])
        assert {} == newest(instance, ASSET)


def test_within_a_run_the_tables_are_not_read_again(
    instance: DagsterInstance,
) -> None:
    materialized(instance, ASSET, 1)
    log = instance.event_log_storage
    assert isinstance(log, KeptEventLog)
    asked: list[str] = []
    with remembering(instance):
        with log.index_connection() as connection:
            raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        newest(instance, ASSET)
        materialized(instance, ASSET, 2)
        asked.clear()
        assert {ASSET: 2} == newest(instance, ASSET)
        raw.set_trace_callback(None)

    assert [] == [sql for sql in asked if "asset_keys" in sql]
