"""Shopify order transactions: what was authorised, captured, paid and given back.

A line is a transaction, ``{"transaction": …}``, ``{"transactions": […]}`` or an
order with its ``transactions``; a whole file that is one of these over many lines
is read too. ``change`` is cash given back, a refund. The method is told by the
gateway's name, else a payment with card details is by card; what neither tells is
``other``. Of a card number the last four digits are kept. Without ``currency``
the profile's is meant, without ``processed_at`` ``created_at``. Column names in
rejects are Shopify's.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import PAYMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import amount, instant, one_of, required, spelled
from transforms.feeds.reading.json_orders import references
from transforms.feeds.reading.json_rows import RowForm, parse_objects
from transforms.feeds.reading.json_units import inside
from transforms.feeds.reading.payments import last_four, masked_card

DOCUMENT = PAYMENTS

WRAPPERS = ("transactions", "transaction", "orders", "order")
_UNITS = inside(*WRAPPERS)
_KINDS = {
    "authorization": "AUTHORISATION",
    "emv_authorization": "AUTHORISATION",
    "capture": "CAPTURE",
    "sale": "SALE",
    "void": "VOID",
    "refund": "REFUND",
    "change": "REFUND",
}
_STATUS = {
    "success": "SUCCEEDED",
    "pending": "PENDING",
    "awaiting_response": "PENDING",
    "failure": "FAILED",
    "error": "FAILED",
}
_METHODS = {
    "cash": "cash",
    "cash_on_delivery": "cash",
    "cash on delivery (cod)": "cash",
    "gift_card": "gift_card",
    "shopify_store_credit": "gift_card",
    "bank_deposit": "bank",
    "bank deposit": "bank",
    "paypal": "wallet",
    "amazon_payments": "wallet",
    "affirm": "account",
    "afterpay": "account",
    "klarna": "account",
    "shopify_installments": "account",
}
_NUMBER = "payment_details.credit_card_number"
_COMPANY = "payment_details.credit_card_company"
_TEXTS = (
    *("id", "parent_id", "order_id", "kind", "status", "gateway", "amount", "currency"),
    *("created_at", "processed_at", "authorization_expires_at", "test", "error_code"),
    *("location_id", _NUMBER, _COMPANY),
)


def _columns() -> dict[str, pl.Expr]:
    is_card = pl.any_horizontal(pl.col(_NUMBER, _COMPANY).is_not_null())
    gateway = pl.col("gateway").str.to_lowercase()
    return {
        "format": pl.lit("shopify_transactions"),
        "payment_ref": pl.col("id"),
        "parent_ref": pl.col("parent_id"),
        "order_ref": pl.col("order_id"),
        "kind": pl.col("kind").replace_strict(_KINDS, return_dtype=pl.String),
        "status_code": pl.col("status").replace_strict(_STATUS, return_dtype=pl.String),
        "method": pl.coalesce(
            gateway.replace_strict(_METHODS, default=None, return_dtype=pl.String),
            pl.when(is_card).then(pl.lit("card")),
            pl.lit("other"),
        ),
        "gateway": pl.col("gateway"),
        "amount": pl.col("amount"),
        "currency_code": pl.col("currency"),
        "authorised_until": pl.col("authorization_expires_at"),
        "card_brand": pl.col(_COMPANY),
        "card_last4": last_four(_NUMBER),
        "error_code": pl.col("error_code"),
        "node_ref": pl.col("location_id"),
        "occurred_at": pl.col("processed_at"),
        "updated_at": pl.col("processed_at"),
        "is_test": pl.col("test"),
    }


@cache
def _form(currency_code: str) -> RowForm:
    rules = (
        *references("id"),
        *required("kind", "status", "amount", "processed_at"),
        one_of("kind", *_KINDS),
        one_of("status", *_STATUS),
        spelled("currency", "[A-Z]{3}", "USD"),
        amount("amount", pl.col("currency")),
        *map(instant, ("processed_at", "authorization_expires_at")),
        one_of("test", "true", "false"),
        masked_card(_NUMBER),
    )
    filled = {
        "kind": pl.col("kind").str.to_lowercase(),
        "status": pl.col("status").str.to_lowercase(),
        "currency": pl.coalesce("currency", pl.lit(currency_code)),
        "processed_at": pl.coalesce("processed_at", "created_at"),
        "test": pl.coalesce("test", pl.lit("false")),
    }
    free_text = (_NUMBER, _COMPANY, "gateway", "error_code")
    return RowForm(_TEXTS, rules, _columns(), ["amount"], filled, free_text)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read transactions; never raises on any bytes."""
    return parse_objects(
        payload, profile, DOCUMENT, _form(profile.currency_code), _UNITS
    )
