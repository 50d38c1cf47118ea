"""What a run gathers of lots: believed counts, and documents that named one since."""

from __future__ import annotations

import json
from datetime import date, timedelta

import polars as pl
import pytest

from orchestration.resources.house import House
from orchestration.resources.lot_facts import settled_lots, with_first_lots
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LOT_POSITIONS,
    NODE_CONFIDENCE,
    OWN_EVENTS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_ORDER_EVENTS,
    FCT_RECEIPTS,
    FCT_STOCK_ADJUSTMENTS,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.instructions.release import Release

__all__ = ["house"]

NOON, LATER = NIGHT - timedelta(hours=12), NIGHT - timedelta(hours=2)
JANUARY, JUNE = date(2018, 1, 31), date(2018, 6, 30)
HERE = {"node_id": "EAST", "sku_id": "A", "landing_id": 5}
GOOD = HERE | {"stock_status": "AVAILABLE"}
COUNTED = [{"lot": "L1", "expires_date": "2018-06-30", "qty": 4}]


@pytest.fixture
def shelf(house: House) -> House:
    """EAST counted lot L1 at noon; L2 came, some of both left, one was damaged."""
    believed = dict.fromkeys(NODE_CONFIDENCE.names, 0)
    believed |= {"node_id": "EAST", "as_of": NIGHT, "snapshot_at": NOON}
    doubted = believed | {"snapshot_at": LATER, "verdict": "IMPLAUSIBLE", "run_id": "r"}
    rows = [believed | {"verdict": "TRUSTED", "run_id": "q"}, doubted]
    rows[0] |= {"as_of": NOON}
    # A count that names no lot says nothing of them.
    plain = NIGHT - timedelta(hours=1)
    rows.append(rows[0] | {"as_of": NIGHT - timedelta(minutes=1), "snapshot_at": plain})
    confidence = pl.DataFrame(rows, schema=NODE_CONFIDENCE.schema)
    house.lake.append(NODE_CONFIDENCE, confidence)
    count = GOOD | {"snapshot_at": NOON, "lots": json.dumps(COUNTED)}
    doubtful = count | {
        "snapshot_at": LATER,
        "lots": json.dumps([COUNTED[0] | {"qty": 9}]),
    }
    lay(
        house,
        FCT_STOCK_SNAPSHOTS,
        [count, doubtful, count | {"snapshot_at": plain, "lots": None}],
    )
    receipt = GOOD | {"lot_ref": "L2", "expires_date": JANUARY, "qty": 6}
    lay(house, FCT_RECEIPTS, [receipt | {"event_at": LATER}])
    moved = GOOD | {"to_stock_status": "DAMAGED", "lot_ref": "L2", "qty": 1}
    lay(house, FCT_STOCK_ADJUSTMENTS, [moved | {"event_at": LATER}])
    left = json.dumps({"lots": [{"lot": "L1", "qty": 1}, {"lot": "L2", "qty": 2}]})
    shipped = HERE | {"event_type": "SHIPPED", "qty": 3, "detail": left}
    lay(house, FCT_ORDER_EVENTS, [shipped | {"event_at": LATER}])
    stock = dict.fromkeys(STOCK_POSITIONS.names, 0) | {"node_id": "EAST", "sku_id": "A"}
    stock |= {"available_qty": 6, "run_id": "r"}
    house.lake.append(STOCK_POSITIONS, pl.DataFrame([stock], STOCK_POSITIONS.schema))
    lay(house, DIM_NODES, [{"node_id": "EAST", "node_kind": "dc"}])
    lay(house, DIM_PRODUCTS, [{"sku_id": "A", "department": "TEA"}])
    return house


def test_a_believed_count_and_what_named_a_lot_since_are_what_lies_there(
    shelf: House,
) -> None:
    first = settled_lots(shelf)
    again = settled_lots(shelf)

    assert [("L1", JUNE, 3), ("L2", JANUARY, 3)] == first.select(
        "lot_ref", "expires_date", "qty"
    ).rows()
    assert again.is_empty()
    assert first.equals(shelf.lake.read(LOT_POSITIONS))


def test_an_instruction_asks_for_the_lot_that_expires_first(shelf: House) -> None:
    settled_lots(shelf)
    line = {"instruction_id": "FO-1", "sku_id": "A", "qty": 2}
    lines = [line | {"instruction_line_ref": str(n)} for n in range(1, 4)]
    order = {"instruction_id": "FO-1", "node_id": "EAST"}
    released = Release(
        pl.DataFrame([order], schema=FULFILMENT_ORDERS.schema),
        pl.DataFrame(lines, schema=INSTRUCTION_LINES.schema).drop("run_id"),
        OWN_EVENTS.empty(),
    )

    found = with_first_lots(shelf, released)

    assert ["L2", "L2", "L1"] == found["lot_ref"].to_list()
