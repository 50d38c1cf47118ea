"""What a table promises: columns, grain, key; and how a frame is held to it.

Nothing here knows where a table is stored. ``orchestration.resources`` makes
the lake's tables from these values, ``orchestration.checks`` the Great
Expectations suites, and every transform conforms its result to one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

TEXT = pl.String()
INTEGER = pl.Int64()
BOOLEAN = pl.Boolean()
DATE = pl.Date()
INSTANT = pl.Datetime("us", "UTC")

DUCKDB_TYPES: dict[pl.DataType, str] = {
    TEXT: "varchar",
    INTEGER: "bigint",
    BOOLEAN: "boolean",
    DATE: "date",
    INSTANT: "timestamptz",
}
"""The five types that cross rooms: floats never do, their sums depend on order."""


class ContractError(ValueError):
    """A frame does not keep the promise of its table."""


@dataclass(frozen=True)
class Column:
    """One column's promise.

    Args:
        name: snake case; the suffix gives the unit (design: ``_qty``, ``_minor``).
        dtype: one of the five types above.
        description: meaning and unit, for people.
        is_nullable: whether a null is legal.
        personal: kind of personal data ("name", "address", …); the vault
            replaces such cells by tokens before the lake sees them.
        is_provenance: says where a row came from; left out of content hashes.
        allowed: closed list of values, empty when open.
        minimum: smallest legal value of an integer, None when open.
    """

    name: str
    dtype: pl.DataType = TEXT
    description: str = ""
    is_nullable: bool = False
    personal: str | None = None
    is_provenance: bool = False
    allowed: tuple[str, ...] = ()
    minimum: int | None = None


@dataclass(frozen=True)
class Table:
    """A table: the room it lives in, one row per what, and its columns.

    Args:
        room: lake schema.
        name: table name inside the room.
        grain: "one row per …".
        key: columns that are unique together.
        columns: in stored order.
        order: columns that give the total order of written rows (default: key).
        numbers: columns that tell a row of a sent file from its others; where they
            are given, two rows that share them contradict each other.
        moment: column of time by which the table grows, where rows of one key share
            it: who looks for a key need not look at what is older.
    """

    room: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...] = field(default=())
    numbers: tuple[str, ...] = field(default=())
    moment: str = ""

    @property
    def path(self) -> str:
        """``room.name``, as in SQL."""
        return f"{self.room}.{self.name}"

    @property
    def names(self) -> list[str]:
        """Column names in stored order."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> pl.Schema:
        """Polars schema in stored order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def content_names(self) -> list[str]:
        """Columns that are hashed: all but provenance."""
        return [c.name for c in self.columns if not c.is_provenance]

    @property
    def personal_columns(self) -> dict[str, str]:
        """Column name → kind of personal data."""
        return {c.name: c.personal for c in self.columns if c.personal}

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return pl.DataFrame(schema=self.schema)

    def column(self, name: str) -> Column:
        """The column called ``name``."""
        return next(c for c in self.columns if c.name == name)


def conform(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Cast, order and sort ``frame`` to ``table``; refuse what cannot be.

    Columns the frame lacks become nulls when the contract allows nulls;
    columns the contract lacks are dropped.

    Raises:
        ContractError: a required column is missing or null, a cast loses a
            value, a key repeats.
    """
    missing = [c.name for c in table.columns if c.name not in frame.columns]
    required = [n for n in missing if not table.column(n).is_nullable]
    if required:
        raise ContractError(f"{table.path}: columns {required} are missing")
    try:
        shaped = frame.select(
            pl.lit(None, c.dtype).alias(c.name)
            if c.name in missing
            else pl.col(c.name).cast(c.dtype, strict=True)
            for c in table.columns
        )
    except pl.exceptions.PolarsError as error:
        raise ContractError(f"{table.path}: {error}") from error
    _refuse_nulls(shaped, table)
    _refuse_repeats(shaped, table)
    return shaped.sort(table.order or table.key, nulls_last=True)


def split(
    frame: pl.DataFrame, problems: Iterable[tuple[pl.Expr, str, str]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part good rows from bad ones; a bad row names its first problem.

    Args:
        frame: any rows.
        problems: (condition that is true for a bad row, column, code), most
            telling first.

    Returns:
        (good rows, bad rows with ``column_name`` and ``code`` added).
    """
    column = pl.lit(None, TEXT)
    code = pl.lit(None, TEXT)
    for condition, name, problem in reversed(list(problems)):
        is_bad = condition.fill_null(value=True)
        column = pl.when(is_bad).then(pl.lit(name)).otherwise(column)
        code = pl.when(is_bad).then(pl.lit(problem)).otherwise(code)
    judged = frame.with_columns(column_name=column, code=code)
    good = judged.filter(pl.col("code").is_null()).drop("column_name", "code")
    return good, judged.filter(pl.col("code").is_not_null())


def digest(frame: pl.DataFrame, table: Table) -> str:
    """Hash of a table's content without provenance, whatever the row order.

    Returns:
        sha256 in hex over the sorted rows of the content columns, each row as
        JSON text: stable between versions of the libraries.
    """
    rows = frame.select(table.content_names).sort(pl.all(), nulls_last=True)
    return hashlib.sha256(rows.write_ndjson().encode()).hexdigest()


def _refuse_nulls(frame: pl.DataFrame, table: Table) -> None:
    required = [c.name for c in table.columns if not c.is_nullable]
    counts = frame.select(pl.col(required).null_count()).row(0, named=True)
    empty = [name for name, count in counts.items() if count]
    if empty:
        raise ContractError(f"{table.path}: nulls in {empty}")


def _refuse_repeats(frame: pl.DataFrame, table: Table) -> None:
    if frame.height and table.key:
        repeats = frame.height - frame.select(table.key).n_unique()
        if repeats:
            keys = ", ".join(table.key)
            raise ContractError(f"{table.path}: {repeats} rows repeat ({keys})")
