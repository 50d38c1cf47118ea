"""Shopify Admin GraphQL orders of a bulk operation: JSON lines of parts.

Every line is an object with its ``id``; a line item names its order in
``__parentId`` (``gid://shopify/Order/…``), wherever in the file that stands.
An order and all its children stand or fall together: a broken child refuses
the order, a child whose order is not in the file is refused alone, and an order
without line items is refused (the query did not ask for them). A broken line
that does not say its parent any more is taken for a part of the order before
it, so leave ``groupObjects`` true.

Ask for: ``id name createdAt updatedAt cancelledAt currencyCode taxesIncluded
displayFinancialStatus displayFulfillmentStatus sourceName test
retailLocation {id} subtotalPriceSet totalPriceSet note email phone tags
customAttributes {key value}
customer {id firstName lastName email phone} shippingAddress {name address1
address2 city provinceCode zip countryCodeV2 phone} shippingLine {code}`` and
``lineItems {id sku title quantity currentQuantity unfulfilledQuantity
requiresShipping variant {id} product {id} originalUnitPriceSet
discountAllocations taxLines customAttributes {key value}}``. What was taken off
and what has left is told by the counts of the line and the order's status of
fulfilment, as far as they tell it. Of a money bag ``shopMoney`` is read. The numbers
at the end of the ids are order_ref and line_ref, so that an order of the REST feed is
the same order; what the values mean is as there (``shopify_orders``). Other children
(refunds, transactions) are accepted and not read. Column names in rejects are
GraphQL's.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import shopify
from transforms.feeds.reading.json_tables import bounded
from transforms.feeds.reading.json_units import settle_units
from transforms.feeds.reading.rejects import PROBLEM
from transforms.feeds.reading.shopify_bulk import GRAPHQL_NAMES, Bulk, read_bulk
from transforms.feeds.reading.text import Lines

DOCUMENT = ORDERS


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a bulk operation's file; an order falls with any of its lines.

    Never raises on any bytes.
    """
    lines, bulk = bounded(payload, profile, read_bulk)
    rows, found = shopify.rows_of(bulk.frames, "shopify_orders_bulk", "lineItems")
    own = pl.concat([bulk.problems, _in_graphql(found)])
    problems = pl.concat([own, _mates(own, bulk, lines)])
    unit_lines = lines.readable["payload_line"].to_list()
    return settle_units(lines, unit_lines, rows, problems, DOCUMENT)


def _in_graphql(problems: pl.DataFrame) -> pl.DataFrame:
    """Problems with the names that the sender knows."""
    rest = pl.col("column_name")
    name = rest.replace(GRAPHQL_NAMES)
    is_named = pl.col("detail").str.starts_with(rest)
    return problems.with_columns(
        column_name=name,
        detail=pl.when(is_named)
        .then(pl.concat_str(name, pl.col("detail").str.strip_prefix(rest)))
        .otherwise("detail"),
    )


def _mates(own: pl.DataFrame, bulk: Bulk, lines: Lines) -> pl.DataFrame:
    """Problems of readable lines that have none but are of a broken order."""
    every = pl.concat([lines.problems, own])
    first = (
        bulk.roots.drop_nulls("root")
        .join(every, on="payload_line", how="inner", maintain_order="right")
        .unique("root", keep="first", maintain_order=True)
        .select("root", "code")
    )
    mates = bulk.roots.join(first, on="root", how="inner", maintain_order="left")
    others = mates.join(every, on="payload_line", how="anti", maintain_order="left")
    taken = others.select(
        "payload_line",
        column_name=pl.lit("order"),
        code="code",
        detail=pl.lit("another line of the order is broken"),
        value=pl.lit(None, pl.String),
    )
    return pl.concat([taken.select(list(PROBLEM)), bulk.strays])
