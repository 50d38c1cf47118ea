"""A lake that another version made: told before a run, made again by a rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.rebuild import Compared
from orchestration.resources.house import House, RunRefusedError
from orchestration.resources.journal import JOURNALED
from orchestration.resources.lakehouse import PYTHON_TABLES
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE

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
