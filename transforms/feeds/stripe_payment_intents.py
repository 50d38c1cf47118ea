"""Stripe PaymentIntents: one per line, a list of them, or events about them.

``requires_capture`` is an authorisation that holds; ``succeeded`` a sale of what
was received; any other is what its ``capture_method`` will make of it, not yet
paid, failed after an error, or cancelled. Card and ``capture_before`` are known
where ``latest_charge`` is sent in full. ``updated_at`` is the event's, else that
of the cancellation. The order's number stands in ``metadata`` under ``order_id``,
or what option ``order_ref_key`` says. Let a partner send these or charges, not
both: they are the same money under two numbers. More in ``reading.stripe``.
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

_STATUS = {
    "requires_payment_method": "PENDING",
    "requires_confirmation": "PENDING",
    "requires_action": "PENDING",
    "processing": "PENDING",
    "requires_capture": "SUCCEEDED",
    "succeeded": "SUCCEEDED",
    "canceled": "CANCELLED",
}
_AMOUNTS = ("amount", "amount_received")
_DETAILS = "latest_charge.payment_method_details"
_CARD = f"{_DETAILS}.card"
_UNTIL = f"{_CARD}.capture_before"
_ERRORS = ("last_payment_error.code", "last_payment_error.type")


def _columns(order_ref: str) -> dict[str, pl.Expr]:
    status = pl.col("status")
    is_held = (status == "requires_capture") | (
        (pl.col("capture_method") == "manual") & (status != "succeeded")
    )
    error = pl.coalesce(_ERRORS)
    has_failed = (status == "requires_payment_method") & error.is_not_null()
    cancelled_at = pl.when(status == "canceled").then(instant_of("canceled_at"))
    return {
        "format": pl.lit("stripe_payment_intents"),
        "payment_ref": pl.col("id"),
        "order_ref": pl.col(order_ref),
        "kind": pl.when(is_held)
        .then(pl.lit("AUTHORISATION"))
        .otherwise(pl.lit("SALE")),
        "status_code": pl.when(has_failed)
        .then(pl.lit("FAILED"))
        .otherwise(status.replace_strict(_STATUS, return_dtype=pl.String)),
        "method": method(pl.coalesce(f"{_DETAILS}.type", "payment_method_types")),
        "gateway": pl.lit("stripe"),
        "amount": pl.when(status == "succeeded")
        .then(pl.coalesce(major("amount_received"), major("amount")))
        .otherwise(major("amount")),
        "captured_amount": major("amount_received"),
        "currency_code": pl.col("currency"),
        "authorised_until": pl.when(is_held).then(instant_of(_UNTIL)),
        "card_brand": pl.col(f"{_CARD}.brand"),
        "card_last4": pl.col(f"{_CARD}.last4"),
        "error_code": error,
        "occurred_at": instant_of("created"),
        "updated_at": pl.coalesce(
            instant_of(EVENT_AT), cancelled_at, instant_of("created")
        ),
        "is_test": is_test(),
    }


@cache
def _form(order_ref: str) -> RowForm:
    texts = (
        *("id", "object", "status", "capture_method", "currency", *_AMOUNTS),
        *("created", "canceled_at", EVENT_AT, _UNTIL, "livemode", order_ref),
        *("payment_method_types", f"{_DETAILS}.type", *_ERRORS),
        *(f"{_CARD}.brand", f"{_CARD}.last4"),
    )
    rules = (
        kind_of("payment_intent"),
        *required("id", "object", "status", "amount", "currency", "created"),
        one_of("status", *_STATUS),
        one_of("livemode", "true", "false"),
        spelled("currency", "[A-Z]{3}", "usd"),
        *map(minor, _AMOUNTS),
        *epoch("created", "canceled_at", EVENT_AT, _UNTIL),
        spelled(f"{_CARD}.last4", "[0-9]{4}", "4242"),
    )
    columns, joined = _columns(order_ref), ["payment_method_types"]
    return RowForm(texts, rules, columns, filled=CURRENCY, joined=joined)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read PaymentIntents; never raises. Names in rejects are Stripe's."""
    order_ref = f"metadata.{profile.options.get('order_ref_key', 'order_id')}"
    units = objects("latest_charge")
    return parse_objects(payload, profile, DOCUMENT, _form(order_ref), units)
