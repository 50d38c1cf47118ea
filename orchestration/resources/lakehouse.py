"""The lake: DuckLake on a SQLite catalog, one writer at a time.

Rules kept here (DECISIONS.md 3): WAL, no inlined rows, one transaction per
asset with a message that names the run and its files, uniqueness asserted by
us because DuckLake has no keys.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import polars as pl
from filelock import FileLock

from orchestration.resources import extensions
from orchestration.resources.home import Home
from orchestration.resources.refusal import RefusalError
from transforms.contracts.arrivals import (
    ANSWER_FILES,
    EDI_CONTROLS,
    FEEDS,
    FILE_NOTICES,
    FILE_RECEIPTS,
)
from transforms.contracts.decisions import DECISIONS
from transforms.contracts.documents import DOCUMENTS
from transforms.contracts.profile import REJECTS
from transforms.contracts.table import (
    DUCKDB_TYPES,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Table,
    conform,
)

LANDING_LEDGER = Table(
    "bronze",
    "landing_ledger",
    "one row per landed file and feed that reads it, with what became of its lines",
    key=("landing_id",),
    columns=(
        Column("landing_id", INTEGER, "order of arrival", is_provenance=True),
        Column("partner_id", TEXT, "who sent it"),
        Column("feed", TEXT, "feed of the partner", is_provenance=True),
        Column("document", TEXT, "document", is_provenance=True),
        Column("format", TEXT, "format", is_provenance=True),
        Column("file_name", TEXT, "name", is_provenance=True),
        Column("payload_sha256", TEXT, "hash of its bytes", is_provenance=True),
        Column("size_bytes", INTEGER, "bytes", is_provenance=True),
        Column("file_number", INTEGER, "number in its name", True, is_provenance=True),
        Column(
            "number_feed",
            TEXT,
            "feed whose pattern numbers it",
            True,
            is_provenance=True,
        ),
        Column("received_at", INSTANT, "arrival, UTC", is_provenance=True),
        Column("verdict", TEXT, "ACCEPTED | PARTIAL | REJECTED | DUPLICATE | …"),
        Column("physical_lines", INTEGER, "lines (X12: segments)", is_provenance=True),
        Column("accepted_lines", INTEGER, "of them accepted", is_provenance=True),
        Column("quarantined_lines", INTEGER, "of them quarantined", is_provenance=True),
        Column("blank_lines", INTEGER, "of them blank", is_provenance=True),
        Column("loaded_rows", INTEGER, "rows in bronze", is_provenance=True),
        Column("run_id", TEXT, "run that read it", is_provenance=True),
    ),
)

PYTHON_TABLES: tuple[Table, ...] = (
    *DOCUMENTS.values(),
    REJECTS,
    LANDING_LEDGER,
    FILE_NOTICES,
    EDI_CONTROLS,
    FEEDS,
    FILE_RECEIPTS,
    ANSWER_FILES,
    *DECISIONS.values(),
)
"""Tables that Python makes; the others are dbt's."""

ROOMS = (
    "ingest",
    "bronze",
    "silver",
    "gold",
    "decisions",
    "instructions",
    "visibility",
)
"""Lake schemas and asset groups; ingest keeps bytes in landing, not tables."""


Since = tuple[str, object]
"""A column of time, and a moment before which there is nothing to look for."""

CATALOG = "__ducklake_metadata_lake"
"""The catalog's own tables, as DuckLake attaches them."""

_NEVER_HAD_A_ROW = (
    "end_snapshot is null and table_id not in"  # noqa: S608
    f" (select table_id from {CATALOG}.ducklake_table_stats)"
)
STATISTICS_OF_NO_ROWS = f"""
    begin;
    insert into {CATALOG}.ducklake_table_column_stats (table_id, column_id)
    select table_id, column_id from {CATALOG}.ducklake_column
    where {_NEVER_HAD_A_ROW};
    insert into {CATALOG}.ducklake_table_stats
    select table_id, 0, 0, 0 from {CATALOG}.ducklake_table
    where {_NEVER_HAD_A_ROW};
    commit;
"""  # noqa: S608

