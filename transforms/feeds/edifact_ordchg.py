"""EDIFACT ORDCHG: changes of purchase orders that a channel sent before.

One message is one change; a message with anything wrong is quarantined whole.

- BGM: 1 or 17 cancels the order, 5 or 21 replaces it by the lines given,
  anything else changes it; the number is the change. RFF ON is the order.
- LIN 1 adds, 2 deletes, 3 (or nothing) changes; 4 (no action) gives no row. In a
  replacement every line is one to add. QTY 21 is the quantity after the change.
- A change without lines, and a cancellation, is one row without a line.
- ``line_amount``: price and quantity as in ORDERS, null where neither PRI nor
  MOA 203 is sent.
- NAD DP (else ST, CN, UC) says where the goods go now; without any of them
  nothing changes there. BGM 224 is EXPEDITED.
- ``changed_at``: DTM 137; a date without an hour is the hour of the interchange
  if that is of the same day, else the start of the day in the partner's zone.
"""

from __future__ import annotations

from transforms.contracts.documents import ORDER_CHANGES
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import Lines
from transforms.feeds.reading.edifact_lines import (
    currency_of,
    description,
    refuse_repeats,
    refuse_wrong_totals,
)
from transforms.feeds.reading.edifact_parties import party, recipient
from transforms.feeds.reading.edifact_prices import line_money

DOCUMENT = ORDER_CHANGES

_ACTIONS = {"1": "cancel", "17": "cancel", "5": "replace", "21": "replace"}
_LINE_ACTIONS = {"1": "add", "2": "delete", "3": "change", "": "change"}
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
    refuse_repeats(items)
    refuse_wrong_totals(summary, items)
    change, beginning = _change(body, head), body.one("BGM")
    action = str(change["action"])
    note = head.free_text()
    rows = [
        _item(item, change, note, body)
        for item in items
        if item[0].text(2) != _NO_ACTION and action != "cancel"
    ]
    whole: Row = {"payload_line": beginning.number, "note": note}
    if action == "replace" and not rows:
        raise beginning.fault(0, "MISSING_VALUE", "no LIN")
    # Where nothing is to be done to any line sent, there is nothing to say.
    return change, rows if rows or (items and action != "cancel") else [whole]


def _change(body: Body, head: Lines) -> Row:
    beginning, made = body.one("BGM"), body.one("DTM", "137")
    order = head.best("RFF", "ON")
    if order is None:
        raise beginning.fault(0, "MISSING_VALUE", "no RFF ON")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    moves = party(head, "DP", "ST", "CN", "UC")
    return {
        "format": "edifact_ordchg",
        "action": _ACTIONS.get(beginning.text(3), "change"),
        "order_ref": order.text(1, 2),
        "change_ref": beginning.text(2),
        "changed_at": body.instant(made),
        "service_code": "EXPEDITED" if beginning.text(1) == _RUSH else None,
        "currency_code": currency_of(head, body),
        **(recipient(moves) if moves else {}),
    }


def _item(item: Lines, change: Row, note: str | None, body: Body) -> Row:
    is_new = change["action"] == "replace"
    action = "add" if is_new else _LINE_ACTIONS[item[0].text(2)]
    qty = _quantity(item, action, body)
    notes = filter(None, [note, item.free_text()])
    return {
        "payload_line": item[0].number,
        "line_ref": item[0].text(1),
        "line_action": action,
        "sku_ref": body.article(item),
        "product_name": description(item),
        "qty": qty,
        "line_amount": _amount(item, qty, str(change["currency_code"])),
        "note": " / ".join(notes) or None,
    }


def _quantity(item: Lines, action: str, body: Body) -> str | None:
    ordered = item.best("QTY", "21", "1")
    if action == "delete":
        return "0"
    if ordered is None:
        if action == "add":
            raise item[0].fault(0, "MISSING_VALUE", "no QTY 21")
        return None
    qty = body.eaches(ordered)
    if qty < 0 or (action == "add" and not qty):
        raise ordered.fault(1, "BAD_QTY", component=2)
    return str(qty)


def _amount(item: Lines, qty: str | None, currency_code: str) -> str | None:
    is_priced = item.first("PRI") or item.best("MOA", "203")
    if not is_priced or not int(qty or 0):
        return None
    money = line_money(item, int(qty or 0), currency_code, may_be_free=True)
    return str(money["line_amount"])
