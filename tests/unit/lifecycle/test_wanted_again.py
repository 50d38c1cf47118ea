"""A line that is to be less, and then as much again, sends what is wanted once."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.unit.lifecycle.events import Event, an_event, fold_events, quantities

EAST = {"node_id": "EAST"}
RELEASED = (
    an_event("ACCEPTED", 12, 1),
    an_event("ALLOCATED", 12, 2, **EAST),
    an_event("RELEASED", 12, 3, **EAST),
)
Lived = tuple[dict[str, int], list[tuple[object, ...]]]


def lived(*told: Event) -> Lived:
    """Buckets and verdicts of a line of twelve at EAST, however it is told."""
    found = {
        (tuple(quantities(fold).items()), tuple(sorted(judged)))
        for order in permutations(told)
        for fold in (fold_events(*RELEASED, *order),)
        for judged in (fold.verdicts.select("event_type", "verdict", "qty").rows(),)
    }
    ((buckets, verdicts),) = found
    return dict(buckets), list(verdicts)


def less(qty: int, hour: float) -> Event:
    return an_event("AMENDED", -qty, hour)


def more(qty: int, hour: float) -> Event:
    return an_event("AMENDED", qty, hour)


def sent(qty: int, hour: float) -> Event:
    return an_event("SHIPPED", qty, hour, **EAST)


def given_up(qty: int, hour: float) -> Event:
    return an_event("CANCEL_ACK", qty, hour, **EAST)


WITHDRAWN = [("AMENDED", "CANCEL_WITHDRAWN", 2)]


@pytest.mark.parametrize(
    "story",
    [
        (less(2, 4), more(2, 5), sent(12, 9)),
        (less(2, 4), sent(12, 5), more(2, 9)),
        (sent(12, 4), less(2, 5), more(2, 9)),
        (less(2, 4), sent(7, 5), more(2, 9), sent(5, 10)),
    ],
)
def test_an_edit_and_its_undoing_send_what_was_ordered(story: tuple[Event]) -> None:
    assert ({"ordered": 12, "shipped": 12}, WITHDRAWN) == lived(*story)


def test_what_is_wanted_again_is_asked_back_no_more() -> None:
    expected = {"ordered": 12, "released": 12}

    assert (expected, WITHDRAWN) == lived(less(2, 4), more(2, 5))


def test_only_what_is_more_than_before_is_a_new_quantity() -> None:
    buckets, judged = lived(less(2, 4), more(5, 5), sent(12, 9))

    assert {"ordered": 15, "pending": 3, "shipped": 12} == buckets
    assert WITHDRAWN == judged


def test_a_part_that_is_wanted_again_leaves_the_rest_asked_for() -> None:
    buckets, judged = lived(less(4, 4), more(2, 5), given_up(2, 9))

    assert {"ordered": 12, "released": 10, "cancelled": 2} == buckets
    assert [("AMENDED", "CANCEL_REQUESTED", 2), *WITHDRAWN] == judged


def test_what_was_given_up_before_it_is_wanted_again_is_new() -> None:
    buckets, judged = lived(less(2, 4), given_up(2, 5), more(2, 9))

    assert {"ordered": 14, "released": 10, "cancelled": 2, "pending": 2} == buckets
    assert [("AMENDED", "CANCEL_REQUESTED", 2)] == judged


@pytest.mark.parametrize("answer", ["CANCEL_ACK", "REJECTED", "SHORT"])
def test_what_is_given_up_though_it_is_wanted_again_waits(answer: str) -> None:
    told = an_event(answer, 2, 9, **EAST)
    buckets, judged = lived(less(2, 4), more(2, 5), told)

    assert {"ordered": 12, "released": 10, "pending": 2} == buckets
    assert WITHDRAWN == judged


def test_of_more_given_up_than_is_asked_for_what_is_wanted_again_waits() -> None:
    buckets, _ = lived(less(4, 4), more(2, 5), given_up(4, 9))

    assert {"ordered": 12, "released": 8, "cancelled": 2, "pending": 2} == buckets


def test_what_waits_as_it_was_given_up_and_leaves_all_the_same_is_shipped() -> None:
    buckets, _ = lived(less(2, 4), more(2, 5), given_up(2, 8), sent(12, 9))

    assert {"ordered": 12, "shipped": 12} == buckets


def test_what_left_unwanted_is_the_first_that_is_wanted_again() -> None:
    """Ten of twelve left when eight were wanted; two more are what left."""
    buckets, judged = lived(less(4, 4), sent(10, 5), more(2, 6), given_up(2, 9))

    assert {"ordered": 12, "shipped": 10, "cancelled": 2} == buckets
    assert [("AMENDED", "CANCEL_REQUESTED", 2), *WITHDRAWN] == judged


def test_what_left_unwanted_and_came_back_is_sent_anew() -> None:
    buckets, _ = lived(
        less(2, 4), sent(12, 5), an_event("RETURN_RECEIVED", 2, 8), more(2, 9)
    )

    expected = {"ordered": 14, "shipped": 12, "returned": 2, "pending": 2}
    assert expected == buckets


def test_a_line_that_was_taken_out_of_its_order_may_come_back() -> None:
    buckets, judged = lived(an_event("CANCELLED", 12, 4), sent(12, 5), more(12, 9))

    assert {"ordered": 12, "shipped": 12} == buckets
    assert [("CANCELLED", "CANCEL_WITHDRAWN", 12)] == judged


def test_what_is_to_be_less_once_more_is_asked_for_once_more() -> None:
    buckets, judged = lived(less(2, 4), more(2, 5), less(2, 6), given_up(2, 9))

    assert {"ordered": 12, "released": 10, "cancelled": 2} == buckets
    assert [("AMENDED", "CANCEL_REQUESTED", 2), *WITHDRAWN] == judged


def test_a_cancellation_that_another_one_explains_lets_more_be_sent() -> None:
    """Somebody cancelled what waited, the shop says so too, and then wants it again."""
    told = [
        an_event("SHORT", 6, 4, **EAST),
        sent(6, 5),
        an_event("CANCELLED", 6, 6),
        less(6, 7),
        more(6, 9),
    ]
    buckets = quantities(fold_events(*RELEASED, *told))

    assert {"ordered": 18, "shipped": 6, "cancelled": 6, "pending": 6} == buckets


def test_what_two_say_is_to_be_less_is_wanted_again_once() -> None:
    """The desk and the shop cancel what has left; the shop wants it, and more."""
    twice = [an_event("CANCELLED", 12, hour) for hour in (5, 6)]
    buckets, _ = lived(sent(12, 4), *twice, more(12, 9), more(3, 10))

    assert {"ordered": 15, "shipped": 12, "pending": 3} == buckets


def test_less_than_has_left_is_asked_for_once_and_wanted_again_as_often() -> None:
    """Five left; all but six, then all but three are wanted, then six once more."""
    told = [sent(5, 4), less(6, 5), less(3, 6)]
    expected = {"ordered": 12, "shipped": 5, "released": 7}
    both = [("AMENDED", "CANCEL_REQUESTED", 1), ("AMENDED", "CANCEL_REQUESTED", 6)]

    assert (expected, [*both, ("AMENDED", "ILLEGAL", 2)]) == lived(*told)
    _, judged = lived(*told, more(3, 9))
    again = ("AMENDED", "CANCEL_WITHDRAWN", 3)
    assert [("AMENDED", "CANCEL_REQUESTED", 6), again] == judged
