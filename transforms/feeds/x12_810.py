"""X12 810: a supplier's invoice for goods.

- BIG01 is its date, BIG02 its number, BIG04 our order; BIG07 CN and CR make it a
  credit: quantities and amounts are then negative, whatever sign they have.
- IT1 is one line: IT102 in the unit of IT103 at the price of IT104, by IT105 per
  each, dozen, hundred … or per unit. ``line_amount`` is their product in the
  currency's precision, ``unit_amount`` the price of one each, up to six decimals.
- ``line_ref`` is IT101, or the line's place where it is empty or repeats;
  ``po_line_ref`` the PL among the product ids, else IT101: suppliers echo our
  line there. A PO among the product ids is the line's own order.
- ``invoice_amount`` is TDS01, in hundredths. Lines may differ from it by
  freight, allowances and taxes (SAC, TXI), which are no lines. CTT01 must agree.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.contracts.documents import SUPPLIER_INVOICES
from transforms.edi.columns import amounts
from transforms.edi.columns.cells import Mask, among, chosen, coalesced
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import SUPPLIER_INVOICE
from transforms.feeds.reading import x12_orders as orders

DOCUMENT = SUPPLIER_INVOICES

_CREDITS = {"CN", "CR"}


def _content(sets: Loops) -> Iterator[Rows]:
    items, begun = sets.loops("IT1"), sets.one("BIG")
    orders.refuse_wrong_totals(sets, items)
    currencies = orders.currencies(sets.before("IT1"))
    is_credit = among(begun.text(7), _CREDITS)
    total = sets.one("TDS").text(1).cast(pl.Int64())
    digits = amounts.digits_of(currencies)
    shared = {
        "invoice_ref": begun.text(2),
        "currency_code": currencies,
        "invoiced_on": begun.days(1),
        "invoice_amount": amounts.cents(_signed(total, is_credit), digits),
    }
    cells = _lines(items, items.spread(digits), is_credit[items.owners])
    ordered = coalesced(items.opening.product(6, "PO"), items.spread(begun.text(4)))
    yield Rows(items.opening, cells | {"po_ref": ordered}, shared)


def _lines(items: Loops, digits: pl.Series, is_credit: Mask) -> dict[str, pl.Series]:
    item = items.opening
    qty = _signed(item.eaches(2, 3), is_credit)
    per = amounts.eaches_per_price(item.text(5), item.factors(3))
    return {
        "line_ref": _line_refs(items),
        "po_line_ref": coalesced(item.product(6, "PL"), item.text(1)),
        "sku_ref": item.skus(6, are_bought=True),
        "qty": qty,
        "unit_amount": amounts.unit_prices(item.text(4), per),
        "line_amount": amounts.extended(item.text(4), qty, per, digits),
    }


def _line_refs(items: Loops) -> pl.Series:
    refs, places = items.opening.text(1), items.places().cast(pl.String())
    keys = pl.DataFrame({"set": items.sets, "ref": refs}).to_struct()
    sets = pl.Series(items.sets)
    has_repeats = sets.is_in(sets.filter(~keys.is_unique()).to_list())
    return chosen(~has_repeats.to_numpy(), coalesced(refs, places), places)


def _signed(numbers: pl.Series, is_credit: Mask) -> pl.Series:
    return chosen(is_credit, -numbers.abs(), numbers)


FORMAT = X12Format(DOCUMENT, SUPPLIER_INVOICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
