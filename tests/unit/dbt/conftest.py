"""A throw-away lake with empty source tables, and dbt to build it with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from orchestration.resources import extensions
from orchestration.resources.dbt import manifest
from orchestration.resources.lakehouse import (
    LANDING_LEDGER,
    STATISTICS_OF_NO_ROWS,
    threads,
)
from tests.made_once import made_once
from transforms.contracts.arrivals import FEEDS, FILE_NOTICES
from transforms.contracts.decisions import DECISIONS
from transforms.contracts.documents import DOCUMENTS
from transforms.contracts.profile import REJECTS
from transforms.contracts.table import DUCKDB_TYPES, Table

PROJECT = Path(__file__).parents[3] / "dbt_project"
# No log file: dbt leaves it open.
OPTIONS = (
    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
    *("--log-level-file", "none", "--quiet", "--no-write-json"),
)

PYTHON_TABLES = (
    *DOCUMENTS.values(),
    REJECTS,
    LANDING_LEDGER,
    FILE_NOTICES,
    FEEDS,
    *DECISIONS.values(),
)

STANDS = "stands"
"""Its file says that every model is of the text that built it."""

Row = Mapping[str, object]
File = tuple[str, Sequence[Row]]
"""A document and rows of it that land together."""


@dataclass(frozen=True)
class Lake:
    """A DuckLake in a folder."""

    folder: Path

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The lake attached, in UTC; kept, as DuckDB takes a while to load DuckLake."""
        extensions.install()
        connection = extensions.opened(threads=threads())
        connection.execute("set timezone = 'UTC'")
        connection.execute(
            f"attach 'ducklake:sqlite:{self.folder}/catalog.sqlite' as lake "
            f"(data_path '{self.folder}/tables', meta_journal_mode 'WAL', "
            "override_data_path true)"
        )
        connection.execute("use lake")
        return connection

    @contextmanager
    def commit_of(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One commit of whatever is done inside."""
        self.connection.execute("begin")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of one statement."""
        return self.connection.execute(sql).fetchall()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows; columns that a row does not name are null.

        In one statement: each makes a file of the lake, and one that holds a single
        row costs as much to write, and to read from then on, as one that holds all.
        """
        names = list(dict.fromkeys(name for row in rows for name in row))
        if not names:
            return
        marks = ", ".join("?" for _ in names)
        with self.commit_of() as connection:
            connection.execute(
                f"insert into lake.{table} ({', '.join(names)}) values "
                + ", ".join(f"({marks})" for _ in rows),
                [row.get(name) for row in rows for name in names],
            )

    def create(self) -> None:
        """The tables that Python writes, empty."""
        (self.folder / "tables").mkdir(parents=True)
        self.connection.execute("call lake.set_option('data_inlining_row_limit', 0)")
        with self.commit_of() as connection:
            for room in ("bronze", "decisions", "instructions"):
                connection.execute(f"create schema lake.{room}")
            for table in PYTHON_TABLES:
                connection.execute(
                    f"create table lake.{table.path} ({_columns(table)})"
                )
        connection.execute(STATISTICS_OF_NO_ROWS)

    def copied(self, folder: Path) -> Lake:
        """A lake of its own with everything that this one has."""
        shutil.copytree(self.folder, folder)
        return Lake(folder)

    def commit(self, run_id: str) -> None:
        """Note that a run came to its end."""
        self.insert("decisions.runs", [{"run_id": run_id}])

    def play(self, files: Sequence[File], *select: str) -> None:
        """One run for each file, as it arrives, of the models named."""
        for place, (document, rows) in enumerate(files, start=10):
            landed = {"landing_id": place, "payload_sha256": f"sha-{place}"}
            self.insert(f"bronze.{document}", [{**row, **landed} for row in rows])
            run = {"since_landing_id": place - 1, "run_id": f"run_{place}"}
            assert {"success"} == set(self.make(*select, **run).values())
            self.commit(f"run_{place}")

    def build(self, *select: str, **variables: object) -> dict[str, str]:
        """Build the rooms or models named, with their data tests, as one run.

        Returns:
            Status by node name.

        Raises:
            AssertionError: dbt could not run at all.
        """
        chosen = ["--select", *select, "--exclude-resource-type", "unit_test"]
        return self._dbt("build", *chosen, variables=variables)

    def make(self, *select: str, **variables: object) -> dict[str, str]:
        """Build like ``build``, without data tests: other tests look at those."""
        return self._dbt("run", "--select", *select, variables=variables)

    def unit_test(self) -> dict[str, str]:
        """Run dbt's unit tests; the models must have been built."""
        return self._dbt("test", "--select", "test_type:unit", variables={})

    def _dbt(self, *command: str, variables: Mapping[str, object]) -> dict[str, str]:
        # Before the names of this lake: a project that is parsed anew names its own.
        project = manifest()
        os.environ["ORDERHOUSE_CATALOG"] = f"{self.folder}/catalog.sqlite"
        os.environ["ORDERHOUSE_TABLES"] = f"{self.folder}/tables"
        os.environ["ORDERHOUSE_ARE_SIGNED"] = str(extensions.are_signed()).lower()
        # As in a house: the text of the models is new to its first build.
        stands = self.folder / STANDS
        given = {
            "run_id": "run_1",
            "as_of": "2017-12-28T05:00:00+00:00",
            "is_standing": stands.exists(),
            **variables,
        }
        written = ["--target-path", f"{self.folder}/target", "--vars", str(given)]
        result = dbtRunner(manifest=project).invoke([*command, *OPTIONS, *written])
        assert result.exception is None, result.exception
        self.connection.execute(STATISTICS_OF_NO_ROWS)
        stands.touch()
        return {row.node.name: str(row.status) for row in result.result}


def _columns(table: Table) -> str:
    return ", ".join(f"{c.name} {DUCKDB_TYPES[c.dtype]}" for c in table.columns)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake whose every table stands and has no row, to copy.

    As in a house whose code is new, its first run is not bounded by the run before.
    That tables which do not stand are made right, ``test_orders_in_sql`` shows.
    """

    def make(folder: Path) -> None:
        lake = Lake(folder)
        folder.mkdir()
        lake.create()
        lake.make("silver", "gold", "visibility")
        lake.connection.close()
        (folder / STANDS).unlink()
        shutil.rmtree(folder / "target")

    return Lake(made_once("empty_lake", make, tmp_path_factory))


@pytest.fixture
def lake(empty: Lake, tmp_path: Path) -> Lake:
    """An empty lake of one's own."""
    return empty.copied(tmp_path / "lake")
