"""A number that is missing and a file of a day that was run, by shipped profiles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestration.cli.demo import put_in_drop
from orchestration.cli.execution import CONSOLE
from orchestration.cli.summary import missed_feeds, missing_numbers
from orchestration.resources.home import Home
from orchestration.resources.house import House
from tests.end_to_end import one_day
from transforms.contracts.simulation import NamedBytes

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

EVENING = one_day.NOON + timedelta(hours=6)
MIDNIGHT = one_day.NOON + timedelta(hours=12)
GAPS = """
    select file_name, closed_at is null as is_open
    from lake.visibility.rpt_file_notices where code = 'SEQUENCE_GAP'
"""


def purchase_orders(number: int) -> NamedBytes:
    """The sample's purchase orders once more, in the buyers' file of a number."""
    found = (f for f in one_day.deliveries() if f.name.startswith("PO_"))
    content = next(found).content.replace(b"000000041", f"{number:09}".encode())
    name = f"PO_20171228T{number:04}_{number:06}.edi"
    return NamedBytes("business", name, content, EVENING - timedelta(hours=1))


def late_count() -> NamedBytes:
    """A count of the day before the last run."""
    content = (
        b"node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at\n"
        b"3PL-SUMMIT,100001,AVAILABLE,on_hand,12,2017-12-27T21:00:00-05:00\n"
    )
    at = EVENING - timedelta(hours=1)
    return NamedBytes("summit_3pl", "stock_20171227T2100.csv", content, at)


def summary(home: Home) -> str:
    """What ``orderhouse summary`` prints of gaps and of days."""
    house = House.open(home.root)
    with CONSOLE.capture() as printed:
        CONSOLE.print(missing_numbers(house))
        CONSOLE.print(missed_feeds(house))
    house.close()
    return printed.get()


def test_a_gap_and_a_late_file_are_seen_until_the_missing_file_comes(
    own_played_house: Home,
) -> None:
    put_in_drop(
        own_played_house, [purchase_orders(1), purchase_orders(3), late_count()]
    )
    one_day.run(own_played_house, EVENING)
    open_gaps = one_day.query(own_played_house, GAPS).rows()
    seen = summary(own_played_house)
    put_in_drop(own_played_house, [purchase_orders(2)])
    one_day.run(own_played_house, MIDNIGHT)

    assert [("PO_20171228T0003_000003.edi", True)] == open_gaps
    assert "000002 is missing" in seen
    assert "re-opened" in seen
    late = one_day.query(
        own_played_house,
        "select file_name from lake.visibility.rpt_file_notices"
        " where code = 'LATE_FILE'",
    )
    assert ["stock_20171227T2100.csv"] == late["file_name"].to_list()
    closed = one_day.query(own_played_house, GAPS).rows()
    assert [("PO_20171228T0003_000003.edi", False)] == closed
    assert 0 == _gap_rows(own_played_house)


def _gap_rows(home: Home) -> int:
    house = House.open(home.root)
    rows = missing_numbers(house).row_count
    house.close()
    return rows
