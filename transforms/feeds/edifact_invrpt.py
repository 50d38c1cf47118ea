"""EDIFACT INVRPT: a warehouse's stock as it counted it.

One row per LIN and read quantity; several where stock is counted by lot.

- The cut is DTM 366, else 91 or 137, the first with an hour; else the hour of the
  interchange: a date without an hour cannot be netted.
- The node: LOC 18 or a NAD at the quantity, else at the LIN, else the NAD of the
  message (WH, else GY, SN, DP, SU; option ``node_qualifiers`` lists others).
- QTY: 145 (actual stock) gives AVAILABLE by the profile's ``quantity_basis``, 17
  (on hand) and 257 (physical inventory) AVAILABLE on hand, 124 and 20 DAMAGED,
  27, 89 and 96 (held, quality control) HOLD. Others are not read. Option
  ``stock_qualifiers`` adds some: "33=AVAILABLE/available|66=HOLD/on_hand" (33 is
  X12's word for what can be sold; in EDIFACT it is a delivery batch).
- INV: stock of type 2 is DAMAGED, of 3, 4 and 5 (bonded, reserved, awaiting
  inspection) HOLD; a quantity with a direction (in, out) is a movement and is not
  read. In D.96A INV follows its QTY, in D.01B it comes first.
- A unit that is no piece stays with its count; silver asks ``units_of_measure`` for
  its pieces.
- Lots: GIN BX, RFF BT or a PIA of kind NB; expiry DTM 36, 361 or 360.
"""

from __future__ import annotations

from collections.abc import Iterator

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import NOTHING, Lines
from transforms.feeds.reading.edifact_goods import expiry, lot
from transforms.feeds.reading.edifact_parties import place_of

DOCUMENT = STOCK_SNAPSHOTS

_MEANINGS = {
    "17": ("AVAILABLE", "on_hand"),
    "20": ("DAMAGED", "on_hand"),
    "27": ("HOLD", "on_hand"),
    "89": ("HOLD", "on_hand"),
    "96": ("HOLD", "on_hand"),
    "124": ("DAMAGED", "on_hand"),
    "257": ("AVAILABLE", "on_hand"),
}
"""QTY 6063 → stock status and basis; 145 is the profile's."""

_TYPES = {"2": "DAMAGED", "3": "HOLD", "4": "HOLD", "5": "HOLD"}
_STATUSES, _BASES = {"AVAILABLE", "DAMAGED", "HOLD"}, {"on_hand", "available"}
_NODES = "WH|GY|SN|DP|SU"
_WAREHOUSE = "18"


def faults(profile: Profile) -> list[str]:
    """What is wrong with a profile's options, for whoever loads it."""
    said = _meanings(profile)
    return [
        f"option stock_qualifiers: {qualifier}={status}/{basis} is no status and basis"
        for qualifier, (status, basis) in said.items()
        if status not in _STATUSES or basis not in _BASES
    ]


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Stock figures of a file of INVRPTs, one row per LIN and read QTY.

    Args:
        payload: file as received.
        profile: of the warehouse: its zone, its ``quantity_basis``.
    """
    return read_document(payload, profile, DOCUMENT, "INVRPT", _content)


def _content(body: Body) -> Content:
    head, items, _ = body.sections
    meanings, node = _meanings(body.profile), _node(head, _wanted(body))
    rows: list[Row] = []
    for item in items:
        about = item.until("QTY", "INV")
        said = {"node_ref": node, "sku_ref": body.sku(item)} | _said(about, body)
        opener = item[len(about)].name if len(about) < len(item) else "QTY"
        for group in item.groups(opener):
            rows += _figures(group.until("CPS"), said, meanings, body)
    return {"snapshot_at": _cut(head, body)}, rows


def _meanings(profile: Profile) -> dict[str, tuple[str, str]]:
    added: dict[str, tuple[str, str]] = {}
    for entry in filter(None, profile.options.get("stock_qualifiers", "").split("|")):
        qualifier, _, meaning = entry.partition("=")
        status, _, basis = meaning.partition("/")
        added[qualifier] = (status, basis)
    actual = {"145": ("AVAILABLE", profile.quantity_basis)}
    return _MEANINGS | actual | added


def _cut(head: Lines, body: Body) -> str:
    for qualifier in ("366", "91", "137"):
        line = head.best("DTM", qualifier)
        if line and body.has_hour(line):
            return body.instant(line)
    return body.prepared_at


def _wanted(body: Body) -> list[str]:
    return body.profile.options.get("node_qualifiers", _NODES).split("|")


def _node(lines: Lines, roles: list[str]) -> str:
    warehouse = lines.first("LOC", _WAREHOUSE) or NOTHING
    number = warehouse.text(2) or warehouse.text(2, 4)
    return number or place_of(lines, roles)


def _said(lines: Lines, body: Body) -> Row:
    """What is said at a LIN or a quantity: where it lies, which lot, till when.

    There any party that is named is where it lies.
    """
    if len(lines) == 1:
        return {}
    found = {
        "node_ref": _node(lines, _wanted(body) + _roles(lines)),
        "lot_ref": lot(lines),
        "expires_on": expiry(lines, body),
    }
    return {name: value for name, value in found.items() if value}


def _roles(lines: Lines) -> list[str]:
    return [line.text(1) for line in lines.named("NAD")]


def _figures(
    group: Lines, said: Row, meanings: dict[str, tuple[str, str]], body: Body
) -> Iterator[Row]:
    """A row per quantity that is read; movements are none."""
    kind = group.first("INV") or NOTHING
    about = said | _said(group, body)
    for line in group.named("QTY"):
        if line.text(1) not in meanings or kind.text(1):
            continue
        if not about["node_ref"]:
            raise line.fault(0, "MISSING_VALUE", "no NAD or LOC says where")
        status, basis = meanings[line.text(1)]
        qty, unit = body.counted(line)
        yield about | {
            "payload_line": line.number,
            "stock_status": _TYPES.get(kind.text(2), status),
            "quantity_basis": basis,
            "qty": str(qty),
            "uom_code": unit,
        }
