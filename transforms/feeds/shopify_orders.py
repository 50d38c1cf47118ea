"""Shopify Admin REST orders: one order object per line, or a page of them.

A line is an order, ``{"order": …}`` or ``{"orders": […]}``; a whole file that is
one pretty-printed page is read too. A line stands or falls as a whole, so no
order is loaded in part. Prices are per unit: the line's amount is price times
quantity, its discount the sum of its allocations. Column names in rejects are
Shopify's. Not here: taking orders apart (``reading.shopify``).
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import shopify
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    amount_text,
    decimal,
    instant,
    judge,
    one_of,
    quantity,
    required,
    spelled,
)
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.json_units import (
    read_json_lines,
    read_units,
    settle_units,
)

DOCUMENT = ORDERS

_PAYMENT = {
    "paid": "paid",
    "partially_refunded": "paid",
    "refunded": "paid",
    "authorized": "authorized",
    "pending": "pending",
    "partially_paid": "pending",
    "voided": "pending",
    "expired": "pending",
}
_FREE_TEXT = (
    "note",
    "customer.first_name",
    "customer.last_name",
    "shipping_address.name",
    "shipping_address.address1",
    "shipping_address.address2",
    "shipping_address.city",
)
_TOO_LARGE = 10**12
"""Major units no line costs; beyond, minor units would not fit 64 bits."""


@cache
def _order_rules() -> tuple[Rule, ...]:
    return (
        *required("id", "created_at", "currency"),
        spelled("currency", "[A-Z]{3}", "USD"),
        instant("created_at"),
        instant("updated_at"),
        instant("cancelled_at"),
        amount("total_price", pl.col("currency")),
        one_of("financial_status", *_PAYMENT),
    )


@cache
def _item_rules() -> tuple[Rule, ...]:
    return (
        *required("line_items.id", "sku", "quantity", "price"),
        quantity("quantity", minimum=1),
        amount("price", pl.col("currency")),
        Rule(
            "price", "BAD_AMOUNT", _cost() >= _TOO_LARGE, "price x quantity too large"
        ),
    )


def _cost() -> pl.Expr:
    return decimal("price") * pl.col("quantity").cast(pl.Int64, strict=False)


def _sums(charges: pl.DataFrame, name: str) -> pl.DataFrame:
    """Exact sums per item, so their order does not matter."""
    return charges.group_by("item_no").agg(decimal("amount").sum().alias(name))


def _order_columns() -> list[pl.Expr]:
    """What all lines of an order share."""
    express = pl.col("shipping_lines.code").str.contains("(?i)express|expedited")
    updated_at = pl.coalesce("updated_at", "created_at")
    name = pl.concat_str(
        "customer.first_name", "customer.last_name", separator=" ", ignore_nulls=True
    )
    is_cancelled = pl.col("cancelled_at").is_not_null()
    tags = pl.concat_str(pl.lit(","), "tags", pl.lit(",")).str.to_lowercase()
    columns = {
        "format": pl.lit("shopify_orders"),
        "action": pl.when(is_cancelled)
        .then(pl.lit("cancel"))
        .when(updated_at == pl.col("created_at"))
        .then(pl.lit("create"))
        .otherwise(pl.lit("update")),
        "order_ref": pl.col("id"),
        "order_name": pl.coalesce("name", "id"),
        "ordered_at": pl.col("created_at"),
        "updated_at": updated_at,
        "cancelled_at": pl.col("cancelled_at"),
        "currency_code": pl.col("currency"),
        "order_amount": pl.col("total_price"),
        "service_code": pl.when(express)
        .then(pl.lit("EXPEDITED"))
        .otherwise(pl.lit("STANDARD")),
        "is_ship_complete": pl.when(tags.str.contains(r",\s*ship-complete\s*,"))
        .then(pl.lit("true"))
        .otherwise(pl.lit("false")),
        "payment_status": pl.col("financial_status")
        .replace_strict(_PAYMENT, return_dtype=pl.String)
        .fill_null("pending"),
        "ship_to_region": pl.col("shipping_address.province_code"),
        "ship_to_country": pl.col("shipping_address.country_code"),
        "customer_ref": pl.col("customer.id"),
        "customer_name": name.replace("", None),
        "customer_email": pl.coalesce("email", "customer.email"),
        "customer_phone": pl.coalesce(
            "phone", "customer.phone", "shipping_address.phone"
        ),
        "ship_to_name": pl.col("shipping_address.name"),
        "ship_to_street": pl.col("shipping_address.address1"),
        "ship_to_street2": pl.col("shipping_address.address2"),
        "ship_to_city": pl.col("shipping_address.city"),
        "ship_to_postal_code": pl.col("shipping_address.zip"),
        "note": pl.col("note"),
    }
    return [expression.alias(column) for column, expression in columns.items()]


def _as_order_lines(
    orders: pl.DataFrame,
    items: pl.DataFrame,
    discounts: pl.DataFrame,
    taxes: pl.DataFrame,
) -> pl.DataFrame:
    """One row per item, in the order of the file."""
    shared = orders.select("payload_line", "order_no", *_order_columns())
    nothing = pl.lit(0, pl.Decimal(38, 3))
    lines = items.select(
        "order_no",
        "item_no",
        line_ref="line_items.id",
        sku_ref="sku",
        product_name="title",
        qty="quantity",
        line_amount=amount_text(_cost()),
    )
    return (
        lines.join(_sums(discounts, "discount"), on="item_no", how="left")
        .join(_sums(taxes, "tax"), on="item_no", how="left")
        .with_columns(
            discount_amount=amount_text(pl.col("discount").fill_null(nothing)),
            tax_amount=amount_text(pl.col("tax").fill_null(nothing)),
            node_ref=pl.lit(None, pl.String),
        )
        .join(shared, on="order_no", how="inner")
        .sort("item_no")
    )


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order file; a broken order is refused with its whole line.

    Never raises on any bytes.
    """
    lines = read_json_lines(payload, profile)
    found = shopify.take_apart(read_units(lines))
    orders, bad_orders = judge(found.orders, _order_rules())
    orders, cards = refuse_cards(orders, _FREE_TEXT)
    owner = orders.select("order_no", "payload_line", "currency")
    items, bad_items = judge(_owned(found.items, owner, "order_no"), _item_rules())
    owner = items.select("item_no", "payload_line", "currency")
    discounts, bad_discounts = _charges(found.discounts, owner)
    taxes, bad_taxes = _charges(found.taxes, owner)
    rows = _as_order_lines(orders, items, discounts, taxes)
    bad = [found.problems, bad_orders, cards, bad_items, bad_discounts, bad_taxes]
    return settle_units(lines, found.unit_lines, rows, pl.concat(bad), DOCUMENT)


def _owned(parts: pl.DataFrame, owner: pl.DataFrame, key: str) -> pl.DataFrame:
    """Parts of owners that are still good, with their line and currency."""
    return parts.join(owner, on=key, how="inner", maintain_order="left")


def _charges(
    charges: pl.DataFrame, owner: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    return judge(_owned(charges, owner, "item_no"), _charge_rules())


@cache
def _charge_rules() -> tuple[Rule, ...]:
    return (*required("amount"), amount("amount", pl.col("currency")))
