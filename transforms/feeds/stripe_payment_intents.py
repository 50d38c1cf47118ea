"""Stripe PaymentIntents: what was authorised and what was paid, one row each.

A line is an object, a list (``{"object": "list", "data": […]}``) or an event; a
whole file that is one of these over many lines is read too, object by object, but
for a list of events, which stands or falls as a whole. An object of another kind
is refused. ``requires_capture`` is an authorisation that holds; ``succeeded`` a sale
of what was received; any other is what its ``capture_method`` will make of it, not
yet paid, failed after an error, or cancelled. Card and ``capture_before`` are
known where ``latest_charge`` is sent in full. Amounts are in minor units as Stripe
has them, moments in epoch seconds; ``updated_at`` is the event's, else that of the
cancellation. The order's number stands in ``metadata`` under ``order_id``, or what
option ``order_ref_key`` of the profile says. Let a partner send these or charges,
not both: they are the same money under two numbers.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import PAYMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import spelled
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.stripe import (
    CURRENCY,
    EVENT_AT,
    instant_of,
    major,
    method,
    objects,
    order_path,
    payment_columns,
    payment_rules,
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
    is_paid, is_cancelled = status == "succeeded", status == "canceled"
    is_held = (status == "requires_capture") | (
        (pl.col("capture_method") == "manual") & ~is_paid
    )
    error = pl.coalesce(_ERRORS)
    has_failed = (status == "requires_payment_method") & error.is_not_null()
    columns = payment_columns(order_ref, _UNTIL, is_held)
    cancelled_at = pl.when(is_cancelled).then(instant_of("canceled_at"))
    received = pl.when(is_paid).then(major("amount_received"))
    return columns | {
        "format": pl.lit("stripe_payment_intents"),
        "status_code": pl.when(has_failed)
        .then(pl.lit("FAILED"))
        .otherwise(status.replace_strict(_STATUS, return_dtype=pl.String)),
        "method": method(pl.coalesce(f"{_DETAILS}.type", "payment_method_types")),
        "amount": pl.coalesce(received, columns["amount"]),
        "captured_amount": major("amount_received"),
        "card_brand": pl.col(f"{_CARD}.brand"),
        "card_last4": pl.col(f"{_CARD}.last4"),
        "error_code": error,
        "updated_at": pl.coalesce(
            instant_of(EVENT_AT), cancelled_at, columns["updated_at"]
        ),
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
        *payment_rules("payment_intent", _STATUS, _AMOUNTS, ["canceled_at", _UNTIL]),
        spelled(f"{_CARD}.last4", "[0-9]{4}", "4242"),
    )
    joined = ["payment_method_types"]
    return RowForm(
        texts,
        rules,
        _columns(order_ref),
        filled=CURRENCY,
        joined=joined,
        expandable=["latest_charge"],
    )


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read PaymentIntents; never raises. Names in rejects are Stripe's."""
    return parse_objects(
        payload, profile, DOCUMENT, _form(order_path(profile)), objects
    )
