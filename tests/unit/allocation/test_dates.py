"""Cut-offs and open days in the node's own zone."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    demand,
    network,
    rows_of,
    stock,
    waiting,
)
from transforms.allocation.dates import committed_load
from transforms.allocation.node_calendar import NodeCalendar, OwnDay
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import FULFILMENT_ORDERS, INSTRUCTION_LINES
from transforms.contracts.gold import DIM_NODE_CALENDARS

WEEKDAYS = "12345"


def test_what_is_ready_at_the_cutoff_leaves_the_same_day() -> None:
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0)

    assert node.ship_days(datetime(2017, 12, 27, 20, tzinfo=UTC), 1) == [
        date(2017, 12, 27)
    ]


def test_a_moment_after_the_cutoff_leaves_the_next_open_day() -> None:
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0)
    friday = datetime(2017, 12, 29, 20, 0, 1, tzinfo=UTC)

    assert node.ship_days(friday, 2) == [date(2018, 1, 1), date(2018, 1, 2)]


def test_a_holiday_is_no_ship_day() -> None:
    holiday = frozenset({date(2018, 1, 1)})
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0, holiday)

    assert node.ship_days(datetime(2017, 12, 30, tzinfo=UTC), 1) == [date(2018, 1, 2)]


def test_lead_days_are_open_days() -> None:
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 2)
    thursday = datetime(2017, 12, 28, 15, tzinfo=UTC)

    assert node.ship_days(thursday, 1) == [date(2018, 1, 1)]


@pytest.mark.parametrize(
    ("day", "last_utc_hour"),
    [
        (date(2017, 3, 10), 20),  # standard time
        (date(2017, 3, 13), 19),  # the clocks went forward on the 12th
        (date(2017, 11, 3), 19),
        (date(2017, 11, 6), 20),  # and back on the 5th
    ],
)
def test_the_cutoff_follows_both_clock_changes(day: date, last_utc_hour: int) -> None:
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0)
    cutoff = datetime(day.year, day.month, day.day, last_utc_hour, tzinfo=UTC)

    assert node.cutoff_at(day) == cutoff
    assert node.ship_days(cutoff, 1) == [day]
    assert node.ship_days(cutoff.replace(minute=1), 1) != [day]


@pytest.mark.parametrize(
    ("zone", "ship_day"),
    [("Pacific/Kiritimati", date(2017, 12, 28)), ("Etc/GMT+12", date(2017, 12, 27))],
)
def test_the_day_is_the_nodes_own_at_both_ends_of_the_world(
    zone: str, ship_day: date
) -> None:
    node = NodeCalendar(zone, "15:00", "1234567", 0)

    assert node.ship_days(datetime(2017, 12, 27, 23, tzinfo=UTC), 1) == [ship_day]


def test_a_node_that_never_opens_has_no_ship_day() -> None:
    node = NodeCalendar("America/New_York", "15:00", "", 0)

    assert node.ship_days(datetime(2017, 12, 27, tzinfo=UTC), 3) == []


@pytest.mark.parametrize(
    ("day", "cutoff_local", "cutoff"),
    [
        # 02:00 to 03:00 is skipped: two and a half hours after midnight.
        (date(2017, 3, 12), "02:30", datetime(2017, 3, 12, 7, 30, tzinfo=UTC)),
        # 01:00 to 02:00 comes twice: the first time is meant.
        (date(2017, 11, 5), "01:30", datetime(2017, 11, 5, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_cutoff_in_the_hour_of_a_clock_change_is_one_instant(
    day: date, cutoff_local: str, cutoff: datetime
) -> None:
    node = NodeCalendar("America/New_York", cutoff_local, "1234567", 0)

    assert cutoff == node.cutoff_at(day)
    assert [day] == node.ship_days(cutoff, 1)
    assert [day + timedelta(1)] == node.ship_days(cutoff + timedelta(seconds=1), 1)


def test_a_weekday_may_have_its_own_cutoff() -> None:
    friday_noon = {5: "12:00"}
    node = NodeCalendar(
        "America/New_York", "15:00", WEEKDAYS, 0, weekday_cutoffs=friday_noon
    )

    assert [date(2017, 12, 29)] == node.ship_days(
        datetime(2017, 12, 29, 17, tzinfo=UTC), 1
    )
    assert [date(2018, 1, 1)] == node.ship_days(
        datetime(2017, 12, 29, 17, 1, tzinfo=UTC), 1
    )
    assert [date(2017, 12, 28)] == node.ship_days(
        datetime(2017, 12, 28, 17, 1, tzinfo=UTC), 1
    )


def test_what_a_node_learns_of_after_its_cutoff_leaves_later() -> None:
    lag = timedelta(minutes=90)
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0, delivery_lag=lag)
    wednesday = datetime(2017, 12, 27, 18, 30, tzinfo=UTC)

    assert [date(2017, 12, 27)] == node.ship_days(wednesday, 1)
    assert [date(2017, 12, 28)] == node.ship_days(wednesday + timedelta(seconds=1), 1)


def test_work_goes_on_without_a_carrier_and_waits_for_one() -> None:
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 1, pickup_weekdays="25")
    wednesday = datetime(2017, 12, 27, 15, tzinfo=UTC)

    assert [date(2017, 12, 29), date(2018, 1, 2)] == node.ship_days(wednesday, 2)


def test_a_day_of_its_own_is_above_weekday_and_holiday() -> None:
    own = {
        date(2017, 12, 27): OwnDay(is_open=True, cutoff_local="09:00"),
        date(2017, 12, 28): OwnDay(is_open=False),
        date(2017, 12, 30): OwnDay(is_open=True),
        date(2018, 1, 1): OwnDay(is_open=True),
    }
    holiday = frozenset({date(2018, 1, 1)})
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0, holiday, own_days=own)

    assert node.ship_days(datetime(2017, 12, 27, 15, tzinfo=UTC), 4) == [
        date(2017, 12, 29),
        date(2017, 12, 30),  # a Saturday
        date(2018, 1, 1),
        date(2018, 1, 2),
    ]


def test_a_node_whose_carrier_never_comes_on_an_open_day_has_no_ship_day() -> None:
    node = NodeCalendar("America/New_York", "15:00", WEEKDAYS, 0, pickup_weekdays="67")

    assert [] == node.ship_days(datetime(2017, 12, 27, tzinfo=UTC), 1)


def own_day(day: int, **facts: object) -> pl.DataFrame:
    """What EAST says of a day in December."""
    row = {"node_id": "EAST", "calendar_date": date(2017, 12, day), "is_open": True}
    return rows_of(DIM_NODE_CALENDARS, [row | facts])


@pytest.mark.parametrize(
    ("facts", "own_days", "shipped"),
    [
        ({}, None, 27),
        ({}, own_day(27, is_open=False), 28),
        ({}, own_day(27, cutoff_local="09:59"), 28),
        ({}, own_day(27, cutoff_local="10:00"), 27),
        ({"delivery_lag_minutes": 301}, None, 28),
        ({"weekday_cutoffs": "2=08:00|3=09:00"}, None, 28),
        ({"pickup_weekdays": "5"}, None, 29),
    ],
)
def test_the_allocation_goes_by_the_nodes_days(
    facts: dict[str, object], own_days: pl.DataFrame | None, shipped: int
) -> None:
    """It is Wednesday the 27th, 10:00 at EAST."""
    wanted, supply = demand(a_line()), stock({"EAST": {"A": 1}})
    nodes = network(EAST=facts)
    told = {} if own_days is None else {"own_days": own_days}

    decided = decide(wanted, supply, nodes, **told)
    proofs = certificate(decided, wanted, supply, nodes, own_days=own_days)

    assert [date(2017, 12, shipped)] == decided.allocations["ship_date"].to_list()
    assert 0 == proofs["failed_rows"].sum()


@pytest.mark.parametrize(
    ("facts", "own_days"),
    [
        ({}, own_day(27, is_open=False)),
        ({}, own_day(27, cutoff_local="09:59")),
        ({"delivery_lag_minutes": 301}, None),
        ({"weekday_cutoffs": "2=18:00|3=09:00"}, None),
        ({"pickup_weekdays": "124567"}, None),
    ],
)
def test_the_certificate_knows_the_nodes_days(
    facts: dict[str, object], own_days: pl.DataFrame | None
) -> None:
    """What was decided for the 27th without them is wrong with them."""
    wanted, supply = demand(a_line()), stock({"EAST": {"A": 1}})
    decided = decide(wanted, supply)
    nodes = network(EAST=facts)

    proofs = certificate(decided, wanted, supply, nodes, own_days=own_days)

    failed = proofs.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert ["allocation_at_served_nodes"] == failed


def test_a_day_with_other_room_takes_that_much() -> None:
    wanted, supply = demand(a_line(qty=5)), stock({"EAST": {"A": 5}})
    days, policy = (
        own_day(27, capacity_qty=2),
        AllocationPolicy(capacity_horizon_days=1),
    )

    decided = decide(wanted, supply, policy=policy, own_days=days)
    proofs = certificate(decided, wanted, supply, own_days=days)
    other = certificate(decided, wanted, supply, own_days=own_day(27, capacity_qty=1))

    assert {"o1/1": (3, "CAPACITY")} == waiting(decided)
    assert 0 == proofs["failed_rows"].sum()
    assert {"allocation_within_capacity"} <= set(
        other.filter(pl.col("failed_rows") > 0)["proof"]
    )


def test_load_counts_eaches_shipments_and_lines_by_ship_by_date() -> None:
    orders = pl.DataFrame(
        [
            {"instruction_id": i, "node_id": "EAST", "ship_by_date": date(2017, 12, d)}
            for i, d in (("a", 27), ("b", 27), ("c", 28))
        ],
        schema=FULFILMENT_ORDERS.schema,
    )
    lines = pl.DataFrame(
        [
            {"instruction_id": i, "instruction_line_ref": r, "qty": q}
            for i, r, q in (("a", "1", 2), ("a", "2", 3), ("b", "1", 4), ("c", "1", 1))
        ],
        schema=INSTRUCTION_LINES.schema,
    )

    assert committed_load(orders, lines).rows() == [
        ("EAST", date(2017, 12, 27), 9, 2, 3),
        ("EAST", date(2017, 12, 28), 1, 1, 1),
    ]


def test_a_kit_that_lies_packed_is_one_each_and_one_line_to_its_node() -> None:
    order = {
        "instruction_id": "a",
        "node_id": "EAST",
        "ship_by_date": date(2017, 12, 27),
    }
    packed = {"instruction_id": "a", "packed_ref": "1"}
    lines = [
        packed | {"instruction_line_ref": "1", "qty": 4, "kit_qty": 2},
        packed | {"instruction_line_ref": "2", "qty": 2, "kit_qty": 1},
    ]

    found = committed_load(
        pl.DataFrame([order], schema=FULFILMENT_ORDERS.schema),
        pl.DataFrame(lines, schema=INSTRUCTION_LINES.schema),
    )

    assert found.select("unit_qty", "line_qty").rows() == [(2, 1)]
