"""Documents that give only a date."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.unit.lifecycle.events import Event, an_event, fold_events, quantities


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


def of_parcel(kind: str, qty: int, hour: float, refs: str, rank: int = 70) -> Event:
    return an_event(
        kind,
        qty,
        hour,
        instruction_id="FO-1",
        instruction_line_ref="1",
        line_id=None,
        source_rank=rank,
        detail={"tracking_ref": refs},
        event_id=f"{kind}/{refs}/{hour}",
    )


TO_SEND = {
    "instruction_id": "FO-1",
    "instruction_line_ref": "1",
    "line_id": "L1",
    "qty": 5,
}


def asked_for(*said: Event) -> dict[str, int]:
    """Five eaches at a node at nine, and what is said of them."""
    told = {"node_id": "EAST", "instruction_id": "FO-1"}
    before = (
        an_event("ACCEPTED", 5, 1),
        an_event("ALLOCATED", 5, 2, node_id="EAST"),
        an_event("RELEASED", 5, 9, **told),
    )
    found = {
        tuple(sorted(quantities(fold).items()))
        for order in permutations(said)
        for fold in (fold_events(*order, *before, instructions=[TO_SEND]),)
    }
    (one,) = found
    return dict(one)


SAID: dict[str, tuple[list[tuple[Any, ...]], dict[str, int]]] = {
    "a parcel is confirmed hours after it was delivered": (
        [("DELIVERED", 5, 14, "Z1"), ("SHIPPED", 5, 20, "Z1", 60)],
        {"delivered": 5},
    ),
    "it was lost and found meanwhile": (
        [
            ("LOST", 5, 12, "Z1"),
            ("FOUND", 5, 14, "Z1"),
            ("SHIPPED", 5, 20, "Z1", 60),
        ],
        {"delivered": 5},
    ),
    "each parcel waits for its own leaving": (
        [
            ("SHIPPED", 2, 10, "Z1", 60),
            ("DELIVERED", 3, 12, "Z2"),
            ("SHIPPED", 3, 20, "Z2", 60),
        ],
        {"delivered": 3, "shipped": 2},
    ),
    "one confirmation of several parcels is the leaving of each": (
        [
            ("DELIVERED", 2, 12, "Z1"),
            ("DELIVERED", 3, 13, "Z2"),
            ("SHIPPED", 5, 20, "Z1 Z2", 60),
        ],
        {"delivered": 5},
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_what_a_carrier_says_is_of_a_parcel_that_left(case: str) -> None:
    said, found = SAID[case]

    assert {"ordered": 5, **found} == asked_for(*(of_parcel(*one) for one in said))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_return_is_of_goods_that_the_node_says_later_that_it_sent(
    order: tuple[int, ...],
) -> None:
    """Two of three come back, in two steps, before the 945 of all is written."""
    told = [
        an_event("SHIPPED", 2, 9, node_id="EAST", instruction_id="FO-1"),
        an_event("SHIPPED", 1, 12, node_id="EAST", instruction_id="FO-1"),
        an_event("RETURN_EXPECTED", 2, 7, source_rank=70),
        an_event("RETURN_RECEIVED", 2, 8, source_rank=71, node_id="EAST"),
    ]
    folded = fold_events(
        an_event("ACCEPTED", 3, 1),
        an_event("ALLOCATED", 3, 2, node_id="EAST"),
        an_event("RELEASED", 3, 3, node_id="EAST", instruction_id="FO-1"),
        *(told[place] for place in order),
    )

    expected = {"ordered": 3, "shipped": 3, "returned": 2}
    assert expected.items() <= quantities(folded).items()
    assert folded.verdicts.is_empty()


def test_a_return_of_more_than_ever_left_stays_where_it_is() -> None:
    folded = fold_events(
        an_event("ACCEPTED", 3, 1),
        an_event("ALLOCATED", 3, 2, node_id="EAST"),
        an_event("RELEASED", 3, 3, node_id="EAST", instruction_id="FO-1"),
        an_event("RETURN_EXPECTED", 4, 7, source_rank=70),
        an_event("SHIPPED", 3, 9, node_id="EAST", instruction_id="FO-1"),
    )

    assert ("RETURN_EXPECTED", "ILLEGAL", 4) in folded.verdicts.select(
        "event_type", "verdict", "qty"
    ).rows()
