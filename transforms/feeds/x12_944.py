"""X12 944: what a warehouse received.

- W1703 is the receipt, W1704 our order or advice; N1*WH names the node.
- Received on: the first G62 with a date (an instant if it has an hour), else
  W1702 with the hour of W1707, a bare date without one.
- W07 is one line of eaches, numbered by N9*LI behind it or by its place. W13
  behind it takes eaches out of the line: 01 damaged gives a row of its own,
  ``<line>-DAMAGED``; 02 shortage and 03 overage are notes about the advice and
  move nothing. W14's total must agree with the W07s.
"""

from __future__ import annotations

from transforms.contracts.documents import RECEIPTS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.bodies import Body, Content, Line, Row, first, loops
from transforms.edi.documents import read_document
from transforms.edi.sets import RECEIPT_ADVICE
from transforms.edi.values import eaches

DOCUMENT = RECEIPTS

_DAMAGED = "01"


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Received lines of a file of 944s, one row per W07 and stock status.

    Args:
        payload: file as received.
        profile: of the warehouse, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, RECEIPT_ADVICE, _content)


def _content(body: Body) -> Content:
    head, items = loops(body.lines, "W07")
    _refuse_wrong_total(body, items)
    receipt = _receipt(body, head)
    rows: list[Row] = []
    for place, loop in enumerate(items, start=1):
        rows += _lines(loop, place, body)
    _refuse_repeats(items, rows)
    return receipt, rows


def _receipt(body: Body, head: list[Line]) -> Row:
    beginning, node = body.one("W17"), body.one("N1", "WH")
    if not (node.text(4) or node.text(2)):
        raise node.fault(4, "MISSING_VALUE")
    dated = next((x for x in head if x.name == "G62" and x.text(2)), None)
    return {
        "node_ref": node.text(4) or node.text(2),
        "receipt_ref": beginning.text(3),
        "po_ref": beginning.text(4) or None,
        "received_on": body.moment(dated, 2, 4, 5)
        if dated
        else body.moment(beginning, 2, 7),
    }


def _lines(loop: list[Line], place: int, body: Body) -> list[Row]:
    item, numbered = loop[0], first(loop, "N9", "LI")
    reference = (numbered.text(2) if numbered else "") or str(place)
    qty = eaches(item.text(1))
    damaged = sum(eaches(x.text(1)) for x in loop if _is_damage(x))
    if qty < 0 or not 0 <= damaged <= qty:
        raise item.fault(1, "BAD_QTY", f"{damaged} of them damaged")
    sku = body.sku(item, 4)
    shared: Row = {"payload_line": item.number, "sku_ref": sku}
    sound = {"line_ref": reference, "qty": str(qty - damaged)}
    rows: list[Row] = []
    if qty > damaged or not damaged:
        rows.append(shared | sound | {"stock_status": "AVAILABLE"})
    if damaged:
        broken = {"line_ref": f"{reference}-DAMAGED", "qty": str(damaged)}
        rows.append(shared | broken | {"stock_status": "DAMAGED"})
    return rows


def _is_damage(line: Line) -> bool:
    return line.name == "W13" and line.text(3) == _DAMAGED


def _refuse_repeats(items: list[list[Line]], rows: list[Row]) -> None:
    if len({row["line_ref"] for row in rows}) < len(rows):
        raise items[-1][0].fault(0, "BAD_CODE", "a line number repeats")


def _refuse_wrong_total(body: Body, items: list[list[Line]]) -> None:
    total = body.first("W14")
    units = sum(eaches(item.text(1)) for item, *_ in items)
    if total and eaches(total.text(1)) != units:
        raise total.fault(1, "WRONG_COUNT", f"{units} eaches counted")
