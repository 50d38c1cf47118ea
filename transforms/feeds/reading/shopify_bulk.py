"""A bulk operation's JSON lines → the order each line belongs to, and its parts.

A line is an object; a child names its parent in ``__parentId``, wherever in the
file that is. Orders, line items and shipping lines are read; what else hangs on
an order (refunds, transactions) only belongs to it. Here GraphQL's names become
those of the REST API, which ``shopify`` knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.json_tables import Kinds, Most, Tables, take_apart_by_kind
from transforms.feeds.reading.json_units import read_line_units
from transforms.feeds.reading.rejects import PROBLEM
from transforms.feeds.reading.shopify import number_in
from transforms.feeds.reading.text import Lines

_MONEY = "shopMoney.amount"
_PARENT = "__parentId"
_DEEPEST = 3
"""Parents above a line; a bulk query nests connections two deep."""

ORDER_NAMES = {
    "name": "name",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "cancelledAt": "cancelled_at",
    "currencyCode": "currency",
    "displayFinancialStatus": "financial_status",
    f"totalPriceSet.{_MONEY}": "total_price",
    f"subtotalPriceSet.{_MONEY}": "subtotal_price",
    "taxesIncluded": "taxes_included",
    "note": "note",
    "email": "email",
    "phone": "phone",
    "tags": "tags",
    "test": "test",
    "sourceName": "source_name",
    "displayFulfillmentStatus": "fulfillment_status",
    "retailLocation.id": "location_id",
    "customer.id": "customer.id",
    "customer.firstName": "customer.first_name",
    "customer.lastName": "customer.last_name",
    "customer.email": "customer.email",
    "customer.phone": "customer.phone",
    "shippingAddress.name": "shipping_address.name",
    "shippingAddress.address1": "shipping_address.address1",
    "shippingAddress.address2": "shipping_address.address2",
    "shippingAddress.city": "shipping_address.city",
    "shippingAddress.provinceCode": "shipping_address.province_code",
    "shippingAddress.zip": "shipping_address.zip",
    "shippingAddress.countryCodeV2": "shipping_address.country_code",
    "shippingAddress.phone": "shipping_address.phone",
}
ITEM_NAMES = {
    "sku": "sku",
    "title": "title",
    "quantity": "quantity",
    f"originalUnitPriceSet.{_MONEY}": "price",
    f"totalDiscountSet.{_MONEY}": "total_discount",
    "variant.id": "variant_id",
    "product.id": "product_id",
    "requiresShipping": "requires_shipping",
}
_COUNTS = ("currentQuantity", "unfulfilledQuantity")
_ATTRIBUTE = ("key", "value")
_PRICE = f"discountedPriceSet.{_MONEY}"
_SHIPPING_CODE, _SHIPPING_PRICE = "shippingLine.code", f"shippingLine.{_PRICE}"
_ALTERNATIVES = {
    "customer.defaultEmailAddress.emailAddress": "customer.email",
    "customer.defaultPhoneNumber.phoneNumber": "customer.phone",
    "shippingAddress.countryCode": "shipping_address.country_code",
}
_DISCOUNT, _TAX = f"allocatedAmountSet.{_MONEY}", f"priceSet.{_MONEY}"
_SHAPES = {
    "": Shape("other", ("id", _PARENT)),
    "Order": Shape(
        "order",
        (
            *("id", _PARENT, *ORDER_NAMES, *_ALTERNATIVES),
            *(_SHIPPING_CODE, _SHIPPING_PRICE),
        ),
        joined=("tags",),
        lists=(Listing("customAttributes", Shape("attribute", _ATTRIBUTE)),),
    ),
    "LineItem": Shape(
        "item",
        ("id", _PARENT, *ITEM_NAMES, *_COUNTS),
        lists=(
            Listing("customAttributes", Shape("property", _ATTRIBUTE)),
            Listing("discountAllocations", Shape("discount", (_DISCOUNT,))),
            Listing("taxLines", Shape("tax", (_TAX,))),
        ),
    ),
    "ShippingLine": Shape("shipping", ("id", _PARENT, "code", _PRICE)),
}
GRAPHQL_NAMES = {
    **{rest: graphql for graphql, rest in (ORDER_NAMES | ITEM_NAMES).items()},
    "line_items.id": "id",
    "amount": f"discountAllocations.{_DISCOUNT}",
    "tax_lines.price": f"taxLines.{_TAX}",
}
"""REST's name of a column → what the file calls it."""

