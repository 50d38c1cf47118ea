"""A lake that another version made: told before a run, made again by a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
import typer

from orchestration.cli.leaving import COULD_NOT_RUN, leave
from orchestration.cli.rebuild import Compared
from orchestration.resources.house import House, RunRefusedError
from orchestration.resources.journal import JOURNALED
from orchestration.resources.lakehouse import PYTHON_TABLES, Lakehouse
from orchestration.resources.other_version import explained
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE
from transforms.contracts.gold import DIM_NODES, DIM_STOCK_WORTHS

NIGHT = datetime(2017, 12, 28, 5, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house that never ran."""
    house = House.open(tmp_path / "house")
    yield house
    house.close()


def test_tables_of_this_version_have_their_columns(house: House) -> None:
    assert [] == house.lake.misshapen(PYTHON_TABLES)


@pytest.mark.parametrize(
    "change", ["drop column note", "add column written_by_another integer"]
)
def test_a_table_of_another_version_is_told_before_the_run(
    house: House, change: str
) -> None:
    with house.lake.transaction("test", "another version"):
        house.lake.execute(f"alter table lake.bronze.orders {change}")

    assert ["bronze.orders"] == house.lake.misshapen(PYTHON_TABLES)
    with pytest.raises(RunRefusedError, match=r"bronze\.orders first.*rebuild"):
        house.begin(NIGHT)
    with pytest.raises(RunRefusedError, match=r"bronze\.orders first.*rebuild"):
        house.resume({"run_id": "of_another_version"}, 0)


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ("alter table lake.bronze.orders drop column note", "orderhouse rebuild"),
        ("create table lake.gold.dim_nodes (node_id text)", "orderhouse rebuild"),
    ],
)
def test_a_command_on_tables_of_another_version_names_the_remedy(
    house: House,
    change: str,
    remedy: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with house.lake.transaction("test", "another version"):
        house.lake.execute("create schema if not exists lake.gold")
        house.lake.execute(change)
    house.lake.close()
    monkeypatch.setenv("ORDERHOUSE_HOME", str(house.home.root))
    asked = Lakehouse(house.home, is_reader=True)
    tables = {"bronze.orders": "note", "gold.dim_nodes": "zone"}
    path = next(path for path in tables if path in change)

    with pytest.raises(typer.Exit) as left:
        leave(lambda: asked.query(f"select {tables[path]} from lake.{path}"))
    asked.close()

    assert left.value.exit_code == COULD_NOT_RUN
    assert f"{path} first" in (told := capsys.readouterr().err)
    assert remedy in told


def test_a_table_that_only_this_version_reads_is_made_by_a_run(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ", ".join(f"{name} text" for name in DIM_NODES.names)
    with house.lake.transaction("test", "another version"):
        house.lake.execute("create schema if not exists lake.gold")
        house.lake.execute(f"create table lake.gold.dim_nodes ({columns})")
    house.lake.close()
    monkeypatch.setenv("ORDERHOUSE_HOME", str(house.home.root))
    asked = Lakehouse(house.home, is_reader=True)

    with pytest.raises(typer.Exit) as left:
        leave(lambda: asked.read(DIM_STOCK_WORTHS))
    asked.close()

    assert left.value.exit_code == COULD_NOT_RUN
    assert "gold.dim_stock_worths" in (told := capsys.readouterr().err)
    assert "orderhouse run" in told


def test_where_no_house_is_none_is_made_to_explain_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERHOUSE_HOME", str(tmp_path / "none"))

    assert explained(duckdb.CatalogException("dim_stock_worths")) is None
    assert not (tmp_path / "none").exists()


def test_a_question_that_makes_no_sense_to_this_version_either_is_an_error(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.lake.close()
    monkeypatch.setenv("ORDERHOUSE_HOME", str(house.home.root))
    asked = Lakehouse(house.home, is_reader=True)

    with pytest.raises(duckdb.CatalogException):
        leave(lambda: asked.query("select 1 from lake.bronze.nothing"))
    asked.close()


def test_a_table_with_other_columns_than_before_stops_no_rebuild() -> None:
    assert Compared("bronze.orders", "", "3:ab").is_equal
    assert not Compared("bronze.orders", "3:aa", "3:ab").is_equal


def test_what_a_version_before_did_not_land_is_nothing(house: House) -> None:
    row = dict.fromkeys(AVAILABLE_TO_PROMISE.names, 0)
    row |= {"node_id": "EAST", "sku_id": "A", "buffer_rule": "NODE", "run_id": "r"}
    whole = pl.DataFrame([row], schema=AVAILABLE_TO_PROMISE.schema, strict=False)
    frames = {t.name: t.empty() for t in JOURNALED}
    frames[AVAILABLE_TO_PROMISE.name] = whole.with_columns(
        expired_qty=pl.lit(None, pl.Int64), expired_rule=pl.lit(None, pl.String)
    )

    house.journal.land("r", NIGHT, frames)
    read = house.journal.recall("r")[AVAILABLE_TO_PROMISE.name]

    assert (0, "NONE", "NODE") == (
        read["expired_qty"][0],
        read["expired_rule"][0],
        read["buffer_rule"][0],
    )
