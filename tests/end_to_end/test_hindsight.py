"""What was known then is what the run of then wrote; today's view is today's table."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orchestration.resources.hindsight import known_by, lines_at, stock_at
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.refusal import RefusalError
from tests.end_to_end import one_day
from tests.end_to_end.test_commands import orderhouse
from transforms.contracts.decisions import LINE_BUCKETS, STOCK_POSITIONS
from transforms.contracts.table import Table

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def written(home: Home, table: Table) -> pl.DataFrame:
    house = House.open(home.root)
    try:
        return house.lake.read(table).drop("run_id")
    finally:
        house.close()


def seen(home: Home, moment: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    house = House.open(home.root)
    try:
        return lines_at(house, moment, moment), stock_at(house, moment, moment)
    finally:
        house.close()


@pytest.mark.parametrize(
    ("moment", "by"), [(one_day.NIGHT, "night_house"), (one_day.NOON, "played_house")]
)
def test_what_we_knew_at_a_run_is_what_the_run_wrote(
    played_house: Home, moment: datetime, by: str, request: pytest.FixtureRequest
) -> None:
    house: Home = request.getfixturevalue(by)
    lines, stock = seen(played_house, moment)

    assert_frame_equal(lines, written(house, LINE_BUCKETS))
    assert_frame_equal(stock, written(house, STOCK_POSITIONS))


def test_one_order_is_told_as_all_lines_are(played_house: Home) -> None:
    house = House.open(played_house.root)
    try:
        every = lines_at(house, one_day.NOON, one_day.NOON)
        for order_id in every["order_id"].unique():
            told = lines_at(house, one_day.NOON, one_day.NOON, order_id)
            assert_frame_equal(told, every.filter(order_id=order_id))
        with pytest.raises(RefusalError, match="no run was made by"):
            known_by(house, datetime(2017, 12, 1, tzinfo=one_day.NOON.tzinfo))
    finally:
        house.close()


def test_a_late_shipment_was_released_as_we_knew_it(played_house: Home) -> None:
    asked = ("lines", "#1005", "--at", "2017-12-28T14:50Z")
    was = orderhouse(played_house.root, *asked)
    known = orderhouse(played_house.root, *asked, "--known-at", "2017-12-27")
    unread = orderhouse(played_house.root, "positions", "--at", "yesterday")

    assert "PARTIALLY_SHIPPED" in was.stdout, was.stderr
    assert "RELEASED" in known.stdout
    assert "SHIPPED" not in known.stdout
    assert "cannot read 'yesterday'" in unread.stderr
