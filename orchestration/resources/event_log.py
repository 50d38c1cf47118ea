"""Dagster's event log on SQLite, with connections kept open.

Dagster's own class makes an engine and a connection for every event, about
700 times a run and several times each; a third of a small run went there. The
log is for people: what a run did is in the lake. So a commit need not wait
for the disk (``synchronous = normal`` in WAL mode loses nothing when a
process dies).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster import DagsterInstance
from dagster._core.storage.event_log import SqliteEventLogStorage
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


def dagster_instance(home: Home) -> DagsterInstance:
    """The Dagster instance of a house."""
    prepare_dagster(home)
    return DagsterInstance.from_config(str(home.dagster))


def prepare_dagster(home: Home) -> None:
    """Write DAGSTER_HOME's settings: no telemetry, the log above."""
    settings = SETTINGS.format(folder=home.dagster)
    path = home.dagster / "dagster.yaml"
    if not path.exists() or path.read_text() != settings:
        write_atomically(path, settings.encode())
