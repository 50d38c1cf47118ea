"""X12 846: a warehouse's stock as it counted it.

- BIA01 00, 05, 06, 07, 08, 15, 18 and 22 are a whole count; a cancellation, a
  request or a part of the stock is refused.
- The cut is DTM*514, else BIA04 with the hour of BIA05, else the hour of the
  group; a count without an hour cannot be netted, so a date alone is not used.
- N1*WH names the node for all that follows it; QTY belongs to the LIN before.
- QTY01: 17 on hand and 33 available for sale give AVAILABLE with that basis,
  74 DAMAGED and QH HOLD (always on hand). Other quantities are not read.
- QTY03 is the unit, eaches where it is empty; one that nobody agreed stays with
  its count, and silver asks ``units_of_measure`` for its eaches. Quantities may be
  negative.
- Of a LIN, LT in its product ids or REF*LT behind it is the lot, DTM*036 behind
  it the date the lot expires, REF*WS where in the warehouse it lies. CTT's count of
  LINs must agree.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.edi.columns.cells import (
    coalesced,
    is_there,
    mapped,
    only_where,
    taken,
)
from transforms.edi.columns.lines import Lines
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import STOCK_ADVICE

DOCUMENT = STOCK_SNAPSHOTS

_STATUSES = {"17": "AVAILABLE", "33": "AVAILABLE", "74": "DAMAGED", "QH": "HOLD"}
_BASES = {"17": "on_hand", "33": "available", "74": "on_hand", "QH": "on_hand"}
"""By QTY01."""


def _content(sets: Loops) -> Iterator[Rows]:
    items = sets.loops("LIN")
    figures, owners = items.all("QTY", *_STATUSES)
    node = figures.latest("N1", "WH")
    node.refuse(~node.are_there, 0, "MISSING_VALUE", "no N1*WH before it")
    kinds, (qty, unit) = figures.text(1), figures.counted(2, 3)
    cells = {
        "node_ref": node.needed(4, 2),
        "sku_ref": taken(items.opening.skus(2), owners),
        "stock_status": mapped(kinds, _STATUSES),
        "quantity_basis": mapped(kinds, _BASES),
        "qty": qty,
        "uom_code": unit,
        **{name: taken(cell, owners) for name, cell in _lots(items).items()},
    }
    _refuse_wrong_count(sets, items)
    yield Rows(figures, cells, {"snapshot_at": _cut(sets)})


def _lots(items: Loops) -> dict[str, pl.Series]:
    named, marked = items.opening.product(2, "LT"), items.first("REF", "LT").text(2)
    expiry = items.first("DTM", "036").days(2)
    place = items.first("REF", "WS").text(2)
    return {
        "lot_ref": coalesced(named, marked),
        "expires_on": expiry,
        "location_ref": place,
    }


def _cut(sets: Loops) -> pl.Series:
    taken, begun = sets.first("DTM", "514"), sets.one("BIA")
    cut = coalesced(_timed(taken, 2, 3, 4), _timed(begun, 4, 5))
    return coalesced(cut, sets.of.sent_at(~is_there(cut)))


def _timed(line: Lines, day: int, hour: int, zone: int = 0) -> pl.Series:
    return only_where(is_there(line.text(hour)), line.instants(day, hour, zone))


def _refuse_wrong_count(sets: Loops, items: Loops) -> None:
    totals, counts = sets.first("CTT"), sets.counts(items.sets)
    wrong = totals.text(1).cast(pl.Int64()) != counts
    totals.refuse(wrong, 1, "WRONG_COUNT", lambda n: f"{counts[n]} LIN counted")


FORMAT = X12Format(DOCUMENT, STOCK_ADVICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
