"""Where everything a house keeps lies on disk.

One folder (``ORDERHOUSE_HOME``, default ``data/lakehouse``); git ignores it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from orchestration.resources.refusal import RefusalError

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """The folders of one house; paths are absolute."""

    root: Path

    @classmethod
    def at(cls, root: Path | str | None = None) -> Home:
        """The house at ``root``, else ``ORDERHOUSE_HOME``, else the default."""
        chosen = root or os.environ.get("ORDERHOUSE_HOME")
        return cls(Path(chosen or PROJECT / "data" / "lakehouse").resolve())

    @property
    def drop(self) -> Path:
        """Inbox: ``drop/<partner>/<file>``."""
        return self.root / "drop"

    @property
    def landing(self) -> Path:
        """Bytes as received, encrypted, and their ledger."""
        return self.root / "landing"

    @property
    def catalog(self) -> Path:
        """DuckLake's catalog, a SQLite file in WAL mode."""
        return self.root / "catalog.sqlite"

    @property
    def tables(self) -> Path:
        """DuckLake's Parquet files."""
        return self.root / "tables"

    @property
    def serving(self) -> Path:
        """The published copy that dashboards read."""
        return self.root / "serving"

    @property
    def outbox(self) -> Path:
        """What partners fetch: ``outbox/<partner>/<file>``."""
        return self.root / "outbox"

    @property
    def vault(self) -> Path:
        """Personal data and file keys, encrypted."""
        return self.root / "vault.sqlite"

    @property
    def vault_key(self) -> Path:
        """Generated key, used when ``ORDERHOUSE_VAULT_KEY`` is not set."""
        return self.root / "vault.key"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.root / "dagster"

    @property
    def models(self) -> Path:
        """Which text of the dbt project every table of dbt was last built with."""
        return self.root / "models.hash"

    @property
    def twin(self) -> Path:
        """State of the simulated partners of the demo."""
        return self.root / "twin"

    @property
    def lease(self) -> Path:
        """Lock file: one writer at a time."""
        return self.root / "writer.lock"

    def make(self) -> Home:
        """Create the folders that must exist.

        Raises:
            RefusalError: one cannot be created.
        """
        for folder in (
            self.drop,
            self.landing,
            self.tables,
            self.serving,
            self.outbox,
            self.dagster,
            self.twin,
        ):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RefusalError(
                    f"no house can be at {self.root}: {error.strerror}; ORDERHOUSE_HOME"
                    " names a folder that you may write to"
                ) from error
        return self
