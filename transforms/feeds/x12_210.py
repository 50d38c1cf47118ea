"""X12 210: a carrier's invoice.

- B302 is the invoice, B303 the shipment (our bill of lading), B306 its date,
  B311 the carrier. Amounts are in hundredths (N2) of the currency of C301.
- One row per L1: L104 the charge, negative for a discount, L108 its code
  (FUE, DSC, CUS …), FREIGHT where it is 400 (freight) or missing. ``line_ref`` is
  its place. An L1 without L104 (a rate only) is no charge.
- The charges must come to B307, the net amount due. An invoice without any L1 is
  one charge FREIGHT of B307.
- ``billed_weight_grams``: of a FREIGHT charge, L004 of its LX loop in the unit
  of L011, else of B305 (L pounds, K kilograms); null where no unit is told.
- ``tracking_ref``: N9*CN, else 2I. Shipped on: G62*86, else 11.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import polars as pl

from transforms.contracts.documents import CARRIER_INVOICES
from transforms.edi.columns import amounts
from transforms.edi.columns.cells import (
    coalesced,
    is_there,
    only_where,
    taken,
    texts,
)
from transforms.edi.columns.lines import Lines
from transforms.edi.columns.loops import Loops, Rows
from transforms.edi.formats import X12Format
from transforms.edi.sets import CARRIER_INVOICE

DOCUMENT = CARRIER_INVOICES

_FREIGHT = "FREIGHT"
_X12_FREIGHT = "400"
"""X12 150."""

_GRAMS = {"L": Decimal("453.59237"), "K": Decimal(1000)}


def _content(sets: Loops) -> Iterator[Rows]:
    begun, (rates, owners) = sets.one("B3"), sets.all("L1")
    is_charge = is_there(rates.text(4))
    charges, owners = rates.only(is_charge), owners[is_charge]
    due, charged = begun.text(7).cast(pl.Int64()), charges.text(4).cast(pl.Int64())
    total, count = sets.totals(owners, charged), sets.counts(owners).to_numpy()
    wrong = (due != total).to_numpy() & (count > 0)
    begun.refuse(wrong, 7, "BAD_AMOUNT", lambda n: f"the charges come to {total[n]}")
    invoice, currencies = _invoice(sets), _currencies(sets)
    shared = invoice | {"currency_code": currencies}
    digits = amounts.digits_of(currencies)
    bare = count == 0
    whole = {"line_ref": "1", "charge_code": _FREIGHT}
    due_amounts = amounts.cents(due, digits).filter(pl.Series(bare))
    yield Rows(begun.only(bare), whole | {"amount": due_amounts}, shared)
    codes = coalesced(
        charges.text(8).replace(_X12_FREIGHT, _FREIGHT), texts([_FREIGHT])
    )
    firsts = np.searchsorted(owners, owners)
    weights = _weights(sets, charges)
    cells = {
        "line_ref": pl.Series(np.arange(len(owners)) - firsts + 1),
        "charge_code": codes,
        "amount": amounts.cents(charged, taken(digits, owners)),
        "billed_weight_grams": only_where((codes == _FREIGHT).to_numpy(), weights),
    }
    yield Rows(charges, cells, shared)


def _invoice(sets: Loops) -> dict[str, pl.Series]:
    begun, heads = sets.one("B3"), sets.before("LX")
    tracked = heads.first("N9", "CN").otherwise(heads.first("N9", "2I"))
    shipped = heads.first("G62", "86").otherwise(heads.first("G62", "11"))
    return {
        "invoice_ref": begun.text(2),
        "carrier_code": begun.text(11),
        "shipment_ref": begun.text(3),
        "tracking_ref": tracked.text(2),
        "shipped_on": shipped.days(2),
        "invoiced_on": begun.days(6),
    }


def _currencies(sets: Loops) -> pl.Series:
    usual = texts([sets.of.profile.currency_code])
    return coalesced(sets.first("C3").text(1), usual)


def _weights(sets: Loops, charges: Lines) -> pl.Series:
    """Grams of the lading each charge stands behind; null where none is told."""
    packs, usual = sets.loops("LX"), sets.one("B3").text(5)
    ladings, owners = packs.all("L0")
    units = coalesced(ladings.text(11), taken(usual, ladings.sets))
    pairs = zip(ladings.text(4).to_list(), units.to_list(), strict=True)
    grams = texts([_grams(weight, unit) for weight, unit in pairs])
    return packs.at(packs.firsts(owners, grams), charges.latest("LX"))


def _grams(weight: str | None, unit: str | None) -> str | None:
    if weight is None or unit not in _GRAMS:
        return None
    exact = Decimal(weight) * _GRAMS[unit]
    return str(exact.quantize(Decimal(1), ROUND_HALF_UP))


FORMAT = X12Format(DOCUMENT, CARRIER_INVOICE, _content)
parse, answer = FORMAT.parse, FORMAT.answer
