"""Amazon's All-Orders report: one line per SKU of an order, with its status.

``GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL`` and its relatives by last
update and of archived orders: tab separated, quotes are plain text, one header
line; later reports have more columns and no city. The report names neither the
recipient nor the order item, so a line's id is ``sku:`` and its SKU, ``#2`` for a
second line of it. Moments as ``reading.amazon`` tells; ``last-updated-date`` is
the version.

- ``order-status`` Cancelled cancels the order. A cancelled line has quantity 0
  and no price; a line of ``item-status`` Cancelled in a living order too.
- A replacement may have no price: it is free. A discount is one with or without a
  minus. What the buyer had made (``customized-url``) is noted at the line.
- Pending orders have no price yet: they come in with amounts 0, the profile's
  currency where none is told, and ``payment_status`` pending. The report that
  shows them unshipped brings the prices.
- Orders of ``fulfillment-channel`` Amazon (AFN) leave Amazon's own warehouse:
  like till sales they have service NONE, and the node that option
  ``fba_node_ref`` names (``FBA`` unless told).
- A merchant order, or a line of it, that is Shipped says so (``shipped_qty``): what
  we did not send ourselves, somebody else did, and it is no demand any more.
- Orders of a channel called Non-Amazon are shipments Amazon made for one of ours:
  their lines are accepted and give no row.
- Any other status is refused. An order with a broken line is refused whole.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import amazon
from transforms.feeds.reading.accounts import (
    keep_orders_whole,
    optional_columns,
    settle,
)
from transforms.feeds.reading.amazon_orders import (
    IS_REPLACEMENT,
    LEVEL,
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
from transforms.feeds.reading.order_rules import lines_by_sku
from transforms.feeds.reading.spelling import judge_spelled, rewritten

DOCUMENT = ORDERS

_REQUIRED = (
    "amazon-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sku",
    "quantity",
)
_AMOUNTS = ("item-price", "item-tax", "item-promotion-discount")
_OPTIONAL = (
    *_AMOUNTS,
    LEVEL,
    "is-replacement-order",
    "customized-url",
    "sales-channel",
    "product-name",
    "item-status",
    "currency",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
)
_IGNORED = (
    "merchant-order-id", "order-channel", "url", "asin", "shipping-price",
    "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "ship-promotion-discount",
    "ship-promotion-id", "promotion-ids", "is-business-order",
    "purchase-order-number", "price-designation",
    "customized-page", "is-heavy-or-bulky",
    "is-sold-by-ab", "is-iba", "is-transparency", "is-buyer-requested-cancellation",
    "buyer-requested-cancel-reason", "fulfilled-by", "dropship-shipment-id",
)  # fmt: skip
_STATUS = "(?i)^(?:pending|unshipped|partially ?shipped|shipp(?:ed|ing)|cancell?ed)"
_CANCELLED, _SHIPPED = "(?i)^cancell?ed", "(?i)^shipp"


def _has(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.contains(pattern).fill_null(value=False)


_IS_CANCELLED = _has("order-status", _CANCELLED)
_IS_STRUCK = _IS_CANCELLED | _has("item-status", _CANCELLED)
_IS_PENDING = _has("order-status", "(?i)^pending")
_IS_AMAZONS = _has("fulfillment-channel", "(?i)^(?:amazon|afn)")
_IS_SENT = ~_IS_AMAZONS & (
    _has("order-status", _SHIPPED) | _has("item-status", _SHIPPED)
)
_IS_SILENT = _has("sales-channel", "(?i)^non-amazon")


@cache
def _rules() -> tuple[Rule, ...]:
    is_free = _IS_STRUCK | _IS_SILENT | IS_REPLACEMENT
    status, channel = pl.col("order-status"), pl.col("fulfillment-channel")
    is_channel = channel.str.contains("(?i)^(?:amazon|afn|merchant|mfn)$")
    is_none = pl.col("quantity") == "0"
    return (
        *required(*_REQUIRED),
        *(_priced(name, is_free | _IS_PENDING) for name in ("item-price", "currency")),
        Rule("order-status", "BAD_CODE", ~status.str.contains(_STATUS), "Unshipped, …"),
        Rule("fulfillment-channel", "BAD_CODE", ~is_channel, "Amazon | Merchant"),
        Rule("quantity", "BAD_QTY", is_none & ~is_free, "quantity, at least 1"),
        quantity("quantity", minimum=0),
        spelled("currency", "[A-Z]{3}", "USD"),
        *(amount(name, pl.col("currency")) for name in _AMOUNTS),
        instant("purchase-date"),
        instant("last-updated-date"),
        service_level(),
    )


def _priced(column: str, is_free: pl.Expr) -> Rule:
    is_bad = pl.col(column).is_null() & ~is_free
    return Rule(column, "MISSING_VALUE", is_bad, column, is_about_missing=True)


def _as_order_lines(good: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    node_ref = profile.options.get("fba_node_ref", "FBA")
    updated_at = pl.col("last-updated-date")
    is_first = updated_at == pl.col("purchase-date")
    said: dict[str, pl.Expr] = {
        "format": pl.lit("amazon_all_orders"),
        "action": pl.when(_IS_CANCELLED)
        .then(pl.lit("cancel"))
        .when(is_first)
        .then(pl.lit("create"))
        .otherwise(pl.lit("update")),
        "order_ref": pl.col("amazon-order-id"),
        "order_name": pl.col("amazon-order-id"),
        "line_ref": lines_by_sku("amazon-order-id", "sku"),
        "ordered_at": pl.col("purchase-date"),
        "updated_at": updated_at,
        "cancelled_at": pl.when(_IS_CANCELLED).then(updated_at),
        "currency_code": pl.col("currency").fill_null(profile.currency_code),
        "sku_ref": pl.col("sku"),
        "product_name": pl.col("product-name"),
        "qty": pl.when(_IS_STRUCK & ~_IS_CANCELLED)
        .then(pl.lit("0"))
        .otherwise("quantity"),
        "shipped_qty": pl.when(_IS_SENT & ~_IS_STRUCK).then("quantity"),
        "line_amount": pl.col("item-price").fill_null("0"),
        "discount_amount": pl.col("item-promotion-discount").fill_null("0"),
        "tax_amount": pl.col("item-tax").fill_null("0"),
        "service_code": pl.when(_IS_AMAZONS)
        .then(pl.lit("NONE"))
        .otherwise(service_code()),
        "is_ship_complete": pl.lit("false"),
        "payment_status": pl.when(_IS_PENDING)
        .then(pl.lit("pending"))
        .otherwise(pl.lit("paid")),
        "node_ref": pl.when(_IS_AMAZONS).then(pl.lit(node_ref)),
        "ship_to_region": pl.col("ship-state"),
        "ship_to_country": pl.col("ship-country"),
        "ship_to_city": pl.col("ship-city"),
        "ship_to_postal_code": pl.col("ship-postal-code"),
        "line_note": pl.col("customized-url"),
    }
    for name in optional_columns(DOCUMENT):
        said.setdefault(name, pl.lit(None, pl.String))
    return good.select("payload_line", **said)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order report; never raises on any bytes.

    Column names in rejects are Amazon's.
    """
    read = read_delimited(payload, profile, TAB, _REQUIRED, _OPTIONAL, _IGNORED)
    moments = ["purchase-date", "last-updated-date"]
    cells = amazon.instants(with_discount(read.cells), moments, profile)
    rules = [*rewritten(read, "amazon-order-id", "sku"), *_rules()]
    good, problems = judge_spelled(cells, rules, profile)
    good, cards = refuse_cards(good, ["ship-city", "customized-url"])
    found = pl.concat([problems, cards])
    good, mates = keep_orders_whole(good, found, read, ["amazon-order-id"])
    rows = _as_order_lines(good, profile).filter(~good.select(_IS_SILENT).to_series())
    silent = good.height - rows.height
    return settle(read, rows, pl.concat([found, mates]), DOCUMENT, silent)
