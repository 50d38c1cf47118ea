"""What a node sent though it had given it back, and what is told of it meanwhile."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.unit.lifecycle.events import Event, an_event, fold_events, quantities

EAST = {"node_id": "EAST"}
INSTEAD = {"node_id": "EAST", "sku_id": "S9"}
RELEASED = (
    an_event("ACCEPTED", 5, 1),
    an_event("ALLOCATED", 5, 2, **EAST),
    an_event("RELEASED", 5, 3, **EAST),
)


def lived(*told: Event) -> tuple[dict[str, int], list[tuple[object, ...]]]:
    """Buckets but the ordered one, and verdicts, of a line released to EAST.

    They are the same in whatever order it is told.
    """
    found = {
        (tuple(quantities(fold).items()), tuple(judged))
        for order in permutations(told)
        for fold in (fold_events(*RELEASED, *order),)
        for judged in (fold.verdicts.select("event_type", "verdict", "qty").rows(),)
    }
    ((buckets, verdicts),) = found
    return {name: qty for name, qty in buckets if name != "ordered"}, sorted(verdicts)


@pytest.mark.parametrize("answer", ["REJECTED", "SHORT"])
def test_another_sku_sent_for_what_was_given_back_is_not_sent_again(
    answer: str,
) -> None:
    told = [
        an_event(answer, 5, 6, **EAST),
        an_event("SUBSTITUTED_BY_NODE", 5, 9, **INSTEAD),
    ]
    judged = [("SUBSTITUTED_BY_NODE", "ILLEGAL", 5)]

    assert ({"substituted_out": 5, "shipped_instead": 5}, judged) == lived(*told)
    delivered = an_event("DELIVERED", 5, 20, **INSTEAD)
    through = {"substituted_out": 5, "delivered_instead": 5}
    assert (through, judged) == lived(*told, delivered)


def test_what_was_given_back_may_leave_as_both_skus() -> None:
    buckets, judged = lived(
        an_event("REJECTED", 5, 6, **EAST),
        an_event("SHIPPED", 2, 9, **EAST),
        an_event("SUBSTITUTED_BY_NODE", 3, 9, **INSTEAD),
    )

    assert {"shipped": 2, "substituted_out": 3, "shipped_instead": 3} == buckets
    wrong = [("SHIPPED", "OVERSHIPPED", 2), ("SUBSTITUTED_BY_NODE", "ILLEGAL", 3)]
    assert wrong == judged


def test_another_sku_for_what_was_never_given_back_closes_nothing() -> None:
    buckets, _ = lived(
        an_event("AMENDED", 2, 4),
        an_event("SUBSTITUTED_BY_NODE", 7, 9, **INSTEAD),
    )

    assert {"pending": 2, "substituted_out": 5, "shipped_instead": 5} == buckets


@pytest.mark.parametrize("more", [0, 2])
def test_a_channel_that_tells_what_we_sent_counts_other_skus_too(more: int) -> None:
    buckets, judged = lived(
        *([an_event("AMENDED", more, 4)] if more else []),
        an_event("SHIPPED", 3, 9, **EAST),
        an_event("SUBSTITUTED_BY_NODE", 2, 9, **INSTEAD),
        an_event("FULFILLED_BY_CHANNEL", 5, 20, source_rank=25),
    )

    waits = {"pending": more} if more else {}
    sent = {"shipped": 3, "substituted_out": 2, "shipped_instead": 2}
    assert (waits | sent, []) == (buckets, judged)
