"""Put DuckDB's extensions where DuckDB looks for them, from their wheels.

Once per machine; a file lock keeps two set-ups apart. Nothing is downloaded.
"""

import tempfile
from pathlib import Path

import duckdb
from duckdb_extensions import import_extension
from filelock import FileLock

EXTENSIONS = ("ducklake", "sqlite_scanner")


def main() -> None:
    """Import each extension, then load it to see that it works."""
    lock = Path(tempfile.gettempdir()) / "orderhouse-duckdb-extensions.lock"
    with FileLock(lock), duckdb.connect() as connection:
        connection.execute("set autoinstall_known_extensions = false")
        for name in EXTENSIONS:
            import_extension(name, con=connection)
            connection.execute(f"load {name}")
            print(f"      {name}")


if __name__ == "__main__":
    main()
