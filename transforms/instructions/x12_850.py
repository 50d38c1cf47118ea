"""X12 850: asking a supplier for goods.

One set is one purchase order; sets stand in the order of ``po_id`` and are
numbered from 0001, lines in the order of their number. ISA13 and GS06 are the
control number, the envelope's hour is ``as_of`` in the partner's zone.

- BEG03 is our order, BEG05 the day it was made in the partner's zone. CUR the
  currency; DTM*002 the earliest day any of its lines is wanted.
- N1*BY is us, N1*ST the node; a supplier sends its 855, 856 and 810 with them.
- PO1: line, eaches (EA), the price of one, ``VP`` the supplier's SKU (ours where
  it has none) and ``BP`` ours. PID its name. DTM*002 behind a PO1 the day it is
  wanted, where that is not the order's.
- CTT: lines and eaches. AMT*TT: what the order comes to, each line rounded in the
  currency's precision.

Order, node, line number and SKUs are never changed: one that X12 cannot carry is
refused. Other text is transliterated and cut as in a 940.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial

from transforms.contracts.currencies import minor_digits
from transforms.contracts.purchasing import PURCHASE_ORDER_LINES
from transforms.edi.maps import build
from transforms.edi.sets import PURCHASE_ORDER
from transforms.edi.writer import Segment
from transforms.instructions.writing.lines import Row
from transforms.instructions.writing.x12_files import (
    Letterhead,
    reference,
    set_writer,
    spelled_day,
    spoken,
)

DOCUMENT = PURCHASE_ORDER_LINES

_segment = partial(build, PURCHASE_ORDER)


def _order(lines: Sequence[Row], head: Letterhead) -> list[Segment]:
    order = lines[0]
    currency, node = (_only(lines, name) for name in ("currency_code", "node_id"))
    wanted = min(filter(None, (line["requested_on"] for line in lines)), default=None)
    us = spoken(head.us)
    po = reference(order, "po_id")
    segments: list[Segment] = [
        _segment("BEG", "00", "SA", po, None, head.day(order["ordered_at"])),
        _segment("CUR", "BY", currency),
        *_wanted(wanted),
        _segment("N1", "BY", us, "92", us),
        _segment("N1", "ST", spoken(order["node_name"]) or node, "92", node),
    ]
    for line in lines:
        segments += _line(line, wanted)
    units = sum(line["qty"] for line in lines)
    segments.append(_segment("CTT", str(len(lines)), str(units)))
    segments.append(_segment("AMT", "TT", _total(lines, currency)))
    return segments


def _only(lines: Sequence[Row], column: str) -> str:
    """What all lines of an order share."""
    found = {reference(line, column) for line in lines}
    if len(found) > 1:
        raise ValueError(f"{column} differs in order {lines[0]['po_id']!r}")
    return found.pop()


def _wanted(day: date | None) -> list[Segment]:
    return [_segment("DTM", "002", spelled_day(day))] if day else []


def _line(line: Row, wanted: date | None) -> list[Segment]:
    ours = reference(line, "sku_id")
    theirs = reference(line, "supplier_sku_ref") if line["supplier_sku_ref"] else ours
    price = _price(line)
    if line["qty"] < 1:
        raise ValueError(f"qty {line['qty']} of line {line['po_line_ref']} is no order")
    numbers = (reference(line, "po_line_ref"), str(line["qty"]), "EA", price, None)
    segments: list[Segment] = [
        _segment("PO1", *numbers, "VP", theirs, "BP", ours),
    ]
    name = spoken(line["product_name"])
    if name:
        segments.append(_segment("PID", "F", None, None, None, name))
    if line["requested_on"] != wanted:
        segments += _wanted(line["requested_on"])
    return segments


def _price(line: Row) -> str:
    try:
        price = Decimal(line["unit_amount"])
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite() or price < 0:
        raise ValueError(f"unit_amount {line['unit_amount']!r} is no price")
    return format(price, "f")


def _total(lines: Sequence[Row], currency: str) -> str:
    step = Decimal(1).scaleb(-minor_digits(currency))
    amounts = (Decimal(line["unit_amount"]) * line["qty"] for line in lines)
    rounded = (amount.quantize(step, ROUND_HALF_UP) for amount in amounts)
    return format(sum(rounded, Decimal(0)), "f")


render = set_writer(DOCUMENT, PURCHASE_ORDER, ("po_id", "po_line_ref"), _order)
