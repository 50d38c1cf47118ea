"""Amazon's flat-file order report for shipping: one line per order item.

Tab separated, quotes are plain text, one header line, prices for the whole
line. The report carries recipient and order-item id, which the all-orders
report does not; it knows no cancellation and no order total.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import keep_orders_whole, settle
from transforms.feeds.reading.cells import (
    Rule,
    amount,
    instant,
    judge,
    quantity,
    required,
    spelled,
)
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.free_text import refuse_cards
from transforms.feeds.reading.header import TAB

DOCUMENT = ORDERS

_REQUIRED = (
    "order-id",
    "order-item-id",
    "purchase-date",
    "sku",
    "quantity-purchased",
    "currency",
    "item-price",
)
_FREE_TEXT = (
    "buyer-name",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
)
_OPTIONAL = (
    *_FREE_TEXT,
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
)
_STANDARD = "(?i)^(?:standard|std|free|econom|scheduled)"
_EXPEDITED = "(?i)^(?:expedited|exp|next|second|two|same|priority)"


def _is_expedited() -> pl.Expr:
    return pl.col("ship-service-level").str.contains(_EXPEDITED)


@cache
def _rules() -> tuple[Rule, ...]:
    level, currency = pl.col("ship-service-level"), pl.col("currency")
    is_known = level.str.contains(_STANDARD) | _is_expedited()
    return (
        *required(*_REQUIRED),
        quantity("quantity-purchased", minimum=1),
        spelled("currency", "[A-Z]{3}", "USD"),
        amount("item-price", currency),
        amount("item-tax", currency),
        amount("item-promotion-discount", currency),
        instant("purchase-date"),
        instant("payments-date"),
        Rule("ship-service-level", "BAD_CODE", ~is_known, "Standard, Expedited, …"),
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
        line_amount="item-price",
        discount_amount=pl.col("item-promotion-discount").fill_null("0"),
        tax_amount=pl.col("item-tax").fill_null("0"),
        order_amount=nothing,
        service_code=pl.when(_is_expedited())
        .then(pl.lit("EXPEDITED"))
        .otherwise(pl.lit("STANDARD")),
        is_ship_complete=pl.lit("false"),
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
        note=nothing,
    )


def _joined(first: str, second: str) -> pl.Expr:
    both = pl.concat_str(first, second, separator=", ", ignore_nulls=True)
    return both.replace("", None)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order report; an order with a broken line is refused whole.

    Never raises on any bytes. Column names in rejects are Amazon's.
    """
    read = read_delimited(payload, profile, TAB, _REQUIRED, _OPTIONAL)
    good, problems = judge(read.cells, _rules())
    good, cards = refuse_cards(good, _FREE_TEXT)
    found = pl.concat([problems, cards])
    good, mates = keep_orders_whole(good, found, read, ["order-id"])
    return settle(read, _as_order_lines(good), pl.concat([found, mates]), DOCUMENT)
