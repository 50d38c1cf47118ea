"""EDIFACT ORDERS: purchase orders of a business channel.

One message is one order; a message with anything wrong is quarantined whole.
Directories D.96A (EANCOM 97) and D.01B (EANCOM 2002); other releases are read as
the nearer one. Any service characters, any of the character sets of UNB.

- BGM: 9, 7, 31, 35 or nothing creates, 5 replaces, 1 cancels; the number is the
  order. 224 (rush order) is EXPEDITED.
- ``ordered_at``: DTM 4, else 137; a date without an hour is the hour of the
  interchange if that is of the same day, else the start of the day in the
  partner's zone. ``updated_at``: DTM 137; for a replacement or cancellation
  without an hour there, the interchange.
- NAD BY is the buyer, DP (else ST, CN, UC, BY) who gets the goods.
- LIN with QTY 21 (else 1) in pieces; another unit stays with its line, whose
  price is then of one such unit, and silver asks ``units_of_measure`` for its
  pieces (a price for pieces of such a unit is UNKNOWN_UNIT). The article by LIN and PIA
  (1, 5), see option ``sku_qualifiers``. CNT 1 and 2 must agree.
- Price: AAB is gross and allowances (ALC A: MOA 8, 23 or 204, or PCD) come off
  it, AAA is net of them already; each per its own unit price basis. With both,
  the discount is their difference. Where neither is sent the line amount MOA 203
  counts, else any other price. MOA 203 must agree with a net price and quantity
  to half a coin an each. Tax is MOA 124 behind TAX.
- ``ship_on``: DTM 10 (shipment requested); ``deliver_on``: DTM 2 (delivery
  requested), else 64 (earliest). One that is no date is told and left out.
- ALI 83E, 72E, 144 or 137, or SCC with SC: ship complete.

Not read: charges and allowances of the whole order (their absence shows as
TOTAL_MISMATCH later), tax rates without an amount. A line split over places
(LOC 7) is read as one line, and the sender is told.

Option ``unpriced`` = "zero" takes lines without any price at 0, as those of a
cancellation are.
"""

from __future__ import annotations

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.faults import FaultError
from transforms.edi.edifact.lines import NOTHING, Line, Lines
from transforms.feeds.reading.edifact_lines import (
    currency_of,
    description,
    refuse_repeats,
    refuse_wrong_totals,
)
from transforms.feeds.reading.edifact_parties import buyer, recipient
from transforms.feeds.reading.edifact_prices import (
    coin_of,
    line_money,
    money,
    refuse_prices_by_piece,
    spelled,
)

DOCUMENT = ORDERS

_ACTIONS = {"1": "cancel", "5": "update"}
_RUSH = "224"
_WHOLE = {"83E", "72E", "144", "137"}
"""ALI 4183: deliver the order whole, EANCOM 97 and 2002."""


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Order lines of a file of ORDERS, one row per LIN.

    Args:
        payload: file as received.
        profile: of the channel; ``currency_code`` where CUX is missing,
            ``zone`` of its local times.
    """
    return read_document(payload, profile, DOCUMENT, "ORDERS", _content)


def _content(body: Body) -> Content:
    head, items, summary = body.sections
    if not items:
        raise body.one("BGM").fault(0, "MISSING_VALUE", "no LIN")
    refuse_repeats(items)
    refuse_wrong_totals(summary, items)
    order = _order(body, head, summary)
    note = head.free_text()
    return order, [_item(item, order, note, body) for item in items]


def _order(body: Body, head: Lines, summary: Lines) -> Row:
    beginning = body.one("BGM")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    total = summary.best("MOA", "86", "128", "9", "39")
    coin = coin_of(currency_of(head, body))
    return {
        "format": "edifact_orders",
        "action": _ACTIONS.get(beginning.text(3), "create"),
        "order_ref": beginning.text(2),
        "order_name": beginning.text(2),
        "currency_code": currency_of(head, body),
        "order_amount": spelled(money(total, coin), coin) if total else None,
        "service_code": "EXPEDITED" if beginning.text(1) == _RUSH else "STANDARD",
        "is_ship_complete": "true" if _is_whole(head) else "false",
        "payment_status": "terms",
        "ship_on": _day(body, head, "10"),
        "deliver_on": _day(body, head, "2", "64"),
        **_times(body, head, beginning),
        **buyer(head),
        **recipient(head),
    }


def _may_be_free(order: Row, body: Body) -> bool:
    is_free = body.profile.options.get("unpriced") == "zero"
    return is_free or order["action"] == "cancel"


def _is_whole(head: Lines) -> bool:
    conditions = {
        line.text(element) for line in head.named("ALI") for element in range(3, 8)
    }
    schedule = head.first("SCC") or NOTHING
    return bool(conditions & _WHOLE) or schedule.text(2) == "SC"


def _times(body: Body, head: Lines, beginning: Line) -> Row:
    ordered, made = head.best("DTM", "4", "137"), head.best("DTM", "137")
    if ordered is None:
        raise beginning.fault(0, "MISSING_VALUE", "no DTM 4 or 137")
    ordered_at = body.instant(ordered)
    is_dated = made is not None and not body.has_hour(made)
    is_original = beginning.text(3) not in _ACTIONS
    if made is None or (is_dated and not is_original):
        updated_at = ordered_at if is_original else body.prepared_at
    else:
        updated_at = body.instant(made)
    is_cancelled = _ACTIONS.get(beginning.text(3)) == "cancel"
    return {
        "ordered_at": ordered_at,
        "updated_at": updated_at,
        "cancelled_at": updated_at if is_cancelled else None,
    }


def _day(body: Body, head: Lines, *qualifiers: str) -> str | None:
    dated = head.best("DTM", *qualifiers)
    try:
        return None if dated is None else body.day(dated)
    except FaultError:
        # A week, or a time of the year: no reason to refuse the order.
        body.note(dated or NOTHING, "BAD_INSTANT", "no date; left out")
        return None


def _item(item: Lines, order: Row, note: str | None, body: Body) -> Row:
    ordered = item.best("QTY", "21", "1")
    if ordered is None:
        raise item[0].fault(0, "MISSING_VALUE", "no QTY 21")
    qty, unit = body.counted(ordered)
    if qty <= 0:
        raise ordered.fault(1, "BAD_QTY", component=2)
    refuse_prices_by_piece(item, ordered, unit, body)
    place = item.first("LOC", "7")
    if place:
        body.note(place, "UNKNOWN_COLUMN", "LOC 7, the line is read as one")
    own = item.free_text()
    return {
        "payload_line": item[0].number,
        "line_ref": item[0].text(1),
        "sku_ref": body.sku(item),
        "product_name": description(item),
        "qty": str(qty),
        "uom_code": unit,
        **line_money(
            item,
            qty,
            str(order["currency_code"]),
            may_be_free=_may_be_free(order, body),
        ),
        "note": f"{note} / {own}" if note and own else note or own,
    }
