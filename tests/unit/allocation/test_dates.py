"""Cut-offs and open days in the node's own zone."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from transforms.allocation.dates import NodeCalendar, committed_load
from transforms.contracts.decisions import FULFILMENT_ORDERS, INSTRUCTION_LINES

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


def test_load_counts_eaches_and_shipments_by_ship_by_date() -> None:
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
        ("EAST", date(2017, 12, 27), 9, 2),
        ("EAST", date(2017, 12, 28), 1, 1),
    ]


def test_a_kit_that_lies_packed_is_one_each_to_its_node() -> None:
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

    assert found["unit_qty"].to_list() == [2]
