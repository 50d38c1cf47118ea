"""What a node tells twice left once, whatever arrived first."""

from __future__ import annotations

import itertools
import json

import polars as pl
import pytest

from tests.unit.ledger.facts import rows
from tests.unit.lifecycle.events import Event, an_event, fold_events
from transforms.contracts.decisions import STOCK_VARIANCES, UNIT_POSTINGS
from transforms.contracts.gold import (
    FCT_OPENING_STOCK,
    FCT_RECEIPTS,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.ledger.units import UnitFacts, unit_postings

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
CANCELLED = an_event("CANCEL_ACK", 5, 8, node_id="EAST", instruction_id="FO-1")


def confirmed(
    shipment: str, qty: int, parcel: str | None = "T-1", hour: int = 9, **more: object
) -> Event:
    said = {"shipment_ref": shipment, "tracking_ref": parcel}
    named = {
        "line_id": None,
        "instruction_id": "FO-1",
        "instruction_line_ref": "1",
        "node_id": "EAST",
        "sku_id": "S1",
        "event_id": f"{shipment}/SHIPPED",
        "detail": json.dumps(said),
    }
    return an_event("SHIPPED", qty, hour, **(named | more))


def instead(shipment: str, qty: int, parcel: str = "T-1") -> Event:
    told = confirmed(shipment, qty, parcel, sku_id="S9")
    return told | {
        "event_type": "SUBSTITUTED_BY_NODE",
        "event_id": f"{shipment}/SUBSTITUTED_BY_NODE",
    }


def posted(events: list[Event], existing: pl.DataFrame) -> pl.DataFrame:
    folded = fold_events(*events, instructions=[SENT])
    facts = UnitFacts(
        rows(FCT_OPENING_STOCK, []),
        rows(FCT_RECEIPTS, []),
        rows(FCT_STOCK_ADJUSTMENTS, []),
        folded.events,
        rows(STOCK_VARIANCES, []),
        verdicts=folded.verdicts,
    )
    return unit_postings(facts, existing)


def left(units: pl.DataFrame) -> int:
    on_hand = units.filter(pl.col("account") == "ON_HAND")["qty"]
    return -int(on_hand.sum())


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (5, [confirmed("S1", 5), confirmed("S2", 5)]),
        (5, [confirmed("S1", 5), confirmed("S2", 5, hour=11)]),
        (5, [confirmed("S1", 5, None), confirmed("S2", 5, None)]),
        (5, [confirmed(f"S{n}", 5) for n in range(3)]),
        (10, [confirmed("S1", 5), confirmed("S2", 5, "T-2")]),
        (10, [confirmed("S1", 5, None), confirmed("S2", 5, None, hour=11)]),
        (7, [confirmed("S1", 7), confirmed("S2", 7)]),
        (5, [confirmed("S1", 2), confirmed("S2", 3)]),
        (5, [confirmed("S1", 5, sku_id="S9"), confirmed("S2", 5, sku_id="S9")]),
        (5, [instead("S1", 5), instead("S2", 5)]),
        (10, [instead("S1", 5), instead("S2", 5, "T-2")]),
        (5, [CANCELLED, confirmed("S1", 5), confirmed("S2", 5)]),
        (
            3,
            [confirmed(s, 3, instruction_id="FO-9") for s in ("S1", "S2")],
        ),
    ],
    ids=[
        "again",
        "again later",
        "again without a parcel",
        "thrice",
        "in another parcel",
        "at another time without a parcel",
        "more than asked, again",
        "the rest in the same parcel",
        "the wrong goods, again",
        "other goods instead, again",
        "other goods instead, in another parcel",
        "cancelled, again",
        "of nobody's, again",
    ],
)
def test_what_is_told_again_leaves_once(expected: int, told: list[Event]) -> None:
    """All at once, or one after the other in any order: one sum in the end."""
    nothing = UNIT_POSTINGS.empty().drop("run_id")
    at_once = left(posted([*RELEASED, *told], nothing))
    in_turn = set()
    for order in itertools.permutations(told):
        books, known = nothing, list(RELEASED)
        for event in order:
            known.append(event)
            books = pl.concat([books, posted(known, books)])
        in_turn.add(left(books))

    assert ({expected}, expected) == (in_turn, at_once)


def test_every_movement_of_a_repeat_that_is_taken_back_sums_to_zero() -> None:
    nothing = UNIT_POSTINGS.empty().drop("run_id")
    late, early = confirmed("S1", 5, hour=11), confirmed("S2", 5, hour=9)
    first = posted([*RELEASED, late], nothing)
    then = posted([*RELEASED, late, early], first)
    sums = then.group_by("movement_id").agg(pl.col("qty").sum())

    assert ["S1/SHIPPED#2", "S2/SHIPPED"] == sorted(sums["movement_id"])
    assert [0, 0] == sums["qty"].to_list()


@pytest.mark.parametrize(
    ("sent", "collected", "gone"), [(5, 5, 5), (2, 3, 5), (3, 5, 5), (0, 5, 5)]
)
def test_what_a_store_sent_and_handed_over_left_once(
    sent: int, collected: int, gone: int
) -> None:
    handed = confirmed("FO-1", collected, None, 12, event_id="FO-1/COLLECTED")
    handed |= {"event_type": "COLLECTED", "source_rank": 62}
    parcel = [confirmed("S-1", sent)] if sent else []
    units = posted([*RELEASED, *parcel, handed], UNIT_POSTINGS.empty())

    sums = dict(units.group_by("account").agg(pl.col("qty").sum()).rows())
    assert -gone == sums["ON_HAND"]
    assert gone == sums["DELIVERED"] + sums.get("SHIPPED", 0)
    assert collected == sums["DELIVERED"]
