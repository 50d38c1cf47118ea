"""What suppliers answer to our orders (855) and order changes (865), line by line.

Not here: which segment opens the document and which its lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from transforms.edi.columns.amounts import eaches_per_price, unit_prices
from transforms.edi.columns.cells import (
    among,
    chosen,
    coalesced,
    is_there,
    joined,
    kept,
    mapped,
    only_where,
    same,
    taken,
    texts,
)
from transforms.edi.columns.lines import Lines
from transforms.edi.columns.loops import Loops, Rows
from transforms.feeds.reading import x12_orders as orders

DOCUMENT_ANSWERS = {
    "AC": "CHANGED",
    "AD": "ACCEPTED",
    "AE": "CHANGED",
    "AH": "ON_HOLD",
    "AK": "ACCEPTED",
    "AP": "ACCEPTED",
    "AT": "ACCEPTED",
    "RD": "REJECTED",
    "RF": "REJECTED",
    "RJ": "REJECTED",
    "RO": "CHANGED",
}
"""X12 587: the answer to the document, and to lines without one of their own."""

LINE_ANSWERS = {
    **dict.fromkeys(("AA", "AC", "AR", "IA", "IE", "SP"), "ACCEPTED"),
    **dict.fromkeys(("BP", "DR", "IC", "IP", "IQ"), "CHANGED"),
    "IB": "BACKORDERED",
    **dict.fromkeys(("ID", "IR", *(f"R{n}" for n in range(1, 10))), "REJECTED"),
    "IS": "SUBSTITUTED",
    **dict.fromkeys(("IF", "IH", "IW"), "ON_HOLD"),
}
"""X12 668. The quantity of a BP is what is shipped now: it is less than was asked,
and not what is backordered."""

_NO_PROMISES = {"001", "036", "061", "063", "177", "997"}
"""ACK04 of dates that promise nothing: cancel after, expires, do not ship …"""

_CANCELLATIONS = {"01", "03"}
_WHY = 29
"""Element of an ACK where an industry's code says why."""


@dataclass(frozen=True)
class Form:
    """Where one kind of answer says what.

    Args:
        document: the document it answers, "850".
        begun: id of its beginning segment.
        our_ref: position of the number of our order in it; the answer to the
            whole document stands in its second element.
        their_ref: position of the supplier's number.
        item: id of its lines.
        qty: position of a line's quantity.
        unit: position of its unit; price and basis stand behind it.
        products: position of a line's first product id qualifier.
        change: position of a line's change code, 0 without one.
    """

    document: str
    begun: str
    our_ref: int
    their_ref: int
    item: str
    qty: int
    unit: int
    products: int
    change: int = 0


_VERDICT = 2


def answers(sets: Loops, form: Form) -> Iterator[Rows]:
    """Rows of APPLICATION_ANSWERS, for the whole sets of a file.

    One per ACK; one per line without any, and per document without lines, with
    the answer to the whole document.
    """
    shared, items = _document(sets, form), sets.loops(form.item)
    orders.refuse_wrong_totals(sets, items)
    acks, owners = items.all("ACK")
    is_bare = sets.counts(items.owners).to_numpy() == 0
    is_plain = items.counts(owners).to_numpy() == 0
    verdict = mapped(shared["partner_code"], DOCUMENT_ANSWERS)
    needs_it = is_bare.copy()
    needs_it[items.owners[is_plain]] = True
    begun = sets.one(form.begun)
    begun.refuse(needs_it & ~is_there(verdict), _VERDICT, "BAD_CODE")
    yield Rows(begun.only(is_bare), {"answer_code": kept(verdict, is_bare)}, shared)
    lines = _lines(items, form)
    plain = lines | {
        "answer_code": items.spread(verdict),
        "qty": items.opening.eaches(form.qty, form.unit),
    }
    cells = {name: kept(cell, is_plain) for name, cell in plain.items()}
    yield Rows(items.opening.only(is_plain), cells, shared)
    of_line = {name: taken(cell, owners) for name, cell in lines.items()}
    kinds = items.opening.text(form.change)
    said = _acknowledged(acks, taken(kinds, owners), of_line["reason"])
    yield Rows(acks, of_line | said, shared)


def _document(sets: Loops, form: Form) -> dict[str, pl.Series]:
    begun = sets.one(form.begun)
    theirs = coalesced(begun.text(form.their_ref), sets.first("REF", "VN").text(2))
    return {
        "format": same(f"x12_{sets.of.structure.set_map.code}", len(sets)),
        "answer_ref": coalesced(theirs, sets.numbers()),
        "answered_document": same(form.document, len(sets)),
        "answered_ref": begun.text(form.our_ref),
        "partner_code": begun.text(_VERDICT),
        "currency_code": orders.currencies(sets),
        "answered_at": sets.of.sent_at(),
    }


def _lines(items: Loops, form: Form) -> dict[str, pl.Series]:
    item = items.opening
    per = eaches_per_price(item.text(form.unit + 2), item.factors(form.unit))
    return {
        "line_ref": coalesced(item.text(1), items.places().cast(pl.String())),
        "sku_ref": item.skus(form.products, are_needed=False, are_bought=True),
        "price_amount": unit_prices(item.text(form.unit + 1), per),
        "reason": joined([_remarks(items), orders.notes(items)], " / "),
    }


def _remarks(items: Loops) -> pl.Series:
    """What REF03 of each says in words."""
    references, owners = items.all("REF")
    return items.firsts(owners, references.text(3))


def _acknowledged(
    acks: Lines, changes: pl.Series, remarks: pl.Series
) -> dict[str, pl.Series]:
    # "Item deleted" is what was asked for where a line was to be deleted.
    is_done = among(changes, ["DI"]) & among(acks.text(1), ["ID"])
    answer = chosen(is_done, texts(["ACCEPTED"]), mapped(acks.text(1), LINE_ANSWERS))
    acks.refuse(~is_there(answer), 1, "BAD_CODE")
    is_promise = ~among(acks.text(4), _NO_PROMISES)
    is_other = among(answer, ["SUBSTITUTED"])
    # Another product than was asked for: our number of that one says nothing of it.
    offered = acks.skus(7, are_needed=False)
    return {
        "answer_code": answer,
        "partner_code": acks.text(1),
        "qty": acks.eaches(2, 3),
        "confirmed_on": only_where(is_promise, acks.days(5)),
        "substitute_sku_ref": only_where(is_other, offered),
        "reason": joined([acks.text(_WHY), remarks], " / "),
    }
