"""Money in columns: exact decimals, rounded once, in a currency's precision.

Not here: which element is a price.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import numpy as np
import polars as pl

from transforms.contracts.currencies import minor_digits
from transforms.edi.columns.cells import (
    Mask,
    Places,
    chosen,
    coalesced,
    is_there,
    mapped,
    same,
    texts,
)

EXACT = pl.Decimal(38, 9)
"""Room for a price of 15 digits times a quantity of 9."""

_COUNT = pl.Decimal(38, 0)
_UNIT_DIGITS = 6
"""Digits behind the point of a unit price, when it does not divide."""

_BASES = {
    code: per
    for per, codes in {
        1: "LE PE QE RE TE WE",
        10: "PN",
        12: "LD PD RD TD WD",
        100: "HP LC QH RC TC WC",
        1_000: "LM QS RM TM TP WM",
        10_000: "TT",
        100_000: "HT",
    }.items()
    for code in codes.split()
}
"""Eaches one price is for, by X12 639; any other code is for the unit sent."""


def digits_of(currencies: pl.Series) -> pl.Series:
    """Digits behind the point of some currencies, by ISO 4217."""
    known = {code: minor_digits(code) for code in currencies.unique().to_list()}
    return mapped(currencies, known, pl.Int64())


def eaches_per_price(bases: pl.Series, factors: pl.Series) -> pl.Series:
    """How many eaches one price is for.

    Args:
        bases: basis of the unit price (X12 639), null where none is sent.
        factors: eaches in the unit the line is sent in.

    Example:
        >>> bases = pl.Series(["PE", None, "HP"])
        >>> eaches_per_price(bases, pl.Series([12, 12, 1])).to_list()
        [1, 12, 100]
    """
    if bases.null_count() == len(bases):
        return factors
    return coalesced(mapped(bases, _BASES, pl.Int64()), factors)


def names_eaches(bases: pl.Series) -> Mask:
    """Whether a price is for so many eaches, whatever unit the line is sent in.

    Example:
        >>> names_eaches(pl.Series(["PE", None, "QT"])).tolist()
        [True, False, False]
    """
    return is_there(mapped(bases, _BASES, pl.Int64()))


def extended(
    prices: pl.Series, qty: pl.Series, per: pl.Series, digits: pl.Series
) -> pl.Series:
    """Price times eaches in the currency's precision, halves away from zero.

    Args:
        prices: decimals as text; null gives null.
        qty: eaches.
        per: eaches one price is for.
        digits: behind the point of each line's currency.

    Example:
        >>> one, two = pl.Series([1, 12]), pl.Series([2, 2])
        >>> extended(pl.Series(["0.335", "10"]), pl.Series([3, 18]), one, two).to_list()
        ['1.01', '15.00']
    """
    found = rounded(prices.cast(EXACT) * qty.cast(_COUNT), digits)
    shared = np.flatnonzero(per.to_numpy() != 1).tolist()
    if not shared:
        return found
    spelled = found.to_list()
    for place in shared:
        if spelled[place] is not None:
            exact = Decimal(prices[place]) * qty[place] / per[place]
            spelled[place] = _cut(exact, digits[place])
    return texts(spelled)


def unit_prices(prices: pl.Series, per: pl.Series) -> pl.Series:
    """The price of one each: as sent where it is for one, else six decimals.

    Example:
        >>> unit_prices(texts([".50", "10", None]), pl.Series([1, 12, 1])).to_list()
        ['0.50', '0.833333', None]
    """
    pairs = zip(prices.to_list(), per.to_list(), strict=True)
    return texts([None if price is None else _unit(price, n) for price, n in pairs])


def plain(amounts: pl.Series) -> pl.Series:
    """Decimals as people write them: ``.5`` is ``0.5``."""
    return unit_prices(amounts, same(1, len(amounts), pl.Int64()))


def cents(amounts: pl.Series, digits: pl.Series) -> pl.Series:
    """Amounts with two implied decimals (X12 N2) in a currency's precision.

    Args:
        amounts: whole numbers; null gives null.
        digits: behind the point of each amount's currency.

    Example:
        >>> cents(pl.Series([150, -5, 150]), pl.Series([2, 2, 0])).to_list()
        ['1.50', '-0.05', '2']
    """
    hundredth = pl.Series([Decimal("0.01")])
    return rounded(amounts.cast(_COUNT) * hundredth, digits)


def sums(amounts: pl.Series, owners: Places, count: int) -> pl.Series:
    """Sums of decimal texts by owner, 0 for an owner without any.

    Example:
        >>> sums(texts(["0.1", "0.2"]), np.array([1, 1]), 2).cast(pl.String()).to_list()
        ['0.000000000', '0.300000000']
    """
    zero = same("0", count).cast(EXACT)
    if not len(amounts):
        return zero
    found = pl.DataFrame({"owner": owners, "amount": amounts.cast(EXACT)})
    totals = found.group_by("owner", maintain_order=True).agg(pl.col("amount").sum())
    return zero.scatter(totals["owner"], totals["amount"])


def rounded(amounts: pl.Series, digits: pl.Series) -> pl.Series:
    """Decimals as text with so many digits behind the point."""
    wanted = digits.unique().to_list()
    found = _texts(amounts, wanted[0] if wanted else 0)
    for other in wanted[1:]:
        is_other: Mask = digits.to_numpy() == other
        found = chosen(is_other, _texts(amounts, other), found)
    return found


def _texts(amounts: pl.Series, digits: int) -> pl.Series:
    whole = amounts.round(digits, mode="half_away_from_zero")
    return whole.cast(pl.Decimal(38, digits)).cast(pl.String())


def _cut(amount: Decimal, digits: int) -> str:
    return format(amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), "f")


@lru_cache(maxsize=65536)
def _unit(price: str, per: int) -> str:
    exact = Decimal(price) / per
    if Decimal(price).scaleb(_UNIT_DIGITS) % per == 0:
        return format(exact, "f")
    return _cut(exact, _UNIT_DIGITS)
