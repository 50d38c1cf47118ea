"""DuckDB's extensions, put in place from wheels: nothing is downloaded."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from filelock import FileLock

EXTENSIONS = ("ducklake", "sqlite_scanner")


def installed() -> set[str]:
    """Names of the extensions that DuckDB finds on this machine."""
    rows = duckdb.sql(
        "select extension_name from duckdb_extensions() where installed"
    ).fetchall()
    return {str(row[0]) for row in rows}


def install() -> list[str]:
    """Copy missing extensions from their wheels; safe in several processes.

    Returns:
        The extensions that had to be put in place.
    """
    missing = [name for name in EXTENSIONS if name not in installed()]
    if missing:
        from duckdb_extensions import import_extension  # noqa: PLC0415 slow, once

        lock = Path(tempfile.gettempdir()) / "orderhouse-extensions.lock"
        with FileLock(lock):
            for name in missing:
                import_extension(name)
    return missing


if __name__ == "__main__":
    for extension in install():
        print(f"DuckDB extension {extension}: installed from its wheel")  # noqa: T201
