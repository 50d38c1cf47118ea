"""What a run gathers of lots: believed counts, and documents that named one since."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from orchestration.resources.house import House
from orchestration.resources.lot_facts import (
    allocated_lots,
    other_lots,
    overpromised_lots,
    promised_lots,
    settled_lots,
    with_first_lots,
)
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_stock_facts import lay
from transforms.availability.rules import AvailabilityPolicy
from transforms.contracts.decisions import (
    ALLOCATION_LOTS,
    ALLOCATIONS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    LOT_POSITIONS,
    NODE_CONFIDENCE,
    OPEN_DEMAND,
    OWN_EVENTS,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
    UNIT_POSTINGS,
)
from transforms.contracts.gold import (
    DIM_NODES,
    DIM_PRODUCTS,
    FCT_ORDER_EVENTS,
    FCT_RECEIPTS,
    FCT_STOCK_ADJUSTMENTS,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.contracts.table import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Table,
)
from transforms.instructions.release import Release

__all__ = ["house"]

NOON, LATER = NIGHT - timedelta(hours=12), NIGHT - timedelta(hours=2)
JANUARY, JUNE = date(2018, 1, 31), date(2018, 6, 30)
HERE = {"node_id": "EAST", "sku_id": "A", "landing_id": 5}
GOOD = HERE | {"stock_status": "AVAILABLE"}
COUNTED = [{"lot": "L1", "expires_date": "2018-06-30", "location": "A-1", "qty": 4}]


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
    lay(house, DIM_NODES, [{"node_id": "EAST", "node_kind": "dc", "channels": "web"}])
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
    assert ["A-1", None] == first["location_ref"].to_list()
    assert again.is_empty()
    assert first.equals(shelf.lake.read(LOT_POSITIONS))


def test_what_comes_back_of_a_lot_is_there_again_and_once(shelf: House) -> None:
    """Also where the node that told of the return corrects its stock for it."""
    settled_lots(shelf)
    returned = HERE | {"movement_type": "RETURN", "account": "ON_HAND", "lot_ref": "L2"}
    returned |= {"stock_status": "AVAILABLE", "event_at": LATER}
    returned |= {"run_id": shelf.run.run_id}
    del returned["landing_id"]
    damaged = returned | {"stock_status": "DAMAGED", "qty": 5, "posting_id": "d"}
    put(shelf, UNIT_POSTINGS, [returned | {"qty": 2}, damaged])
    kept = GOOD | {"lot_ref": "L2", "qty": 2, "event_at": LATER}
    kept |= {"adjustment_id": "kept", "reason_code": "RETURNED"}
    put(shelf, FCT_STOCK_ADJUSTMENTS, [kept])

    assert [("L2", 5)] == settled_lots(shelf).select("lot_ref", "qty").rows()


BLANK = {TEXT: "", INTEGER: 0, INSTANT: NIGHT, DATE: JUNE, BOOLEAN: False}


def put(house: House, table: Table, rows: list[dict[str, object]]) -> None:
    """Rows of a table of decisions; what they do not say is blank."""
    blank = {column.name: BLANK[column.dtype] for column in table.columns}
    frame = pl.DataFrame([blank | row for row in rows], schema=table.schema)
    house.lake.append(table, frame)


def allocated(house: House, *lines: tuple[str, str, int]) -> pl.DataFrame:
    """ALLOCATION_LOTS of allocations at EAST: line, channel, eaches."""
    waits = [
        {"line_id": line, "channel_id": channel, "demand_rank": rank}
        for rank, (line, channel, _) in enumerate(lines, 1)
    ]
    put(house, OPEN_DEMAND, waits)
    given = [
        {"line_id": line, "node_id": "EAST", "sku_id": "A", "qty": qty}
        | {"ship_date": date(2018, 1, 2), "as_of": NIGHT, "packed_in": "NONE"}
        for line, _, qty in lines
    ]
    return allocated_lots(house, pl.DataFrame(given, schema=ALLOCATIONS.schema))


def test_allocations_promise_the_lots_that_expire_first(shelf: House) -> None:
    settled_lots(shelf)

    found = allocated(shelf, ("a", "web", 2), ("b", "web", 2), ("c", "web", 2))

    assert [("a", "L2", 2), ("b", "L1", 1), ("b", "L2", 1), ("c", "L1", 2)] == (
        found.select("line_id", "lot_ref", "qty").rows()
    )


def test_a_rule_says_which_lot_goes_first(
    shelf: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L1 was counted, nobody saw it come; L2 expires first and came since."""
    settled_lots(shelf)
    told = {"rule": "TEA", "kind": "lots", "strategy": "FIFO", "department": "TEA"}
    rules = {"published_channels": [], "rules": [told]}
    fifo = AvailabilityPolicy.from_mapping(rules)
    monkeypatch.setitem(vars(shelf.policies), "availability", fifo)

    found = allocated(shelf, ("a", "web", 4), ("b", "web", 2))

    assert [("a", "L1", 1, 3), ("a", "L2", 2, 1), ("b", "L2", 1, 2)] == (
        found.select("line_id", "lot_ref", "lot_no", "qty").rows()
    )


