"""The steps of ATP, one by one."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.availability.waterfall import (
    STEPS,
    BufferPolicy,
    available_to_promise,
)
from transforms.contracts.decisions import NODE_CONFIDENCE, STOCK_POSITIONS
from transforms.contracts.gold import DIM_NODES


def waterfall(
    stock: tuple[int, int, int], buffer_bp: int = 0, confidence_bp: int = 10_000
) -> dict[str, object]:
    available, allocated, released = stock
    position = {
        "node_id": "EAST",
        "sku_id": "S1",
        "available_qty": available,
        "allocated_qty": allocated,
        "released_qty": released,
    }
    doubt = {"node_id": "EAST", "confidence_bp": confidence_bp}
    node = {"node_id": "EAST", "buffer_bp": buffer_bp}
    rows = available_to_promise(
        pl.DataFrame([position], schema=STOCK_POSITIONS.schema),
        pl.DataFrame([doubt], schema=NODE_CONFIDENCE.schema),
        pl.DataFrame([node], schema=DIM_NODES.schema),
        BufferPolicy(),
    )
    row = rows.row(0, named=True)
    assert row["atp_qty"] == sum(row[step] for step in STEPS)
    return row


@pytest.mark.parametrize(
    ("expected", "stock", "buffer_bp"),
    [
        (5, (10, 2, 3), 0),
        (4, (10, 2, 3), 200),
        (0, (10, 6, 4), 200),
        (0, (0, 0, 0), 200),
        (90, (100, 0, 0), 1000),
    ],
)
def test_atp_is_on_hand_less_commitments_less_buffer(
    expected: int, stock: tuple[int, int, int], buffer_bp: int
) -> None:
    assert expected == waterfall(stock, buffer_bp)["atp_qty"]


def test_what_lifts_a_negative_to_zero_is_a_step_of_its_own() -> None:
    row = waterfall((-2, 1, 3), buffer_bp=200)

    assert (0, 6) == (row["atp_qty"], row["floor_qty"])
    assert -2 == row["on_hand_qty"]


def test_the_wider_of_rule_and_doubt_is_withheld_and_named() -> None:
    own = waterfall((100, 0, 0), buffer_bp=500, confidence_bp=9_800)
    doubt = waterfall((100, 0, 0), buffer_bp=500, confidence_bp=9_000)

    assert (-5, "NODE") == (own["buffer_qty"], own["buffer_rule"])
    assert (-10, "CONFIDENCE") == (doubt["buffer_qty"], doubt["buffer_rule"])
