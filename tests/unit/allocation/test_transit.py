"""Transit over the days on which carriers move and doors are open."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.allocation.shop import (
    a_line,
    certificate,
    decide,
    demand,
    rates,
    stock,
)
from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.allocation.transit import EPOCH, Carriers, door_days

WORKDAYS = {"STANDARD": "12345"}
FRIDAY = date(2017, 12, 29)
DAYS = st.dates(date(2017, 12, 20), date(2018, 1, 20))


def arrival(shipped: date, transit: int, carriers: Carriers) -> date:
    """The door day of one shipment to NY."""
    door = door_days(
        np.array([[(shipped - EPOCH).days]]),
        np.array([[[transit]]]),
        ["NY"],
        ["STANDARD"],
        carriers,
    )
    return EPOCH + timedelta(int(door[0, 0, 0, 0]))


@pytest.mark.parametrize(
    ("transit", "carriers", "door"),
    [
        (2, Carriers(), date(2017, 12, 31)),
        (2, Carriers({"EXPEDITED": "12345"}, (), {}), date(2017, 12, 31)),
        (2, Carriers(WORKDAYS), date(2018, 1, 2)),
        (2, Carriers(WORKDAYS, (date(2018, 1, 1),)), date(2018, 1, 3)),
        (1, Carriers(holidays={"NY": (date(2017, 12, 30),)}), date(2017, 12, 31)),
        # Carriers move on a holiday of the door, and wait there.
        (2, Carriers(WORKDAYS, (), {"NY": (date(2018, 1, 1),)}), date(2018, 1, 2)),
        (1, Carriers(WORKDAYS, (), {"NY": (date(2018, 1, 1),)}), date(2018, 1, 2)),
        (1, Carriers(WORKDAYS, (), {"NJ": (date(2018, 1, 1),)}), date(2018, 1, 1)),
        (0, Carriers(WORKDAYS), FRIDAY),
    ],
)
def test_transit_days_are_days_on_which_the_carrier_moves(
    transit: int, carriers: Carriers, door: date
) -> None:
    assert door == arrival(FRIDAY, transit, carriers)


@given(
    DAYS,
    st.integers(0, 12),
    st.sets(st.sampled_from("1234567"), min_size=1),
    st.sets(DAYS),
    st.sets(DAYS),
)
def test_the_door_day_is_the_first_that_may_be(
    shipped: date, transit: int, weekdays: set[str], closed: set[date], shut: set[date]
) -> None:
    carriers = Carriers({"STANDARD": "".join(sorted(weekdays))}, closed, {"NY": shut})

    def moves(day: date) -> bool:
        return str(day.isoweekday()) in weekdays and day not in closed

    day, moved = shipped, 0
    while moved < transit or not moves(day) or day in shut:
        day += timedelta(1)
        moved += moves(day)

    assert day == arrival(shipped, transit, carriers)


@pytest.mark.parametrize(
    "rules",
    [
        {"carrier_weekdays": {"STANDARD": "12567"}},
        {"carrier_closed_dates": (date(2017, 12, 28),)},
        {"destination_holidays": {"NY": [date(2017, 12, 29)]}},
    ],
)
def test_the_promise_goes_by_the_carriers_days(rules: dict[str, object]) -> None:
    """From EAST two days: Wednesday to Friday the 29th, or a day later."""
    wanted, supply = demand(a_line()), stock({"EAST": {"A": 1}})
    policy = AllocationPolicy(**rules)  # type: ignore[arg-type]

    plain = decide(wanted, supply, policy=AllocationPolicy(sourcing="negotiated"))
    decided = decide(wanted, supply, policy=policy)
    certified = certificate(decided, wanted, supply, policy=policy)
    other = certificate(plain, wanted, supply, policy=policy)

    assert [date(2017, 12, 29)] == plain.allocations["promise_date"].to_list()
    assert date(2017, 12, 29) < decided.allocations["promise_date"].item()
    assert 0 == certified["failed_rows"].sum()
    failed = other.filter(pl.col("failed_rows") > 0)["proof"].to_list()
    assert ["allocation_at_served_nodes"] == failed


def test_the_proof_counts_the_days_that_carriers_count() -> None:
    """From EAST it is there on Friday; where nobody moves then, on Saturday."""
    wanted, supply = demand(a_line(promise_date=FRIDAY)), stock({"EAST": {"A": 1}})
    rules = {"sourcing": "negotiated", "carrier_weekdays": {"STANDARD": "123467"}}
    policy = AllocationPolicy(**rules)  # type: ignore[arg-type]
    standard = rates().filter(service_code="STANDARD")

    decided = decide(wanted, supply, policy=policy, rates=standard)

    [row] = decided.allocations.to_dicts()
    assert (60, FRIDAY + timedelta(1)) == (row["lateness_minor"], row["promise_date"])
    assert [1000 * row["total_minor"]] == decided.floors["least_milli"].to_list()


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        ({"carrier_weekdays": {"STANDARD": "54321"}}, "carrier_weekdays"),
        ({"carrier_weekdays": {"STANDARD": ""}}, "carrier_weekdays"),
        ({"carrier_weekdays": {"OVERNIGHT": "1"}}, "carrier_weekdays"),
        ({"carrier_weekdays": "12345"}, "carrier_weekdays"),
        ({"carrier_closed_dates": ["Christmas"]}, "carrier_closed_dates"),
        ({"destination_holidays": {"ME": "2018-04-16"}}, "destination_holidays"),
        ({"destination_holidays": [date(2018, 4, 16)]}, "destination_holidays"),
    ],
)
def test_what_cannot_be_meant_of_carriers_is_refused(
    rules: dict[str, object], key: str
) -> None:
    with pytest.raises(PolicyError, match=f"^{key}: "):
        AllocationPolicy.from_mapping(rules)
