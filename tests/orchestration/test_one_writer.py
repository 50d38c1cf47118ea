"""The lake has one writer at a time, and reads that belong together agree."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dbt.adapters.duckdb import environments
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from orchestration.resources.dbt import DBT_PROJECT
from orchestration.resources.dbt_turns import WRITES, in_turn, take_turns
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import LakeError, Lakehouse, connect

COMMITS = 15
THREADS = 3


@pytest.mark.slow
def test_threads_of_dbt_write_one_after_the_other(tmp_path: Path) -> None:
    """Without turns SQLite answers "database is locked" to all but one."""
    home = Home.at(tmp_path).make()
    database = connect(home)
    database.execute("create table lake.counted (thread bigint, n bigint)")
    database.execute("call lake.set_option('data_inlining_row_limit', 0)")

    def write(thread: int) -> None:
        cursor = in_turn(database.cursor())
        for n in range(COMMITS):
            cursor.execute(
                f"begin; call lake.{WRITES}'test', 'row {n}');"
                f" insert into lake.counted select {thread}, {n}"
                " from (select count(*) from lake.counted); commit"
            )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    found = database.execute("select count(*), count(distinct n) from lake.counted")
    assert found.fetchone() == (THREADS * COMMITS, COMMITS)
    database.close()


def test_cursors_that_dbt_opens_wait_for_their_turn() -> None:
    take_turns()
    opened = environments.create(DuckDBCredentials(database="memory", schema="main"))
    handle = opened.handle()
    assert type(in_turn(None)) is type(handle.cursor()._cursor)  # noqa: SLF001 dbt names it nowhere else
    handle.close()
    opened.close()


def test_every_write_of_a_model_names_its_commit() -> None:
    macros = DBT_PROJECT / "macros"
    assert f".{WRITES}" in (macros / "in_one_commit.sql").read_text()
    for materialization in ("incremental.sql", "view.sql"):
        assert "call in_one_commit()" in (macros / materialization).read_text()


@pytest.mark.slow
def test_reads_of_one_snapshot_do_not_see_what_another_writes(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    lake = Lakehouse(home)
    lake.execute("create table lake.bronze.counted (n bigint)")
    with lake.one_snapshot():
        assert lake.count("bronze.counted") == 0
        other = connect(home)
        other.execute("insert into lake.bronze.counted values (1)")
        other.close()
        assert lake.count("bronze.counted") == 0
        with pytest.raises(LakeError, match="cannot write meanwhile"):  # noqa: SIM117
            with lake.transaction("test", "inside a snapshot that is read"):
                raise AssertionError("never entered")
    assert lake.count("bronze.counted") == 1
    lake.close()
