"""dbt's contracts are the contracts, and every table says what a row is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from transforms.contracts.gold import GOLD
from transforms.contracts.table import DUCKDB_TYPES, Table

MODELS = Path(__file__).parents[3] / "dbt_project" / "models"
TABLES = sorted(MODELS.glob("*/*.sql"))
VISIBILITY = sorted((MODELS / "visibility").glob("rpt_*.yml"))

Entry = tuple[str, str, str, bool]


def model_of(path: Path) -> dict[str, Any]:
    """The one model that a yml describes."""
    (model,) = yaml.safe_load(path.read_text())["models"]
    return dict(model)


def in_dbt(model: dict[str, Any]) -> list[Entry]:
    """(name, type, description, nullable) of each column, in order."""
    return [
        (c["name"], c["data_type"], c["description"], "constraints" not in c)
        for c in model["columns"]
    ]


def in_python(table: Table) -> list[Entry]:
    """The same of a contract."""
    return [
        (c.name, DUCKDB_TYPES[c.dtype], c.description, c.is_nullable)
        for c in table.columns
    ]


@pytest.mark.parametrize("table", GOLD.values(), ids=GOLD)
def test_a_gold_model_promises_what_its_contract_says(table: Table) -> None:
    model = model_of(MODELS / "gold" / f"{table.name}.yml")

    assert in_python(table) == in_dbt(model)
    assert model["config"]["contract"]["enforced"] is True


@pytest.mark.parametrize("table", GOLD.values(), ids=GOLD)
def test_a_gold_model_tests_the_key_of_its_contract(table: Table) -> None:
    model = model_of(MODELS / "gold" / f"{table.name}.yml")
    keys = [t["is_key"]["arguments"] for t in model["data_tests"] if "is_key" in t]

    assert [list(table.key)] == [key["columns"] for key in keys]


def test_gold_has_no_model_beyond_its_contracts() -> None:
    models = sorted(p.stem for p in (MODELS / "gold").glob("*.sql"))

    assert sorted(GOLD) == models


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_model_has_its_own_yml_that_names_the_grain(path: Path) -> None:
    model = model_of(path.with_suffix(".yml"))

    assert path.stem == model["name"]
    assert model["description"].startswith("One row per ")


@pytest.mark.parametrize("path", VISIBILITY, ids=lambda path: path.stem)
def test_every_column_people_see_is_described_and_typed(path: Path) -> None:
    model = model_of(path)
    silent = [n for n, kind, words, _ in in_dbt(model) if not (kind and words)]

    assert silent == []
    assert model["config"]["contract"]["enforced"] is True


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_no_model_reads_a_clock_or_rolls_dice(path: Path) -> None:
    words = path.read_text().lower()
    forbidden = ["now()", "current_date", "current_timestamp", "random()", "uuid"]

    assert [word for word in forbidden if word in words] == []
