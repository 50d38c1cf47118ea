"""The web shop's documents: one Shopify Admin REST order object a line.

Not here: which orders, or in which file they go (``exports``).
"""

from __future__ import annotations

import polars as pl

from transforms.twin.documents.spelling import instant, money

PATTERN = "orders_{}.jsonl"
_CUSTOMER_BASE = 7_300_000_000_000


def shopify_lines(facts: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Orders as JSON text.

    Args:
        facts: ``state_facts`` of web orders; optional ``note``,
            ``updated_at`` and ``cancelled_at`` are written when there.
        zone: the shop's zone.

    Returns:
        One row per order in order of first appearance: ``order_ref,
        received_at, file_stamp, text``.
    """
    facts = _with_defaults(facts)
    orders = facts.group_by("basket_id", maintain_order=True).agg(
        pl.all().exclude("basket_id", "line_items").first(),
        _line_item().alias("line_items"),
        net_minor().sum().alias("total_minor"),
    )
    return orders.select(
        "order_ref",
        "received_at",
        "file_stamp",
        pl.struct(*_order(zone)).struct.json_encode().alias("text"),
    )


def _with_defaults(facts: pl.DataFrame) -> pl.DataFrame:
    if "note" not in facts.columns:
        facts = facts.with_columns(note=pl.lit(None, pl.String))
    if "updated_at" not in facts.columns:
        facts = facts.with_columns(updated_at=pl.col("ordered_at"))
    if "cancelled_at" not in facts.columns:
        never = pl.lit(None, pl.Datetime("us", "UTC"))
        facts = facts.with_columns(cancelled_at=never)
    return facts


def net_minor() -> pl.Expr:
    """What is paid for a line, tax included."""
    gross = pl.col("price_minor") * pl.col("qty")
    return gross - pl.col("discount_minor") + pl.col("tax_minor")


def _order(zone: str) -> list[pl.Expr]:
    is_authorized = pl.col("is_authorized")
    status = pl.when(is_authorized).then(pl.lit("authorized")).otherwise(pl.lit("paid"))
    service = pl.when("is_expedited").then(pl.lit("EXPEDITED"))
    return [
        pl.col("order_ref").cast(pl.Int64).alias("id"),
        pl.col("order_name").alias("name"),
        instant("ordered_at", zone).alias("created_at"),
        instant("updated_at", zone),
        instant("cancelled_at", zone),
        pl.lit("USD").alias("currency"),
        status.alias("financial_status"),
        money("total_minor").alias("total_price"),
        pl.col("note"),
        pl.col("email"),
        pl.col("phone"),
        _customer(),
        _address(),
        pl.concat_list(pl.struct(code=service.otherwise(pl.lit("STANDARD")))).alias(
            "shipping_lines"
        ),
        pl.col("line_items"),
    ]


def _customer() -> pl.Expr:
    return pl.struct(
        (pl.col("household_id") + _CUSTOMER_BASE).alias("id"),
        pl.col("given").alias("first_name"),
        pl.col("family").alias("last_name"),
        "email",
        "phone",
    ).alias("customer")


def _address() -> pl.Expr:
    return pl.struct(
        pl.col("person_name").alias("name"),
        pl.col("street").alias("address1"),
        pl.col("street2").alias("address2"),
        "city",
        pl.col("region").alias("province_code"),
        pl.col("postal_code").alias("zip"),
        pl.lit("US").alias("country_code"),
        "phone",
    ).alias("shipping_address")


def _line_item() -> pl.Expr:
    return pl.struct(
        pl.col("line_ref").cast(pl.Int64).alias("id"),
        "sku",
        pl.col("product_name").alias("title"),
        pl.col("qty").alias("quantity"),
        money("price_minor").alias("price"),
        pl.lit("0.00").alias("total_discount"),
        _amounts(
            "retail_minor",
            "coupon_minor",
            "match_minor",
            "rounding_minor",
            key="amount",
        ).alias("discount_allocations"),
        _amounts("tax_minor", key="price").alias("tax_lines"),
        "grams",
    )


def _amounts(*columns: str, key: str) -> pl.Expr:
    """A list of objects, one per amount that is not zero."""
    some = [
        pl.when(pl.col(column) > 0).then(pl.struct(money(column).alias(key)))
        for column in columns
    ]
    return pl.concat_list(some).list.drop_nulls()
