"""Till tenders: one CSV line per means of payment of a receipt.

UTF-8, comma separated, columns ``store_id, receipt_no, tender_no, tendered_at,
tender_type, amount``, and if wanted ``card_last4`` and ``change``. Times are
local to the store, as in ``pos_sales``, and so is the order's number. What was
paid is the amount less the change; a negative amount is a refund. Option
``tender_types`` of the profile adds words of the till to those that are known:
``EBT=card, SCRIP=other``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import polars as pl

from transforms.contracts.documents import PAYMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import settle
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    amount_text,
    decimal,
    local_time,
    offset_instants,
    one_of,
    required,
    signed_amount,
)
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.header import COMMA
from transforms.feeds.reading.payments import METHODS, last_four, masked_card
from transforms.feeds.reading.rows import filled_out, in_slices
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = PAYMENTS

_REQUIRED = (
    "store_id",
    "receipt_no",
    "tender_no",
    "tendered_at",
    "tender_type",
    "amount",
)
_OPTIONAL = ("card_last4", "change")
_IGNORED = ("till_id",)
_METHODS = {
    "CASH": "cash",
    "CARD": "card",
    "CREDIT": "card",
    "CREDIT_CARD": "card",
    "DEBIT": "card",
    "DEBIT_CARD": "card",
    "GIFT_CARD": "gift_card",
    "GIFTCARD": "gift_card",
    "STORE_CREDIT": "gift_card",
    "CHECK": "bank",
    "CHEQUE": "bank",
    "BANK_TRANSFER": "bank",
    "WALLET": "wallet",
    "MOBILE": "wallet",
    "ACCOUNT": "account",
    "ON_ACCOUNT": "account",
    "HOUSE_ACCOUNT": "account",
    "VOUCHER": "other",
    "COUPON": "other",
    "OTHER": "other",
}


@cache
def _methods(said: str) -> Mapping[str, str]:
    """Tender type → method, with those that a profile adds.

    Raises:
        ValueError: the profile names a method that is not listed.
    """
    pairs = [part.partition("=") for part in said.split(",") if part.strip()]
    added = {word.strip().upper(): method.strip() for word, _, method in pairs}
    if unknown := set(added.values()) - set(METHODS):
        raise ValueError(f"tender_types: {sorted(unknown)} are none of {METHODS}")
    return _METHODS | added


@cache
def _rules(currency_code: str, tender_types: str) -> tuple[Rule, ...]:
    currency = pl.lit(currency_code)
    is_more = (decimal("amount") >= 0) & (decimal("change") > decimal("amount"))
    return (
        *required(*_REQUIRED),
        one_of("tender_type", *_methods(tender_types)),
        signed_amount("amount", currency),
        amount("change", currency),
        Rule("change", "BAD_AMOUNT", is_more, "change, not above the amount"),
        masked_card("card_last4"),
        local_time("tendered_at"),
    )


def _as_payments(good: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    methods = _methods(profile.options.get("tender_types", ""))
    nothing = pl.lit(0, pl.Decimal(18, 3))
    paid = decimal("amount") - decimal("change").fill_null(nothing)
    receipt = pl.concat_str("store_id", "receipt_no", separator="-")
    tendered_at = offset_instants(good["tendered_at"], profile.zone)
    said: dict[str, pl.Expr | pl.Series] = {
        "format": pl.lit("pos_tenders"),
        "payment_ref": pl.concat_str(receipt, "tender_no", separator="-"),
        "order_ref": receipt,
        "kind": pl.when(paid < 0).then(pl.lit("REFUND")).otherwise(pl.lit("SALE")),
        "status_code": pl.lit("SUCCEEDED"),
        "method": pl.col("tender_type").replace_strict(methods, return_dtype=pl.String),
        "amount": amount_text(paid.abs()),
        "currency_code": pl.lit(profile.currency_code),
        "card_last4": last_four("card_last4"),
        "node_ref": pl.concat_str(pl.lit("STORE-"), "store_id"),
        "occurred_at": tendered_at,
        "updated_at": tendered_at,
        "is_test": pl.lit("false"),
    }
    return filled_out(good, said, DOCUMENT)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a tender file; never raises on any bytes."""
    read = read_delimited(payload, profile, COMMA, _REQUIRED, _OPTIONAL, _IGNORED)
    word = pl.col("tender_type").str.to_uppercase().str.replace_all(r"[ -]+", "_")
    cells = read.cells.with_columns(word)
    currency = profile.currency_code
    tender_types = profile.options.get("tender_types", "")
    safe, cards = refuse_cards(cells, ["card_last4"])
    rules = [*rewritten(read, *_REQUIRED[:3]), *_rules(currency, tender_types)]
    good, problems = judge_spelled(safe, rules, profile, reads_local=True)
    # What was judged makes room for what is said of it.
    read = replace(read, cells=read.cells.clear())
    del cells, safe
    rows = in_slices(good, lambda some: _as_payments(some, profile))
    return settle(read, rows, pl.concat([problems, cards]), DOCUMENT)
