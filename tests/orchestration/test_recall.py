"""What a recall finds of a lot beside what went out."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from orchestration.cli.recall import BACK, goes_out
from orchestration.resources.house import House
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_lot_facts import put
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    ALLOCATION_LOTS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    PROMISE_POSTINGS,
    RECONCILED_SHIPMENTS,
    UNIT_POSTINGS,
)
from transforms.contracts.documents import SHIPMENT_CONFIRMATIONS
from transforms.contracts.gold import FCT_ORDER_EVENTS, FCT_ORDER_LINES

__all__ = ["house"]

LATER = NIGHT + timedelta(hours=2)
POSTED = {"movement_type": "RETURN", "node_id": "EAST", "sku_id": "A", "lot_ref": "L1"}


@pytest.fixture
def back(house: House) -> House:
    """Two of a line are back, one of them on the shelf; one of nobody's."""
    said = {"detail": json.dumps({"return_ref": "R1", "order_ref": "1"})}
    received = said | {"event_id": "d/R1/RETURN_RECEIVED", "line_id": "web/1/1"}
    looked = received | {"event_id": "d/R1/RETURN_INSPECTED"}
    nobodys = said | {"event_id": "d/R2/RETURN_RECEIVED"}
    lay(house, FCT_ORDER_EVENTS, [received, looked, nobodys])
    lay(house, FCT_ORDER_LINES, [{"line_id": "web/1/1", "order_id": "web/1"}])
    sides = [
        ("d/R1/RETURN_RECEIVED", "DELIVERED", -1, NIGHT),
        ("d/R1/RETURN_RECEIVED", "CUSTOMER_RETURN", 1, NIGHT),
        # It is told anew of one more.
        ("d/R1/RETURN_RECEIVED#1", "DELIVERED", -1, NIGHT),
        ("d/R1/RETURN_RECEIVED#1", "CUSTOMER_RETURN", 1, NIGHT),
        ("d/R1/RETURN_INSPECTED", "CUSTOMER_RETURN", -1, LATER),
        ("d/R1/RETURN_INSPECTED", "ON_HAND", 1, LATER),
        ("d/R2/RETURN_RECEIVED", "VARIANCE", -1, NIGHT),
        ("d/R2/RETURN_RECEIVED", "CUSTOMER_RETURN", 1, NIGHT),
    ]
    postings = [
        POSTED
        | {"movement_id": name, "account": account, "qty": qty, "event_at": at}
        | {"posting_id": f"{name}/{account}", "stock_status": "AVAILABLE"}
        for name, account, qty, at in sides
    ]
    other = postings[1] | {"lot_ref": "L2", "posting_id": "other", "qty": 5}
    put(house, UNIT_POSTINGS, [*postings, other])
    return house


def test_what_came_back_of_a_lot_is_where_its_returns_put_it(back: House) -> None:
    found = back.lake.query(BACK, ["L1"])

    assert [
        ("1", "EAST", "A", 1, "CUSTOMER_RETURN"),
        ("web/1", "EAST", "A", 1, "CUSTOMER_RETURN"),
        ("web/1", "EAST", "A", 1, "ON_HAND"),
    ] == found.select("order_id", "node_id", "sku_id", "qty", "account").rows()
    assert LATER == found["moved_at"].max()


def test_of_a_serial_number_it_is_what_came_back_of_its_line(back: House) -> None:
    sent = {"instruction_id": "FO-1", "instruction_line_ref": "1", "line_id": "web/1/1"}
    put(back, INSTRUCTION_LINES, [sent])
    told = {"instruction_ref": "FO-1", "line_ref": "1", "serial_refs": "SN-1 SN-2"}
    put(back, SHIPMENT_CONFIRMATIONS, [told])

    assert 7 == back.lake.query(BACK, ["SN-2"])["qty"].sum()
    assert back.lake.query(BACK, ["SN-3"]).is_empty()


def test_orders_that_are_promised_the_lot_are_told_before_it_leaves(
    house: House,
) -> None:
    """Of another lot as well, which is none of this recall."""
    at = {"node_id": "EAST", "sku_id": "A"}
    for line, told in (("web/1/1", True), ("web/2/1", False), ("web/3/1", True)):
        qty = 4 if told else 6
        open_qty = {"web/1/1": 4, "web/2/1": 6, "web/3/1": 2}[line]
        state = {"line_status": "RELEASED", "released_qty": open_qty} | {
            "line_id": line,
            "order_id": line.rsplit("/", 1)[0],
        }
        put(house, LINE_BUCKETS, [state])
        lots = at | {"line_id": line, "qty": qty, "lot_no": 1}
        lot = "L2" if line == "web/3/1" else "L1"
        put(house, ALLOCATION_LOTS, [lots | {"lot_ref": lot}])
        posted = at | {"line_id": line, "qty": open_qty}
        posted |= {"account": "RELEASED" if told else "ALLOCATED", "posting_id": line}
        put(house, PROMISE_POSTINGS, [posted])
        if told:
            name = {"instruction_id": f"FO-{line[4]}"}
            put(house, FULFILMENT_ORDERS, [name | {"node_id": "EAST"}])
            asked = name | {"line_id": line, "open_qty": open_qty}
            put(house, RECONCILED_SHIPMENTS, [asked])
    lay(
        house,
        FCT_ORDER_LINES,
        [{"line_id": f"web/{n}/1", "order_id": f"web/{n}"} for n in (1, 2, 3)],
    )

    found = goes_out(house, "L1")

    assert [
        ("web/1", "EAST", "A", 4, "FO-1"),
        ("web/2", "EAST", "A", 6, None),
    ] == found.select("order_id", "node_id", "sku_id", "qty", "told_in").rows()
    assert goes_out(house, "SN-1").is_empty()
