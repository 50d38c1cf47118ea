"""When eaches left that a payment is awaited for, or were cancelled."""

from __future__ import annotations

from datetime import timedelta

from orchestration.resources.house import House
from orchestration.resources.money_facts import moves_of
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_lot_facts import put
from tests.orchestration.test_stock_facts import lay
from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    OWN_EVENTS,
    PROMISE_POSTINGS,
)
from transforms.contracts.gold import FCT_ORDER_EVENTS, FCT_ORDER_LINES

__all__ = ["house"]

LINE = {"line_id": "web/1/1", "landing_id": 5}
FIRST, SECOND = NIGHT + timedelta(hours=1), NIGHT + timedelta(hours=2)


def test_eaches_leave_and_are_cancelled_at_the_instant_of_their_event(
    house: House,
) -> None:
    """A shipment that was taken back since is none; nor is what is of another line."""
    line = LINE | {"ordered_at": NIGHT, "first_landing_id": 5}
    lay(house, FCT_ORDER_LINES, [line])
    sent = {"line_id": "web/1/1", "account": "SHIPPED", "event_at": FIRST}
    postings = [
        sent | {"event_id": "S1", "posting_id": "1", "qty": 4},
        sent | {"event_id": "S2", "posting_id": "2", "qty": 1},
        sent | {"event_id": "S2", "posting_id": "3", "qty": -1},
        sent | {"posting_id": "4", "qty": 9, "line_id": "web/2/1"},
        sent | {"posting_id": "5", "qty": 4, "account": "RELEASED"},
    ]
    put(house, PROMISE_POSTINGS, postings)
    asked: dict[str, object] = {"instruction_id": "FO-1", "instruction_line_ref": "1"}
    put(house, INSTRUCTION_LINES, [asked | {"line_id": "web/1/1"}])
    gave_up = asked | {"event_type": "CANCEL_ACK", "qty": 2, "event_at": SECOND}
    cancelled = LINE | {"event_type": "CANCELLED", "qty": 1, "event_at": FIRST}
    at_till = LINE | {"event_type": "SOLD_AT_TILL", "qty": 3, "event_at": SECOND}
    events = [gave_up | {"landing_id": 6}, cancelled, at_till]
    lay(house, FCT_ORDER_EVENTS, [*events, LINE | {"event_type": "ACCEPTED"}])
    expired = {"line_id": "web/1/1", "event_type": "CANCELLED", "qty": 7}
    put(house, OWN_EVENTS, [expired | {"event_at": SECOND}])

    found = moves_of(house, house.lake.read(FCT_ORDER_LINES))

    assert [
        ("CANCELLED", 1, FIRST),
        ("CANCELLED", 2, SECOND),
        ("CANCELLED", 7, SECOND),
        ("LEFT", 3, SECOND),
        ("LEFT", 4, FIRST),
    ] == sorted(found.select("move", "qty", "event_at").rows())