_GID = "gid://shopify/"
_BEGIN = '{"id":"' + _GID
_KIND = re.compile(f"{_GID}([^/]*)")
_FIRST_KIND = re.compile(r'\{"id":"gid:[\\/]+shopify[\\/]+(\w+)')
# As they stand in a line that is no JSON any more; slashes may be escaped.
_ORDER_IN_TEXT = r'^\s*\{\s*"id"\s*:\s*"(gid:[\\/]+shopify[\\/]+Order[\\/]+[0-9]+)"'
_PARENT_IN_TEXT = r'"__parentId"\s*:\s*"(gid:[\\/]+shopify[\\/]+\w+[\\/]+[0-9]+)"'


_UNSENT = ("unfulfilled", "on_hold", "scheduled", "open")
"""Of these orders nothing has left yet."""


@dataclass(frozen=True)
class Bulk:
    """What the lines of a file hold.

    Args:
        frames: as ``shopify.ORDER`` names them; items have their own
            ``payload_line``.
        roots: ``payload_line, root`` of every line that is not blank: the id of
            the order it belongs to, or null.
        problems: ``rejects.PROBLEM`` of readable lines that have not the shape.
        strays: ``rejects.PROBLEM`` of readable lines without an order.
    """

    frames: Mapping[str, pl.DataFrame]
    roots: pl.DataFrame
    problems: pl.DataFrame
    strays: pl.DataFrame


def read_bulk(lines: Lines, most: Most) -> Bulk:
    """Take the lines of a bulk operation apart and find their orders.

    A line that has lost its parent's name is taken for a part of the order of
    the line before it, which is where Shopify writes children unless told not to.
    """
    kinds = take_apart_by_kind(read_line_units(lines), _KINDS, most)
    orders = _orders(kinds["Order"].frames["order"])
    numbers = orders.select("order_no", root="gid")
    roots = _roots(lines, kinds)
    owned = roots.join(numbers, on="root", how="left", maintain_order="left")
    places = owned.drop_nulls("order_no").select("payload_line", "order_no")
    problems = [tables.problems for tables in kinds.values()]
    return Bulk(
        _frames(kinds, orders, places),
        roots.select("payload_line", "root"),
        pl.concat(problems),
        _strays(owned, lines),
    )


def _kind(gid: object) -> str:
    found = _KIND.match(gid) if isinstance(gid, str) else None
    return found[1] if found and found[1] in _SHAPES else ""


def _guess(text: str) -> str:
    if text.startswith(_BEGIN):
        # As nearly all do.
        kind = text[len(_BEGIN) : text.find("/", len(_BEGIN))]
        return kind if kind in _SHAPES else ""
    found = _FIRST_KIND.match(text)
    return found[1] if found and found[1] in _SHAPES else ""


def _are(gids: list[object], kind: str) -> bool:
    if not kind:
        return not any(map(_kind, gids))
    begin = f"{_GID}{kind}/"
    return all(isinstance(gid, str) and gid.startswith(begin) for gid in gids)


_KINDS = Kinds(_SHAPES, "id", _kind, _guess, _are)


def _orders(found: pl.DataFrame) -> pl.DataFrame:
    """Orders with the names of the REST API; of one that stands twice the last."""
    alike = [
        pl.coalesce(rest, graphql).alias(rest)
        for graphql, rest in _ALTERNATIVES.items()
    ]
    return (
        found.filter(pl.col(_PARENT).is_null())
        .rename(ORDER_NAMES)
        .unique("id", keep="last", maintain_order=True)
        .with_columns(*alike, gid=pl.col("id"))
        .with_columns(
            number_in("id"),
            number_in("customer.id"),
            number_in("location_id"),
            pl.col("financial_status", "fulfillment_status").str.to_lowercase(),
        )
    )


