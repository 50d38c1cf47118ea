"""Shopify refunds: one row per refunded line, and per amount without a line.

A line is a refund, ``{"refund": …}`` or ``{"refunds": […]}``; a whole file that is
one of these over many lines is read too. Amounts are the shop's money (``…_set``
where sent): ``subtotal`` and ``total_tax`` of a line, or where an old version
sends none its price times quantity, if nothing was taken off. Shipping given back
and ``order_adjustments`` are rows without a line; Shopify writes the latter below
zero where the customer gets money, so they change sign. ``legacy_restock`` is a
return. A refund with nothing but a payment is a row of that. Without a currency
that of the payment or the profile is meant. Column names in rejects are Shopify's,
but for ``amount`` and ``tax``.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import REFUNDS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    Rule,
    instant,
    judge,
    one_of,
    quantity,
    required,
    signed_amount,
    spelled,
)
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.json_orders import references
from transforms.feeds.reading.json_tables import read_tables
from transforms.feeds.reading.json_units import inside, settle_units
from transforms.feeds.reading.rows import filled_out
from transforms.feeds.reading.scalars import plain_amounts
from transforms.feeds.reading.shopify_refunds import REFUND, entries, payments

DOCUMENT = REFUNDS

WRAPPERS = ("refunds", "refund")
_UNITS = inside(*WRAPPERS)
_RESTOCK = {
    "return": "RETURN",
    "legacy_restock": "RETURN",
    "cancel": "CANCEL",
    "no_restock": "NO_RESTOCK",
}


@cache
def _refund_rules() -> tuple[Rule, ...]:
    return (
        *references("id", "order_id"),
        *required("processed_at"),
        instant("processed_at"),
        one_of("restock", "true", "false"),
    )


@cache
def _entry_rules() -> tuple[Rule, ...]:
    currency = pl.col("currency")
    is_item = pl.col("part") == "item"
    has_no_line = is_item & pl.col("line_item_id").is_null()
    is_below = is_item & pl.col("amount").str.starts_with("-")
    return (
        *references("id"),
        *required("amount", "quantity", "restock_type"),
        Rule(
            "line_item_id",
            "MISSING_VALUE",
            has_no_line,
            "line_item_id",
            is_about_missing=True,
        ),
        quantity("quantity", minimum=0),
        spelled("currency", "[A-Z]{3}", "USD"),
        signed_amount("amount", currency),
        Rule("amount", "BAD_AMOUNT", is_below, "amount of a line, not below 0"),
        signed_amount("tax", currency),
        one_of("restock_type", *_RESTOCK),
    )


def _in_full(
    told: pl.DataFrame, refunds: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """Entries with what their refund says of all of them."""
    is_item = pl.col("part") == "item"
    whole = pl.when(pl.col("restock") == "true").then(pl.lit("return"))
    restock = pl.when(is_item).then(pl.coalesce("restock_type", whole))
    return told.join(
        refunds, on="refund_no", how="inner", maintain_order="left"
    ).with_columns(
        pl.coalesce("currency", "paid_in", pl.lit(profile.currency_code)),
        pl.when(is_item).then("quantity").otherwise(pl.lit("0")).alias("quantity"),
        pl.coalesce(restock, pl.lit("no_restock")).alias("restock_type"),
    )


def _as_refunds(good: pl.DataFrame) -> pl.DataFrame:
    turned = pl.col("part") == "adjustment"
    amount, tax = (
        pl.when(turned & (pl.col(name).str.contains("[1-9]")))
        .then(pl.concat_str(pl.lit("-"), name).str.strip_prefix("--"))
        .otherwise(pl.col(name))
        for name in ("amount", "tax")
    )
    columns = {
        "format": pl.lit("shopify_refunds"),
        "refund_ref": pl.col("refund_id"),
        "entry_ref": pl.col("id"),
        "order_ref": pl.col("order_id"),
        "line_ref": pl.col("line_item_id"),
        "sku_ref": pl.col("sku"),
        "qty": pl.col("quantity"),
        "restock_code": pl.col("restock_type").replace_strict(
            _RESTOCK, return_dtype=pl.String
        ),
        "node_ref": pl.col("location_id"),
        "amount": amount,
        "tax_amount": tax,
        "currency_code": pl.col("currency"),
        "payment_ref": pl.col("payment_ref"),
        "refunded_at": pl.col("processed_at"),
        "note": pl.col("note"),
    }
    return filled_out(good, columns, DOCUMENT)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read refunds; a refund with a broken entry is refused whole.

    Never raises on any bytes.
    """
    lines, found = read_tables(payload, profile, _UNITS, REFUND)
    refunds = found.frames["refund"].with_columns(
        pl.coalesce("processed_at", "created_at").alias("processed_at")
    )
    refunds, cards = refuse_cards(refunds, ["note"])
    refunds, bad_refunds = judge(refunds, _refund_rules())
    shared = refunds.rename({"id": "refund_id"}).join(
        payments(found.frames), on="refund_no", how="left"
    )
    told = plain_amounts(entries(found.frames), ["amount", "tax"])
    good, bad = judge(_in_full(told, shared, profile), _entry_rules())
    problems = pl.concat([found.problems, cards, bad_refunds, bad])
    return settle_units(lines, found.unit_lines, _as_refunds(good), problems, DOCUMENT)
