"""EDIFACT RECADV: what a node received.

One row per LIN and stock status. A unit that is no piece stays with it, all QTYs of a
LIN must have the same, and silver asks ``units_of_measure`` for its pieces.

- The receipt is BGM's number; the node NAD DP (else ST, WH, CN, BY); the order
  RFF ON of the LIN, else of the message, else the advice (AAK, DQ).
- Received on: DTM 50, else 35, 200 or 137; a bare date where no hour is sent.
- Accepted eaches: QTY 194, else 48 (else 46) less what was not accepted. Not
  accepted, by QTY or QVR, whatever their sign: 195 (goes back) is on HOLD, 196
  (to be destroyed) and 124 DAMAGED. What 48 counts and neither names is on HOLD.
  Rows of their own: ``<line>-HOLD``, ``<line>-DAMAGED``.
- QVR of other kinds (against what was ordered or advised) moves nothing.
- Lots: GIN BX, RFF BT or a PIA of kind NB; expiry DTM 36, 361 or 360.
"""

from __future__ import annotations

from transforms.contracts.documents import RECEIPTS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import Lines
from transforms.feeds.reading.edifact_goods import expiry, lot, reference
from transforms.feeds.reading.edifact_lines import refuse_repeats
from transforms.feeds.reading.edifact_parties import place_of

DOCUMENT = RECEIPTS

_NODES = ("DP", "ST", "WH", "CN", "BY")
_REFUSED = {"195": "HOLD", "196": "DAMAGED", "124": "DAMAGED"}
"""QTY and QVR 6063 → stock status."""


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Received lines of a file of RECADVs, one row per LIN and stock status.

    Args:
        payload: file as received.
        profile: of the node, for the zone of its local times.
    """
    return read_document(payload, profile, DOCUMENT, "RECADV", _content)


def _content(body: Body) -> Content:
    head, found = body.lines.until("CPS", "LIN"), body.lines.groups("CPS", "LIN")
    items = [group for group in found if group[0].name == "LIN"]
    refuse_repeats(items)
    if not items:
        raise body.one("BGM").fault(0, "MISSING_VALUE", "no LIN")
    return _receipt(body, head), [
        row for item in items for row in _rows(item, head, body)
    ]


def _receipt(body: Body, head: Lines) -> Row:
    beginning = body.one("BGM")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    node = place_of(head, _NODES)
    if not node:
        raise beginning.fault(0, "MISSING_VALUE", "no NAD DP")
    received = head.best("DTM", "50", "35", "200", "137") or body.one("DTM")
    return {
        "node_ref": node,
        "receipt_ref": beginning.text(2),
        "received_on": body.moment(received),
    }


def _rows(item: Lines, head: Lines, body: Body) -> list[Row]:
    accepted, refused, unit = _amounts(item, body)
    shared: Row = {
        "payload_line": item[0].number,
        "uom_code": unit,
        "po_ref": reference(item, "ON") or reference(head, "ON", "AAK", "DQ"),
        "sku_ref": body.sku(item),
        "lot_ref": lot(item),
        "expires_on": expiry(item, body),
    }
    number = item[0].text(1)
    sound: Row = {"line_ref": number, "qty": str(accepted), "stock_status": "AVAILABLE"}
    rows = [shared | sound] if accepted or not any(refused.values()) else []
    for status, qty in refused.items():
        if qty:
            own = {"line_ref": f"{number}-{status}", "qty": str(qty)}
            rows.append(shared | own | {"stock_status": status})
    return rows


def _amounts(item: Lines, body: Body) -> tuple[int, dict[str, int], str | None]:
    """(accepted, not accepted by status, the unit of both; None for pieces)."""
    accepted, received = item.first("QTY", "194"), item.best("QTY", "48", "46")
    line = accepted or received
    if line is None:
        raise item[0].fault(0, "MISSING_VALUE", "no QTY 194 or 48")
    qty, unit = body.counted(line)
    whole = body.in_unit(received or line, unit)
    refused = _refused(item, unit, body)
    rest = sum(refused.values())
    sound = qty if accepted else whole - rest
    if sound < 0 or (accepted and received and qty + rest > whole):
        raise line.fault(1, "BAD_QTY", f"{rest} of {whole} not accepted", 2)
    if accepted and received:
        refused["HOLD"] += whole - qty - rest
    return sound, refused, unit


def _refused(item: Lines, unit: str | None, body: Body) -> dict[str, int]:
    """How many were not accepted, by stock status."""
    refused = {"HOLD": 0, "DAMAGED": 0}
    for qualifier, status in _REFUSED.items():
        refused[status] += abs(_told(item, qualifier, unit, body))
    return refused


def _told(item: Lines, qualifier: str, unit: str | None, body: Body) -> int:
    """How many a QTY says, else a QVR, which has its number first and no unit."""
    line = item.first("QTY", qualifier)
    if line:
        return body.in_unit(line, unit)
    variances = (x for x in item.named("QVR") if x.text(1, 2) == qualifier)
    found = next(variances, None)
    return body.whole(found, found.text(1)) if found else 0
