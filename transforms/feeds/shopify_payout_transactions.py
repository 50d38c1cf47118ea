"""Shopify Payments balance transactions: the money lines of payouts.

A line is a transaction, ``{"transaction": …}`` or ``{"transactions": […]}``; a
whole file that is one of these over many lines is read too. Shopify sends fees
now positive, now negative; what counts is net less amount, and a ``fee`` of
another size is refused. Of ``source_order_id`` and its like 0 means none. A day
in ``processed_at`` is its first moment in the profile's zone. Test transactions
are no money and refused. Column names in rejects are Shopify's.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import SETTLEMENT_LINES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    Rule,
    decimal,
    instant,
    one_of,
    required,
    signed_amount,
    spelled,
)
from transforms.feeds.reading.days import first_moment
from transforms.feeds.reading.json_orders import references
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.json_units import inside

DOCUMENT = SETTLEMENT_LINES
WRAPPERS = ("transactions", "transaction")

_AMOUNTS = ("amount", "fee", "net")
_SOURCES = ("source_order_id", "source_order_transaction_id")
_NEEDED = ("type", "currency", *_AMOUNTS, "processed_at")


def _form(profile: Profile) -> RowForm:
    currency = pl.col("currency")
    fee = decimal("net") - decimal("amount")
    size = pl.col("fee").str.strip_prefix("-")
    rules = (
        *references("id"),
        *required(*_NEEDED),
        one_of("test", "false"),
        spelled("currency", "[A-Z]{3}", "USD"),
        *(signed_amount(name, currency) for name in _AMOUNTS),
        Rule(
            "fee",
            "BAD_AMOUNT",
            fee.abs() != decimal("fee").abs(),
            "net less amount",
            is_worked_out=True,
        ),
        instant("processed_at"),
    )
    columns = {
        "format": pl.lit("shopify_payout_transactions"),
        "entry_ref": pl.col("id"),
        "payout_ref": pl.col("payout_id"),
        "entry_kind": pl.col("type"),
        "amount_type": pl.col("source_type"),
        "order_ref": pl.col("source_order_id"),
        "payment_ref": pl.col("source_order_transaction_id"),
        "amount": pl.col("amount"),
        "fee_amount": pl.when(fee < 0)
        .then(pl.concat_str(pl.lit("-"), size))
        .otherwise(size),
        "net_amount": pl.col("net"),
        "currency_code": currency,
        "posted_at": pl.col("processed_at"),
    }
    return RowForm(
        texts=("id", *_NEEDED, "test", "payout_id", "source_type", *_SOURCES),
        rules=rules,
        columns=columns,
        amounts=_AMOUNTS,
        filled={name: pl.col(name).replace("0", None) for name in _SOURCES}
        | {"processed_at": first_moment("processed_at", profile)},
    )


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read balance transactions; never raises on any bytes."""
    units = inside(*WRAPPERS)
    return parse_objects(payload, profile, DOCUMENT, _form(profile), units)
