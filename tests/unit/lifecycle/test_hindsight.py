"""As it was, and as we knew it then: two axes that a late file keeps apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.unit.lifecycle.events import MIDNIGHT, TRANSITIONS, an_event, line_facts
from transforms.lifecycle.hindsight import lines_at

LATE = 80
"""Hours after midnight at which the confirmation of hour 9 came in."""


def hour(number: float) -> datetime:
    return MIDNIGHT + timedelta(hours=number)


def at(moment: float, known: float) -> dict[str, int]:
    facts = line_facts(
        an_event("ACCEPTED", 5, 1, known_at=hour(1)),
        an_event("SHIPPED", 2, 9, node_id="EAST", known_at=hour(LATE)),
    )
    ours = [
        an_event("ALLOCATED", 5, 2, node_id="EAST"),
        an_event("RELEASED", 5, 3, node_id="EAST", instruction_id="FO-1"),
    ]
    own = pl.DataFrame(ours, schema=facts.own_events.schema)
    rows = lines_at(
        replace(facts, own_events=own), TRANSITIONS, hour(moment), hour(known)
    )
    if rows.is_empty():
        return {}
    return {
        name.removesuffix("_qty"): value
        for name, value in rows.row(0, named=True).items()
        if name.endswith("_qty") and value
    }


@pytest.mark.parametrize(
    ("moment", "known", "found"),
    [
        (0.5, LATE, {}),
        (1, LATE, {"ordered": 5, "pending": 5}),
        (8, LATE, {"ordered": 5, "released": 5}),
        (9, LATE, {"ordered": 5, "released": 3, "shipped": 2}),
        (9, LATE - 1, {"ordered": 5, "released": 5}),
        (LATE, 2, {"ordered": 5, "allocated": 5}),
        (LATE, 0.5, {}),
    ],
)
def test_a_late_confirmation_changes_what_was_and_not_what_was_known(
    moment: float, known: float, found: dict[str, int]
) -> None:
    assert at(moment, known) == found
