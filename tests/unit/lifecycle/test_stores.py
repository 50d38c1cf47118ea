"""What is sent to a store is its customer's when handed over, else the store's own."""

from dataclasses import replace
from itertools import permutations

import polars as pl
import pytest

from tests.unit.lifecycle.events import (
    TRANSITIONS,
    an_event,
    line_facts,
    quantities,
)
from transforms.contracts.decisions import STOCK_VARIANCES, UNIT_POSTINGS
from transforms.contracts.gold import (
    FCT_OPENING_STOCK,
    FCT_RECEIPTS,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.ledger.units import UnitFacts, unit_postings
from transforms.lifecycle.fold import Folded, fold_lines

SENT = {"instruction_id": "FO-1", "instruction_line_ref": "1", "line_id": "L1"}
SENT |= {"sku_id": "S1", "qty": 2}
EAST = {"node_id": "EAST"}
SAID = {"line_id": None, "instruction_id": "FO-1", "instruction_line_ref": "1"}
SAID |= {"source_rank": 60}
LEFT = (
    an_event("ACCEPTED", 2, 0),
    an_event("ALLOCATED", 2, 1, **EAST),
    an_event("RELEASED", 2, 2, instruction_id="FO-1", **EAST),
    an_event("SHIPPED", 2, 3, **SAID, **EAST, event_id="S-1"),
    an_event("DELIVERED", 2, 4, **SAID, **EAST, event_id="T-1"),
)
READY = an_event("PACKED", 2, 5, **SAID, node_id="WEST", event_id="R-1")
FETCHED = an_event("COLLECTED", 2, 6, **SAID, node_id="WEST", event_id="C-1")
LEFT_THERE = an_event("NOT_COLLECTED", 2, 6, **SAID, node_id="WEST", event_id="N-1")
PART = (
    an_event("COLLECTED", 1, 6, **SAID, node_id="WEST", event_id="C-1"),
    an_event("NOT_COLLECTED", 1, 7, **SAID, node_id="WEST", event_id="N-1"),
)


def folded(*events: dict[str, object], store: str | None = "WEST") -> Folded:
    """The line, sent by EAST to a store."""
    facts = line_facts(*events, instructions=[SENT])
    lines = facts.lines.with_columns(to_store_id=pl.lit(store, pl.String))
    return fold_lines(replace(facts, lines=lines), TRANSITIONS)


@pytest.mark.parametrize(
    ("store", "events", "expected"),
    [
        ("WEST", LEFT, {"shipped": 2}),
        (None, LEFT, {"delivered": 2}),
        ("WEST", (*LEFT, READY), {"shipped": 2}),
        ("WEST", (*LEFT, READY, FETCHED), {"delivered": 2}),
        ("WEST", (*LEFT[:4], FETCHED), {"delivered": 2}),
        ("WEST", (*LEFT, READY, LEFT_THERE), {"cancelled": 2}),
        ("WEST", (*LEFT[:4], LEFT_THERE), {"cancelled": 2}),
        ("WEST", (*LEFT, *PART), {"delivered": 1, "cancelled": 1}),
        ("EAST", (*LEFT[:3], LEFT_THERE), {"cancelled": 2}),
    ],
)
def test_what_a_carrier_brought_to_the_store_waits_there_for_the_customer(
    store: str | None, events: tuple[dict[str, object], ...], expected: dict[str, int]
) -> None:
    done = folded(*events, store=store)

    assert {"ordered": 2, **expected} == quantities(done)
    assert done.verdicts.is_empty()


def test_what_was_not_sent_or_comes_back_is_not_left_at_the_store() -> None:
    waits = folded(*LEFT[:3], LEFT_THERE)
    back = an_event("RETURN_RECEIVED", 2, 5, **EAST, source_rank=70, event_id="B-1")

    assert {"ordered": 2, "released": 2} == quantities(waits)
    assert ["ILLEGAL"] == waits.verdicts["verdict"].to_list()
    assert ["ILLEGAL"] == folded(*LEFT, back, LEFT_THERE).verdicts["verdict"].to_list()


def test_whatever_order_the_events_arrive_in_the_line_is_the_same() -> None:
    told = (*LEFT[3:], READY, *PART)
    first, *others = (folded(*LEFT[:3], *some) for some in permutations(told))

    assert all(first.buckets.equals(other.buckets) for other in others)
    assert all(first.verdicts.equals(other.verdicts) for other in others)


def posted(
    *events: dict[str, object], packed_in: str | None = None
) -> dict[tuple[str, str, str], int]:
    """Eaches that the events move, by account, node and SKU; each SKU sums to zero."""
    facts = UnitFacts(
        FCT_OPENING_STOCK.empty(),
        FCT_RECEIPTS.empty(),
        FCT_STOCK_ADJUSTMENTS.empty(),
        folded(*events).events.with_columns(
            packed_in=pl.lit(packed_in, pl.String), per_kit=pl.lit(2, pl.Int64)
        ),
        STOCK_VARIANCES.empty(),
    )
    postings = unit_postings(facts, UNIT_POSTINGS.empty())
    by_movement = postings.group_by("movement_id", "sku_id").agg(pl.col("qty").sum())
    assert set(by_movement["qty"]) == {0}
    sums = postings.group_by("account", "node_id", "sku_id").agg(pl.col("qty").sum())
    return {tuple(key): qty for *key, qty in sums.iter_rows() if qty}


def test_what_the_store_hands_over_had_left_the_node_that_sent_it() -> None:
    assert {("ON_HAND", "EAST", "S1"): -2, ("DELIVERED", "EAST", "S1"): 2} == posted(
        *LEFT, READY, FETCHED
    )


def test_what_nobody_fetched_is_the_stores() -> None:
    assert {("ON_HAND", "EAST", "S1"): -2, ("ON_HAND", "WEST", "S1"): 2} == posted(
        *LEFT, READY, LEFT_THERE
    )
    assert {
        ("ON_HAND", "EAST", "S1"): -2,
        ("DELIVERED", "EAST", "S1"): 1,
        ("ON_HAND", "WEST", "S1"): 1,
    } == posted(*LEFT, *PART)


def test_a_packed_kit_that_nobody_fetched_is_the_stores_as_what_it_is() -> None:
    assert {("ON_HAND", "EAST", "K1"): -1, ("ON_HAND", "WEST", "K1"): 1} == _of_shelves(
        posted(*LEFT, READY, LEFT_THERE, packed_in="K1")
    )


def _of_shelves(sums: dict[tuple[str, str, str], int]) -> dict[tuple[str, ...], int]:
    """Without KITTING, of which each SKU's eaches sum to zero over all nodes."""
    by_sku: dict[str, int] = {}
    for (account, _, sku), qty in sums.items():
        by_sku[sku] = by_sku.get(sku, 0) + qty * (account == "KITTING")
    assert set(by_sku.values()) == {0}
    return {key: qty for key, qty in sums.items() if key[0] != "KITTING"}


def test_what_comes_back_beside_it_is_what_the_customer_had() -> None:
    back = an_event("RETURN_RECEIVED", 1, 9, **EAST, source_rank=70, event_id="B-1")

    assert {
        ("ON_HAND", "EAST", "S1"): -2,
        ("CUSTOMER_RETURN", "EAST", "S1"): 1,
        ("ON_HAND", "WEST", "S1"): 1,
    } == posted(*LEFT, *PART, back)