def test_what_is_promised_of_a_lot_is_not_promised_again(shelf: House) -> None:
    settled_lots(shelf)
    first = allocated(shelf, ("a", "web", 2))
    stamped = first.with_columns(run_id=pl.lit("r0"))
    shelf.lake.append(ALLOCATION_LOTS, stamped.select(ALLOCATION_LOTS.names))
    open_line = {"line_id": "a", "order_id": "o", "sku_id": "A", "released_qty": 2}
    put(
        shelf,
        LINE_BUCKETS,
        [open_line | {"line_status": "RELEASED", "ordered_at": NOON}],
    )
    held = {"line_id": "a", "node_id": "EAST", "sku_id": "A", "account": "RELEASED"}
    put(shelf, PROMISE_POSTINGS, [held | {"qty": 2, "event_at": NIGHT}])
    shelf.lake.execute("update lake.decisions.stock_positions set released_qty = 2")

    found = allocated(shelf, ("b", "web", 2))

    assert [("a", "L2", 2)] == promised_lots(shelf).select(
        "line_id", "lot_ref", "qty"
    ).rows()
    assert [("L1", 1), ("L2", 1)] == found.select("lot_ref", "qty").rows()


def test_a_count_of_what_is_free_leaves_out_what_was_promised_before(
    shelf: House,
) -> None:
    settled_lots(shelf)
    shelf.lake.execute("update lake.gold.fct_stock_snapshots set quantity_basis = 'x'")
    named = {"node_id": "EAST", "sku_id": "A", "lot_ref": "L1", "lot_no": 1, "qty": 1}
    for line, at in (("a", NOON), ("b", LATER)):
        put(shelf, ALLOCATION_LOTS, [named | {"line_id": line, "as_of": at}])
        open_line = {"line_id": line, "released_qty": 1, "line_status": "RELEASED"}
        put(shelf, LINE_BUCKETS, [open_line | {"ordered_at": NOON}])
        held = {"line_id": line, "node_id": "EAST", "account": "RELEASED"}
        put(shelf, PROMISE_POSTINGS, [held | {"qty": 1, "posting_id": line}])

    def promised() -> list[str]:
        return promised_lots(shelf)["line_id"].to_list()

    assert ["a", "b"] == promised()
    free = "update lake.gold.fct_stock_snapshots set quantity_basis = 'available'"
    shelf.lake.execute(free)
    assert ["b"] == promised()


def test_an_instruction_asks_for_the_lot_that_expires_first(shelf: House) -> None:
    settled_lots(shelf)
    found = allocated(shelf, ("a", "web", 2), ("b", "web", 4))
    stamped = found.with_columns(run_id=pl.lit(shelf.run.run_id))
    shelf.lake.append(ALLOCATION_LOTS, stamped.select(ALLOCATION_LOTS.names))
    rows = [
        {"instruction_id": "FO-1", "instruction_line_ref": str(n), "line_id": line}
        | {"sku_id": "A", "qty": 2}
        for n, line in enumerate("abc", 1)
    ]
    order = {"instruction_id": "FO-1", "node_id": "EAST"}
    released = Release(
        pl.DataFrame([order], schema=FULFILMENT_ORDERS.schema),
        pl.DataFrame(rows, schema=INSTRUCTION_LINES.schema).drop("run_id"),
        OWN_EVENTS.empty(),
    )

    found = with_first_lots(shelf, released)

    assert ["L2", "L2", None] == found["lot_ref"].to_list()


@pytest.mark.parametrize(
    ("promised_at", "expected"), [(NIGHT, [("L1", 9, 3)]), (NOON, [])]
)
def test_a_lot_is_over_promised_unless_it_may_have_left_before_it_was_counted(
    shelf: House, promised_at: datetime, expected: list[tuple[object, ...]]
) -> None:
    settled_lots(shelf)
    named = {"line_id": "a", "node_id": "EAST", "sku_id": "A", "lot_ref": "L1"}
    given = named | {"lot_no": 1, "qty": 9, "as_of": promised_at}
    put(shelf, ALLOCATION_LOTS, [given])
    open_line = {"line_id": "a", "released_qty": 9, "line_status": "RELEASED"}
    put(shelf, LINE_BUCKETS, [open_line | {"ordered_at": NOON}])
    held = {"line_id": "a", "node_id": "EAST", "sku_id": "A", "account": "RELEASED"}
    put(shelf, PROMISE_POSTINGS, [held | {"qty": 9, "event_at": NIGHT}])

    found = overpromised_lots(shelf)

    assert expected == found.select("lot_ref", "promised_qty", "there_qty").rows()


def test_another_lot_than_was_asked_for_is_told_and_another_of_the_line_is_not(
    shelf: House,
) -> None:
    lots = [("a", "L1"), ("b", "L1"), ("b", "L2")]
    named = [
        {"line_id": line, "node_id": "EAST", "sku_id": "A", "lot_ref": lot, "qty": 1}
        | {"as_of": NOON, "lot_no": 1}
        for line, lot in lots
    ]
    put(shelf, ALLOCATION_LOTS, named)
    for number, line in enumerate("ab", 1):
        pair = {"instruction_id": "FO-1", "instruction_line_ref": str(number)}
        put(shelf, INSTRUCTION_LINES, [pair | {"line_id": line, "lot_ref": "L1"}])
        left = json.dumps({"lots": [{"lot": "L2", "qty": 1}]})
        shipped = HERE | pair | {"event_type": "SHIPPED", "qty": 1, "detail": left}
        put(shelf, FCT_ORDER_EVENTS, [shipped | {"event_at": LATER}])

    assert [("a", "L2", "L1", 1)] == other_lots(shelf, NOON).rows()
    assert other_lots(shelf, NIGHT).is_empty()
