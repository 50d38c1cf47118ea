"""X12 856: a supplier's notice of goods on the way to a node.

- BSN02 is the notice; BSN01 01 takes it back, whatever else its set says, 05
  replaces it whole, 00, 06 and 14 advise it. Which of them holds is said by their
  own instant, BSN03 with BSN04, else that of the group, not by their arrival.
- HL03 S shipment, O order, T tare, P pack, I item. What a level says holds for
  all below it until one of them says otherwise; every HL but S needs a parent
  that stands before it and is of a higher level. Items may stand in packs or
  packs under items.
- One row per HL*I: ``line_ref`` is HL01, ``po_line_ref`` LIN01, ``po_ref``
  PRF01. SN102 are the shipped units of SN103, SN105 the ordered ones of SN106;
  a unit that nobody agreed is ``uom_code`` and must be that of both.
- N1*ST names the node, N1*SF (else SH) the sender's place, by N104, else N102.
- ``package_ref``: MAN*GM, AA or UC (an SSCC or carton code), else MAN*CP, of the
  item's pack, tare or shipment; of a pack under the item if there is one only.
- ``tracking_ref``: MAN*CP, else REF*2I or CN, else REF*BM. ``carrier_code``:
  TD503 if TD502 is 2 (SCAC), else TD505.
- Shipped on: DTM*011, else BSN03 with BSN04; expected on: DTM*017, else 067.
- Lot: LT among LIN's product ids, else REF*LT; DTM*036 the date it expires.
- CTT01 must be the number of HLs or of items, CTT02 the sum of SN102.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from transforms.contracts.documents import SHIP_NOTICES
from transforms.edi.columns.cells import (
    Places,
    among,
    coalesced,
    is_there,
    mapped,
    only_where,
    same,
    taken,
)
from transforms.edi.columns.hierarchy import inherited, parents_of
from transforms.edi.columns.lines import Lines
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import SHIP_NOTICE

DOCUMENT = SHIP_NOTICES

_LEVELS = ("HL:S", "HL:O", "HL:T", "HL:P", "HL:I")
_PACKAGES = ("GM", "AA", "UC")


_ACTIONS = {"01": "cancel", "05": "replace"}
"""By BSN01; others advise."""


def _content(sets: Loops) -> Iterator[Rows]:
    begun = sets.one("BSN")
    shared = {
        "notice_ref": begun.text(2),
        "action": mapped(begun.text(1), _ACTIONS).fill_null("original"),
        "notice_at": _said_at(sets, begun),
        "notice_kind": same("supplier", len(sets)),
    }
    is_back = among(shared["action"], ["cancel"])
    yield Rows(begun.only(is_back), {}, shared)
    yield _advised(sets.only(~is_back), shared)


def _said_at(sets: Loops, begun: Lines) -> pl.Series:
    timed = is_there(begun.text(4))
    said = only_where(timed, begun.instants(3, 4))
    return coalesced(said, sets.of.sent_at(~timed))


def _advised(sets: Loops, shared: Mapping[str, pl.Series]) -> Rows:
    levels, items = sets.loops(*_LEVELS), sets.loops("HL:I")
    _refuse_wrong_totals(sets, levels, items)
    parents = parents_of(levels)
    places = np.searchsorted(levels.starts, items.starts)
    said = {
        name: taken(inherited(cell, parents), places)
        for name, cell in _said(levels).items()
    }
    items.opening.refuse(
        ~is_there(said["node_ref"]), 0, "MISSING_VALUE", "no N1*ST above it"
    )
    sent = items.spread(sets.first("BSN").moments(3, 4))
    inner = _only_package(levels, parents, places, said["package_ref"])
    cells = said | {
        "package_ref": inner,
        "shipped_on": coalesced(said["shipped_on"], sent),
        **_item(items),
    }
    return Rows(items.opening, cells, shared)


def _item(items: Loops) -> dict[str, pl.Series]:
    line, shipped = items.first("LIN"), items.one("SN1")
    qty, unit = shipped.counted(2, 3)
    shipped.refuse(qty < 0, 2, "BAD_QTY")
    ordered, other = shipped.counted(5, 6, 3)
    is_other = is_there(ordered) & unit.ne_missing(other).to_numpy()
    shipped.refuse(is_other, 6, "UNKNOWN_UNIT", "another one than SN103")
    named, marked = line.product(2, "LT"), items.first("REF", "LT").text(2)
    return {
        "line_ref": items.opening.text(1),
        "po_line_ref": line.text(1),
        "sku_ref": line.skus(2, are_bought=True),
        "shipped_qty": qty,
        "ordered_qty": ordered,
        "uom_code": unit,
        "lot_ref": coalesced(named, marked),
        "expires_on": items.first("DTM", "036").days(2),
    }


def _said(levels: Loops) -> dict[str, pl.Series]:
    """What each level says itself."""
    carrier = levels.first("TD5")
    code = only_where(among(carrier.text(2), ["2"]), carrier.text(3))
    tracked, billed = levels.first("REF", "2I", "CN"), levels.first("REF", "BM")
    parcel = levels.first("MAN", "CP").text(2)
    place = levels.first("N1", "SF").otherwise(levels.first("N1", "SH"))
    expected = levels.first("DTM", "017").otherwise(levels.first("DTM", "067"))
    return {
        "po_ref": levels.first("PRF").text(1),
        "ship_from_ref": place.either(4, 2),
        "node_ref": levels.first("N1", "ST").either(4, 2),
        "package_ref": coalesced(levels.first("MAN", *_PACKAGES).text(2), parcel),
        "carrier_code": coalesced(code, carrier.either(5, 3)),
        "tracking_ref": coalesced(parcel, tracked.text(2), billed.text(2)),
        "shipped_on": levels.first("DTM", "011").moments(2, 3, 4),
        "expected_on": expected.days(2),
    }


def _only_package(
    levels: Loops, parents: Places, items: Places, found: pl.Series
) -> pl.Series:
    """The package of each item: above it, else the only one under it."""
    marks = levels.first("MAN").text(2)
    under = np.flatnonzero(is_there(marks) & (parents >= 0))
    counts = np.bincount(parents[under], minlength=len(levels))
    inner = np.full(len(levels), -1)
    inner[parents[under]] = under
    is_alone = counts == 1
    return coalesced(found, taken(taken(marks, np.where(is_alone, inner, -1)), items))


def _refuse_wrong_totals(sets: Loops, levels: Loops, items: Loops) -> None:
    totals = sets.first("CTT")
    told = totals.text(1).cast(pl.Int64())
    counts, lines = sets.counts(levels.owners), sets.counts(items.owners)
    wrong = (told != counts) & (told != lines)
    totals.refuse(wrong, 1, "WRONG_COUNT", lambda n: f"{counts[n]} HL counted")
    sent = items.first("SN1").text(2)
    sets.refuse_wrong_sum(totals, 2, sent, items.owners)


FORMAT = X12Format(DOCUMENT, SHIP_NOTICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
