"""Opening the published serving copy: its manifest, and views over its files.

The manifest is swapped in one rename and the files it names never change, so a
page that has read it is undisturbed by a run under way. The live lake and its
catalog are never opened here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import polars as pl
import streamlit as st

from dashboards.queries.shapes import SHAPES

HOME_VARIABLE = "ORDERHOUSE_HOME"
DEFAULT_HOME = Path(__file__).resolve().parents[2] / "data" / "lakehouse"
MEMORY_LIMIT = "1GB"  # a page never needs more; a run beside it does
# Manifests kept open: the current one, and one still read by a slow page.
OPEN_COPIES = 2


class UnreadableCopyError(RuntimeError):
    """A manifest is there and cannot be read, or names files that are gone."""


@dataclass(frozen=True)
class ServedFile:
    """One immutable Parquet file of a table."""

    path: Path
    month: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    """What was published together: one run, one moment, a list of files.

    Args:
        manifest_id: changes with every publish.
        run_id: run that published.
        as_of: moment the figures speak of, UTC.
        tables: table name → its files.
    """

    manifest_id: str
    run_id: str
    as_of: datetime
    tables: Mapping[str, tuple[ServedFile, ...]]


def serving_folder() -> Path:
    """Folder of the serving copy below ``ORDERHOUSE_HOME``."""
    return Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME)).resolve() / "serving"


def read_manifest(folder: Path) -> Manifest | None:
    """The published manifest, or None before the first publish.

    Raises:
        UnreadableCopyError: the manifest is not the JSON object it should be.
    """
    try:
        content = orjson.loads((folder / "manifest.json").read_bytes())
    except FileNotFoundError:
        return None
    except orjson.JSONDecodeError as error:
        raise UnreadableCopyError(str(error)) from error
    try:
        return _manifest(content, folder)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableCopyError(repr(error)) from error


def _manifest(content: Mapping[str, Any], folder: Path) -> Manifest:
    return Manifest(
        manifest_id=content["manifest_id"],
        run_id=content["run_id"],
        as_of=datetime.fromisoformat(content["as_of"]),
        tables={
            table: tuple(_served_file(entry, folder) for entry in files)
            for table, files in content["tables"].items()
        },
    )


def _served_file(entry: Mapping[str, Any], folder: Path) -> ServedFile:
    path = (folder / entry["path"]).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(entry["path"])
    return ServedFile(path, str(entry.get("month") or ""), int(entry["rows"]))


class ServingCopy:
    """Views over one manifest's files in a DuckDB that lives in memory."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        """Make one view per table the pages read."""
        self.manifest = manifest
        self._connection = duckdb.connect(":memory:")
        self._missing = {table for table in SHAPES if not self._make_view(table)}
        self._lock(folder)

    def _make_view(self, table: str) -> bool:
        """Whether ``table`` is published with all the columns the pages read."""
        files = self.manifest.tables.get(table)
        try:
            self._connection.execute(_view(table, files or ()))
        except duckdb.BinderException:
            # Published by older code: the page says so instead of showing zero.
            self._connection.execute(_view(table, ()))
            return False
        return files is not None

    def _lock(self, folder: Path) -> None:
        # The connection may read the serving folder and reach nothing else.
        self._connection.execute(
            f"set allowed_directories = [{_quoted(str(folder.resolve()))}];"
            "set enable_external_access = false;"
            "set timezone = 'UTC';"
            "set parquet_metadata_cache = true;"
            f"set memory_limit = '{MEMORY_LIMIT}';"
            "set lock_configuration = true;"
        )

    def missing(self, *tables: str) -> tuple[str, ...]:
        """Those of ``tables`` that this manifest does not publish whole."""
        return tuple(name for name in tables if name in self._missing)

    def fetch(self, sql: str, **parameters: object) -> pl.DataFrame:
        """The rows of one query; parameters are bound as ``$name``.

        Raises:
            UnreadableCopyError: a file of the manifest is gone or broken.
        """
        try:
            # One cursor a query: pages of several people share the connection.
            return self._connection.cursor().execute(sql, parameters).pl()
        except duckdb.Error as error:
            raise UnreadableCopyError(str(error)) from error


def open_copy() -> ServingCopy | None:
    """The published copy, or None before the first publish."""
    folder = serving_folder()
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    return _opened(str(folder), manifest.manifest_id, manifest)


@st.cache_resource(max_entries=OPEN_COPIES, show_spinner=False)
def _opened(folder: str, manifest_id: str, _manifest: Manifest) -> ServingCopy:
    # The key is the manifest's id: the copy behind it never changes.
    try:
        return ServingCopy(_manifest, Path(folder))
    except duckdb.Error as error:
        raise UnreadableCopyError(f"{manifest_id}: {error}") from error


def _view(table: str, files: tuple[ServedFile, ...]) -> str:
    if not files:
        columns = ", ".join(
            f"null::{kind} as {name}" for name, kind in SHAPES[table].items()
        )
        return f"create view {table} as select {columns} where false"
    # Named columns, never a star: what is not listed cannot reach a browser.
    columns = ", ".join(SHAPES[table])
    paths = ", ".join(_quoted(str(file.path)) for file in files)
    return (
        f"create view {table} as select {columns} "
        f"from read_parquet([{paths}], union_by_name = true)"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
