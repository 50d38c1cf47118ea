"""Till sales: one CSV line per receipt line, times local to the store.

Goods leave at the till: nothing is shipped and nobody is named. Discounts come
in three kinds and are added. Times carry no offset; the profile's zone gives
it, the first of two equal hours in autumn.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import cache, reduce

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import (
    keep_orders_whole,
    optional_columns,
    settle,
)
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    amount_text,
    decimal,
    local_time,
    offset_instants,
    quantity,
    required,
)
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.header import COMMA
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = ORDERS

_REQUIRED = (
    "store_id",
    "receipt_no",
    "line_no",
    "sold_at",
    "sku",
    "quantity",
    "line_amount",
)
_DISCOUNTS = ("retail_discount", "coupon_discount", "coupon_match_discount")
_OPTIONAL = ("description", "tax", *_DISCOUNTS)
_IGNORED = ("till_id", "unit_price", "tender")


@cache
def _rules(currency_code: str) -> tuple[Rule, ...]:
    amounts = ("line_amount", "tax", *_DISCOUNTS)
    return (
        *required(*_REQUIRED),
        quantity("quantity", minimum=1),
        *(amount(name, pl.lit(currency_code)) for name in amounts),
        local_time("sold_at"),
    )


def _sum(columns: Sequence[str]) -> pl.Expr:
    nothing = pl.lit(0, pl.Decimal(18, 3))
    amounts = [decimal(name).fill_null(nothing) for name in columns]
    return amount_text(reduce(operator.add, amounts))


def _as_order_lines(good: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    receipt = pl.concat_str("store_id", pl.lit("-"), "receipt_no")
    sold_at = offset_instants(good["sold_at"], profile.zone)
    said: dict[str, pl.Expr | pl.Series] = {
        "format": pl.lit("pos_sales"),
        "action": pl.lit("create"),
        "order_ref": receipt,
        "order_name": receipt,
        "line_ref": pl.col("line_no"),
        "ordered_at": sold_at,
        "updated_at": sold_at,
        "currency_code": pl.lit(profile.currency_code),
        "sku_ref": pl.col("sku"),
        "product_name": pl.col("description"),
        "qty": pl.col("quantity"),
        "line_amount": pl.col("line_amount"),
        "discount_amount": _sum(_DISCOUNTS),
        "tax_amount": pl.col("tax").fill_null("0"),
        "service_code": pl.lit("NONE"),
        "is_ship_complete": pl.lit("false"),
        "payment_status": pl.lit("tender"),
        "node_ref": pl.concat_str(pl.lit("STORE-"), "store_id"),
    }
    for name in optional_columns(DOCUMENT):
        said.setdefault(name, pl.lit(None, pl.String))
    return good.select("payload_line", **said)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a sales file; a receipt with a broken line is refused whole.

    Never raises on any bytes.
    """
    read = read_delimited(payload, profile, COMMA, _REQUIRED, _OPTIONAL, _IGNORED)
    rules = [*rewritten(read, "receipt_no", "sku"), *_rules(profile.currency_code)]
    good, problems = judge_spelled(read.cells, rules, profile)
    good, mates = keep_orders_whole(good, problems, read, ["store_id", "receipt_no"])
    rows = _as_order_lines(good, profile)
    return settle(read, rows, pl.concat([problems, mates]), DOCUMENT)
