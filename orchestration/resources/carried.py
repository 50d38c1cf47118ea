"""Balances carried forward: what a run need not add up again.

The last committed run proved its books. Where they are still as it left them, a run
begins with its balances, and adds and proves what it posts itself. Where they are not,
as after another hand, everything is added up anew; so it is in a house that begins,
in ``orderhouse prove``, and in a rebuild, which compares.
"""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.lakehouse import CATALOG, Lakehouse
from orchestration.resources.reach import Reach, promised_since, reach_of
from orchestration.resources.run import committed
from transforms.contracts.decisions import (
    LINE_BUCKETS,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
    UNIT_POSTINGS,
)
from transforms.contracts.table import Table

BOOKS = (LINE_BUCKETS, PROMISE_POSTINGS, STOCK_POSITIONS, UNIT_POSTINGS)

TOUCHED = f"""
    with since as (
        select unnest(list_concat(
            changes['tables_inserted_into'], changes['tables_deleted_from']
        )) as table_id
        from lake.snapshots() where snapshot_id > $1 and snapshot_id <= $2
    )
    select distinct schema_name || '.' || table_name as path
    from {CATALOG}.ducklake_table as t
    inner join {CATALOG}.ducklake_schema as s using (schema_id)
    where t.end_snapshot is null and t.table_id::varchar in (select table_id from since)
"""  # noqa: S608 our own names


def carried_forward(house: House) -> pl.DataFrame | None:
    """STOCK_POSITIONS as the last run left them proved; None: nothing to go on from."""
    return house.once("carried forward", lambda: _carried(house))


def promises_of(house: House, lines: pl.DataFrame) -> pl.DataFrame:
    """Every PROMISE_POSTINGS row of ``lines`` (column ``line_id``), in any order.

    The ledger is looked through once a run, for all lines that it may be about.
    """
    reach = reach_of(house, lines)
    of, before = house.once("promises", lambda: (reach, _promised(house, reach)))
    if of is not reach:
        return _of_lines(house.lake, lines)
    both = pl.concat([before, posted(house, PROMISE_POSTINGS)])
    return both.join(lines, on="line_id", how="semi")


def posted(house: House, ledger: Table) -> pl.DataFrame:
    """What the run at hand has posted so far, in any order."""
    return house.lake.read(ledger, "run_id = ?", [house.run.run_id], is_ordered=False)


def _promised(house: House, reach: Reach) -> pl.DataFrame:
    """What was posted of lines before the run at hand.

    In books that stand as they were proved, a promise begins with a decision of ours
    or an opening. In others it may begin with nothing.
    """
    if carried_forward(house) is None:
        found = _of_lines(house.lake, reach.lines)
    else:
        since = promised_since(house, reach)
        with house.lake.holding(lines=reach.lines.select("line_id")):
            found = house.lake.read(
                PROMISE_POSTINGS,
                "event_at >= ? and line_id in (select line_id from lines)",
                [since],
                is_ordered=False,
            )
    return found.filter(pl.col("run_id") != house.run.run_id)


def _of_lines(lake: Lakehouse, lines: pl.DataFrame) -> pl.DataFrame:
    mine = "line_id in (select line_id from lines)"
    with lake.holding(lines=lines.select("line_id")):
        return lake.read_since(PROMISE_POSTINGS, "event_at", mine)


def _carried(house: House) -> pl.DataFrame | None:
    lake, run = house.lake, house.run
    if run.is_replay:
        return None
    earlier = committed(lake).filter(pl.col("run_id") != run.run_id)
    kept = lake.query("select snapshot_id from lake.snapshots()")["snapshot_id"]
    left = earlier["last_snapshot"].tail(1).filter(earlier["manifest"].tail(1) != "")
    if not left.is_in(kept.implode()).any():
        return None
    touched = lake.query(TOUCHED, [left.item(), run.first_snapshot])["path"]
    doubtful = [table for table in BOOKS if table.path in touched]
    if all(_is_as_left(lake, t, left.item(), run.first_snapshot) for t in doubtful):
        return _balances(lake, left.item())
    return None


def _is_as_left(lake: Lakehouse, table: Table, left: int, found: int) -> bool:
    """Whether a table holds the same at two snapshots: an undone run left nothing."""
    one, other = (
        lake.content_hash(f"{table.path} at (version => {at})", table.names)
        for at in (left, found)
    )
    return one == other


def _balances(lake: Lakehouse, snapshot: int) -> pl.DataFrame:
    return lake.query(
        f"select * from lake.{STOCK_POSITIONS.path}"  # noqa: S608 our own names
        f" at (version => {snapshot})"
    )
