"""Stripe charges: what was authorised and what was paid, one row per charge.

A line is an object, a list (``{"object": "list", "data": […]}``) or an event; a
whole file that is one of these over many lines is read too, object by object, but
for a list of events, which stands or falls as a whole. An object of another kind
is refused. A charge that is not captured is an authorisation, held until
``capture_before`` of its card where that is sent; once captured it is a sale of
the same number, and a later copy replaces the earlier. An uncaptured charge that
was refunded is a cancelled authorisation. Stripe counts what a partial capture
lets go as refunded: the sale is of what was captured, and what was let go is no
refund of it. Amounts are in
minor units as Stripe has them: ISK and UGX with two digits that are 00, MGA with
none. Moments are epoch seconds; ``updated_at`` is the event's. The order's number
stands in ``metadata`` under ``order_id``, or what option ``order_ref_key`` of the
profile says. What was made in test mode is marked. Names and addresses are not
kept.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import PAYMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import one_of, spelled
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.stripe import (
    CURRENCY,
    EVENT_AT,
    major,
    method,
    objects,
    order_path,
    payment_columns,
    payment_rules,
)

DOCUMENT = PAYMENTS

_STATUS = {"succeeded": "SUCCEEDED", "pending": "PENDING", "failed": "FAILED"}
_AMOUNTS = ("amount", "amount_captured", "amount_refunded")
_CARD = "payment_method_details.card"
_PRESENT = "payment_method_details.card_present"
_UNTIL = f"{_CARD}.capture_before"


def _columns(order_ref: str) -> dict[str, pl.Expr]:
    is_held = pl.col("captured") == "false"
    is_released = is_held & (pl.col("refunded") == "true")
    return payment_columns(order_ref, _UNTIL, is_held) | {
        "format": pl.lit("stripe_charges"),
        "status_code": pl.when(is_released)
        .then(pl.lit("CANCELLED"))
        .otherwise(pl.col("status").replace_strict(_STATUS, return_dtype=pl.String)),
        "method": method(pl.col("payment_method_details.type")),
        "captured_amount": major("amount_captured"),
        "refunded_amount": major("amount_refunded"),
        "card_brand": pl.col("brand"),
        "card_last4": pl.col("last4"),
        "error_code": pl.col("failure_code"),
    }


def _taken() -> dict[str, pl.Expr]:
    """Of what was captured in part its amount, and refunds without what was let go."""
    whole, taken, back = (
        pl.col(name).cast(pl.Int64, strict=False) for name in _AMOUNTS
    )
    let_go = whole - taken
    is_part = ((pl.col("captured") == "true") & (let_go > 0) & (back >= 0)).fill_null(
        value=False
    )
    rest = (back - let_go).clip(0).cast(pl.String)
    return {
        "amount": pl.when(is_part).then("amount_captured").otherwise("amount"),
        "amount_refunded": pl.when(is_part).then(rest).otherwise("amount_refunded"),
    }


@cache
def _form(order_ref: str) -> RowForm:
    texts = (
        *("id", "object", "status", "captured", "refunded", "currency", *_AMOUNTS),
        *("created", EVENT_AT, _UNTIL, "livemode", "failure_code", order_ref),
        *("payment_method_details.type", f"{_CARD}.brand", f"{_CARD}.last4"),
        *(f"{_PRESENT}.brand", f"{_PRESENT}.last4", "source.brand", "source.last4"),
    )
    rules = (
        *payment_rules("charge", _STATUS, _AMOUNTS, [_UNTIL]),
        one_of("captured", "true", "false"),
        spelled("last4", "[0-9]{4}", "4242"),
    )
    filled = (
        CURRENCY
        | _taken()
        | {
            name: pl.coalesce(f"{_CARD}.{name}", f"{_PRESENT}.{name}", f"source.{name}")
            for name in ("brand", "last4")
        }
    )
    return RowForm(
        texts, rules, _columns(order_ref), filled=filled, expandable=["source"]
    )


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read charges; never raises. Names in rejects are Stripe's."""
    return parse_objects(
        payload, profile, DOCUMENT, _form(order_path(profile)), objects
    )
