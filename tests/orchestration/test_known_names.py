"""Nothing found of a name nobody knows is no good news: it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from unittest import mock

import duckdb
import polars as pl
import pytest

from orchestration.cli.failures import CommandError
from orchestration.cli.hindsight import beyond_known
from orchestration.cli.known_names import (
    refuse_unknown_beginning,
    refuse_unknown_holder,
    refuse_unknown_place,
)
from orchestration.cli.outages import nothing_stops
from orchestration.cli.stock import WAITING, refuse_unheard, shared_alone
from orchestration.cli.why import LIKE, not_called, order_called
from transforms.allocation.gates import GatePolicy
from transforms.contracts.gold import FCT_ORDER_LINES, FCT_ORDERS

TABLES = """
    attach ':memory:' as lake;
    create schema lake.gold; create schema lake.decisions;
    create schema lake.visibility;
    create table lake.gold.dim_nodes as select 'EAST' as node_id;
    create table lake.gold.fct_orders as
        select 'web_shop/' || n as order_id, '#' || (n + 1000) as order_name
        from range(1, 8) as told(n);
    create table lake.gold.dim_products as select '100' as sku_id;
    create table lake.gold.fct_order_lines as select 'web_shop/7/1' as line_id;
    create table lake.decisions.stock_positions as select '200' as sku_id;
    create table lake.decisions.backorders as
        select *, '' as expected_parts, 'planning' as owner
        from (values
            ('l1', '100', 5, 'NO_STOCK', date '2018-01-04', 1),
            ('l1', '100', 2, 'TOO_OLD', date '2018-01-03', 2),
            ('l2', '100', 1, 'NO_STOCK', null, 1),
            ('served', '100', 1, 'NO_STOCK', null, 1),
            ('other', '200', 1, 'NO_STOCK', null, 1)
        ) as told(line_id, sku_id, qty, reason_code, expected_date, as_of);
    create table lake.decisions.line_buckets as
        select *, 0 as preordered_qty, 0 as overshipped_qty
        from (values ('l2', 1), ('l1', 2), ('served', 0), ('other', 1))
            as now(line_id, backordered_qty);
    create table lake.visibility.rpt_exceptions as select 'bob' as owner;
"""


class Lake:
    """A lake of one row a table."""

    def __init__(self, tables: duckdb.DuckDBPyConnection) -> None:
        """Ask these tables."""
        self._tables = tables

    def query(self, sql: str, values: list[object] | None = None, /) -> pl.DataFrame:
        return self._tables.execute(sql, values or []).pl()


@pytest.fixture
def lake() -> Iterator[Lake]:
    with duckdb.connect() as tables:
        tables.execute(TABLES)
        yield Lake(tables)


@pytest.mark.parametrize(
    ("refuse", "said"),
    [
        (lambda lake: refuse_unknown_place(lake, "NOPE", ""), "'NOPE'; known: EAST"),
        (lambda lake: refuse_unknown_place(lake, "EAST", "9"), "no SKU '9' is known"),
        (lambda lake: refuse_unknown_beginning(lake, "zzz"), "'zzz'; nodes: EAST"),
        (lambda lake: refuse_unknown_holder(lake, "nobody", ""), "'nobody'; .*bob"),
        (lambda lake: refuse_unknown_holder(lake, "", "NOPE"), "'NOPE'; .*ILLEGAL"),
    ],
)
def test_an_unknown_name_is_refused(
    lake: Lake, refuse: Callable[[Lake], None], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        refuse(lake)


def test_a_sku_is_refused_only_where_nobody_knows_it(lake: Lake) -> None:
    nothing, expected = pl.DataFrame(), pl.DataFrame({"receipt_qty": [12]})

    refuse_unheard(lake, "100", [nothing])
    refuse_unheard(lake, "9", [nothing, expected])
    with pytest.raises(CommandError, match="no SKU '9' is known"):
        refuse_unheard(lake, "9", [nothing])


def test_lines_that_wait_for_a_sku_are_told_as_they_stand(lake: Lake) -> None:
    waiting = lake.query(WAITING, ["100"])

    assert [("l1", 2, "TOO_OLD"), ("l2", 1, "NO_STOCK")] == waiting.select(
        "line_id", "qty", "reason"
    ).rows()


def test_known_names_and_none_pass(lake: Lake) -> None:
    for node, sku in (("", ""), ("EAST", "100"), ("", "200")):
        refuse_unknown_place(lake, node, sku)
    for key in ("", "web_shop/7", "10", "EA"):
        refuse_unknown_beginning(lake, key)
    for owner, code in (("", ""), ("bob", "ILLEGAL"), ("stock control", "")):
        refuse_unknown_holder(lake, owner, code)


def test_an_instant_to_come_says_until_when_something_is_known() -> None:
    known = datetime(2017, 12, 28, 17, tzinfo=UTC)

    assert beyond_known(known, known) == ""
    assert "Known until 2017-12-28 17:00Z" in beyond_known(
        known + timedelta(days=9), known
    )


def test_no_outage_says_what_was_looked_at() -> None:
    told = nothing_stops((5, 9, 7), GatePolicy(overdue_instructions=20))

    assert "none of 5 nodes; 9 instructions are late, 7 at most at one" in told
    assert "from 20 without" in told
    assert "stops for none" in nothing_stops((5, 0, 0), GatePolicy())


def test_pool_and_shared_are_left_out_where_they_are_nothing() -> None:
    figures = pl.DataFrame(
        {"channel_id": ["a", "b"], "pool_qty": [0, 0], "shared_qty": [0, 3]}
    )

    assert shared_alone(figures).columns == ["channel_id", "shared_qty"]


def test_who_names_no_order_is_told_how_to_find_the_right_one(lake: Lake) -> None:
    near = lake.query(LIKE, ["WEB_SHOP/"])

    assert "part of web_shop/3 (#1003); " in not_called(
        "100 3", lake.query(LIKE, ["1003"])
    )
    assert "web_shop/5 (#1005) and 2 more;" in not_called("web_shop/", near)
    said = not_called("x", near.clear())
    assert "'x'; an order has its number" in said
    assert "orderhouse lines --out FILE.csv" in said
    assert "orderhouse quarantine list" in said


def test_of_several_orders_of_a_name_each_is_told_with_its_id() -> None:
    house = mock.Mock()
    names = [{"order_id": f"{shop}/9", "order_name": "#9"} for shop in ("b", "a")]
    house.lake.read.side_effect = [
        FCT_ORDER_LINES.empty(),
        pl.DataFrame(names, schema=FCT_ORDERS.schema),
        FCT_ORDERS.empty(),
    ]

    with pytest.raises(
        CommandError,
        match=r"^'#9' is the name of 2 orders: a/9 \(#9\), b/9 \(#9\); name one by",
    ):
        order_called(house, " #9 ")
