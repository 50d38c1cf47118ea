"""Stripe balance transactions: the money lines of payouts, one row each.

A line is an object, a list (``{"object": "list", "data": […]}``) or an event; a
whole file that is one of these over many lines is read too, object by object, but
for a list of events, which stands or falls as a whole. An object of another kind
is refused. Stripe's fee is what it takes, so ours is its negative: net is amount plus
fee, or the object is refused. ``source`` names the payment, or in a payout the
payout; it may be sent in full, then the order's number is read from its
``metadata`` (``order_id``, or option ``order_ref_key`` of the profile). The
description is not kept: people write into it. Amounts are in minor units as Stripe
has them, moments in epoch seconds, ``available_on`` a day in UTC.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import SETTLEMENT_LINES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, required, spelled
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.stripe import (
    CURRENCY,
    date_of,
    epoch,
    instant_of,
    kind_of,
    major,
    objects,
    order_path,
    signed_minor,
)

DOCUMENT = SETTLEMENT_LINES

_AMOUNTS = ("amount", "fee", "net")
_PAYMENTS = "^(?:ch|py|pi|re|pyr)_"


@cache
def _form(order_ref: str) -> RowForm:
    needed = ("id", "object", "type", *_AMOUNTS, "currency", "created")
    texts = (*needed, "available_on", "reporting_category", "source.id", order_ref)
    amount, fee, net = (pl.col(n).cast(pl.Int64, strict=False) for n in _AMOUNTS)
    rules = (
        kind_of("balance_transaction"),
        *required(*needed),
        spelled("currency", "[A-Z]{3}", "usd"),
        *map(signed_minor, _AMOUNTS),
        Rule(
            "net",
            "BAD_AMOUNT",
            net != amount - fee,
            "net, amount less fee",
            is_worked_out=True,
        ),
        *epoch("created", "available_on"),
    )
    source, taken = pl.col("source.id"), pl.concat_str(pl.lit("-"), major("fee"))
    columns = {
        "format": pl.lit("stripe_balance_transactions"),
        "entry_ref": pl.col("id"),
        "payout_ref": pl.when(source.str.starts_with("po_")).then(source),
        "entry_kind": pl.col("type"),
        "amount_type": pl.col("reporting_category"),
        "order_ref": pl.col(order_ref),
        "payment_ref": pl.when(source.str.contains(_PAYMENTS)).then(source),
        "amount": major("amount"),
        "fee_amount": pl.when(fee == 0)
        .then(major("fee"))
        .otherwise(taken.str.strip_prefix("--")),
        "net_amount": major("net"),
        "currency_code": pl.col("currency"),
        "posted_at": instant_of("created"),
        "available_on": date_of("available_on"),
    }
    return RowForm(texts, rules, columns, filled=CURRENCY, expandable=["source"])


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read balance transactions; never raises. Names in rejects are Stripe's."""
    return parse_objects(
        payload, profile, DOCUMENT, _form(order_path(profile, "source.")), objects
    )
