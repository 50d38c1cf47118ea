"""X12 850: purchase orders of a business channel.

One set is one order; a set with any bad element is quarantined whole.

- BEG01 00 creates, 05 replaces, 01 cancels; BEG03 is the order.
- ``ordered_at``: DTM*004 (order) if it has a date, else BEG05 with the hour of
  DTM*097 (creation of the set) when that is the same day, else the start of
  that day in the partner's zone.
- ``updated_at``: DTM*097, else for a replacement or cancellation the date and
  hour of the group, else ``ordered_at``.
- PO1 has whole eaches (EA) and a unit price; ``line_amount`` is their product
  in the currency's precision. SAC*A after a PO1 is a discount in cents, TXI a
  tax. CTT's count and hash total must agree.
- CSH*SC: ship complete. TD512 names a fast service. AMT*TT is the total.

Not read: packing, terms, allowances of the whole order (their absence from the
lines shows as TOTAL_MISMATCH later).
"""

from __future__ import annotations

from decimal import Decimal

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.bodies import Body, Content, Line, Row, loops
from transforms.edi.documents import read_document
from transforms.edi.sets import PURCHASE_ORDER
from transforms.edi.values import eaches, extended

DOCUMENT = ORDERS

_ACTIONS = {"00": "create", "05": "update", "01": "cancel"}
_NOTES = {"MSG": 1, "NTE": 2}
"""Where free text stands."""

