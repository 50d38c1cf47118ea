"""Asked beside done, line by line."""

from __future__ import annotations

import polars as pl
import pytest

from tests.unit.lifecycle.events import Event, an_event, fold_events
from transforms.contracts.decisions import INSTRUCTION_LINES
from transforms.reconciliation.shipments import reconcile_shipments

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
    ("expected", "open_qty", "answers"),
    [
        ("open", 5, []),
        ("open", 3, [answer("SHIPPED", 2)]),
        ("matched", 0, [answer("SHIPPED", 5)]),
        ("short", 0, [answer("SHIPPED", 4), answer("SHORT", 1)]),
        ("over", 0, [answer("SHIPPED", 6)]),
        ("refused", 0, [answer("REJECTED", 5)]),
        ("wrong", 5, [answer("SHIPPED", 5, sku_id="S9")]),
    ],
)
def test_every_line_has_one_class(
    expected: str, open_qty: int, answers: list[Event]
) -> None:
    folded = fold_events(*RELEASED, *answers, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    row = reconcile_shipments(asked, folded.events).row(0, named=True)
    assert (expected, open_qty) == (row["shipment_class"], row["open_qty"])


def test_what_we_never_asked_for_is_unknown() -> None:
    strange = answer("SHIPPED", 2, instruction_id="FO-9")
    folded = fold_events(*RELEASED, strange, instructions=[SENT])
    asked = pl.DataFrame([SENT], schema=INSTRUCTION_LINES.schema)

    rows = reconcile_shipments(asked, folded.events)
    classes = rows.select("instruction_id", "shipment_class").rows()
    assert [("FO-1", "open"), ("FO-9", "unknown")] == classes