ROWS = f"""
    select
        schema_name || '.' || table_name,
        coalesce(sum(record_count - coalesce(delete_count, 0)), 0)
    from {CATALOG}.ducklake_table as t
    inner join {CATALOG}.ducklake_schema as s using (schema_id)
    left join {CATALOG}.ducklake_data_file as f
        on t.table_id = f.table_id and f.end_snapshot is null
    left join {CATALOG}.ducklake_delete_file as d
        on f.data_file_id = d.data_file_id and d.end_snapshot is null
    where t.end_snapshot is null and s.end_snapshot is null
    group by all
"""  # noqa: S608 our own names


class LakeError(RefusalError):
    """The lake refuses: another writer, a broken promise, an unknown table."""


@contextmanager
def one_writer(home: Home) -> Iterator[None]:
    """Be the one writer of a house whose lake is not open.

    Raises:
        LakeError: another process writes.
    """
    with _leased(FileLock(home.lease, is_singleton=True)):
        yield


@contextmanager
def _leased(lease: FileLock) -> Iterator[None]:
    try:
        lease.acquire(timeout=0)
    except TimeoutError as error:
        raise LakeError(
            "another run is writing this lake; wait for it to end"
        ) from error
    try:
        yield
    finally:
        lease.release()


class Lakehouse:
    """Read and write the lake's tables as frames that keep their contracts."""

    def __init__(
        self, home: Home, *, is_reader: bool = False, at: int | None = None
    ) -> None:
        """Attach the lake of ``home``; create schemas and tables when missing.

        Args:
            home: whose lake.
            is_reader: nothing is created.
            at: the lake as it stood after this snapshot, to read.

        Raises:
            LakeError: the lake does not keep that snapshot (any more).
        """
        extensions.install()
        self.home = home.make()
        self._lease = FileLock(home.lease, is_singleton=True)
        self._db = connect(home, at)
        self._open_for = ""
        if not is_reader and at is None:
            self._create()

    def close(self) -> None:
        """Detach."""
        self._db.close()

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Be the one writer, or fail at once.

        Raises:
            LakeError: another process writes.
        """
        with _leased(self._lease):
            yield

    @contextmanager
    def transaction(self, author: str, message: str) -> Iterator[None]:
        """One commit = one named snapshot; nested calls join the outer one.

        Raises:
            LakeError: called where one snapshot is read.
        """
        if self._open_for == "writing":
            yield
            return
        if self._open_for:
            raise LakeError(f"{author}: who reads one snapshot cannot write meanwhile")
        with self._begun("writing"):
            self._db.execute(
                "call lake.set_commit_message(?, ?)", [author, message[:4000]]
            )
            yield

    @contextmanager
    def one_snapshot(self) -> Iterator[None]:
        """Reads inside see one snapshot, and the catalog is asked for it once.

        Asked for anew by every small read, it is most of what they cost.
        """
        if self._open_for:
            yield
            return
        with self._begun("reading"):
            yield

    @contextmanager
    def _begun(self, purpose: str) -> Iterator[None]:
        self._db.execute("begin")
        self._open_for = purpose
        try:
            yield
        except BaseException:
            self._open_for = ""
            self._db.execute("rollback")
            raise
        self._open_for = ""
        self._db.execute("commit")

    def read(
        self,
        table: Table,
        where: str = "",
        values: Sequence[object] = (),
        columns: Sequence[str] = (),
        *,
        is_ordered: bool = True,
    ) -> pl.DataFrame:
        """Rows of a table.

        Args:
            table: contract of the table.
            where: SQL condition; all rows without it.
            values: for its question marks.
            columns: names to read; all of the contract without them.
            is_ordered: in the table's order; sorting long keys takes three times
                as long as reading, so say no where order changes nothing.
        """
        names = columns or table.names
        order = ", ".join(table.order or table.key) or "all"
        sql = (
            f"select {', '.join(names)} from lake.{table.path}"  # noqa: S608
            f"{' where ' + where if where else ''}"
            f"{' order by ' + order if is_ordered else ''}"
        )
        return self.query(sql, values).cast({n: table.schema[n] for n in names})

    def read_since(self, table: Table, moment: str, which: str) -> pl.DataFrame:
        """Rows of a long table, in any order; read from the oldest of them on.

        What ``which`` looks at is looked through twice, the other columns only where
        the table is as new as what is found: files know how far they reach.

        Args:
            table: contract of the table.
            moment: column by which the table grows.
            which: SQL condition on few columns.
        """
        sql = f"select min({moment}) from lake.{table.path} where {which}"  # noqa: S608
        oldest = self.query(sql)
        since = f"{moment} >= ? and ({which})"
        return self.read(table, since, [oldest.item()], is_ordered=False)

    def query(
        self, sql: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> pl.DataFrame:
        """The result of any SQL as a frame; values by place or by name."""
        given = dict(values) if isinstance(values, Mapping) else list(values)
        return self._db.execute(sql, given).pl()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run SQL inside the open transaction."""
        self._db.execute(sql, list(values))

    @contextmanager
    def holding(self, **frames: pl.DataFrame) -> Iterator[None]:
        """Let SQL see frames under the given names."""
        for name, frame in frames.items():
            self._db.register(name, frame.to_arrow())
        try:
            yield
        finally:
            for name in frames:
                self._db.unregister(name)

    def append(self, table: Table, frame: pl.DataFrame) -> int:
        """Add rows; keys must be new (asserted by ``merge`` and by dbt tests)."""
        rows = conform(frame, table)
        if rows.height:
            with self.holding(arriving=rows):
                self._insert(table)
        return rows.height

    def merge(
        self, table: Table, frame: pl.DataFrame, since: Since | None = None
    ) -> int:
        """Put rows in place of those with the same key, add the others.

        Args:
            table: contract of the table.
            frame: rows to put.
            since: column of time and moment; no row of the same key is older. Where
                the table's contract names such a column, it need not be given.
        """
        rows = conform(frame, table)
        if not rows.height:
            return 0
        if since is None and table.moment:
            since = (table.moment, rows[table.moment].min())
        self.remove(table, rows, since)
        with self.holding(arriving=rows):
            self._insert(table)
        return rows.height

    def remove(
        self, table: Table, keys: pl.DataFrame, since: Since | None = None
    ) -> None:
        """Take out the rows with these keys, where there are any."""
        if keys.is_empty():
            return
        match = " and ".join(f"t.{k} is not distinct from s.{k}" for k in table.key)
        bound = "" if since is None else f"t.{since[0]} >= ? and"
        with self.holding(leaving=keys):
            self._db.execute(
                f"delete from lake.{table.path} as t where {bound} exists"  # noqa: S608
                f" (select 1 from leaving as s where {match})",
                [] if since is None else [since[1]],
            )

    def replace(self, table: Table, frame: pl.DataFrame, run_id: str) -> int:
        """Put rows in place of those this run wrote before (a retried asset)."""
        self._db.execute(
            f"delete from lake.{table.path} where run_id = ?",  # noqa: S608
            [run_id],
        )
        return self.append(table, frame)

    def snapshot(self) -> int:
        """Newest snapshot id."""
        row = self._db.execute(
            "select max(snapshot_id) from lake.snapshots()"
        ).fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def has(self, path: str) -> bool:
        """Whether ``room.table`` exists, as a table or a view."""
        return path in self._standing()

    def count(self, path: str) -> int:
        """Rows of ``room.table``."""
        row = self._db.execute(f"select count(*) from lake.{path}").fetchone()  # noqa: S608
        return int(row[0]) if row else 0

    def counts(self) -> dict[str, int]:
        """Rows of every ``room.table`` as last committed, from the catalog.

        One question for all of them, where counting reads each; views have none.
        """
        return {str(path): int(n) for path, n in self._db.execute(ROWS).fetchall()}

    def note_empty_tables(self) -> None:
        """Say in the catalog that tables which never had a row have none.

        DuckLake writes statistics with a table's first rows; until then it asks
        for them again for every column wherever a statement names the table,
        25 ms each time. These are the statistics of no rows; its own commits
        update them. No snapshot is made: no table changes.
        """
        self._db.execute(STATISTICS_OF_NO_ROWS)

    def content_hash(self, path: str, columns: Sequence[str]) -> str:
        """Hash of a table's content, whatever the order of its rows.

        The sum over rows of 64 bits of each row's md5, with the row count;
        exact integers, so it is the same however the scan is cut.
        """
        cells = ", ".join(f"coalesce({c}::varchar, chr(0))" for c in columns)
        row = self._db.execute(
            f"select count(*), coalesce(sum(md5_number_lower(concat_ws(chr(31),"  # noqa: S608
            f" {cells}))::hugeint), 0), coalesce(sum(md5_number_upper(concat_ws("
            f"chr(31), {cells}))::hugeint), 0) from lake.{path}"
        ).fetchone()
        assert row is not None  # noqa: S101 an aggregate gives one row
        return f"{row[0]}:{row[1] % 2**64:016x}{row[2] % 2**64:016x}"

    def _insert(self, table: Table) -> None:
        names = ", ".join(table.names)
        by_time = " order by ordered_at" if "ordered_at" in table.names else ""
        self._db.execute(
            f"insert into lake.{table.path} ({names})"  # noqa: S608
            f" select {names} from arriving{by_time}"
        )

    def _standing(self) -> set[str]:
        """Tables and views of the lake; information_schema reads all statistics."""
        things = " union all ".join(
            f"select schema_id, {kind}_name as name"  # noqa: S608
            f" from {CATALOG}.ducklake_{kind} where end_snapshot is null"
            for kind in ("table", "view")
        )
        rows = self._db.execute(
            f"select schema_name || '.' || name from ({things}) inner join"  # noqa: S608
            f" {CATALOG}.ducklake_schema using (schema_id) where end_snapshot is null"
        )
        return {str(path) for (path,) in rows.fetchall()}

    def shapes(self) -> dict[str, set[str]]:
        """Column names of every table that stands."""
        rows = self._db.execute(
            "select schema_name || '.' || table_name, list(column_name)"  # noqa: S608
            f" from {CATALOG}.ducklake_column as c"
            f" inner join {CATALOG}.ducklake_table as t using (table_id)"
            f" inner join {CATALOG}.ducklake_schema as s using (schema_id)"
            " where c.end_snapshot is null and t.end_snapshot is null"
            " and s.end_snapshot is null and c.parent_column is null group by all"
        ).fetchall()
        return {str(path): set(names) for path, names in rows}

    def misshapen(self, tables: Iterable[Table]) -> list[str]:
        """Those that stand with other columns than their contract names."""
        shapes = self.shapes()
        return sorted(
            t.path for t in tables if shapes.get(t.path, set(t.names)) != set(t.names)
        )

    def _create(self) -> None:
        standing = self._standing()
        missing = [t for t in PYTHON_TABLES if t.path not in standing]
        if not missing:
            return
        self._db.execute("call lake.set_option('data_inlining_row_limit', 0)")
        with self.transaction("orderhouse", "create rooms and tables"):
            for room in ROOMS:
                self._db.execute(f"create schema if not exists lake.{room}")
            for table in missing:
                self._db.execute(_ddl(table))
        self.note_empty_tables()


