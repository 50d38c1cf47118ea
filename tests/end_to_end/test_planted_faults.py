"""The simulated partners' faults: each that they plant is found where it is.

The demo prints this examination; here it must be passed.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.demo import planted
from orchestration.cli.planted import examined
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.run import committed
from tests.end_to_end import one_day
from transforms.reconciliation.orders import STRAYS
from transforms.reconciliation.parcels import TROUBLES
from transforms.reconciliation.payment_policy import DISAGREEMENTS
from transforms.twin.faulting.faults import KINDS

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def faults(demo_house: Home) -> pl.DataFrame:
    """What was planted by the end of the demo, with ``is_found``."""
    listed = planted(demo_house)
    assert listed is not None
    house = House.open(demo_house.root)
    found = examined(house, listed, committed(house.lake)["as_of"].max())
    house.close()
    return found


def test_every_kind_of_fault_is_planted(faults: pl.DataFrame) -> None:
    assert list(KINDS) == faults["kind"].unique().sort().to_list()


def test_every_planted_fault_is_found(faults: pl.DataFrame) -> None:
    missed = faults.filter(~pl.col("is_found"))

    assert [] == missed.select("fault_id", "kind", "subject", "detail").rows()


def test_a_fault_that_nobody_raised_counts_as_missed(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """The examination can be failed: each fault, told of another file and subject."""
    elsewhere = faults.drop("is_found").with_columns(
        file_name=pl.lit("nowhere.csv"), subject=pl.lit("nobody")
    )
    house = House.open(demo_house.root)
    found = examined(house, elsewhere, faults["planted_at"].max())
    house.close()

    assert not found["is_found"].any()


def test_what_nobody_planted_raises_no_alarm(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """Each shipment told twice was planted; carriers, payers, channels are silent."""
    told = one_day.query(
        demo_house,
        "select code, count(*) as found from lake.decisions.exceptions group by code",
    )
    counts = dict(told.rows())
    doubles = faults.filter(kind="double_confirmation").height
    quiet = {name.upper() for name in (*DISAGREEMENTS, *TROUBLES, *STRAYS)}

    assert doubles == counts["CONFIRMED_TWICE"]
    assert set() == ({"OVERSHIPPED"} | quiet) & set(counts)


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_account_that_a_page_shows_is_one_of_the_demo(
    demo_house: Home, page: str
) -> None:
    shown = re.search(r"prove ([A-Z-]+/[0-9]+)", (REPOSITORY / page).read_text())
    assert shown is not None
    posted = one_day.query(
        demo_house,
        "select node_id || '/' || sku_id as key from lake.decisions.unit_postings",
    )

    assert shown[1] in set(posted["key"])


def test_what_came_into_a_room_went_out_or_is_set_aside(demo_house: Home) -> None:
    """On real orders, of which some heal, are amended, confirmed twice."""
    broken = one_day.query(
        demo_house,
        "select as_of, room, rows_in, rows_out, set_aside"
        " from lake.visibility.rpt_flow where rows_in <> rows_out + set_aside"
        " order by all",
    )

    assert [] == broken.rows()
