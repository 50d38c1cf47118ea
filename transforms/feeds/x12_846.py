"""X12 846: a warehouse's stock as it counted it.

- The cut is DTM*514, else BIA04 with the hour of BIA05, else the hour of the
  group; a count without an hour cannot be netted, so a date alone is not used.
- N1*WH names the node for all that follows it; QTY belongs to the LIN before.
- QTY01: 17 on hand and 33 available for sale give AVAILABLE with that basis,
  74 DAMAGED and QH HOLD (always on hand). Other quantities are not read.
"""

from __future__ import annotations

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.bodies import Body, Content, Line, Row, loops
from transforms.edi.documents import read_document
from transforms.edi.sets import STOCK_ADVICE
from transforms.edi.values import eaches

DOCUMENT = STOCK_SNAPSHOTS

_MEANINGS = {
    "17": ("AVAILABLE", "on_hand"),
    "33": ("AVAILABLE", "available"),
    "74": ("DAMAGED", "on_hand"),
    "QH": ("HOLD", "on_hand"),
}
"""QTY01 → stock status and basis."""


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Stock figures of a file of 846s, one row per LIN and read QTY.

    Args:
        payload: file as received.
        profile: of the warehouse, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, STOCK_ADVICE, _content)


def _content(body: Body) -> Content:
    cut = _cut(body)
    _, items = loops(body.lines, "LIN")
    _refuse_wrong_count(body, len(items))
    rows: list[Row] = []
    node = sku = ""
    for line in body.lines:
        if line.name == "N1" and line.text(1) == "WH":
            node = _node(line)
        elif line.name == "LIN":
            sku = body.sku(line, 2)
        elif line.name == "QTY" and line.text(1) in _MEANINGS:
            rows.append(_figure(line, node, sku))
    return {"snapshot_at": cut}, rows


def _figure(line: Line, node: str, sku: str) -> Row:
    if not node or not sku:
        missing = "no N1*WH before it" if sku else "no LIN before it"
        raise line.fault(0, "MISSING_VALUE", missing)
    status, basis = _MEANINGS[line.text(1)]
    return {
        "payload_line": line.number,
        "node_ref": node,
        "sku_ref": sku,
        "stock_status": status,
        "quantity_basis": basis,
        "qty": str(eaches(line.text(2))),
    }


def _node(line: Line) -> str:
    node = line.text(4) or line.text(2)
    if not node:
        raise line.fault(4, "MISSING_VALUE")
    return node


def _cut(body: Body) -> str:
    taken, beginning = body.first("DTM", "514"), body.one("BIA")
    if taken and taken.text(2) and taken.text(3):
        return body.instant(taken, 2, 3, 4)
    if beginning.text(5):
        return body.instant(beginning, 4, 5)
    return body.sent_at


def _refuse_wrong_count(body: Body, count: int) -> None:
    totals = body.first("CTT")
    if totals and int(totals.text(1)) != count:
        raise totals.fault(1, "WRONG_COUNT", f"{count} LIN counted")