_FAST = {"ND", "NH", "NM", "ON", "SC", "SE"}
"""TD512: next day, its morning, overnight, second day."""


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Order lines of a file of 850s, one row per PO1.

    Args:
        payload: file as received.
        profile: of the channel; ``currency_code`` where CUR is missing,
            ``zone`` of its local times.
    """
    return read_document(payload, profile, DOCUMENT, PURCHASE_ORDER, _content)


def _content(body: Body) -> Content:
    head, items = loops(body.lines, "PO1")
    _refuse_repeats(items)
    _refuse_wrong_totals(body, items)
    order = _order(body, head)
    currency, note = str(order["currency_code"]), _note(head)
    return order, [_item(loop, currency, note, body) for loop in items]


def _order(body: Body, head: list[Line]) -> Row:
    beginning = body.one("BEG")
    currency, total = body.first("CUR"), body.first("AMT", "TT")
    return {
        "format": "x12_850",
        "action": _ACTIONS[beginning.text(1)],
        "order_ref": beginning.text(3),
        "order_name": beginning.text(3),
        "currency_code": currency.text(2) if currency else body.profile.currency_code,
        "order_amount": format(Decimal(total.text(2)), "f") if total else None,
        "service_code": _service(body),
        "is_ship_complete": "true" if body.first("CSH", "SC") else "false",
        "payment_status": "terms",
        **_times(body, beginning),
        **_buyer(head),
        **_recipient(head),
    }


def _service(body: Body) -> str:
    carrier = body.first("TD5")
    is_fast = carrier is not None and carrier.text(12) in _FAST
    return "EXPEDITED" if is_fast else "STANDARD"


def _times(body: Body, beginning: Line) -> Row:
    action = _ACTIONS[beginning.text(1)]
    ordered_at, made_at = _dated(body, "004"), _dated(body, "097")
    created = body.first("DTM", "097")
    if ordered_at is None and created and created.text(2) == beginning.text(5):
        ordered_at = made_at
    ordered_at = ordered_at or body.instant(beginning, 5)
    updated_at = made_at or (ordered_at if action == "create" else body.sent_at)
    return {
        "ordered_at": ordered_at,
        "updated_at": updated_at,
        "cancelled_at": updated_at if action == "cancel" else None,
    }


def _dated(body: Body, qualifier: str) -> str | None:
    line = body.first("DTM", qualifier)
    return body.instant(line, 2, 3, 4) if line and line.text(2) else None


def _item(loop: list[Line], currency: str, note: str | None, body: Body) -> Row:
    item = loop[0]
    qty = eaches(item.text(2))
    if qty <= 0:
        raise item.fault(2, "BAD_QTY")
    if item.text(4).startswith("-"):
        raise item.fault(4, "BAD_AMOUNT")
    notes = filter(None, [note, _note(loop)])
    return {
        "payload_line": item.number,
        "line_ref": item.text(1),
        "sku_ref": body.sku(item, 6),
        "product_name": _described(loop),
        "qty": str(qty),
        "line_amount": extended(item.text(4), qty, currency),
        "discount_amount": _allowances(loop, currency),
        "tax_amount": _taxes(loop, currency),
        "note": " / ".join(notes) or None,
    }


def _described(loop: list[Line]) -> str | None:
    texts = [line.text(5) for line in loop if line.segment[0] == "PID"]
    return next(filter(None, texts), None)


def _allowances(loop: list[Line], currency: str) -> str:
    cents = 0
    for line in loop:
        if line.segment[0] == "SAC" and line.text(1) == "A" and line.text(5):
            if line.text(5).startswith("-"):
                raise line.fault(5, "BAD_AMOUNT", "an allowance is not negative")
            cents += int(line.text(5))
    # SAC05 has two implied decimals, whatever the currency.
    return extended("0.01", cents, currency)


def _taxes(loop: list[Line], currency: str) -> str:
    taxes = [line.text(2) for line in loop if line.segment[0] == "TXI"]
    total = sum(map(Decimal, filter(None, taxes)), Decimal(0))
    return extended(str(total), 1, currency)


def _note(lines: list[Line]) -> str | None:
    texts = [x.text(_NOTES[x.segment[0]]) for x in lines if x.segment[0] in _NOTES]
    return " / ".join(filter(None, texts)) or None


def _party(head: list[Line], qualifier: str) -> list[Line]:
    """The N1 loop of a party, from its N1 to the next."""
    _, parties = loops(head, "N1")
    return next((p for p in parties if p[0].text(1) == qualifier), [])


def _buyer(head: list[Line]) -> Row:
    party = _party(head, "BY")
    contacts = [line for line in head if line.name == "PER"]
    return {
        "customer_ref": (party[0].text(4) if party else "") or None,
        "customer_name": (party[0].text(2) if party else "") or None,
        "customer_email": _contact(contacts, "EM"),
        "customer_phone": _contact(contacts, "TE"),
    }


def _contact(contacts: list[Line], qualifier: str) -> str | None:
    for line in contacts:
        for position in (3, 5, 7):
            if line.text(position) == qualifier and line.text(position + 1):
                return line.text(position + 1)
    return None


def _recipient(head: list[Line]) -> Row:
    party = _party(head, "ST")
    found = {line.name: line for line in reversed(party)}
    nothing = Line(0, [""])
    name, more, street, place = (
        found.get(key, nothing) for key in ("N1", "N2", "N3", "N4")
    )
    names = [name.text(2), more.text(1), more.text(2)]
    return {
        "ship_to_name": " ".join(filter(None, names)) or None,
        "ship_to_street": street.text(1) or None,
        "ship_to_street2": street.text(2) or None,
        "ship_to_city": place.text(1) or None,
        "ship_to_region": place.text(2) or None,
        "ship_to_postal_code": place.text(3) or None,
        # American senders leave the country out when it is their own.
        "ship_to_country": place.text(4) or ("US" if place.text(2) else None),
    }


def _refuse_repeats(items: list[list[Line]]) -> None:
    seen: set[str] = set()
    for item, *_ in items:
        if not item.text(1):
            raise item.fault(1, "MISSING_VALUE")
        if item.text(1) in seen:
            raise item.fault(1, "BAD_CODE", "PO101 repeats in its order")
        seen.add(item.text(1))


def _refuse_wrong_totals(body: Body, items: list[list[Line]]) -> None:
    totals = body.first("CTT")
    if totals is None:
        return
    if int(totals.text(1)) != len(items):
        raise totals.fault(1, "WRONG_COUNT", f"{len(items)} PO1 counted")
    units = sum(eaches(item.text(2)) for item, *_ in items)
    if totals.text(2) and Decimal(totals.text(2)) != units:
        raise totals.fault(2, "WRONG_COUNT", f"{units} eaches counted")
