"""The marketplace's documents: Amazon's flat-file order report for shipping.

Tab separated, one line an order item, no quoting. Not here: which orders.
"""

from __future__ import annotations

import polars as pl

from transforms.twin.documents.spelling import instant, money

PATTERN = "orders_{}.txt"
COLUMNS = (
    "order-id", "order-item-id", "purchase-date", "payments-date", "buyer-email",
    "buyer-name", "buyer-phone-number", "sku", "product-name", "quantity-purchased",
    "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "ship-service-level", "recipient-name", "ship-address-1", "ship-address-2",
    "ship-address-3", "ship-city", "ship-state", "ship-postal-code", "ship-country",
    "ship-phone-number", "item-promotion-discount", "item-promotion-id",
    "ship-promotion-discount", "is-business-order", "purchase-order-number",
    "price-designation",
)  # fmt: skip
HEADER = "\t".join(COLUMNS)


def amazon_lines(facts: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Order items as tab separated text.

    Args:
        facts: ``state_facts`` of marketplace orders; ``updated_at``, when
            there, is written as the payments date.
        zone: zone of the offsets.

    Returns:
        One row per line, in order: ``order_ref, received_at, file_stamp, text``.
    """
    if "updated_at" not in facts.columns:
        facts = facts.with_columns(updated_at=pl.col("ordered_at"))
    cells = _cells(zone)
    return facts.select(
        "order_ref",
        "received_at",
        "file_stamp",
        pl.concat_str([cells.get(name, pl.lit("")) for name in COLUMNS], separator="\t")
        .alias("text"),
    )  # fmt: skip


def _cells(zone: str) -> dict[str, pl.Expr]:
    return _sale(zone) | {
        "buyer-email": pl.col("email"),
        "buyer-name": pl.col("person_name"),
        "buyer-phone-number": pl.col("phone"),
        "recipient-name": pl.col("person_name"),
        "ship-address-1": pl.col("street"),
        "ship-address-2": pl.col("street2").fill_null(""),
        "ship-city": pl.col("city"),
        "ship-state": pl.col("region"),
        "ship-postal-code": pl.col("postal_code"),
        "ship-country": pl.lit("US"),
        "ship-phone-number": pl.col("phone"),
    }


def _sale(zone: str) -> dict[str, pl.Expr]:
    zero, discount = pl.lit("0.00"), pl.col("discount_minor") - pl.col("rounding_minor")
    is_off = discount > 0
    service = pl.when("is_expedited").then(pl.lit("Expedited"))
    return {
        "order-id": pl.col("order_ref"),
        "order-item-id": pl.col("line_ref"),
        "purchase-date": instant("ordered_at", zone),
        "payments-date": instant("updated_at", zone),
        "sku": pl.col("sku"),
        "product-name": pl.col("product_name"),
        "quantity-purchased": pl.col("qty").cast(pl.String),
        "currency": pl.lit("USD"),
        "item-price": money("gross_minor"),
        "item-tax": money("tax_minor"),
        "shipping-price": zero,
        "shipping-tax": zero,
        "ship-service-level": service.otherwise(pl.lit("Standard")),
        "item-promotion-discount": money(discount),
        "item-promotion-id": pl.when(is_off)
        .then(pl.lit("SAVINGS"))
        .otherwise(pl.lit("")),
        "ship-promotion-discount": zero,
        "is-business-order": pl.lit("false"),
    }
