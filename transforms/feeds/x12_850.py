"""X12 850: purchase orders of a business channel.

One set is one order; a set with any bad element is quarantined whole.

- BEG01 00 creates, 05 replaces, 01 cancels; BEG03 is the order.
- ``ordered_at``: DTM*004 (order) if it has a date, else BEG05 with the hour of
  DTM*097 (creation of the set) when that is the same day, else the start of
  that day in the partner's zone.
- ``updated_at``: DTM*097, else for a replacement or cancellation the date and
  hour of the group, else ``ordered_at``.
- PO1 has a quantity, its unit and a unit price, by PO105 per each, dozen,
  hundred … or per unit; ``line_amount`` is their product in the currency's
  precision. SAC*A after a PO1 is a discount in cents, TXI a tax. CTT's count
  and hash total (of PO102) must agree.
- A unit that is neither EA nor an option ``uom.CS`` = "12" of the profile stays
  with its line, whose price is then of one such unit; silver asks
  ``units_of_measure`` for its eaches. A price by the each of such a unit is
  UNKNOWN_UNIT.
- ``ship_on``: DTM*010 (requested ship), else DTM*037 (ship not before);
  ``deliver_on``: DTM*002 (delivery requested), else DTM*064 (deliver not before).
- CSH*SC: ship complete. TD512 names a fast service. AMT*TT is the total.

Not read: packing, terms, allowances of the whole order (their absence from the
lines shows as TOTAL_MISMATCH later).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.edi.columns.amounts import digits_of, names_eaches, plain
from transforms.edi.columns.cells import (
    among,
    coalesced,
    holds,
    is_there,
    joined,
    mapped,
    only_where,
)
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import PURCHASE_ORDER
from transforms.feeds.reading import x12_orders as orders

DOCUMENT = ORDERS

_ACTIONS = {"00": "create", "05": "update", "01": "cancel"}


def _content(sets: Loops) -> Iterator[Rows]:
    heads, items = sets.before("PO1"), sets.loops("PO1")
    orders.refuse_wrong_totals(sets, items, 2)
    order, note = _order(sets, heads), orders.notes(heads)
    yield Rows(items.opening, _items(items, order["currency_code"], note), order)


def _order(sets: Loops, heads: Loops) -> dict[str, pl.Series]:
    begun, total = sets.one("BEG"), sets.first("AMT", "TT")
    complete = pl.Series(sets.first("CSH", "SC").are_there)
    return {
        "action": mapped(begun.text(1), _ACTIONS),
        "order_ref": begun.text(3),
        "order_name": begun.text(3),
        "currency_code": orders.currencies(heads),
        "order_amount": plain(total.text(2)),
        "service_code": orders.service(heads).fill_null("STANDARD"),
        "is_ship_complete": complete.cast(pl.String()),
        "ship_on": _day(heads, "010", "037"),
        "deliver_on": _day(heads, "002", "064"),
        **_times(sets, heads),
        **_buyer(heads),
        **orders.recipient(heads),
    }


def _times(sets: Loops, heads: Loops) -> dict[str, pl.Series]:
    begun, placed, made = (
        sets.one("BEG"),
        heads.first("DTM", "004"),
        heads.first("DTM", "097"),
    )
    made_at = made.instants(2, 3, 4)
    is_same_day = holds(made.text(2) == begun.text(5))
    that_day = only_where(is_same_day, made_at)
    ordered_at = coalesced(placed.instants(2, 3, 4), that_day, begun.instants(5))
    purpose = begun.text(1)
    is_new, is_cancelled = holds(purpose == "00"), holds(purpose == "01")
    sent_at = sets.of.sent_at(~is_there(made_at) & ~is_new)
    updated_at = coalesced(made_at, sent_at, ordered_at)
    return {
        "ordered_at": ordered_at,
        "updated_at": updated_at,
        "cancelled_at": only_where(is_cancelled, updated_at),
    }


def _day(heads: Loops, *qualifiers: str) -> pl.Series:
    return coalesced(*(heads.first("DTM", each).days(2) for each in qualifiers))


def _items(items: Loops, currencies: pl.Series, note: pl.Series) -> dict[str, object]:
    item, digits = items.opening, digits_of(items.spread(currencies))
    factors, units = item.agreed(3)
    qty = item.whole(2, factors)
    item.refuse(qty <= 0, 2, "BAD_QTY")
    is_by_each = names_eaches(item.text(5))
    item.refuse(is_there(units) & is_by_each, 3, "UNKNOWN_UNIT", "priced by eaches")
    return {
        "format": "x12_850",
        "payment_status": "terms",
        "line_ref": orders.line_refs(items),
        "sku_ref": item.skus(6),
        "product_name": orders.descriptions(items),
        "qty": qty,
        "uom_code": units,
        "line_amount": orders.priced(items, 4, qty, factors, digits),
        "discount_amount": orders.allowances(items, digits),
        "tax_amount": orders.taxes(items, digits),
        "note": joined([items.spread(note), orders.notes(items)], " / "),
    }


def _buyer(heads: Loops) -> dict[str, pl.Series]:
    party = heads.first("N1", "BY")
    return {
        "customer_ref": party.text(4),
        "customer_name": party.text(2),
        "customer_email": _contact(heads, "EM"),
        "customer_phone": _contact(heads, "TE"),
    }


def _contact(heads: Loops, qualifier: str) -> pl.Series:
    people, owners = heads.all("PER")
    named = [
        only_where(among(people.text(place), [qualifier]), people.text(place + 1))
        for place in (3, 5, 7)
    ]
    return heads.firsts(owners, coalesced(*named))


FORMAT = X12Format(DOCUMENT, PURCHASE_ORDER, _content)
parse, answer = FORMAT.parse, FORMAT.answer
