"""Words that reached us after we had acted: what we did stands."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.unit.lifecycle.events import MIDNIGHT, Event, an_event, fold_events
from tests.unit.lifecycle.events import quantities as quantities_of


def known(event: Event, hour: float) -> Event:
    return event | {"known_at": MIDNIGHT + timedelta(hours=hour)}


def at_two(*more: Event) -> list[Event]:
    """Five eaches ordered at one, released at two; and what else is said."""
    return [
        known(an_event("ACCEPTED", 5, 1, source_rank=10), 1),
        an_event("ALLOCATED", 5, 2, node_id="EAST", source_rank=920),
        an_event("RELEASED", 5, 2, node_id="EAST", source_rank=940),
        *more,
    ]


def quantities(events: list[Event]) -> dict[str, int]:
    return quantities_of(fold_events(*events))


CANCELLED = an_event("CANCELLED", 5, 1.5, source_rank=30)


def test_a_cancellation_that_came_after_the_release_is_a_request() -> None:
    folded = fold_events(*at_two(known(CANCELLED, 3)))

    assert {"ordered": 5, "released": 5} == quantities_of(folded)
    assert [("CANCELLED", "CANCEL_REQUESTED", 5)] == folded.verdicts.select(
        "event_type", "verdict", "qty"
    ).rows()


def test_one_that_was_known_before_the_release_made_it_illegal() -> None:
    folded = fold_events(*at_two(known(CANCELLED, 1.5)))

    assert {"ordered": 5, "cancelled": 5} == quantities_of(folded)
    assert ["ALLOCATED", "RELEASED"] == folded.verdicts["event_type"].sort().to_list()


def test_what_was_substituted_stays_and_the_linked_line_is_cancelled() -> None:
    folded = fold_events(
        known(an_event("ACCEPTED", 5, 1, source_rank=10), 1),
        an_event("SUBSTITUTED", 5, 2, source_rank=880),
        an_event("ACCEPTED", 5, 2, line_id="L2", source_rank=890),
        known(CANCELLED, 3),
        known(CANCELLED | {"line_id": "L2", "event_id": "C2"}, 3),
    )

    assert {"ordered": 5, "substituted_out": 5} == quantities_of(folded)
    assert {"ordered": 5, "cancelled": 5} == quantities_of(folded, "L2")


def hold(hour: float, kind: str = "HOLD") -> Event:
    rank = 35 if kind == "HOLD" else 36
    return an_event(kind, 5, hour, reason_code="FRAUD", source_rank=rank)


SHORT = an_event("SHORT", 5, 9, node_id="EAST", source_rank=61)


@pytest.mark.parametrize(
    ("bucket", "said"),
    [
        ("held", [known(hold(1.2), 3)]),
        ("pending", [known(hold(1.2), 3), known(hold(1.3, "UNHOLD"), 3)]),
        # The end was known before we acted, its beginning after.
        ("pending", [known(hold(1.2), 3), known(hold(1.3, "UNHOLD"), 1.4)]),
        (
            "held",
            [
                known(hold(1.2), 3),
                known(hold(1.3, "UNHOLD"), 3),
                known(hold(1.4), 3),
            ],
        ),
        ("pending", [known(hold(1.2), 3), known(hold(4, "UNHOLD"), 4)]),
    ],
)
def test_late_words_keep_their_order_among_themselves(
    bucket: str, said: list[Event]
) -> None:
    assert {"ordered": 5, bucket: 5} == quantities(at_two(*said, known(SHORT, 9)))
    assert {"ordered": 5, bucket: 5} == quantities(at_two(known(SHORT, 9), *said[::-1]))


def test_what_a_line_waited_for_before_its_late_hold_is_no_illegal_wait() -> None:
    folded = fold_events(
        known(an_event("ACCEPTED", 5, 1, source_rank=10), 1),
        an_event("BACKORDERED", 5, 2, source_rank=930),
        known(hold(1.5), 3),
        known(hold(4, "UNHOLD"), 4),
    )

    assert {"ordered": 5, "backordered": 5} == quantities_of(folded)
    assert folded.verdicts.is_empty()


def test_the_time_of_the_event_itself_is_not_touched() -> None:
    events = fold_events(*at_two(known(CANCELLED, 3))).events
    cancelled = events.filter(pl.col("event_type") == "CANCELLED")

    assert [MIDNIGHT + timedelta(hours=1.5)] == cancelled["event_at"].to_list()
    assert cancelled["effective_at"].item() > MIDNIGHT + timedelta(hours=2)
