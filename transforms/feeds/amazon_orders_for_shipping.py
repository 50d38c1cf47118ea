"""Amazon's flat-file order report for shipping: one line per order item.

Tab separated, quotes are plain text, one header line, prices for the whole
line. The report carries recipient and order-item id, which the all-orders
report does not; it knows no cancellation and no order total. A replacement may
have no price: it is free. A discount is one with or without a minus. What the
buyer had made (``customized-url``) and the words on a gift are noted at the line.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import keep_orders_whole, settle
from transforms.feeds.reading.amazon_orders import (
    IS_REPLACEMENT,
    service_code,
    service_level,
    with_discount,
)
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    instant,
    quantity,
    required,
    spelled,
)
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.header import TAB
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = ORDERS

_REQUIRED = (
    "order-id",
    "order-item-id",
    "purchase-date",
    "sku",
    "quantity-purchased",
    "currency",
)
_FREE_TEXT = (
    "buyer-name",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "customized-url",
    "gift-message-text",
)
_OPTIONAL = (
    *_FREE_TEXT,
    "item-price",
    "payments-date",
    "buyer-email",
    "buyer-phone-number",
    "product-name",
    "item-tax",
    "ship-service-level",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "ship-phone-number",
    "item-promotion-discount",
    "is-replacement-order",
)
_IGNORED = (
    "shipping-price",
    "shipping-tax",
    "item-promotion-id",
    "ship-promotion-discount",
    "ship-promotion-id",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "gift-wrap-price",
    "gift-wrap-tax",
    "delivery-start-date",
    "delivery-end-date",
    "delivery-time-zone",
    "delivery-instructions",
    "sales-channel",
    "order-channel",
    "is-prime",
    "is-premium-order",
    "is-iba",
    "customized-page",
    "gift-wrap-type",
)


@cache
def _rules() -> tuple[Rule, ...]:
    currency = pl.col("currency")
    is_unpriced = pl.col("item-price").is_null() & ~IS_REPLACEMENT
    return (
        *required(*_REQUIRED),
        Rule(
            "item-price",
            "MISSING_VALUE",
            is_unpriced,
            "item-price",
            is_about_missing=True,
        ),
        quantity("quantity-purchased", minimum=1),
        spelled("currency", "[A-Z]{3}", "USD"),
        amount("item-price", currency),
        amount("item-tax", currency),
        amount("item-promotion-discount", currency),
        instant("purchase-date"),
        instant("payments-date"),
        service_level(),
    )


def _as_order_lines(good: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    return good.select(
        "payload_line",
        format=pl.lit("amazon_orders_for_shipping"),
        action=pl.lit("create"),
        order_ref="order-id",
        order_name="order-id",
        line_ref="order-item-id",
        ordered_at="purchase-date",
        updated_at=pl.coalesce("payments-date", "purchase-date"),
        cancelled_at=nothing,
        currency_code="currency",
        sku_ref="sku",
        product_name="product-name",
        qty="quantity-purchased",
        uom_code=nothing,
        shipped_qty=nothing,
        line_amount=pl.col("item-price").fill_null("0"),
        discount_amount=pl.col("item-promotion-discount").fill_null("0"),
        tax_amount=pl.col("item-tax").fill_null("0"),
        order_amount=nothing,
        service_code=service_code(),
        is_ship_complete=pl.lit("false"),
        ship_on=nothing,
        deliver_on=nothing,
        payment_status=pl.lit("paid"),
        node_ref=nothing,
        ship_to_region="ship-state",
        ship_to_country="ship-country",
        customer_ref="buyer-email",
        customer_name="buyer-name",
        customer_email="buyer-email",
        customer_phone=pl.coalesce("buyer-phone-number", "ship-phone-number"),
        ship_to_name="recipient-name",
        ship_to_street="ship-address-1",
        ship_to_street2=_joined("ship-address-2", "ship-address-3"),
        ship_to_city="ship-city",
        ship_to_postal_code="ship-postal-code",
        tags=nothing,
        note=nothing,
        line_note=_joined("customized-url", "gift-message-text"),
        keep_together=nothing,
    )


def _joined(first: str, second: str) -> pl.Expr:
    both = pl.concat_str(first, second, separator=", ", ignore_nulls=True)
    return both.replace("", None)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order report; an order with a broken line is refused whole.

    Never raises on any bytes. Column names in rejects are Amazon's.
    """
    read = read_delimited(payload, profile, TAB, _REQUIRED, _OPTIONAL, _IGNORED)
    rules = [*rewritten(read, "order-id", "order-item-id", "sku"), *_rules()]
    cells = with_discount(read.cells)
    good, problems = judge_spelled(cells, rules, profile)
    good, cards = refuse_cards(good, _FREE_TEXT)
    found = pl.concat([problems, cards])
    good, mates = keep_orders_whole(good, found, read, ["order-id"])
    return settle(read, _as_order_lines(good), pl.concat([found, mates]), DOCUMENT)
