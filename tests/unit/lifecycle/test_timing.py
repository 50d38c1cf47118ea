"""Documents that give only a date."""

from __future__ import annotations

import pytest

from tests.unit.lifecycle.events import an_event, fold_events, quantities


@pytest.mark.parametrize("released_at", [0, 10, 23.9])
def test_a_shipment_of_the_day_of_its_release_comes_after_it(
    released_at: float,
) -> None:
    folded = fold_events(
        an_event("ACCEPTED", 2, -20),
        an_event("ALLOCATED", 2, -1, node_id="EAST"),
        an_event("RELEASED", 2, released_at, node_id="EAST", instruction_id="FO-1"),
        an_event(
            "SHIPPED",
            2,
            0,
            node_id="EAST",
            instruction_id="FO-1",
            is_date_only=True,
            source_rank=1,
        ),
    )

    assert {"ordered": 2, "shipped": 2} == quantities(folded)


def test_a_shipment_of_the_day_before_its_release_stays_before_it() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 2, -40),
        an_event("ALLOCATED", 2, -30, node_id="EAST"),
        an_event("RELEASED", 2, 0, node_id="EAST", instruction_id="FO-1"),
        an_event(
            "SHIPPED",
            2,
            -24,
            node_id="EAST",
            instruction_id="FO-1",
            is_date_only=True,
        ),
    )

    assert {"ordered": 2, "released": 2, "overshipped": 2} == quantities(folded)


def test_a_day_of_twenty_five_hours_ends_at_its_own_midnight() -> None:
    """5 November 2017 began at 04:00 UTC in New York and lasted 25 hours."""
    start = -52 * 24 - 1
    folded = fold_events(
        an_event("ACCEPTED", 2, start - 5),
        an_event("ALLOCATED", 2, start, node_id="EAST"),
        an_event("RELEASED", 2, start + 24.5, node_id="EAST", instruction_id="FO-1"),
        an_event(
            "SHIPPED",
            2,
            start,
            node_id="EAST",
            instruction_id="FO-1",
            is_date_only=True,
        ),
    )

    assert {"ordered": 2, "shipped": 2} == quantities(folded)


def test_a_cancellation_dated_the_day_of_the_order_comes_after_it() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 2, 10), an_event("CANCELLED", 2, 0, is_date_only=True)
    )

    assert {"ordered": 2, "cancelled": 2} == quantities(folded)


def test_a_return_by_date_comes_after_what_happened_to_its_line_that_day() -> None:
    by_date = {"is_date_only": True, "source_rank": 81}
    folded = fold_events(
        an_event("ACCEPTED", 2, -20),
        an_event("ALLOCATED", 2, -1, node_id="EAST"),
        an_event("RELEASED", 2, 0, node_id="EAST", instruction_id="FO-1"),
        an_event("SHIPPED", 2, 9, node_id="EAST"),
        an_event("RETURN_RECEIVED", 2, 0, **by_date),
        an_event("RETURN_INSPECTED", 2, 0, **by_date | {"source_rank": 82}),
        an_event("RETURN_EXPECTED", 2, 12, source_rank=80),
    )

    assert {"ordered": 2, "shipped": 2, "returned": 2} == quantities(folded)
    assert folded.verdicts.is_empty()


def test_a_shipment_by_date_comes_after_its_packing_of_that_day() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 2, -20),
        an_event("ALLOCATED", 2, -1, node_id="EAST"),
        an_event("RELEASED", 2, 0, node_id="EAST", instruction_id="FO-1"),
        an_event("PACKED", 2, 9, node_id="EAST", instruction_id="FO-1"),
        an_event(
            "SHORT",
            2,
            0,
            node_id="EAST",
            instruction_id="FO-1",
            is_date_only=True,
            source_rank=61,
        ),
    )

    assert {"ordered": 2, "pending": 2} == quantities(folded)
    assert folded.verdicts.is_empty()