def _roots(lines: Lines, kinds: Mapping[str, Tables]) -> pl.DataFrame:
    """``payload_line, id, parent, root`` of every line that is not blank."""
    nodes = pl.concat(
        tables.frames[_SHAPES[kind].name].select("payload_line", "id", parent=_PARENT)
        for kind, tables in kinds.items()
    )
    every = lines.frame.select("payload_line", "text").join(
        nodes, on="payload_line", how="left", maintain_order="left"
    )
    is_lost = pl.col("id").is_null() & pl.col("parent").is_null()
    told = pl.coalesce(
        pl.col("text").str.extract(_PARENT_IN_TEXT),
        pl.col("text").str.extract(_ORDER_IN_TEXT),
    ).str.replace_all("\\", "", literal=True)
    every = pl.concat(
        [every.filter(~is_lost), every.filter(is_lost).with_columns(parent=told)]
    )
    parents = nodes.drop_nulls(["id", "parent"]).unique("id", keep="last")
    rooted = every.sort("payload_line").with_columns(
        is_lost=pl.col("id").is_null(), root=pl.coalesce("parent", "id")
    )
    for _ in range(_DEEPEST):
        above = _one_up(rooted, parents)
        if above["root"].equals(rooted["root"]):
            break
        rooted = above
    return rooted.with_columns(pl.col("root").forward_fill())


def _one_up(rooted: pl.DataFrame, parents: pl.DataFrame) -> pl.DataFrame:
    """With the parent's parent as root, where there is one."""
    above = parents.select(root="id", above="parent")
    return (
        rooted.join(above, on="root", how="left", maintain_order="left")
        .with_columns(root=pl.coalesce("above", "root"))
        .drop("above")
    )


def _strays(owned: pl.DataFrame, lines: Lines) -> pl.DataFrame:
    """Readable lines whose order is not in the file, or that are nobody's child."""
    is_nobodys = pl.col("id").is_null() & pl.col("parent").is_null()
    return (
        owned.filter(pl.col("order_no").is_null() | is_nobodys)
        .join(lines.problems, on="payload_line", how="anti", maintain_order="left")
        .select(
            "payload_line",
            column_name=pl.lit(_PARENT),
            code=pl.lit("ORPHAN_LINE"),
            detail=pl.lit(""),
            value=pl.col("root"),
        )
        .select(list(PROBLEM))
    )


def _frames(
    kinds: Mapping[str, Tables], orders: pl.DataFrame, places: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    item, shipping = kinds["LineItem"].frames, kinds["ShippingLine"].frames["shipping"]
    items = (
        item["item"]
        .rename(ITEM_NAMES)
        .join(places, on="payload_line", how="inner", maintain_order="left")
        .unique(["order_no", "id"], keep="last", maintain_order=True)
        .with_columns(*map(number_in, ("id", "variant_id", "product_id")))
    )
    statuses = orders.select("order_no", "fulfillment_status")
    named = {"code": pl.col(_SHIPPING_CODE), "price": pl.col(_SHIPPING_PRICE)}
    inside = orders.select("order_no", shipping_no="order_no", **named)
    beside = shipping.join(places, on="payload_line", how="inner").select(
        "order_no", "shipping_no", "code", price=_PRICE
    )
    return {
        "order": orders,
        "item": _with_fates(
            items.join(statuses, on="order_no", how="left", maintain_order="left")
        ),
        "attribute": kinds["Order"].frames["attribute"].rename({"key": "name"}),
        "property": item["property"].rename({"key": "name"}),
        "shipping": pl.concat([inside, beside]),
        "discount": item["discount"].rename({_DISCOUNT: "amount"}),
        "tax": item["tax"].rename({_TAX: "price"}),
    }


def _with_fates(items: pl.DataFrame) -> pl.DataFrame:
    """Items with ``removed_qty`` and ``left_qty``, as far as the counts tell.

    Of an order that is sent in full the counts do not tell what was taken off
    before from what came back: then all of it has left.
    """
    status = pl.col("fulfillment_status")
    counts = (pl.col(name).cast(pl.Int64, strict=False) for name in _COUNTS)
    current, waiting = counts
    ordered = pl.col("quantity").cast(pl.Int64, strict=False)
    is_unsent, is_partly = status.is_in(_UNSENT), status == "partially_fulfilled"
    removed = (
        pl.when(is_unsent)
        .then(ordered - waiting)
        .when(is_partly)
        .then(ordered - current)
    )
    left = (
        pl.when(status == "fulfilled")
        .then(ordered)
        .when(is_partly)
        .then(current - waiting)
    )
    return items.with_columns(
        pl.max_horizontal(removed, 0).fill_null(0).alias("removed_qty"),
        pl.max_horizontal(left, 0).fill_null(0).alias("left_qty"),
    ).drop("fulfillment_status")
