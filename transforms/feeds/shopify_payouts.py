"""Shopify payouts: what reaches the bank, one object per payout.

A line is a payout, ``{"payout": …}`` or ``{"payouts": […]}``; a whole file that
is one of these over many lines is read too. The fee is the sum of the fees of the
summary, positive when taken; without a summary there is none. An amount below
zero is a withdrawal. Column names in rejects are Shopify's.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from transforms.contracts.documents import PAYOUTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    amount_text,
    date,
    decimal,
    one_of,
    required,
    signed_amount,
    spelled,
)
from transforms.feeds.reading.json_orders import references
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.json_units import inside

DOCUMENT = PAYOUTS
WRAPPERS = ("payouts", "payout")

_STATUS = {
    "scheduled": "SCHEDULED",
    "in_transit": "IN_TRANSIT",
    "paid": "PAID",
    "failed": "FAILED",
    "canceled": "CANCELLED",
}
_FEES = tuple(
    f"summary.{what}_fee_amount"
    for what in (
        "charges",
        "refunds",
        "adjustments",
        "reserved_funds",
        "retried_payouts",
    )
)
_AMOUNTS = ("amount", *_FEES)
_NOTHING = pl.lit(0, pl.Decimal(18, 3))


def _fee() -> pl.Expr:
    total = reduce(add, (decimal(name).fill_null(_NOTHING) for name in _FEES))
    is_told = pl.any_horizontal(pl.col(_FEES).is_not_null())
    return pl.when(is_told).then(amount_text(total))


_FORM = RowForm(
    texts=("id", "status", "date", "currency", *_AMOUNTS),
    rules=(
        *references("id"),
        *required("status", "date", "currency", "amount"),
        one_of("status", *_STATUS),
        date("date"),
        spelled("currency", "[A-Z]{3}", "USD"),
        *(signed_amount(name, pl.col("currency")) for name in _AMOUNTS),
    ),
    columns={
        "payout_ref": pl.col("id"),
        "status_code": pl.col("status").replace_strict(_STATUS, return_dtype=pl.String),
        "amount": pl.col("amount"),
        "fee_amount": _fee(),
        "currency_code": pl.col("currency"),
        "paid_on": pl.col("date"),
    },
    amounts=_AMOUNTS,
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read payouts; never raises on any bytes."""
    units = inside(*WRAPPERS)
    return parse_objects(payload, profile, DOCUMENT, _FORM, units)
