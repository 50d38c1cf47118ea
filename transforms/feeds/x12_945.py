"""X12 945: what a warehouse shipped of what it was asked for.

One set is one shipment of one instruction.

- W0602 is our instruction, W0604 the shipment, W0606 our order if echoed.
- N1*SF (else N1*WH) names the node; W2702 the carrier.
- Shipped on: G62*11 (an instant if it has an hour), else the date of W0603.
- W12 is one line: 02 asked, 03 shipped, 04 the difference, which must agree if
  it is there. Its number in our instruction is N9*LI behind it, else LX01; N9*ZZ
  behind it says why it is short. MAN gives the parcel, of the line's LX loop or
  else of the shipment. W03's total must agree with the W12s.
"""

from __future__ import annotations

from transforms.contracts.documents import SHIPMENT_CONFIRMATIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.bodies import Body, Content, Line, Row, first, loops
from transforms.edi.documents import read_document
from transforms.edi.sets import SHIPPING_ADVICE
from transforms.edi.values import eaches

DOCUMENT = SHIPMENT_CONFIRMATIONS


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Shipped and shorted lines of a file of 945s, one row per W12.

    Args:
        payload: file as received.
        profile: of the warehouse, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, SHIPPING_ADVICE, _content)


def _content(body: Body) -> Content:
    head, packs = loops(body.lines, "LX")
    _refuse_wrong_total(body)
    shipment = _shipment(body)
    rows: list[Row] = []
    for pack in packs or [head]:
        before, items = loops(pack, "W12")
        parcel = _parcel(before) or _parcel(head)
        for item in items:
            line = _line(item, pack[0], body)
            rows.append(line | {"tracking_ref": parcel or _parcel(item)})
    _refuse_strays(head, packs)
    return shipment, rows


def _shipment(body: Body) -> Row:
    beginning, shipped = body.one("W06"), body.first("G62", "11")
    node = body.first("N1", "SF") or body.one("N1", "WH")
    carrier = body.first("W27")
    if not (node.text(4) or node.text(2)):
        raise node.fault(4, "MISSING_VALUE")
    has_date = shipped is not None and shipped.text(2)
    return {
        "node_ref": node.text(4) or node.text(2),
        "shipment_ref": beginning.text(4),
        "instruction_ref": beginning.text(2),
        "order_ref": beginning.text(6) or None,
        "shipped_on": body.moment(shipped, 2, 4, 5)
        if shipped and has_date
        else body.moment(beginning, 3),
        "carrier_code": (carrier.text(2) or carrier.text(3) if carrier else "") or None,
    }


def _line(loop: list[Line], pack: Line, body: Body) -> Row:
    item, numbered, reason = loop[0], first(loop, "N9", "LI"), first(loop, "N9", "ZZ")
    ordered, shipped = eaches(item.text(2)), eaches(item.text(3))
    if ordered < 0 or shipped < 0:
        raise item.fault(2 if ordered < 0 else 3, "BAD_QTY")
    if item.text(4) and abs(eaches(item.text(4))) != abs(ordered - shipped):
        raise item.fault(4, "BAD_QTY", f"difference is {ordered - shipped}")
    reference = numbered.text(2) if numbered else ""
    if not reference and pack.name != "LX":
        raise item.fault(0, "MISSING_VALUE", "neither N9*LI nor LX")
    return {
        "payload_line": item.number,
        "line_ref": reference or pack.text(1),
        "sku_ref": body.sku(item, 7),
        "ordered_qty": str(ordered),
        "shipped_qty": str(shipped),
        "reason_code": (reason.text(2) if reason else "") or None,
    }


def _parcel(lines: list[Line]) -> str | None:
    found = first(lines, "MAN")
    return found.text(2) if found else None


def _refuse_strays(head: list[Line], packs: list[list[Line]]) -> None:
    stray = first(head, "W12") if packs else None
    if stray:
        raise stray.fault(0, "MISSING_VALUE", "no LX before it")


def _refuse_wrong_total(body: Body) -> None:
    total = body.first("W03")
    items = [line for line in body.lines if line.name == "W12"]
    units = sum(eaches(item.text(3)) for item in items)
    if total and eaches(total.text(1)) != units:
        raise total.fault(1, "WRONG_COUNT", f"{units} eaches counted")
