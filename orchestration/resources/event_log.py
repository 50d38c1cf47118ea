"""Dagster's event log on SQLite, with connections kept open.

Dagster's own class makes an engine and a connection for every event, about
700 times a run and several times each; a third of a small run went there. The
log is for people: what a run did is in the lake. So a commit need not wait
for the disk (``synchronous = normal`` in WAL mode loses nothing when a
process dies).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from dagster import AssetKey, DagsterInstance, EventLogEntry, EventLogRecord
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.base import AssetRecord
from dagster._record import copy
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import StaticPool

from orchestration.resources.files import write_atomically
from orchestration.resources.home import Home

OPEN_FILES = 20
"""Logs of runs that stay open; somebody may look at thousands in a server's life."""

BUSY_SECONDS = 60
"""As long as Dagster itself waits for another process's lock."""

SETTINGS = """\
telemetry:
  enabled: false
event_log_storage:
  module: orchestration.resources.event_log
  class: KeptEventLog
  config:
    base_dir: "{folder}/history/runs"
"""


class KeptEventLog(SqliteEventLogStorage):
    """The same files and tables; one open connection per file."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:  # noqa: ANN401 Dagster's
        """A log in ``base_dir``."""
        self._engines: dict[str, Engine] = {}
        self._known_tables: set[str] = set()
        self._known_columns: set[str] = set()
        self._newest: dict[AssetKey, AssetRecord] | None = None
        self._version: int | None = None
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> KeptEventLog:  # noqa: ANN401 Dagster's
        """As ``dagster.yaml`` says."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index knows a table; one that stands is asked for once.

        Dagster asks for each asset check, and only ever adds tables.
        """
        if table_name not in self._known_tables:
            if not super().has_table(table_name):
                return False
            self._known_tables.add(table_name)
        return True

    def _has_asset_key_col_on_connection(
        self, conn: Connection, column_name: str
    ) -> bool:
        """Whether the table of assets has a column; they are only ever added."""
        if column_name not in self._known_columns:
            if not super()._has_asset_key_col_on_connection(conn, column_name):
                return False
            self._known_columns.add(column_name)
        return True

    def has_asset_key_col(self, column_name: str) -> bool:
        """The same without a connection."""
        return column_name in self._known_columns or super().has_asset_key_col(
            column_name
        )

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Within, the newest event of each asset is kept, not read before each use.

        For who writes the log while a run is under way: of every model it made
        Dagster asks for each parent. What another process writes is seen: SQLite
        says that somebody did.
        """
        self._newest = {}
        self._forget_if_others_wrote(self._newest)
        self._newest |= by_key(super().get_asset_records())
        try:
            yield
        finally:
            self._newest = None

    def get_asset_records(
        self, asset_keys: Sequence[AssetKey] | None = None
    ) -> Sequence[AssetRecord]:
        """The newest event of each asset that had one, in the order of their keys."""
        if self._newest is None or asset_keys is None:
            return super().get_asset_records(asset_keys)
        self._forget_if_others_wrote(self._newest)
        unknown = [key for key in asset_keys if key not in self._newest]
        if unknown:
            self._newest |= by_key(super().get_asset_records(unknown))
        asked = sorted(set(asset_keys), key=AssetKey.to_string)
        return [self._newest[key] for key in asked if key in self._newest]

    def _forget_if_others_wrote(self, newest: dict[AssetKey, AssetRecord]) -> None:
        with self.index_connection() as connection:
            version = connection.execute(text("pragma data_version")).scalar()
        if version != self._version:
            newest.clear()
            self._version = version

    def _store_asset_event(
        self, conn: Connection, event: EventLogEntry, event_id: int
    ) -> None:
        super()._store_asset_event(conn, event, event_id)
        told = event.dagster_event
        if self._newest is None or told is None or told.asset_key is None:
            return
        known = self._newest.pop(told.asset_key, None)
        if known is None:
            return
        news: dict[str, Any] = {"last_run_id": event.run_id}
        if told.is_step_materialization:
            news["last_materialization_record"] = EventLogRecord(event_id, event)
        elif not told.is_asset_materialization_planned:
            return
        entry = copy(known.asset_entry, **news)
        self._newest[told.asset_key] = copy(known, asset_entry=entry)

    def dispose(self) -> None:
        """Close every connection."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()

    def _engine(self, shard: str) -> Engine:
        if shard in self._engines:
            self._engines[shard] = self._engines.pop(shard)
        else:
            if len(self._engines) >= OPEN_FILES:
                # The one that was least recently asked: never the one at work.
                self._engines.pop(next(iter(self._engines))).dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                # The lock above lets one thread in at a time.
                connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            )
            with engine.connect() as connection:
                connection.execute(text("pragma synchronous = normal"))
            self._engines[shard] = engine
        return self._engines[shard]


def by_key(records: Iterable[AssetRecord]) -> dict[AssetKey, AssetRecord]:
    """Records of assets by asset."""
    return {record.asset_entry.asset_key: record for record in records}


def dagster_instance(home: Home) -> DagsterInstance:
    """The Dagster instance of a house."""
    prepare_dagster(home)
    return DagsterInstance.from_config(str(home.dagster))


def remembering(instance: DagsterInstance) -> AbstractContextManager[None]:
    """While a run is under way in this process: its log need not read what it wrote."""
    log = instance.event_log_storage
    return log.remembering() if isinstance(log, KeptEventLog) else nullcontext()


def prepare_dagster(home: Home) -> None:
    """Write DAGSTER_HOME's settings: no telemetry, the log above."""
    settings = SETTINGS.format(folder=home.dagster)
    path = home.dagster / "dagster.yaml"
    if not path.exists() or path.read_text() != settings:
        write_atomically(path, settings.encode())
