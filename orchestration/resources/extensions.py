"""DuckDB's extensions, put in place from wheels: nothing is downloaded.

DuckDB hashes an extension whenever it loads one, to check who signed it: a third of
a second for each database. Files that it found right in this process, and that
nobody touched since, it need not hash again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
from filelock import FileLock

EXTENSIONS = ("ducklake", "sqlite_scanner")

Seen = frozenset[tuple[str, int, int]]
"""Files of the extensions, each with its size and the moment of its last change."""

_found_right: set[Seen] = set()


def installed() -> set[str]:
    """Names of the extensions that DuckDB finds on this machine."""
    return set(paths())


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


def are_signed() -> bool:
    """Whether this process saw the signatures of the files that lie there now."""
    return seen() in _found_right


def opened(**settings: str) -> duckdb.DuckDBPyConnection:
    """A database in memory with the extensions loaded, their signatures checked once.

    Args:
        settings: of the database, as DuckDB names them.

    Raises:
        duckdb.IOException: an extension is not there, or not signed by DuckDB.
    """
    before = seen()
    is_known = before in _found_right
    db = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_unsigned_extensions": str(is_known).lower(),
            **settings,
        },
    )
    try:
        for name in EXTENSIONS:
            db.execute(f"load {name}")
    except duckdb.Error:
        db.close()
        raise
    if not is_known and before == seen():
        believe(before)
    return db


def believe(files: Seen) -> None:
    """Count files as signed right, as a process that this one trusts found them."""
    _found_right.add(files)


def seen() -> Seen:
    """The files of the extensions as they lie there now."""
    found = ((path, Path(path).stat()) for path in paths().values())
    return frozenset((path, is_.st_size, is_.st_mtime_ns) for path, is_ in found)


def paths() -> dict[str, str]:
    """Where each extension lies that is on this machine."""
    rows = duckdb.sql(
        "select extension_name, install_path from duckdb_extensions()"
        " where installed and install_path <> ''"
    ).fetchall()
    return {str(name): str(path) for name, path in rows if name in EXTENSIONS}


if __name__ == "__main__":
    for extension in install():
        print(f"DuckDB extension {extension}: installed from its wheel")  # noqa: T201
