"""Seven days in which no partner errs and nothing goes missing raise no alarm.

The other half of ``test_planted_faults``: what is found where nothing is wrong
would be found anywhere. Whom stock fails is no fault but business: the company's
shelves lack on purpose what a few orders want, and only those may wait.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from orchestration.cli.demo import Theatre, advance, curtain, open_theatre
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.oversell_facts import oversell_facts
from tests.end_to_end import one_day
from transforms.reconciliation.oversells import explain_oversells
from transforms.twin.plan import FAULTLESS_WEEK

# Warnings of the libraries that a run stands on are no failure of the run.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

LEAST_ORDERS, LEAST_PAID = 500, 100
_DAYS_RUN = (0, 4, 7)


@pytest.fixture(scope="module")
def week(vault_key: str, tmp_path_factory: pytest.TempPathFactory) -> Theatre:  # noqa: ARG001 sets the key
    """The week, played to its end: all that partners send, a run every few days."""
    house = House.open(tmp_path_factory.mktemp("week") / "house")
    theatre = open_theatre(house, FAULTLESS_WEEK)
    cut, last = theatre.plan.cut_at, theatre.plan.last_date
    ends = [cut + timedelta(days=number) for number in _DAYS_RUN]
    assert set(ends) <= set(curtain(theatre.plan))
    assert theatre.plan.date_of(ends[-1] - timedelta(hours=1)) == last
    for as_of in ends:
        advance(house, theatre, as_of)
    house.close()
    return theatre


@pytest.fixture(scope="module")
def home(week: Theatre) -> Home:
    return week.home


def test_it_is_a_week_of_several_hundred_orders(week: Theatre) -> None:
    told = one_day.query(
        week.home,
        "select count(distinct order_id) as orders,"
        " count(distinct business_date) as days from lake.gold.fct_orders",
    )

    assert told["orders"][0] > LEAST_ORDERS
    assert told["days"][0] > len(week.plan.play_dates)


def test_all_that_partners_tell_of_is_told(home: Home) -> None:
    """Money, scans, corrections, returns, changes, and what the shop shows."""
    told = one_day.query(
        home, "select distinct partner_id, document from lake.bronze.landing_ledger"
    )
    kinds = one_day.query(
        home,
        "select count(*) filter (is_cancelled) as cancelled,"
        " count(*) filter (version_no > 1) as changed from lake.gold.fct_orders",
    )

    assert {
        ("web_shop", "payments"),
        ("parcel_carrier", "tracking_events"),
        ("harbor_3pl", "stock_adjustments"),
        ("stores", "stock_adjustments"),
        ("service_desk", "returns"),
        ("business", "order_changes"),
        ("web_shop", "stock_snapshots"),
    } <= set(told.rows())
    assert kinds["cancelled"][0] > 0
    assert kinds["changed"][0] > kinds["cancelled"][0]


def test_nobody_errs(week: Theatre) -> None:
    assert week.state.planted.is_empty()


def test_no_exception_was_ever_opened_but_for_what_lies_nowhere(
    week: Theatre,
) -> None:
    """Each of those is an order line whose SKU the company does not have."""
    opened = one_day.query(
        week.home, "select code, cause_code, subject from lake.decisions.exceptions"
    )
    kinds = opened.select("code", "cause_code").unique().rows()
    sent = week.company.lines.select(
        pl.format("{}/{}/{}", "channel", "order_ref", "line_ref").alias("subject"),
        "basket_id",
        "product_id",
    )
    key = ["basket_id", "product_id"]
    waiting = week.company.opening.filter(pl.col("backordered_qty") > 0)
    lacking = pl.concat([week.company.demand.nowhere.select(key), waiting.select(key)])
    nowhere = sent.join(lacking, on=key, how="semi")

    assert [("BACKORDERED", "NO_STOCK")] == kinds
    assert set() == set(opened["subject"]) - set(nowhere["subject"])


UNASKED = "'orders', 'receipts', 'stock_snapshots'"
"""What is told every day, whether we ran or not."""


@pytest.mark.parametrize(
    "alarms",
    [
        "bronze.landing_ledger where verdict <> 'ACCEPTED'",
        "bronze.rejects",
        "visibility.rpt_quarantine",
        # So few products are not wanted by some business every day.
        (
            f"visibility.rpt_feed_days where document in ({UNASKED})"
            " and partner_id <> 'business' and feed_status <> 'ON_TIME'"
        ),
        "decisions.event_verdicts where verdict <> 'BEFORE_OPENING'",
        "decisions.stock_variances",
        "decisions.node_confidence where verdict not in ('TRUSTED', 'NONE')",
        "decisions.node_gates",
        "instructions.cancel_requests",
        (
            "decisions.stock_positions"
            " where least(available_qty, damaged_qty, hold_qty) < 0"
        ),
        (
            "decisions.reconciled_shipments"
            " where shipment_class not in ('matched', 'open')"
            " or carrier_class in ('lost', 'sent_back')"
        ),
        (
            "decisions.reconciled_payments where payment_class not in"
            " ('settled', 'authorised', 'partly_captured', 'refunded', 'nothing_due',"
            " 'waiting')"
        ),
        (
            "decisions.reconciled_parcels"
            " where parcel_class not in ('delivered', 'on_its_way')"
        ),
        (
            "decisions.reconciled_orders where order_class in"
            " ('order_missing', 'order_amount_differs', 'order_unsettled')"
        ),
        "decisions.proofs where failed_rows > 0",
    ],
)
def test_no_table_of_alarms_has_a_row(home: Home, alarms: str) -> None:
    found = one_day.query(home, f"select * from lake.{alarms}")

    assert [] == found.rows()


def test_nothing_was_oversold(home: Home) -> None:
    house = House.open(home.root)
    found = explain_oversells(oversell_facts(house), house.policies.trust.stale_hours)
    house.close()

    assert found.is_empty()


def test_every_count_was_compared(week: Theatre) -> None:
    """No variance because each figure agrees, not because none was looked at."""
    counted = one_day.query(
        week.home,
        "select node_id, count(*) as figures from lake.gold.fct_stock_snapshots"
        f" where snapshot_at > '{week.plan.cut_at}' group by node_id",
    )

    assert set(week.company.nodes["node_ref"]) == set(counted["node_id"])


def test_money_and_parcels_were_compared(home: Home) -> None:
    """Nothing disagrees because both sides are there, not because one is missing."""
    met = one_day.query(
        home,
        "select (select count(*) from lake.decisions.reconciled_payments"
        " where payment_class = 'settled') as settled,"
        " (select count(*) from lake.decisions.reconciled_payments"
        " where payment_class = 'waiting') as waiting,"
        " (select count(*) from lake.decisions.reconciled_parcels"
        " where parcel_class = 'delivered') as delivered",
    )

    assert met["settled"][0] > LEAST_PAID
    assert met["delivered"][0] > LEAST_PAID
    assert met["waiting"][0] < LEAST_PAID


def test_what_was_due_has_left(home: Home) -> None:
    classes = one_day.query(
        home,
        "select shipment_class, count(*) as lines"
        " from lake.decisions.reconciled_shipments group by 1",
    )
    left = dict(classes.rows())

    assert left["matched"] > left["open"]
