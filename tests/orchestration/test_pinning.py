"""A pin says beforehand what its node lacks, and an unpin that there is nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest

from orchestration.cli.failures import CommandError
from orchestration.cli.pinning import THERE, lacking_there, nothing_pinned
from orchestration.cli.why import lines_called
from transforms.allocation.pins import SAID
from transforms.contracts.gold import FCT_ORDER_LINES

COMES = "some are expected there on 2017-12-29"
AS_OF, TODAY = datetime(2017, 12, 28, 5, tzinfo=UTC), date(2017, 12, 28)


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    """EAST has two of A, both given away, one of B, and A comes on two days."""
    db = duckdb.connect()
    db.execute("attach ':memory:' as lake")
    db.execute("create schema lake.decisions; create schema lake.gold")
    db.execute(
        "create table lake.decisions.available_to_promise as select * from"
        " (values ('EAST', 'A', 2), ('EAST', 'B', 1), ('WEST', 'A', 9))"
        " as t(node_id, sku_id, atp_qty)"
    )
    db.execute(
        "create table lake.decisions.allocations as select 'EAST' as node_id,"
        " 'A' as sku_id, 2 as qty, $1::timestamptz as as_of, 'NONE' as packed_in",
        [AS_OF],
    )
    db.execute(
        "create table lake.gold.fct_expected_receipts as select * from (values"
        " ('EAST', 'A', 5, date '2017-12-27'), ('EAST', 'A', 5, date '2017-12-30'),"
        " ('EAST', 'A', 5, date '2017-12-29'))"
        " as t(node_id, sku_id, qty, expected_date)"
    )
    db.execute(
        "create table waiting as select * from"
        " (values ('A', 1), ('A', 2), ('B', 1), ('C', 4)) as t(sku_id, open_qty)"
    )
    return db


def test_a_pin_is_told_of_what_its_node_has_none_of(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    told = lake.execute(THERE, ["EAST", AS_OF, TODAY]).pl()

    assert [
        f"EAST has none of A: 3 eaches would wait; {COMES}",
        "EAST has none of C: 4 eaches would wait; none are expected there",
    ] == lacking_there("EAST", told)


def test_an_unpin_of_what_is_not_pinned_says_so() -> None:
    pin = pl.DataFrame([{"line_id": "o1/1", "node_id": "EAST"}], schema=SAID)

    assert ["it is not pinned: nothing will be let go"] == nothing_pinned(
        SAID.to_frame()
    )
    assert [] == nothing_pinned(pin)


KIT = {"line_ref": "7", "kit_line_id": "o1/7"}
LINES = pl.DataFrame(
    [
        {"line_id": "o1/5", "line_ref": "5"},
        {"line_id": "o1/7~A", **KIT},
        {"line_id": "o1/7~B", **KIT},
    ],
    schema=FCT_ORDER_LINES.schema,
)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("5", ["o1/5"]),
        ("o1/5", ["o1/5"]),
        ("o1/7", ["o1/7~A", "o1/7~B"]),
        ("o1/7~B", ["o1/7~B"]),
    ],
)
def test_a_line_is_called_by_our_id_or_the_channel_s(
    line: str, named: list[str]
) -> None:
    assert named == lines_called(LINES, line)["line_id"].to_list()


def test_a_line_that_an_order_has_not_is_refused_with_those_it_has() -> None:
    with pytest.raises(CommandError, match=r"no line '6'; it has 5, 7"):
        lines_called(LINES, "6")
