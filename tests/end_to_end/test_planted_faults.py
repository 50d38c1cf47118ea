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
from orchestration.resources.lineage.lineage import Lineage
from orchestration.resources.run import committed
from tests.end_to_end import one_day
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


def test_every_alarm_about_stock_is_one_that_was_planted(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """Exceptions ever opened, and variances of counts that nobody looked at since."""
    alarms = one_day.query(
        demo_house,
        "select code, split_part(subject, '/', 1) || '/' || split_part(subject, '/', 2)"
        " as subject from lake.decisions.exceptions"
        " where code in ('STOCK_SHORTFALL', 'STOCK_SURPLUS')"
        " union select case when variance_qty < 0 then 'STOCK_SHORTFALL'"
        " else 'STOCK_SURPLUS' end, node_id || '/' || sku_id"
        " from lake.decisions.stock_variances where variance_qty <> 0",
    )
    wrong = faults.filter(pl.col("kind").is_in(["stock_drift", "false_adjustment"]))
    planted = set(wrong.select("expected_code", "subject").rows())

    assert planted == set(alarms.rows())


ABOUT_INSTRUCTIONS = {
    "CONFIRMED_TWICE": "double_confirmation",
    "SHORT_SHIPPED": "short_shipment",
    "REFUSED": "refusal",
    "ACK_REJECTED": "rejected_acknowledgement",
}
ASKED = """
    select distinct e.code, coalesce(v.instruction_id, e.subject) as instruction_id,
        v.instruction_line_ref
    from lake.decisions.exceptions as e
    left join lake.gold.fct_order_events as v on v.event_id = e.subject
"""


@pytest.mark.parametrize(("code", "kind"), ABOUT_INSTRUCTIONS.items())
def test_no_instruction_has_an_alarm_that_was_not_planted(
    demo_house: Home, faults: pl.DataFrame, code: str, kind: str
) -> None:
    """Line by line where the fault names a line, else the instruction."""
    raised = one_day.query(demo_house, ASKED).filter(code=code)
    planted = faults.filter(kind=kind)["subject"]
    named = pl.col("instruction_id")
    if planted.str.contains("/", literal=True).any():
        named = pl.format("{}/{}", "instruction_id", "instruction_line_ref")

    assert set(planted) == set(raised.select(named).to_series())


@pytest.mark.parametrize(
    "code",
    [
        "CHANNEL_SHOWS_MORE",
        "DOUBLE_CAPTURED",
        "ORPHAN_PAYMENT",
        "PAYMENT_FAILED",
        "PARCEL_LOST",
        "PARCEL_UNKNOWN",
        "UNCAPTURED",
        "UNDERPAID",
    ],
)
def test_every_alarm_about_money_parcels_and_offers_is_one_that_was_planted(
    demo_house: Home, faults: pl.DataFrame, code: str
) -> None:
    raised = one_day.query(
        demo_house, "select code, subject from lake.decisions.exceptions"
    )
    planted = set(faults.filter(expected_code=code)["subject"])

    assert planted
    assert planted == set(raised.filter(code=code)["subject"])


def test_only_what_nobody_here_knows_is_unknown(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """By instruction, or where there is none by the line of the return."""
    raised = one_day.query(demo_house, ASKED).filter(code="UNKNOWN_TO_US")
    named = pl.col("instruction_id").str.strip_suffix("/RETURN_RECEIVED")
    strange = ["unknown_instruction", "strange_return"]
    planted = faults.filter(pl.col("kind").is_in(strange))["subject"]

    assert set(planted) == set(raised.select(named).to_series())


def test_what_is_overdue_was_made_late_or_never_told(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """A file that its partner never acknowledged is all instructions in it.

    What leaves a day late is overdue before its confirmation, that is listed, comes.
    """
    listed = planted(demo_house)
    assert listed is not None
    silent = faults.filter(kind="missing_acknowledgement")["file_name"]
    unread = faults.filter(kind="rejected_acknowledgement")["subject"]
    overdue = one_day.query(
        demo_house,
        "select e.code, f.instruction_id, f.file_name from lake.decisions.exceptions"
        " as e inner join lake.instructions.fulfilment_orders as f"
        " on f.instruction_id = e.subject"
        " where e.code in ('ACK_OVERDUE', 'SHIP_OVERDUE')",
    )
    late = listed.filter(kind="late_shipment")["subject"]
    unheard = overdue.filter(code="ACK_OVERDUE")["file_name"].unique()

    assert list(silent) == list(unheard)
    assert set() == set(overdue.filter(code="SHIP_OVERDUE")["instruction_id"]) - {
        *late,
        *unread,
    }


def test_only_who_cancelled_late_has_goods_with_a_node(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """Each line of such an order was asked back; some of them left all the same."""
    raised = one_day.query(
        demo_house,
        "select code, split_part(subject, '/', 1) || '/' || split_part(subject, '/', 2)"
        " as order_id from lake.decisions.exceptions where code = 'CANCEL_REQUESTED'"
        " union all select code, r.order_id from lake.decisions.exceptions as e"
        " inner join lake.instructions.cancel_requests as r"
        " on r.request_id = e.subject where e.code = 'CANCEL_REFUSED'",
    )
    late = set(faults.filter(kind="late_cancellation")["subject"])

    assert {"CANCEL_REQUESTED", "CANCEL_REFUSED"} == set(raised["code"])
    assert late == set(raised["order_id"])


def test_a_node_gives_up_what_has_not_left_and_nobody_is_asked_to_act(
    demo_house: Home,
) -> None:
    """One store gave up all it was asked for, the other had sent it."""
    asked = one_day.query(
        demo_house,
        "select r.state, s.shipment_class, s.owner, b.line_status, s.asked_qty - r.qty"
        " from lake.visibility.rpt_cancel_requests as r"
        " inner join lake.decisions.reconciled_shipments as s"
        " using (instruction_id, instruction_line_ref)"
        " inner join lake.decisions.line_buckets as b on b.line_id = r.line_id"
        " group by all order by all",
    )

    given_up, left = ("ACKED", "given_up", None, "CANCELLED", 0), {"REFUSED"}
    assert given_up == asked.row(0)
    assert left == set(asked["state"][1:])


def test_what_nobody_planted_raises_no_alarm(
    demo_house: Home, faults: pl.DataFrame
) -> None:
    """Of every code something was planted, or it says what faults led to.

    Nodes stop that owe answers; what cannot be had or sourced meanwhile waits; what
    was cancelled too late leaves.
    """
    told = one_day.query(demo_house, "select code from lake.decisions.exceptions")
    waits = {"BACKORDERED", "UNSOURCEABLE", "NODE_STOPPED"}
    led_to = waits | {"CONFIRMED_TWICE", "CANCEL_REFUSED"}

    assert set() == set(told["code"]) - led_to - set(faults["expected_code"])


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


def test_every_alarm_leads_to_a_file_and_a_line(demo_house: Home) -> None:
    """Whatever it is about: money of no order too, which no order of ours leads to."""
    house = House.open(demo_house.root)
    try:
        found = Lineage(house).trace("open_exceptions", {})
    finally:
        house.close()

    nowhere = found.rows.filter(pl.col("file_name").is_null())
    assert [] == nowhere.select("subject", "cause").rows()
    assert "ORPHAN_PAYMENT" in set(found.rows["cause"])
