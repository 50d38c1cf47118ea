"""What is cancelled after its release is asked for once, where it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from transforms.contracts.decisions import (
    CANCEL_REQUESTS,
    EVENT_VERDICTS,
    RECONCILED_SHIPMENTS,
)
from transforms.instructions.cancel import request_cancellations
from transforms.reconciliation.cancellations import cancel_outcomes

AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)

Row = dict[str, Any]


def a_place(instruction: str, open_qty: int, day: int = 0, line: str = "L1") -> Row:
    return {
        "instruction_id": instruction,
        "instruction_line_ref": "1",
        "partner_id": "own",
        "node_id": "EAST",
        "order_id": "O",
        "line_id": line,
        "sku_id": "S1",
        "released_at": AS_OF + timedelta(days=day),
        "open_qty": open_qty,
    }


def requested(qty: int, *places: Row) -> pl.DataFrame:
    event = {"event_id": "E", "line_id": "L1", "qty": qty, "reason_code": "FRAUD"}
    return request_cancellations(
        pl.DataFrame([event]), pl.DataFrame(list(places)), AS_OF
    )


def test_the_newest_instruction_is_asked_first_and_never_for_more_than_it_has() -> None:
    found = requested(
        5, a_place("FO-1", 4), a_place("FO-2", 2, day=1), a_place("FO-3", 9, line="L2")
    )

    assert {("FO-2", 2), ("FO-1", 3)} == set(
        found.select("instruction_id", "qty").rows()
    )
    assert found["request_id"].is_unique().all()


def test_lines_of_one_instruction_are_asked_in_the_order_of_their_numbers() -> None:
    """A packed kit's lines (9, 11) and the loose ones (10, 12) are asked for alike."""
    nine, ten = (
        a_place("FO-1", 1) | {"instruction_line_ref": ref} for ref in ("9", "10")
    )

    assert ["10"] == requested(1, nine, ten)["instruction_line_ref"].to_list()


def test_what_no_instruction_has_open_is_not_asked_for() -> None:
    assert 0 == requested(5, a_place("FO-1", 0), a_place("FO-2", -1)).height


def test_rows_in_any_order_give_the_same_requests() -> None:
    places = [a_place("FO-1", 1), a_place("FO-2", 1), a_place("FO-3", 1)]

    assert requested(2, *places).equals(requested(2, *places[::-1]))


@pytest.mark.parametrize(
    ("state", "given_up", "refused", "again", "answer"),
    [
        ("REQUESTED", 0, 0, 0, {"open_qty": 5}),
        ("REQUESTED", 0, 0, 1, {"open_qty": 2}),
        ("ACKED", 2, 0, 0, {"cancelled_qty": 2}),
        ("ACKED", 2, 0, 2, {"short_qty": 5}),
        ("ACKED", 2, 0, 0, {"refused_qty": 2, "open_qty": 3}),
        ("REFUSED", 0, 2, 0, {}),
        ("REFUSED", 1, 1, 0, {"cancelled_qty": 1}),
        ("REFUSED", 0, 1, 1, {}),
        ("WITHDRAWN", 0, 0, 2, {"open_qty": 5}),
        ("WITHDRAWN", 0, 0, 2, {}),
        ("WITHDRAWN", 1, 0, 1, {"cancelled_qty": 1}),
    ],
)
def test_the_nodes_answer_is_the_state_of_the_request(
    state: str, given_up: int, refused: int, again: int, answer: dict[str, int]
) -> None:
    requests = requested(2, a_place("FO-1", 5)).with_columns(run_id=pl.lit("r"))
    nothing = dict.fromkeys(
        ("open_qty", "cancelled_qty", "refused_qty", "short_qty"), 0
    )
    line = {"instruction_id": "FO-1", "instruction_line_ref": "1"} | nothing | answer
    shipments = pl.DataFrame([line], schema=RECONCILED_SHIPMENTS.schema)

    judged = {"event_id": "E", "verdict": "CANCEL_WITHDRAWN", "qty": again}
    verdicts = pl.DataFrame([judged], schema=EVENT_VERDICTS.schema)

    asked = requests.select(CANCEL_REQUESTS.names)
    found = cancel_outcomes(asked, shipments, verdicts)
    assert [(state, given_up, refused)] == found.select(
        "state", "given_up_qty", "refused_qty"
    ).rows()


def test_what_is_wanted_again_is_of_one_instruction_before_the_next() -> None:
    requests = requested(5, a_place("FO-1", 3), a_place("FO-2", 3))
    judged = {"event_id": "E", "verdict": "CANCEL_WITHDRAWN", "qty": 4}

    found = cancel_outcomes(
        requests.with_columns(run_id=pl.lit("r")).select(CANCEL_REQUESTS.names),
        RECONCILED_SHIPMENTS.empty(),
        pl.DataFrame([judged], schema=EVENT_VERDICTS.schema),
    )
    assert 4 == found["withdrawn_qty"].sum()
    assert ["WITHDRAWN", "REQUESTED"] == found["state"].to_list()