def threads() -> str:
    """How many threads DuckDB gets, the one of dbt too: ``ORDERHOUSE_THREADS``."""
    return os.environ.get("ORDERHOUSE_THREADS", str(os.cpu_count() or 2))


def connect(home: Home, at: int | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the lake attached as ``lake``.

    Args:
        home: whose lake.
        at: snapshot to read; the newest, to read and write, without it.

    Raises:
        LakeError: the lake does not keep that snapshot.
    """
    db = extensions.opened(
        memory_limit=os.environ.get("ORDERHOUSE_MEMORY", "3GB"), threads=threads()
    )
    db.execute("set timezone = 'UTC'")
    db.execute("set preserve_insertion_order = false")
    version = "" if at is None else f", snapshot_version {at}"
    try:
        db.execute(
            f"attach 'ducklake:sqlite:{home.catalog}' as lake"
            f" (data_path '{home.tables}/', meta_journal_mode 'WAL',"
            f" override_data_path true{version})"
        )
    except duckdb.InvalidInputException as error:
        db.close()
        if at is None:
            raise
        raise LakeError(f"the lake keeps no snapshot {at}: {error}") from error
    return db


def _ddl(table: Table) -> str:
    columns = ", ".join(
        f"{c.name} {DUCKDB_TYPES[c.dtype]}{'' if c.is_nullable else ' not null'}"
        for c in table.columns
    )
    return f"create table lake.{table.path} ({columns})"
