"""Which counts of stock a run looks at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.stock_facts import stock_facts
from tests.orchestration.test_arrival import NIGHT, house, put, taken
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_OPENING_STOCK,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.contracts.table import Table

__all__ = ["house"]


def lay(house: House, table: Table, rows: list[dict[str, object]]) -> None:
    """A table of gold as dbt would have made it."""
    frame = pl.DataFrame(rows, schema=table.schema)
    with house.lake.holding(frame=frame):
        house.lake.execute("create schema if not exists lake.gold")
        house.lake.execute(f"create table lake.{table.path} as select * from frame")


def lay_counts(house: House, *instants: datetime) -> None:
    lay(house, FCT_OPENING_STOCK, [])
    lay(house, DIM_NODES, [])
    count = {"node_id": "EAST", "sku_id": "1", "stock_status": "AVAILABLE", "qty": 1}
    lay(house, FCT_STOCK_SNAPSHOTS, [count | {"snapshot_at": at} for at in instants])


def test_a_count_of_the_future_hides_no_count_of_today(house: House) -> None:
    today, future = NIGHT - timedelta(hours=1), datetime(2071, 1, 1, tzinfo=UTC)
    lay_counts(house, today, future)

    assert [today] == stock_facts(house).snapshots["snapshot_at"].to_list()


def test_an_empty_stock_file_is_told_until_the_run_that_reads_it(house: House) -> None:
    lay_counts(house)
    put(house, "stock_20171227_000001.csv", "")
    taken(house)

    assert [("acme", 1)] == stock_facts(house).refused.rows()
