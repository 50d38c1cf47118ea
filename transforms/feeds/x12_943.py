"""X12 943: a warehouse, as our agent, tells of a transfer it has shipped.

- W0601 R replaces what was said before of a shipment, by the instant of the group.
- W0604 is the shipment, else W0602; W0602 is our transfer order, else W0606.
- N1*ST names the node the goods go to, else N1*WH; N1*SF where they come from,
  else N1*WH when another N1 names the receiver. By N104, else N102.
- Shipped on: G62*11 (an instant if it has an hour), else W0603. Expected on:
  G62*17, else G62*02.
- W04 is one line: units and their unit (``uom_code`` where nobody agreed it),
  numbered by N9*LI behind it or by its place; N9*LT its lot, G62*36 the date it
  expires, MAN its package. W2702 is the carrier; N9*CN, else 2I, else BM the tracking
  number.
- W03's total must agree with the W04s in the unit they are sent in.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import SHIP_NOTICES
from transforms.edi.columns.cells import (
    coalesced,
    mapped,
    only_where,
    same,
)
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import TRANSFER_ADVICE

DOCUMENT = SHIP_NOTICES

_ACTIONS = {"R": "replace"}
"""By W0601; others advise."""


def _content(sets: Loops) -> Iterator[Rows]:
    items = sets.loops("W04")
    item = items.opening
    sets.refuse_wrong_sum(sets.first("W03"), 1, item.text(1), items.owners)
    qty, unit = item.counted(1, 2)
    item.refuse(qty < 0, 1, "BAD_QTY")
    line = coalesced(items.first("N9", "LI").text(2), items.places().cast(pl.String()))
    items.refuse_repeats(line, 0)
    cells = {
        "line_ref": line,
        "sku_ref": item.skus(4),
        "shipped_qty": qty,
        "uom_code": unit,
        "package_ref": items.first("MAN").text(2),
        "lot_ref": items.first("N9", "LT").text(2),
        "expires_on": items.first("G62", "36").days(2),
    }
    yield Rows(item, cells, _transfer(sets) | _carriage(sets.before("W04")))


def _transfer(sets: Loops) -> dict[str, pl.Series]:
    begun = sets.one("W06")
    to, at, out = (sets.first("N1", kind) for kind in ("ST", "WH", "SF"))
    node = to.otherwise(at)
    sets.miss(node, "N1", "ST")
    here = only_where(to.are_there, at.either(4, 2))
    return {
        "notice_ref": begun.either(4, 2),
        "action": mapped(begun.text(1), _ACTIONS).fill_null("original"),
        "notice_at": sets.of.sent_at(),
        "notice_kind": same("transfer", len(sets)),
        "po_ref": begun.either(2, 6),
        "node_ref": node.needed(4, 2),
        "ship_from_ref": coalesced(out.either(4, 2), here),
    }


def _carriage(heads: Loops) -> dict[str, pl.Series]:
    begun, sent = heads.first("W06"), heads.first("G62", "11").moments(2, 4, 5)
    due = heads.first("G62", "17").otherwise(heads.first("G62", "02"))
    tracked = (heads.first("N9", kind).text(2) for kind in ("CN", "2I", "BM"))
    return {
        "carrier_code": heads.first("W27").either(2, 3),
        "tracking_ref": coalesced(*tracked),
        "shipped_on": coalesced(sent, begun.days(3)),
        "expected_on": due.days(2),
    }


FORMAT = X12Format(DOCUMENT, TRANSFER_ADVICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
