"""Upkeep lets go of what no run needs and changes nothing that the lake says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from orchestration.resources.lakehouse import CATALOG, LakeError, Lakehouse, connect
from orchestration.resources.upkeep import keep_up
from transforms.contracts.decisions import RUNS

WRITES_OF_A_RUN = 3
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LIVE_FILES = f"""
    select count(*) from {CATALOG}.ducklake_data_file
    inner join {CATALOG}.ducklake_table using (table_id)
    where table_name = 'counted' and ducklake_data_file.end_snapshot is null
"""
STATISTICS = f"select count(*) from {CATALOG}.ducklake_file_column_stats"


def _run(lake: Lakehouse, number: int) -> int:
    """A run that adds rows in small writes, and changes one of the run before."""
    for write in range(WRITES_OF_A_RUN):
        n = number * WRITES_OF_A_RUN + write
        lake.execute(
            f"insert into lake.bronze.counted values ({n}, 'run {number}'),"
            f" ({n}, 'stays')"
        )
    lake.execute(
        "update lake.bronze.counted set word = 'changed' where word ="
        f" 'run {number - 1}' and n % {WRITES_OF_A_RUN} = 0"
    )
    row = {
        "run_id": f"{number:016x}",
        "as_of": FIRST + timedelta(days=number),
        "input_digest": "",
        "rules_hash": "",
        "code_hash": "",
        "seed": 1,
        "landing_id": number,
        "first_snapshot": 0,
        "last_snapshot": lake.snapshot(),
        "manifest": "shown",
    }
    lake.append(RUNS, pl.DataFrame([row], schema=RUNS.schema))
    return int(str(row["last_snapshot"]))


def _content(lake: Lakehouse) -> str:
    return lake.content_hash("bronze.counted", ["n", "word"])


def _as_of(lake: Lakehouse, snapshot: int) -> str:
    then = Lakehouse(lake.home, at=snapshot)
    try:
        return _content(then)
    finally:
        then.close()


def test_now_and_as_of_the_runs_that_are_kept_the_lake_says_the_same(
    lake: Lakehouse,
) -> None:
    ends = [_run(lake, number) for number in range(5)]
    before = [_content(lake), *(_as_of(lake, end) for end in ends[-2:])]
    files, statistics = lake.query(LIVE_FILES).item(), lake.query(STATISTICS).item()

    assert not keep_up(lake, runs_kept=2, snapshots_between=50)
    assert keep_up(lake, runs_kept=2, snapshots_between=1)

    assert before == [_content(lake), *(_as_of(lake, end) for end in ends[-2:])]
    assert len(set(before[1:])) == 2
    # One of what stays, one of what was written again, which the next merges.
    assert lake.query(LIVE_FILES).item() <= 2 < files
    assert lake.query(STATISTICS).item() < statistics / 2
    with pytest.raises(LakeError, match="keeps no snapshot"):
        _as_of(lake, ends[0])


def test_what_comes_after_is_read_and_changed_as_ever(lake: Lakehouse) -> None:
    for number in range(3):
        _run(lake, number)
    keep_up(lake, runs_kept=1, snapshots_between=1)
    _run(lake, 3)
    keep_up(lake, runs_kept=1, snapshots_between=1)
    lake.execute("delete from lake.bronze.counted where n < 6")

    changed = lake.query("select n from lake.bronze.counted where word = 'changed'")
    assert [6] == changed["n"].to_list()
    assert lake.count("bronze.counted") == 12 == lake.counts()["bronze.counted"]


def test_killed_between_two_steps_it_is_done_by_the_next(lake: Lakehouse) -> None:
    end = [_run(lake, number) for number in range(3)][-1]
    before = [_content(lake), _as_of(lake, end)]
    killed = connect(lake.home)
    kept = {lake.snapshot(), end}
    known = lake.query(f"select snapshot_id from {CATALOG}.ducklake_snapshot")
    others = sorted(set(known["snapshot_id"]) - kept)
    killed.execute(f"call ducklake_expire_snapshots('lake', versions => {others})")
    killed.close()

    assert before == [_content(lake), _as_of(lake, end)]
    newest = _run(lake, 3)
    before = [_content(lake), _as_of(lake, newest)]
    assert keep_up(lake, runs_kept=1, snapshots_between=1)
    assert before == [_content(lake), _as_of(lake, newest)]
    assert lake.query(LIVE_FILES).item() < 3 * WRITES_OF_A_RUN
