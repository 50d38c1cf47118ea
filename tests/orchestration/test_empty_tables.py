"""Statistics of tables that never had a row, as DuckLake would write them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orchestration.resources.home import Home
from orchestration.resources.lakehouse import CATALOG, Lakehouse, connect

STATISTICS = f"""
    select column_name, record_count, min_value, max_value
    from {CATALOG}.ducklake_table
    inner join {CATALOG}.ducklake_table_stats using (table_id)
    inner join {CATALOG}.ducklake_table_column_stats using (table_id)
    inner join {CATALOG}.ducklake_column using (table_id, column_id)
    where table_name = 'counted' order by column_name
"""


def test_an_empty_table_has_statistics_of_no_rows(lake: Lakehouse) -> None:
    before = lake.query(STATISTICS)
    lake.note_empty_tables()
    lake.note_empty_tables()

    assert before.is_empty()
    assert [("n", 0, None, None), ("word", 0, None, None)] == lake.query(
        STATISTICS
    ).rows()
    assert lake.count("bronze.counted") == 0


def test_what_comes_later_counts_from_there(lake: Lakehouse) -> None:
    lake.note_empty_tables()
    lake.execute("insert into lake.bronze.counted values (3, 'c'), (null, 'a')")
    lake.execute("insert into lake.bronze.counted values (2, null)")
    lake.note_empty_tables()

    assert [("n", 3, "2", "3"), ("word", 3, "a", "c")] == lake.query(STATISTICS).rows()
    found = lake.query(
        "select count(*) as rows, count(n) as numbers, min(n) as low, max(word) as top,"
        " count(*) filter (where n is null) as unknown, count(*) filter (where n = 3)"
        " as threes from lake.bronze.counted"
    )
    assert [(3, 2, 2, "c", 1, 1)] == found.rows()


def test_another_connection_reads_and_writes_the_same(
    lake: Lakehouse, tmp_path: Path
) -> None:
    other = connect(Home.at(tmp_path))
    assert [(0,)] == other.execute(
        "select count(*) from lake.bronze.counted"
    ).fetchall()
    lake.note_empty_tables()
    other.execute("insert into lake.bronze.counted values (7, 'x')")
    other.close()

    assert [("n", 1, "7", "7"), ("word", 1, "x", "x")] == lake.query(STATISTICS).rows()
    assert pl.DataFrame({"n": [7]}).equals(
        lake.query("select n from lake.bronze.counted where word = 'x'")
    )


def test_every_table_of_a_new_lake_has_statistics(tmp_path: Path) -> None:
    made = Lakehouse(Home.at(tmp_path))
    without = made.query(
        f"select table_name from {CATALOG}.ducklake_table where table_id not in"
        f" (select table_id from {CATALOG}.ducklake_table_stats)"
    )
    made.close()
    assert without.is_empty()


def test_the_catalog_counts_the_rows_that_are_left(lake: Lakehouse) -> None:
    assert lake.counts()["bronze.counted"] == 0
    lake.execute("insert into lake.bronze.counted from range(9) as t(n), (select 'a')")
    lake.execute("delete from lake.bronze.counted where n in (1, 2)")
    lake.execute("insert into lake.bronze.counted values (11, 'b'), (12, 'c')")
    lake.execute("delete from lake.bronze.counted where n in (3, 11)")

    assert 7 == lake.count("bronze.counted") == lake.counts()["bronze.counted"]
