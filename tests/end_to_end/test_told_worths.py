"""The worth of stock, from the file to the table that the allocator reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.resources.home import Home
from tests.end_to_end import one_day
from transforms.contracts.gold import DIM_STOCK_WORTHS
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

LATER = one_day.NOON + timedelta(days=1)
WORTHS = NamedBytes(
    "backoffice",
    "stock_worths_20171229.csv",
    b"node_ref,sku_ref,worth,valid_from,valid_to,updated_at\n"
    b"DC-EAST,100005,0.25,2017-12-28,2017-12-29,2017-12-28T22:00:00-05:00\n"
    b"DC-WEST,100005,0.02,2017-12-28,,2017-12-28T22:00:00-05:00\n"
    b"DC-EAST,100888,0.25,2017-12-28,,2017-12-28T22:00:00-05:00\n"
    b"DC-EAST,100002,-1,2017-12-28,,2017-12-28T22:00:00-05:00\n",
    LATER - timedelta(hours=1),
)


def test_worths_hold_from_their_file_until_their_last_day(
    own_played_house: Home,
) -> None:
    assert [] == _worths(own_played_house)
    put_in_drop(own_played_house, [WORTHS])

    one_day.run(own_played_house, LATER)

    assert [("DC-EAST", "100005", 25), ("DC-WEST", "100005", 2)] == _worths(
        own_played_house
    )
    waiting = one_day.query(
        own_played_house,
        "select file_name, payload_line, code, contains(message, '100888')"
        " from lake.visibility.rpt_quarantine where document = 'stock_worths'"
        " order by payload_line",
    )
    assert [
        (WORTHS.name, 4, "UNKNOWN_SKU", True),
        (WORTHS.name, 5, "BAD_AMOUNT", False),
    ] == waiting.rows()

    # Nothing arrives, and the day is another.
    one_day.run(own_played_house, LATER + timedelta(days=1))

    assert [("DC-WEST", "100005", 2)] == _worths(own_played_house)


def _worths(home: Home) -> list[tuple[object, ...]]:
    query = f"select * from lake.{DIM_STOCK_WORTHS.path} order by all"
    return one_day.query(home, query).rows()
