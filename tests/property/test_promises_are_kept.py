"""Cancels, ships and refunds in every order: no promise is left without its line."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import polars as pl
import pytest

from tests.unit.ledger.test_orphans import NO_PROMISES, demanded, promised
from tests.unit.lifecycle.events import an_event, fold_events
from transforms.ledger.orphans import stray_lines
from transforms.ledger.promises import promise_postings

EAST: dict[str, Any] = {"node_id": "EAST"}
STORY = (
    ("ACCEPTED", 5, {}),
    ("ALLOCATED", 4, EAST),
    ("RELEASED", 3, EAST),
    ("SHIPPED", 2, EAST),
    ("CANCELLED", 5, {}),
    ("CANCEL_ACK", 1, EAST),
    ("RETURN_RECEIVED", 1, EAST),
)
"""What can become of five eaches: some leave, some are cancelled, one comes back."""

NONE_ASTRAY = pl.DataFrame(schema={"line_id": pl.String, "node_id": pl.String})
DRAWN = Random(2017).sample(list(permutations(STORY)), 40)  # noqa: S311 repeatable, no secret


@pytest.mark.parametrize("is_late", [False, True], ids=["as it happened", "late"])
def test_no_order_of_events_leaves_a_promise_without_its_line(*, is_late: bool) -> None:
    """Every story happens in its own order, or arrives in it."""
    for number, story in enumerate(DRAWN):
        usual = {kind: hour for hour, (kind, *_) in enumerate(STORY)}
        events = [
            an_event(kind, qty, usual[kind] if is_late else hour, **more)
            for hour, (kind, qty, more) in enumerate(story)
        ]
        books, cut = NO_PROMISES, 1 + number % 5
        for known in (events[:cut], events[: cut + 2], events):
            folded = fold_events(*known)
            books = books.vstack(promise_postings(folded.moves, books))
            stray = stray_lines(demanded(folded), promised(books), NONE_ASTRAY)
            assert stray.is_empty()
