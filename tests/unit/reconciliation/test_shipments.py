"""Asked beside done, line by line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.unit.lifecycle.events import (
    TRANSITIONS,
    Event,
    an_event,
    fold_events,
    line_facts,
)
from transforms.contracts.decisions import INSTRUCTION_LINES
from transforms.contracts.table import INSTANT, TEXT
from transforms.lifecycle.fold import fold_lines
from transforms.reconciliation.shipments import doubles, reconcile_shipments

SAID_AT = datetime(2017, 12, 28, 8, tzinfo=UTC)
NOT_HEARD = pl.DataFrame(
    {
        "instruction_id": ["FO-1"],
        "told_at": [SAID_AT],
        "status_code": [None],
        "acknowledged_at": [None],
    },
    schema={
        "instruction_id": TEXT,
        "told_at": INSTANT,
        "status_code": TEXT,
        "acknowledged_at": INSTANT,
    },
)
SENT = {
    "instruction_id": "FO-1",
    "instruction_line_ref": "1",
    "line_id": "L1",
    "sku_id": "S1",
    "qty": 5,
}
RELEASED = [
    an_event("ACCEPTED", 5, 1),
    an_event("ALLOCATED", 5, 2, node_id="EAST"),
    an_event("RELEASED", 5, 3, node_id="EAST", instruction_id="FO-1"),
]


def answer(kind: str, qty: int, **more: object) -> Event:
    named = {
        "line_id": None,
        "instruction_id": "FO-1",
        "instruction_line_ref": "1",
        "node_id": "EAST",
        "sku_id": "S1",
    }
    return an_event(kind, qty, 9, **(named | more))


@pytest.mark.parametrize(
    ("status", "answers", "expected"),
    [
        (None, [], ("awaited", "open", "NOT_ANSWERED", None)),
        ("A", [], ("accepted", "open", "NOT_ANSWERED", None)),
        ("R", [], ("rejected", "open", "NOT_READ", "integration team")),
        (None, [answer("SHIPPED", 5)], ("implied", "matched", None, None)),
        (
            "A",
            [answer("SHIPPED", 4), answer("SHORT", 1, reason_code="DAMAGED")],
            ("accepted", "short", "DAMAGED", "partner desk"),
        ),
        (
            "A",
            [answer("REJECTED", 5, reason_code="CLOSED")],
            ("accepted", "refused", "CLOSED", "partner desk"),
        ),
        (
            "A",
            [answer("SHIPPED", 6)],
            ("accepted", "over", "MORE_THAN_ASKED", "customer care"),
        ),
        (
            "A",
            [answer("SHIPPED", 5, sku_id="S9")],
            ("accepted", "wrong", "OTHER_SKU", "order desk"),
        ),
        (
            "A",
            [answer("SUBSTITUTED_BY_NODE", 5, sku_id="S9")],
            ("accepted", "substituted", "SENT_INSTEAD", "customer care"),
        ),
    ],
)
def test_every_line_says_who_read_it_why_it_differs_and_whose_it_is(
    status: str | None, answers: list[Event], expected: tuple[str | None, ...]
) -> None:
    folded = fold_events(*RELEASED, *answers, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)
    heard = NOT_HEARD.with_columns(
        status_code=pl.lit(status, TEXT),
        acknowledged_at=pl.lit(SAID_AT if status else None, INSTANT),
    )

    row = reconcile_shipments(asked, folded.events, heard).row(0, named=True)

    names = ("ack_class", "shipment_class", "cause_code", "owner")
    assert expected == tuple(row[name] for name in names)
    assert row["since_at"] == (row["answered_at"] or SAID_AT)


@pytest.mark.parametrize(
    ("expected", "open_qty", "answers"),
    [
        ("open", 5, []),
        ("open", 3, [answer("SHIPPED", 2)]),
        ("matched", 0, [answer("SHIPPED", 5)]),
        ("short", 0, [answer("SHIPPED", 4), answer("SHORT", 1)]),
        ("over", 0, [answer("SHIPPED", 6)]),
        ("refused", 0, [answer("REJECTED", 5)]),
        ("wrong", 5, [answer("SHIPPED", 5, sku_id="S9")]),
        ("substituted", 0, [answer("SUBSTITUTED_BY_NODE", 5, sku_id="S9")]),
        ("over", 0, [answer("SUBSTITUTED_BY_NODE", 6, sku_id="S9")]),
        (
            "over",
            0,
            [answer("SHIPPED", 5), answer("SUBSTITUTED_BY_NODE", 2, sku_id="S9")],
        ),
        ("given_up", 0, [answer("CANCEL_ACK", 5)]),
        ("given_up", 0, [answer("SHIPPED", 3), answer("CANCEL_ACK", 2)]),
        ("uncollected", 0, [answer("COLLECTED", 3), answer("NOT_COLLECTED", 2)]),
        # What was sent to a store, or told as sent by it, is handed over later.
        ("matched", 0, [answer("SHIPPED", 5), answer("COLLECTED", 5)]),
        ("open", 1, [answer("SHIPPED", 2), answer("COLLECTED", 2)]),
        ("over", 0, [answer("SHIPPED", 6), answer("COLLECTED", 1)]),
        # It was given up, and sent all the same.
        ("over", 0, [answer("CANCEL_ACK", 5), answer("SHIPPED", 5)]),
        ("over", 0, [answer("REJECTED", 2), answer("SHIPPED", 5)]),
        ("refused", 0, [answer("REJECTED", 2), answer("SHIPPED", 3)]),
    ],
)
def test_every_line_has_one_class(
    expected: str, open_qty: int, answers: list[Event]
) -> None:
    folded = fold_events(*RELEASED, *answers, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    row = reconcile_shipments(asked, folded.events, NOT_HEARD).row(0, named=True)
    assert (expected, open_qty) == (row["shipment_class"], row["open_qty"])


def test_what_nobody_fetched_at_the_store_that_it_went_to_is_uncollected() -> None:
    told = [answer("SHIPPED", 5), answer("COLLECTED", 3), answer("NOT_COLLECTED", 2)]
    facts = line_facts(*RELEASED, *told, instructions=[SENT])
    lines = facts.lines.with_columns(to_store_id=pl.lit("WEST"))
    folded = fold_lines(replace(facts, lines=lines), TRANSITIONS)
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    row = reconcile_shipments(asked, folded.events, NOT_HEARD).row(0, named=True)
    names = ("shipment_class", "shipped_qty", "cancelled_qty", "open_qty", "owner")
    assert ("uncollected", 5, 0, 0, "customer care") == tuple(row[n] for n in names)


def confirmed(shipment: str, qty: int, parcel: str | None = "T-1") -> Event:
    said = {"shipment_ref": shipment, "tracking_ref": parcel}
    return answer(
        "SHIPPED", qty, detail=json.dumps(said), event_id=f"{shipment}/SHIPPED"
    )


@pytest.mark.parametrize(
    ("expected", "again", "answers"),
    [
        ("confirmed_twice", 5, [confirmed("S1", 5), confirmed("S2", 5)]),
        ("confirmed_twice", 5, [confirmed("S1", 5, None), confirmed("S2", 5, None)]),
        (
            "confirmed_twice",
            5,
            [
                confirmed(name, 5) | {"event_type": "SUBSTITUTED_BY_NODE"}
                for name in ("S1", "S2")
            ],
        ),
        ("over", 0, [confirmed("S1", 5), confirmed("S2", 5, "T-2")]),
        ("over", 5, [confirmed("S1", 6), confirmed("S2", 5)]),
        ("matched", 0, [confirmed("S1", 2), confirmed("S2", 3, "T-2")]),
    ],
)
def test_one_shipment_told_twice_is_no_surplus(
    expected: str, again: int, answers: list[Event]
) -> None:
    """The same parcel under two shipment numbers left once."""
    folded = fold_events(*RELEASED, *answers, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    row = reconcile_shipments(asked, folded.events, NOT_HEARD).row(0, named=True)
    told = doubles(folded.events).sort("event_id")["event_id"].to_list()

    assert (expected, again) == (row["shipment_class"], row["again_qty"])
    assert told == (["S2/SHIPPED"] if again else [])


@pytest.mark.parametrize(
    ("expected", "quantities", "carried"),
    [
        ("none", (0, 0, 0), []),
        ("on_its_way", (0, 0, 0), [answer("SHIPPED", 5)]),
        ("delivered", (5, 0, 0), [answer("SHIPPED", 5), answer("DELIVERED", 5)]),
        ("partly_delivered", (2, 0, 0), [answer("SHIPPED", 5), answer("DELIVERED", 2)]),
        ("lost", (0, 5, 0), [answer("SHIPPED", 5), answer("LOST", 5)]),
        (
            "delivered",
            (5, 0, 0),
            [answer("SHIPPED", 5), answer("LOST", 5), answer("FOUND", 5)],
        ),
        ("sent_back", (0, 0, 5), [answer("SHIPPED", 5), answer("RTS", 5)]),
    ],
)
def test_the_carrier_s_word_stands_beside_the_node_s(
    expected: str, quantities: tuple[int, ...], carried: list[Event]
) -> None:
    folded = fold_events(*RELEASED, *carried, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    row = reconcile_shipments(asked, folded.events, NOT_HEARD).row(0, named=True)

    found = tuple(row[f"{name}_qty"] for name in ("delivered", "lost", "sent_back"))
    assert (expected, quantities) == (row["carrier_class"], found)
    assert row["shipment_class"] == ("matched" if carried else "open")


@pytest.mark.parametrize(
    ("expected", "carried"),
    [
        ("on_its_way", []),
        ("delivered", [("DELIVERED", 5)]),
        ("partly_delivered", [("DELIVERED", 3)]),
    ],
)
def test_the_carrier_s_word_of_what_left_instead_is_the_line_s_too(
    expected: str, carried: list[tuple[str, int]]
) -> None:
    left = [("SUBSTITUTED_BY_NODE", 5), *carried]
    said = [answer(kind, qty, sku_id="S9") for kind, qty in left]
    folded = fold_events(*RELEASED, *said, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    row = reconcile_shipments(asked, folded.events, NOT_HEARD).row(0, named=True)

    assert (expected, "substituted") == (row["carrier_class"], row["shipment_class"])


def test_what_we_never_asked_for_is_unknown() -> None:
    strange = answer("SHIPPED", 2, instruction_id="FO-9")
    folded = fold_events(*RELEASED, strange, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    rows = reconcile_shipments(asked, folded.events, NOT_HEARD)
    classes = rows.select("instruction_id", "shipment_class").rows()
    assert [("FO-1", "open"), ("FO-9", "unknown")] == classes


def test_what_was_answered_before_the_cut_over_is_the_system_before_s() -> None:
    strange = answer("SHIPPED", 2, instruction_id="FO-9")
    folded = fold_events(*RELEASED, strange, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)
    at = folded.events["event_at"].max()
    assert isinstance(at, datetime)

    before, after = (
        reconcile_shipments(
            asked, folded.events, NOT_HEARD, at + timedelta(hours=hours)
        )
        for hours in (1, 0)
    )

    assert ["FO-1"] == before["instruction_id"].to_list()
    assert ["FO-1", "FO-9"] == after["instruction_id"].to_list()
