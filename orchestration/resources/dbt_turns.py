"""However many threads dbt has, one of them writes.

The lake's catalog is SQLite: who has read it cannot write after another has
committed. So models are computed side by side, and written one at a time.
dbt-duckdb has no setting for that, but one place where cursors are dressed.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from dbt.adapters.duckdb.environments import local

WRITES = "set_commit_message("
"""In every statement of ours that writes, and in no other."""

_TURN = Lock()


class _InTurn:
    def __init__(self, cursor: Any) -> None:  # noqa: ANN401 DuckDB's or dbt's
        self._cursor = cursor

    def execute(self, sql: str, bindings: Any = None) -> Any:  # noqa: ANN401 DuckDB's
        if WRITES not in sql:
            return self._run(sql, bindings)
        with _TURN:
            return self._run(sql, bindings)

    def _run(self, sql: str, bindings: Any) -> Any:  # noqa: ANN401 DuckDB's
        if bindings is None:
            return self._cursor.execute(sql)
        return self._cursor.execute(sql, bindings)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 DuckDB's
        return getattr(self._cursor, name)


def in_turn(cursor: Any) -> _InTurn:  # noqa: ANN401 DuckDB's or dbt's
    """A cursor that waits for its turn before it writes."""
    return _InTurn(cursor)


class _OneWriter(local.LocalEnvironment):  # type: ignore[misc]
    @classmethod
    def initialize_cursor(cls, *arguments: Any) -> _InTurn:  # noqa: ANN401 dbt's
        return in_turn(super().initialize_cursor(*arguments))


def take_turns() -> None:
    """Have dbt's threads in this process write one at a time."""
    local.LocalEnvironment = _OneWriter
