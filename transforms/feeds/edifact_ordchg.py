"""EDIFACT ORDCHG: changes of purchase orders that a channel sent before.

One message is one change; a message with anything wrong is quarantined whole.

- BGM: 1 or 17 cancels the order, 5 or 21 replaces it by the lines given,
  anything else changes it; the number is the change. RFF ON is the order.
- LIN 1 adds, 2 deletes, 3 changes; 4 (no action) gives no row. Without a code a
  line is changed, or added where the order is replaced. QTY 21 is the quantity
  after the change; a unit that is no piece stays with it, and silver asks
  ``units_of_measure`` for its pieces.
- One row per LIN, and one without a line where the heading says where the goods
  go (NAD DP, else ST, CN, UC), hurries (BGM 224 is EXPEDITED) or has a note; a
  change without lines, and a cancellation, is such a row alone.
- ``line_amount``: price and quantity as in ORDERS, without a quantity MOA 203. With
  a price alone (PRI AAA, else AAB, and no quantity) it is ``unit_amount``, the price
  of one each: what the line comes to is known with its order. A price of anything
  else alone, or for pieces of such a unit, is UNKNOWN_UNIT.
- ``changed_at``: DTM 137 with an hour, else the hour of the interchange: a date
  alone could not say which of two changes of a day came last.
"""

from __future__ import annotations

from transforms.contracts.documents import ORDER_CHANGES
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import Line, Lines
from transforms.feeds.reading.edifact_lines import (
    currency_of,
    description,
    refuse_repeats,
    refuse_wrong_totals,
)
from transforms.feeds.reading.edifact_parties import party, recipient
from transforms.feeds.reading.edifact_prices import (
    coin_of,
    line_money,
    money,
    refuse_prices_by_piece,
    spelled,
    unit_price_text,
)

DOCUMENT = ORDER_CHANGES

_ACTIONS = {"1": "cancel", "17": "cancel", "5": "replace", "21": "replace"}
_LINE_ACTIONS = {"1": "add", "2": "delete", "3": "change"}
_NO_ACTION = "4"
_RUSH = "224"


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Changes of a file of ORDCHGs, one row per changed LIN or per message.

    Args:
        payload: file as received.
        profile: of the channel; ``currency_code`` where CUX is missing,
            ``zone`` of its local times.
    """
    return read_document(payload, profile, DOCUMENT, "ORDCHG", _content)


def _content(body: Body) -> Content:
    head, items, summary = body.sections
    change, beginning = _change(body, head), body.one("BGM")
    if change["action"] == "cancel":
        return change, [{"payload_line": beginning.number, "note": head.free_text()}]
    refuse_repeats(items)
    refuse_wrong_totals(summary, items)
    if change["action"] == "replace" and not items:
        raise beginning.fault(0, "MISSING_VALUE", "no LIN")
    told = [item for item in items if item[0].text(2) != _NO_ACTION]
    rows = [_item(item, change, body) for item in told]
    heading = _heading(head, beginning)
    if not items or any(heading.values()):
        rows.insert(0, heading | {"payload_line": beginning.number})
    return change, rows


def _change(body: Body, head: Lines) -> Row:
    beginning, made = body.one("BGM"), body.one("DTM", "137")
    order = head.best("RFF", "ON")
    if order is None:
        raise beginning.fault(0, "MISSING_VALUE", "no RFF ON")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    return {
        "format": "edifact_ordchg",
        "action": _ACTIONS.get(beginning.text(3), "change"),
        "order_ref": order.text(1, 2),
        "change_ref": beginning.text(2),
        "changed_at": body.instant(made) if body.has_hour(made) else body.prepared_at,
        "currency_code": currency_of(head, body),
    }


def _heading(head: Lines, beginning: Line) -> Row:
    """What the heading changes for the whole order."""
    moves = party(head, "DP", "ST", "CN", "UC")
    return {
        "service_code": "EXPEDITED" if beginning.text(1) == _RUSH else None,
        "note": head.free_text(),
        **(recipient(moves) if moves else {}),
    }


def _item(item: Lines, change: Row, body: Body) -> Row:
    usual = "add" if change["action"] == "replace" else "change"
    action = _LINE_ACTIONS.get(item[0].text(2), usual)
    qty, unit = _quantity(item, action, body)
    return {
        "payload_line": item[0].number,
        "line_ref": item[0].text(1),
        "line_action": action,
        "sku_ref": body.sku(item) if action == "add" else body.article(item),
        "product_name": description(item),
        "qty": None if qty is None else str(qty),
        "uom_code": unit,
        **_amounts(item, qty, action, str(change["currency_code"]), body),
        "note": item.free_text(),
    }


def _quantity(item: Lines, action: str, body: Body) -> tuple[int | None, str | None]:
    """How many after the change, and of which unit, None for pieces."""
    ordered = item.best("QTY", "21", "1")
    if action == "delete":
        return 0, None
    if ordered is None:
        if action == "add":
            raise item[0].fault(0, "MISSING_VALUE", "no QTY 21")
        return None, None
    qty, unit = body.counted(ordered)
    if qty < 0 or (action == "add" and not qty):
        raise ordered.fault(1, "BAD_QTY", component=2)
    refuse_prices_by_piece(item, ordered, unit, body)
    return qty, unit


def _amounts(
    item: Lines, qty: int | None, action: str, currency_code: str, body: Body
) -> Row:
    """What the line comes to, or its price where nothing says how many it has."""
    price, stated = item.best("PRI", "AAA", "AAB"), item.best("MOA", "203")
    if action == "delete" or not (item.first("PRI") or stated):
        return {}
    if qty:
        whole = line_money(item, qty, currency_code, may_be_free=True)
        return {"line_amount": whole["line_amount"]}
    if qty is None and stated:
        coin = coin_of(currency_code)
        return {"line_amount": spelled(money(stated, coin), coin)}
    return _price_alone(price, body) if qty is None and price else {}


def _price_alone(price: Line, body: Body) -> Row:
    if unit := body.unit(price, 6):
        raise price.fault(1, "UNKNOWN_UNIT", f"{unit}, not pieces", 6)
    return {"unit_amount": unit_price_text(price)}
