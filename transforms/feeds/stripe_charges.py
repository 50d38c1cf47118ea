"""Stripe charges: one object per line, a list of them, or events about them.

A charge that is not captured is an authorisation, held until ``capture_before``
of its card where that is sent; once captured it is a sale of the same number, and
a later copy replaces the earlier. An uncaptured charge that was refunded is a
cancelled authorisation. Stripe counts what a partial capture lets go as refunded,
so amount less refunded is what was taken. Amounts are in minor units, moments in
epoch seconds; ``updated_at`` is the event's. The order's number stands in
``metadata`` under ``order_id``, or what option ``order_ref_key`` says. What was
sent in test mode is marked. More in ``reading.stripe``.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import PAYMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import one_of, required, spelled
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.stripe import (
    CURRENCY,
    EVENT_AT,
    epoch,
    instant_of,
    is_test,
    kind_of,
    major,
    method,
    minor,
    objects,
)

DOCUMENT = PAYMENTS

_STATUS = {"succeeded": "SUCCEEDED", "pending": "PENDING", "failed": "FAILED"}
_AMOUNTS = ("amount", "amount_captured", "amount_refunded")
_CARD = "payment_method_details.card"
_PRESENT = "payment_method_details.card_present"
_UNTIL = f"{_CARD}.capture_before"


@cache
def _form(order_ref: str) -> RowForm:
    texts = (
        *("id", "object", "status", "captured", "refunded", "currency", *_AMOUNTS),
        *("created", EVENT_AT, _UNTIL, "livemode", "failure_code", order_ref),
        *("payment_method_details.type", f"{_CARD}.brand", f"{_CARD}.last4"),
        *(f"{_PRESENT}.brand", f"{_PRESENT}.last4", "source.brand", "source.last4"),
    )
    rules = (
        kind_of("charge"),
        *required("id", "object", "status", "amount", "currency", "created"),
        one_of("status", *_STATUS),
        one_of("captured", "true", "false"),
        one_of("livemode", "true", "false"),
        spelled("currency", "[A-Z]{3}", "usd"),
        *map(minor, _AMOUNTS),
        *epoch("created", EVENT_AT, _UNTIL),
        spelled("last4", "[0-9]{4}", "4242"),
    )
    is_held = pl.col("captured") == "false"
    is_released = is_held & (pl.col("refunded") == "true")
    columns = {
        "format": pl.lit("stripe_charges"),
        "payment_ref": pl.col("id"),
        "order_ref": pl.col(order_ref),
        "kind": pl.when(is_held)
        .then(pl.lit("AUTHORISATION"))
        .otherwise(pl.lit("SALE")),
        "status_code": pl.when(is_released)
        .then(pl.lit("CANCELLED"))
        .otherwise(pl.col("status").replace_strict(_STATUS, return_dtype=pl.String)),
        "method": method(pl.col("payment_method_details.type")),
        "gateway": pl.lit("stripe"),
        "amount": major("amount"),
        "captured_amount": major("amount_captured"),
        "refunded_amount": major("amount_refunded"),
        "currency_code": pl.col("currency"),
        "authorised_until": pl.when(is_held).then(instant_of(_UNTIL)),
        "card_brand": pl.col("brand"),
        "card_last4": pl.col("last4"),
        "error_code": pl.col("failure_code"),
        "occurred_at": instant_of("created"),
        "updated_at": pl.coalesce(instant_of(EVENT_AT), instant_of("created")),
        "is_test": is_test(),
    }
    filled = CURRENCY | {
        name: pl.coalesce(f"{_CARD}.{name}", f"{_PRESENT}.{name}", f"source.{name}")
        for name in ("brand", "last4")
    }
    return RowForm(texts, rules, columns, filled=filled)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read charges; never raises. Names in rejects are Stripe's."""
    order_ref = f"metadata.{profile.options.get('order_ref_key', 'order_id')}"
    units = objects("source")
    return parse_objects(payload, profile, DOCUMENT, _form(order_ref), units)
