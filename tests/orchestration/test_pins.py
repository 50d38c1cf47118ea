"""Which pins hold on a day: the newest that was said of a line, to its last date."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.resources.pins import NEWEST

SAID = (
    # order, line, action, node, until, hour, code
    ("o1", None, "PIN", "EAST", "2017-12-31", 1, None),
    ("o1", "2", "PIN", "WEST", "2017-12-31", 2, None),
    ("o2", "1", "PIN", "WEST", "2017-12-31", 1, None),
    ("o2", None, "UNPIN", None, None, 2, None),
    ("o3", None, "PIN", "WEST", "2017-12-31", 1, None),
    ("o3", None, "PIN", "NOWHERE", "2017-12-31", 2, "UNKNOWN_NODE"),
    ("o4", None, "HOLD", None, None, 1, None),
)


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    """Two lines of each order, and what was said of them."""
    db = duckdb.connect()
    db.execute("attach ':memory:' as lake; create schema lake.silver")
    db.execute("create schema lake.gold")
    db.execute(
        "create table lake.gold.fct_order_lines as select 'o' || o || '/' || l as"
        " line_id, 'o' || o as order_id, cast(l as varchar) as line_ref"
        " from range(1, 5) as a(o), range(1, 3) as b(l)"
    )
    db.execute(
        "create table asked as select line_id, order_id from lake.gold.fct_order_lines"
    )
    db.execute(
        "create table lake.silver.int_order_actions__judged (order_id varchar,"
        " line_ref varchar, action_code varchar, node_id varchar, until_date date,"
        " acted_at int, code varchar, action_id varchar, author varchar,"
        " reason_code varchar)"
    )
    for number, row in enumerate(SAID):
        db.execute(
            "insert into lake.silver.int_order_actions__judged"
            " values (?, ?, ?, ?, ?, ?, ?, ?, 'ana', 'MANUAL')",
            [*row, f"A{number}"],
        )
    return db


def test_the_newest_that_was_said_of_a_line_or_its_order_counts(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    newest = lake.execute(NEWEST).fetchall()

    assert [
        ("o1/1", "EAST", "PIN"),
        ("o1/2", "WEST", "PIN"),
        ("o2/1", None, "UNPIN"),
        ("o2/2", None, "UNPIN"),
        ("o3/1", "WEST", "PIN"),
        ("o3/2", "WEST", "PIN"),
    ] == [row[:3] for row in newest]
