"""Every number and rule an operator may turn, from ``orchestration/policies``."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from orchestration.resources.home import PROJECT

POLICIES = Path(__file__).resolve().parents[1] / "policies"


class Policies:
    """The policies of this checkout, typed by the transform that takes them."""

    def __init__(self, folder: Path = POLICIES) -> None:
        """Read from ``folder``."""
        self._folder = folder

    def mapping(self, name: str) -> dict[str, Any]:
        """The YAML file ``<name>.yaml``.

        Raises:
            ValueError: it is missing or not a mapping.
        """
        path = self._folder / f"{name}.yaml"
        if not path.exists():
            raise ValueError(f"policies/{name}.yaml is missing")
        content = yaml.safe_load(path.read_text())
        if not isinstance(content, dict):
            raise ValueError(f"policies/{name}.yaml is not a mapping")
        return content

    @cached_property
    def transitions(self) -> pl.DataFrame:
        """The transition table of the order line."""
        path = self._folder / "transitions.csv"
        return pl.read_csv(path, infer_schema=False)

    @cached_property
    def company_zone(self) -> str:
        """Zone of business dates."""
        return str(self.mapping("company")["zone"])

    @cached_property
    def rules_hash(self) -> str:
        """Hash of every policy file."""
        return hash_of(sorted(self._folder.glob("*.*")))


def code_hash() -> str:
    """Hash of ``transforms``, the dbt models and the lock: what decides."""
    files = [
        *sorted((PROJECT / "transforms").rglob("*.py")),
        *sorted((PROJECT / "dbt_project" / "models").rglob("*.sql")),
        *sorted((PROJECT / "dbt_project" / "macros").rglob("*.sql")),
        PROJECT / "requirements.lock",
    ]
    return hash_of(files)


def hash_of(files: list[Path]) -> str:
    """Hash of names and contents."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
