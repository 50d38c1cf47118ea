"""Which service a shipment takes: by the promise, or by what it costs."""

from datetime import date

import polars as pl
import pytest

from tests.unit.allocation.shop import a_line, certificate, decide, demand, rates, stock
from transforms.allocation.allocate import Allocation
from transforms.allocation.policy import SOURCINGS, AllocationPolicy, PolicyError

FRIDAY = date(2017, 12, 29)
"""STANDARD is in New York from EAST; EXPEDITED, three times as dear, a day before."""

THURSDAY = date(2017, 12, 28)
SUPPLY = {"EAST": {"A": 99, "B": 99}}


def shipped(
    *lines: dict[str, object], by: str = "cheapest", sourcing: str = "negotiated"
) -> Allocation:
    policy = AllocationPolicy(
        shipment_service=by, sourcing=sourcing, node_order=("EAST",)
    )
    wanted, supply = demand(*lines), stock(SUPPLY)
    decided = decide(wanted, supply, policy=policy)
    failed = certificate(decided, wanted, supply, policy=policy)["failed_rows"].sum()
    assert failed == 0
    return decided


def services(decided: Allocation) -> dict[str, str]:
    told = decided.allocations.select("order_id", "service_code").unique()
    return dict(told.iter_rows())


def test_by_the_promise_whatever_haste_costs() -> None:
    late = a_line("o1", promise_date=THURSDAY)

    assert services(shipped(late, by="in_time")) == {"o1": "EXPEDITED"}


@pytest.mark.parametrize("sourcing", SOURCINGS)
def test_by_cost_an_order_waits_where_haste_is_dearer_than_a_day(sourcing: str) -> None:
    """EXPEDITED: 400 and 40 a kilogram more. A day late: 60 an each."""
    few = a_line("o1", qty=4, promise_date=THURSDAY)
    many = a_line("o2", qty=21, promise_date=THURSDAY)

    decided = shipped(few, many, sourcing=sourcing)

    assert services(decided) == {"o1": "STANDARD", "o2": "EXPEDITED"}


def test_what_another_line_of_the_order_would_lose_counts() -> None:
    lines = [
        a_line("o1", sku, qty=11, line_no=number, promise_date=THURSDAY)
        for number, sku in enumerate("AB", 1)
    ]

    assert services(shipped(*lines)) == {"o1": "EXPEDITED"}
    assert services(shipped(lines[0])) == {"o1": "STANDARD"}


def test_late_either_way_it_hastes_only_where_that_pays() -> None:
    long_ago = date(2017, 12, 1)
    patient = a_line("o1", promise_date=long_ago, priority=4)
    urgent = a_line("o2", qty=9, promise_date=long_ago, priority=0)

    assert services(shipped(patient, urgent)) == {"o1": "STANDARD", "o2": "EXPEDITED"}
    assert set(services(shipped(patient, urgent, by="in_time")).values()) == {
        "EXPEDITED"
    }


def test_in_time_either_way_the_cheaper_goes_whichever_is_slower() -> None:
    """A rate card on which the slow service is the dearer one."""
    dear = rates().with_columns(
        base_minor=pl.when(service_code="STANDARD").then(9_000).otherwise("base_minor")
    )
    policy = AllocationPolicy(shipment_service="cheapest", sourcing="negotiated")

    decided = decide(demand(a_line()), stock(SUPPLY), policy=policy, rates=dear)

    assert services(decided) == {"o1": "EXPEDITED"}


def test_it_is_never_dearer_than_by_the_promise() -> None:
    lines = [
        a_line(
            f"o{n}", qty=1 + n, promise_date=date(2017, 12, 26 + n % 5), priority=n % 5
        )
        for n in range(9)
    ]

    costs = {
        by: shipped(*lines, by=by).allocations["total_minor"].sum()
        for by in ("in_time", "cheapest")
    }

    assert costs["cheapest"] < costs["in_time"]


def test_a_service_that_nobody_chooses_by_is_refused_by_name() -> None:
    with pytest.raises(PolicyError, match="shipment_service: must be one of in_time"):
        AllocationPolicy(shipment_service="fastest")
