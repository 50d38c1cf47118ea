"""What is sent to a store is its customer's when the store hands it over."""

from dataclasses import replace

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
    ],
)
def test_what_a_carrier_brought_to_the_store_waits_there_for_the_customer(
    store: str | None, events: tuple[dict[str, object], ...], expected: dict[str, int]
) -> None:
    done = folded(*events, store=store)

    assert {"ordered": 2, **expected} == quantities(done)
    assert done.verdicts.is_empty()


def test_what_the_store_hands_over_had_left_the_node_that_sent_it() -> None:
    facts = UnitFacts(
        FCT_OPENING_STOCK.empty(),
        FCT_RECEIPTS.empty(),
        FCT_STOCK_ADJUSTMENTS.empty(),
        folded(*LEFT, READY, FETCHED).events,
        STOCK_VARIANCES.empty(),
    )

    postings = unit_postings(facts, UNIT_POSTINGS.empty())

    sums = postings.group_by("account", "node_id").agg(pl.col("qty").sum())
    assert {
        ("ON_HAND", "EAST", -2),
        ("SHIPPED", "EAST", 0),
        ("DELIVERED", "EAST", 2),
    } == set(sums.iter_rows())
