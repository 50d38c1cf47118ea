"""What X12 orders (850), their changes (860) and the answers spell alike.

Not here: what such a document does (the formats).
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from transforms.edi.columns import amounts
from transforms.edi.columns.cells import (
    among,
    chosen,
    coalesced,
    is_there,
    joined,
    mapped,
    nothing,
    only_where,
    same,
    texts,
)
from transforms.edi.columns.loops import Loops

_NOTES = {"MSG": 1, "NTE": 2}
"""Where free text stands."""

_FAST = ["ND", "NH", "NM", "ON", "SC", "SE"]
"""TD512: next day, its morning, overnight, second day."""


def recipient(heads: Loops) -> dict[str, pl.Series]:
    """The ship-to of each head: name, address and place."""
    party = heads.loop("N1", "ST")
    more, street, place = (party.first(name) for name in ("N2", "N3", "N4"))
    names = [party.opening.text(2), more.text(1), more.text(2)]
    region, country = place.text(2), place.text(4)
    # American senders leave the country out when it is their own.
    usual = only_where(is_there(region), same("US", len(region)))
    return {
        "ship_to_name": joined(names, " "),
        "ship_to_street": street.text(1),
        "ship_to_street2": street.text(2),
        "ship_to_city": place.text(1),
        "ship_to_region": region,
        "ship_to_postal_code": place.text(3),
        "ship_to_country": coalesced(country, usual),
    }


def service(sets: Loops) -> pl.Series:
    """STANDARD or EXPEDITED by TD512, null without a TD5."""
    carrier = sets.first("TD5")
    is_fast = among(carrier.text(12), _FAST)
    named = chosen(is_fast, texts(["EXPEDITED"]), texts(["STANDARD"]))
    return only_where(carrier.are_there, named)


def notes(loops: Loops) -> pl.Series:
    """Free text of each, its pieces joined by `` / ``."""
    said: dict[int, list[str]] = {}
    segments = loops.of.segments
    rows, owners = loops.within(loops.of.rows(*_NOTES))
    for row, owner in zip(rows.tolist(), owners.tolist(), strict=True):
        text = segments.value(row, _NOTES[str(segments.names[row])])
        said.setdefault(owner, []).append(text)
    if not said:
        return nothing(len(loops))
    return texts([" / ".join(said.get(n, [])) or None for n in range(len(loops))])


def line_refs(items: Loops, prefix: pl.Series | None = None) -> pl.Series:
    """The first element of each line's opener, else its place in the set.

    A number that repeats in its set is refused.

    Args:
        items: lines.
        prefix: what stands before a place.
    """
    places = items.places().cast(pl.String())
    named = places if prefix is None else prefix + places
    refs = coalesced(items.opening.text(1), named)
    items.refuse_repeats(refs, 1)
    return refs


def descriptions(items: Loops) -> pl.Series:
    """The first PID05 of each line that is there."""
    described, owners = items.all("PID")
    return items.firsts(owners, described.text(5))


def currencies(sets: Loops) -> pl.Series:
    """CUR02 of each set, else the currency of the partner's profile."""
    usual = texts([sets.of.profile.currency_code])
    return coalesced(sets.first("CUR").text(2), usual)


def priced(
    items: Loops, price: int, qty: pl.Series, factors: pl.Series, digits: pl.Series
) -> pl.Series:
    """What each line costs before discount; a negative price is refused.

    Args:
        items: loops whose opener holds price and basis (behind it).
        price: position of the unit price.
        qty: eaches.
        factors: eaches in the unit the line is sent in.
        digits: behind the point of each line's currency.
    """
    item = items.opening
    prices = item.text(price)
    item.refuse(prices.cast(amounts.EXACT) < 0, price, "BAD_AMOUNT")
    per = amounts.eaches_per_price(item.text(price + 1), factors)
    return amounts.extended(prices, qty, per, digits)


def allowances(items: Loops, digits: pl.Series) -> pl.Series:
    """Sum of the SAC*A of each line."""
    charges, owners = items.all("SAC", "A")
    if not len(owners):
        return zeros(digits)
    cents = charges.text(5).cast(pl.Int64())
    charges.refuse(cents < 0, 5, "BAD_AMOUNT", "an allowance is not negative")
    return amounts.cents(items.totals(owners, cents), digits)


def taxes(items: Loops, digits: pl.Series) -> pl.Series:
    """Sum of the TXI of each line."""
    found, owners = items.all("TXI")
    if not len(owners):
        return zeros(digits)
    return amounts.rounded(amounts.sums(found.text(2), owners, len(items)), digits)


def zeros(digits: pl.Series) -> pl.Series:
    """Nothing, in each line's precision."""
    spelled = {n: format(Decimal(0).scaleb(-n), "f") for n in range(10)}
    return mapped(digits, spelled)


def refuse_wrong_totals(sets: Loops, items: Loops, qty: int = 0) -> None:
    """Refuse sets whose CTT counts other lines, or another sum of quantities.

    Args:
        sets: whole sets.
        items: their lines.
        qty: position of the quantity CTT02 sums, in whatever units; 0 where
            senders do not agree what it is.
    """
    totals, counts = sets.first("CTT"), sets.counts(items.owners)
    wrong = totals.text(1).cast(pl.Int64()) != counts
    totals.refuse(wrong, 1, "WRONG_COUNT", lambda n: f"{counts[n]} lines counted")
    if qty:
        sent = items.opening.text(qty)
        sets.refuse_wrong_sum(totals, 2, sent, items.owners)
