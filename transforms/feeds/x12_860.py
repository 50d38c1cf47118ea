"""X12 860: a business channel changes or cancels its purchase order.

- BCH01 01 cancels the order: one row without line, whatever else stands there.
  04 changes it, 05 replaces its lines: one row per POC, and one without line
  where the heading names a recipient (N1*ST), a service (TD5) or a note.
- BCH03 is the order; ``change_ref`` is BCH05, else BCH07, else the numbers of
  group and set.
- ``changed_at``: DTM*171 or DTM*097 with an hour, else date and hour of the
  group. A date alone is not used: it could not say which of two changes of a
  day came last.
- POC02: AI adds, DI deletes, any other code changes the line of POC01. POC01
  must be there, but for AI, which is called ``<change_ref>-<place>`` without.
- The quantity after the change, by profile option ``poc03``:

  - ``new`` (default): POC03. POC04 is not read; some partners put the
    difference there, some what is left to receive, and neither is needed.
  - ``current``: POC03 is what stood before, and POC04 what the line comes to. A
    change of quantity (AI, QC, QD, QI, PQ, MU, RQ, RZ) without POC04 is refused;
    any other change without it leaves POC03 as it is.

  DI has quantity 0 whatever is sent. A quantity that is missing stays null (a
  price change may leave it out), one below 0 is refused, and so is 0 unless the
  line is deleted.
- POC05 is the unit, POC06 the price (by POC07 per each, dozen, hundred … or per
  unit); ``line_amount`` is price times new quantity. Without a quantity the price
  of one each is ``unit_amount``: what the line comes to is known with its order.
  A unit that nobody agreed stays with its quantity, whose price is then of one such
  unit, and silver asks ``units_of_measure`` for its eaches; a price by the each of
  such a unit, or a price alone, is UNKNOWN_UNIT.
- CTT's count and hash total (of POC03) must agree.

Not read: allowances, dates and terms: they change nothing a line tells us.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from transforms.contracts.documents import ORDER_CHANGES
from transforms.contracts.profile import Profile
from transforms.edi.columns.amounts import (
    digits_of,
    eaches_per_price,
    names_eaches,
    unit_prices,
)
from transforms.edi.columns.cells import (
    Mask,
    among,
    chosen,
    coalesced,
    holds,
    is_there,
    kept,
    mapped,
    only_where,
    same,
    texts,
)
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import ORDER_CHANGE
from transforms.feeds.reading import x12_orders as orders

DOCUMENT = ORDER_CHANGES

_OPTION, _CURRENT, _NEW = "poc03", "current", "new"
_ACTIONS = {"01": "cancel", "04": "change", "05": "replace"}
_ADDS, _DELETES = "AI", "DI"
_MOVES_QUANTITY = {"AI", "QC", "QD", "QI", "PQ", "MU", "RQ", "RZ"}


def faults(profile: Profile) -> list[str]:
    """What is wrong with a profile's options, for whoever loads it."""
    said = profile.options.get(_OPTION, _NEW)
    is_known = said in {_NEW, _CURRENT}
    return [] if is_known else [f"option {_OPTION} is {said!r}, not new or current"]


def _content(sets: Loops) -> Iterator[Rows]:
    heads, begun = sets.before("POC"), sets.one("BCH")
    is_cancelled = among(begun.text(1), ["01"])
    change, head = _change(sets), _head(heads)
    is_said = is_cancelled | np.any([is_there(cell) for cell in head.values()], axis=0)
    counts = sets.counts(sets.loops("POC").owners).to_numpy()
    is_empty = ~is_said & (counts == 0)
    begun.refuse(is_empty, 0, "MISSING_VALUE", "it changes nothing")
    said = {name: only_where(~is_cancelled, cell) for name, cell in head.items()}
    cells = {name: kept(cell, is_said) for name, cell in said.items()}
    yield Rows(begun.only(is_said), cells, change)
    standing, refs = sets.only(~is_cancelled), kept(change["change_ref"], ~is_cancelled)
    items = standing.loops("POC")
    orders.refuse_wrong_totals(standing, items, 3)
    lines = _lines(items, refs, orders.currencies(standing.before("POC")))
    yield Rows(items.opening, lines, change)


def _change(sets: Loops) -> dict[str, pl.Series]:
    begun = sets.one("BCH")
    dated = sets.first("DTM", "171", "097")
    timed = only_where(is_there(dated.text(3)), dated.instants(2, 3, 4))
    return {
        "format": same("x12_860", len(sets)),
        "action": mapped(begun.text(1), _ACTIONS),
        "order_ref": begun.text(3),
        "change_ref": coalesced(begun.text(5), begun.text(7), sets.numbers()),
        "changed_at": coalesced(timed, sets.of.sent_at(~is_there(timed))),
    }


def _head(heads: Loops) -> dict[str, pl.Series]:
    return orders.recipient(heads) | {
        "service_code": orders.service(heads),
        "note": orders.notes(heads),
    }


def _lines(
    items: Loops, changes: pl.Series, currencies: pl.Series
) -> dict[str, pl.Series]:
    item, kinds = items.opening, items.opening.text(2)
    is_added, is_deleted = among(kinds, [_ADDS]), among(kinds, [_DELETES])
    item.refuse(~is_added & ~is_there(item.text(1)), 1, "MISSING_VALUE")
    factors, units = item.agreed(5)
    said = _quantity(items, kinds, factors)
    qty = chosen(is_deleted, same(0, len(items), pl.Int64()), said)
    wrong = holds(qty < 0) | (holds(qty == 0) & ~is_deleted)
    item.refuse(wrong, 3, "BAD_QTY")
    money = items.spread(currencies)
    amounts = orders.priced(items, 6, qty, factors, digits_of(money))
    per = eaches_per_price(item.text(7), factors)
    is_price_alone = ~is_deleted & ~is_there(qty)
    is_by_each = names_eaches(item.text(7)) | is_price_alone
    is_open = ~is_deleted & is_there(units) & is_there(item.text(6))
    item.refuse(is_open & is_by_each, 5, "UNKNOWN_UNIT", "priced by eaches")
    action = chosen(is_deleted, texts(["delete"]), texts(["change"]))
    return {
        "line_ref": orders.line_refs(items, items.spread(changes) + "-"),
        "line_action": chosen(is_added, texts(["add"]), action),
        "sku_ref": item.skus(8, are_needed=False),
        "product_name": orders.descriptions(items),
        "qty": qty,
        "uom_code": only_where(~is_deleted & is_there(qty), units),
        "line_amount": only_where(~is_deleted, amounts),
        "unit_amount": only_where(is_price_alone, unit_prices(item.text(6), per)),
        "currency_code": money,
        "note": orders.notes(items),
    }


def _quantity(items: Loops, kinds: pl.Series, factors: pl.Series) -> pl.Series:
    item = items.opening
    first, second = item.whole(3, factors), item.whole(4, factors)
    if item.of.profile.options.get(_OPTION, _NEW) != _CURRENT:
        return first
    is_lacking: Mask = among(kinds, _MOVES_QUANTITY) & ~is_there(second)
    item.refuse(is_lacking, 4, "MISSING_VALUE", "what the line comes to")
    return coalesced(second, first)


FORMAT = X12Format(DOCUMENT, ORDER_CHANGE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
