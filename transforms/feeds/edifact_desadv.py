"""EDIFACT DESADV: goods on the way to a node.

One row per LIN with QTY 12; a unit that is no piece stays with it, QTY 21 must have
the same, and silver asks ``units_of_measure`` for its pieces.

- The notice is BGM's number. BGM's function 1 takes it back, whatever else the
  message says, 5 replaces it whole, others advise it. Which of them holds is said by
  DTM 137 (a bare date with the hour of UNB on that day), else by UNB, not by their
  arrival.
- ``notice_kind`` is the option of that name
  ("supplier" unless it says "transfer").
- The order: RFF ON at the LIN, else of the message; its line by the RFF itself or
  RFF LI. ``line_ref`` is LIN's number; where one repeats, because its goods lie
  in several packages, the second is ``<number>-2`` and so on.
- To NAD DP (else ST, CN, UC), from NAD SF (else SH, DEQ, SE, SU).
- The package is the SSCC (GIN BJ) of the LIN, else of the CPS that it stands in,
  else of the one around it; where a level has several it is none of them.
- Left: DTM 11, else 137. Expected: DTM 17, 132, 191, 358, 69 or 67.
- Carrier: TDT's number, else its name. Tracking: RFF CN, else BM, AAS, UCN.
- Lots: GIN BX, RFF BT or a PIA of kind NB; expiry DTM 36, 361 or 360.
"""

from __future__ import annotations

from collections import Counter

from transforms.contracts.documents import SHIP_NOTICES
from transforms.contracts.profile import Parsed, Profile
from transforms.edi.edifact.bodies import BOUGHT, Body, Content, Row
from transforms.edi.edifact.documents import read_document
from transforms.edi.edifact.lines import NOTHING, Lines
from transforms.feeds.reading.edifact_goods import expiry, lot, packages, reference
from transforms.feeds.reading.edifact_parties import place_of

DOCUMENT = SHIP_NOTICES

_RECEIVERS = ("DP", "ST", "CN", "UC")
_SENDERS = ("SF", "SH", "DEQ", "SE", "SU")
_EXPECTED = ("17", "132", "191", "358", "69", "67")
_KINDS = {"supplier", "transfer"}


def faults(profile: Profile) -> list[str]:
    """What is wrong with a profile's options, for whoever loads it."""
    said = profile.options.get("notice_kind", "supplier")
    return [] if said in _KINDS else [f"notice_kind is not one of {sorted(_KINDS)}"]


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Advised lines of a file of DESADVs, one row per LIN.

    Args:
        payload: file as received.
        profile: of the sender, for the zone of its local times.

    Raises:
        ValueError: the option ``notice_kind`` is neither supplier nor transfer.
    """
    if wrong := faults(profile):
        raise ValueError(wrong[0])
    return read_document(payload, profile, DOCUMENT, "DESADV", _content)


_ACTIONS = {"1": "cancel", "5": "replace"}
"""By BGM 1225; others advise."""


def _content(body: Body) -> Content:
    notice = _notice(body)
    if notice["action"] == "cancel":
        return notice, [{"payload_line": body.one("BGM").number}]
    head, levels = body.lines.until("CPS"), body.lines.groups("CPS")
    parents, inside = _packing(levels)
    rows: list[Row] = []
    seen: Counter[str] = Counter()
    for level in levels:
        for item in level.groups("LIN"):
            number = item[0].text(1)
            if not number:
                raise item[0].fault(1, "MISSING_VALUE")
            seen[number] += 1
            place = f"{number}-{seen[number]}" if seen[number] > 1 else number
            around = _package(level[0].text(1), parents, inside)
            rows.append(_item(item, head, place, around, body))
    if not rows:
        raise body.one("BGM").fault(0, "MISSING_VALUE", "no LIN")
    return notice | _transport(body, head), rows


def _notice(body: Body) -> Row:
    beginning = body.one("BGM")
    if not beginning.text(2):
        raise beginning.fault(2, "MISSING_VALUE")
    made = body.lines.first("DTM", "137")
    return {
        "notice_ref": beginning.text(2),
        "action": _ACTIONS.get(beginning.text(3), "original"),
        "notice_at": body.instant(made) if made else body.prepared_at,
        "notice_kind": body.profile.options.get("notice_kind", "supplier"),
    }


def _transport(body: Body, head: Lines) -> Row:
    node = place_of(head, _RECEIVERS)
    if not node:
        raise body.one("BGM").fault(0, "MISSING_VALUE", "no NAD DP")
    left, carrier = head.best("DTM", "11", "137"), head.first("TDT") or NOTHING
    expected = head.best("DTM", *_EXPECTED)
    return {
        "ship_from_ref": place_of(head, _SENDERS) or None,
        "node_ref": node,
        "carrier_code": carrier.text(5) or carrier.text(5, 4) or None,
        "tracking_ref": reference(head, "CN", "BM", "AAS", "UCN"),
        "shipped_on": body.moment(left) if left else body.prepared_at,
        "expected_on": body.day(expected) if expected else None,
    }


def _packing(
    levels: list[Lines],
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """(level → level around it, level → SSCCs marked on it), by CPS number."""
    parents = {level[0].text(1): level[0].text(2) for level in levels}
    inside = {level[0].text(1): [*packages(level.until("LIN"))] for level in levels}
    return parents, inside


def _package(
    number: str, parents: dict[str, str], inside: dict[str, list[str]]
) -> str | None:
    """The one SSCC on the nearest level that has any."""
    visited: set[str] = set()
    while number and number not in visited:
        marked = inside.get(number, [])
        if marked:
            return marked[0] if len(marked) == 1 else None
        visited.add(number)
        number = parents.get(number, "")
    return None


def _item(item: Lines, head: Lines, place: str, around: str | None, body: Body) -> Row:
    left, ordered = item.first("QTY", "12"), item.first("QTY", "21")
    if left is None:
        raise item[0].fault(0, "MISSING_VALUE", "no QTY 12")
    qty, unit = body.counted(left)
    if qty < 0:
        raise left.fault(1, "BAD_QTY", component=2)
    order = item.best("RFF", "ON") or NOTHING
    own = [*packages(item)]
    return {
        "payload_line": item[0].number,
        "line_ref": place,
        "po_ref": order.text(1, 2) or reference(head, "ON"),
        "po_line_ref": order.text(1, 3) or reference(item, "LI"),
        "sku_ref": body.sku(item, BOUGHT),
        "shipped_qty": str(qty),
        "ordered_qty": str(body.in_unit(ordered, unit)) if ordered else None,
        "uom_code": unit,
        "package_ref": own[0] if len(own) == 1 else (None if own else around),
        "lot_ref": lot(item),
        "expires_on": expiry(item, body),
    }
