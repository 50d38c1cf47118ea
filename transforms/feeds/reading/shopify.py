"""Shopify's orders, however they are asked for: their parts and what they mean.

Prices are per unit: a line's amount is price times quantity, without the tax
where prices include it; its discount is the sum of its allocations. The order's
amount is the subtotal with the taxes of the lines, because the total has the
shipping in it; where units were taken off again it is not known. Not here: how
REST and GraphQL spell an order, and what says that units were taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from transforms.feeds.reading.cells import (
    Rule,
    amount,
    amount_text,
    decimal,
    instant,
    one_of,
    quantity,
    required,
    spelled,
)
from transforms.feeds.reading.json_orders import (
    ZERO,
    OrderForm,
    action,
    affordable,
    charges,
    order_rows,
    references,
    remarks,
    service,
    with_owner,
    yes_or_no,
)
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.numbered import beside
from transforms.feeds.reading.scalars import plain_amounts
from transforms.feeds.reading.shopify_fates import (
    FATES,
    PROPERTIES,
    part_of,
    with_fates,
)

ORDER_TEXTS = (
    "id",
    "name",
    "created_at",
    "updated_at",
    "cancelled_at",
    "currency",
    "financial_status",
    "total_price",
    "subtotal_price",
    "taxes_included",
    "note",
    "email",
    "phone",
    "customer.id",
    "customer.first_name",
    "customer.last_name",
    "customer.email",
    "customer.phone",
    "shipping_address.name",
    "shipping_address.address1",
    "shipping_address.address2",
    "shipping_address.city",
    "shipping_address.province_code",
    "shipping_address.zip",
    "shipping_address.country_code",
    "shipping_address.phone",
    "tags",
    "test",
    "source_name",
    "fulfillment_status",
    "location_id",
)
ITEM_TEXTS = (
    *("id", "sku", "title", "quantity", "price", "total_discount"),
    *("variant_id", "product_id", "requires_shipping"),
)

ORDER = Shape(
    "order",
    ORDER_TEXTS,
    joined=("tags",),
    lists=(
        Listing("shipping_lines", Shape("shipping", ("code", "price"))),
        Listing(
            "line_items",
            Shape(
                "item",
                ITEM_TEXTS,
                lists=(
                    Listing("discount_allocations", Shape("discount", ("amount",))),
                    Listing("tax_lines", Shape("tax", ("price",))),
                    PROPERTIES,
                ),
            ),
        ),
        *FATES,
    ),
)

PAYMENT = {
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
    "tags",
    "customer.first_name",
    "customer.last_name",
    "shipping_address.name",
    "shipping_address.address1",
    "shipping_address.address2",
    "shipping_address.city",
)
KEPT_TOGETHER = "_keep_together"
"""Property of a line item, the shop's own: lines with the same value go together."""

_INCLUDES_TAX = pl.col("taxes_included").fill_null("false") == "true"


def rest_rows(
    frames: Mapping[str, pl.DataFrame],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``ORDERS`` and ``rejects.PROBLEM`` of orders of the REST API.

    Args:
        frames: as ``ORDER`` names them.
    """
    items = with_fates(frames["item"], frames)
    told = {**frames, "item": items}
    return rows_of(told, "shopify_orders", "line_items")


def rows_of(
    frames: Mapping[str, pl.DataFrame], format_name: str, items_name: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``ORDERS`` and ``rejects.PROBLEM`` of orders taken apart.

    Args:
        frames: as ``ORDER`` names them; ``shipping`` and ``attribute`` by
            ``order_no``, ``discount``, ``tax`` and ``property`` by ``item_no``;
            items with ``removed_qty`` and ``left_qty``.
        format_name: what the rows are said to have been read with.
        items_name: what the items of an order, which must have some, are called.
    """
    orders = plain_amounts(frames["order"], ["total_price", "subtotal_price"])
    items = plain_amounts(frames["item"], ["price", "total_discount"])
    items = items.rename({"id": "line_items.id"})
    heads = orders.select("order_no", "payload_line", "currency", "cancelled_at")
    owned = with_owner(items, heads.drop("cancelled_at"))
    discounts, bad_discounts = charges(frames["discount"], owned, "amount")
    tax_lines = frames["tax"].rename({"price": "tax_lines.price"})
    taxes, bad_taxes = charges(tax_lines, owned, "tax_lines.price")
    items = _standing(_with_sums(items, discounts, taxes), heads)
    items = _remarked(items, frames["property"])
    orders = _with_shipping(_with_taxes(orders, items), frames["shipping"])
    orders = _noted(orders, frames["attribute"])
    orders, items = _of_goods(orders, items)
    rows, problems = order_rows(orders, items, _form(format_name, items_name))
    return rows, pl.concat([problems, bad_discounts, bad_taxes])


def _standing(items: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Items with ``ordered``, less what was taken off; ``is_struck`` if all was.

    A cancelled order says what it said before.
    """
    ordered = pl.col("quantity").cast(pl.Int64, strict=False)
    if not (items["removed_qty"] > 0).any():
        return items.with_columns(
            ordered=ordered, is_struck=pl.lit(value=False), is_less=pl.lit(value=False)
        )
    told = with_owner(items, heads.drop("payload_line"))
    is_less = (pl.col("removed_qty") > 0) & pl.col("cancelled_at").is_null()
    left = ordered - pl.col("removed_qty")
    standing = pl.when(is_less & (left > 0)).then(left).otherwise(ordered)
    return told.with_columns(
        part_of(pl.col("discount"), standing, ordered).alias("discount"),
        part_of(pl.col("tax"), standing, ordered).alias("tax"),
        ordered=standing,
        is_struck=(is_less & (left <= 0)).fill_null(value=False),
        is_less=is_less,
    ).drop("currency", "cancelled_at")


def _remarked(items: pl.DataFrame, properties: pl.DataFrame) -> pl.DataFrame:
    told = remarks(properties, "item_no", "line_note")
    group = pl.col("value").str.strip_chars()
    kept = (
        properties.filter(pl.col("name") == KEPT_TOGETHER, group != "")
        .group_by("item_no", maintain_order=True)
        .agg(group.first().alias("keep_together"))
    )
    return beside(beside(items, told, how="left"), kept, how="left")


def _noted(orders: pl.DataFrame, attributes: pl.DataFrame) -> pl.DataFrame:
    """Orders whose note has their custom attributes too."""
    told = remarks(attributes, "order_no", "attributes")
    both = pl.concat_str("note", "attributes", separator=" / ", ignore_nulls=True)
    return beside(orders, told, how="left").with_columns(note=both.replace("", None))


def _of_goods(
    orders: pl.DataFrame, items: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Without what nobody ships: tips, gift cards, downloads, and orders of them."""
    is_shipped = pl.col("requires_shipping").fill_null("true") != "false"
    if items.select(is_shipped.all()).item():
        nothing = pl.lit(0, pl.Decimal(38, 3))
        return orders.with_columns(unshipped=nothing), items
    goods = items.filter(is_shipped)
    owned = with_owner(items, orders.select("order_no", "taxes_included"))
    sums = (
        owned.filter(~is_shipped)
        .group_by("order_no")
        .agg((_net() - pl.col("discount") + pl.col("tax")).sum().alias("unshipped"))
    )
    left = pl.concat([goods.select("order_no"), sums.select("order_no")])
    empty = left.join(goods, on="order_no", how="anti")
    return (
        orders.join(empty, on="order_no", how="anti", maintain_order="left")
        .join(sums, on="order_no", how="left", maintain_order="left")
        .with_columns(pl.col("unshipped").fill_null(ZERO)),
        goods,
    )


def number_in(column: str) -> pl.Expr:
    """The number at the end of a GraphQL id: what the REST API calls it by."""
    return pl.col(column).str.extract(r"/([0-9]+)(?:\?.*)?$")


def _with_sums(
    items: pl.DataFrame, discounts: pl.DataFrame, taxes: pl.DataFrame
) -> pl.DataFrame:
    """Items with ``discount`` and ``tax``: exact, so their order does not matter."""
    said = pl.coalesce(pl.col("discount"), decimal("total_discount"), ZERO)
    reduced = beside(items, discounts.rename({"amount": "discount"}), how="left")
    taxed = beside(reduced, taxes.rename({"tax_lines.price": "tax"}), how="left")
    return taxed.with_columns(said.alias("discount"), pl.col("tax").fill_null(ZERO))


def _with_taxes(orders: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    taxes = items.group_by("order_no", maintain_order=True).agg(
        pl.col("tax").sum(), pl.col("is_less").any()
    )
    return beside(orders, taxes, how="left")


def _with_shipping(orders: pl.DataFrame, shipping: pl.DataFrame) -> pl.DataFrame:
    """Orders with ``shipping_code`` and what shipping costs."""
    parts = plain_amounts(shipping, ["price"]).with_columns(cost=decimal("price"))
    services = parts.group_by("order_no", maintain_order=True).agg(
        pl.col("code").sort_by("shipping_no").str.join(",").alias("shipping_code"),
        pl.col("cost").sum(),
    )
    return beside(orders, services, how="left")


def _goods() -> pl.Expr:
    """Lines less discounts with taxes, as the order itself sums them up."""
    tax = pl.when(_INCLUDES_TAX).then(ZERO).otherwise(pl.col("tax").fill_null(ZERO))
    rest = decimal("total_price") - pl.col("cost").fill_null(ZERO)
    whole = pl.coalesce(decimal("subtotal_price") + tax, rest)
    return pl.when(~pl.col("is_less")).then(whole - pl.col("unshipped"))


def _cost() -> pl.Expr:
    return decimal("price") * pl.col("ordered")


def _net() -> pl.Expr:
    """What the line costs before tax."""
    return _cost() - pl.when(_INCLUDES_TAX).then("tax").otherwise(ZERO)


def _sku() -> pl.Expr:
    """The SKU, else what no SKU is called."""
    others = (
        pl.concat_str(pl.lit(f"{name}:"), f"{name}_id")
        for name in ("variant", "product")
    )
    return pl.coalesce("sku", *others)


@cache
def _form(format_name: str, items_name: str) -> OrderForm:
    """The form of both spellings."""
    return OrderForm(
        order_rules=_order_rules(),
        item_rules=_item_rules(),
        free_text=_FREE_TEXT,
        order_columns=_order_columns() | {"format": pl.lit(format_name)},
        item_columns={
            "line_ref": pl.col("line_items.id"),
            "sku_ref": _sku(),
            "product_name": pl.col("title"),
            "qty": pl.col("ordered"),
            "shipped_qty": pl.col("left_qty"),
            "line_amount": amount_text(_net()),
            "discount_amount": amount_text(pl.col("discount")),
            "tax_amount": amount_text(pl.col("tax")),
            "line_note": pl.col("line_note"),
            "keep_together": pl.col("keep_together"),
        },
        shared=("currency", "taxes_included"),
        items_name=items_name,
    )


def _order_rules() -> tuple[Rule, ...]:
    currency = pl.col("currency")
    return (
        *references("id"),
        *required("created_at", "currency"),
        spelled("currency", "[A-Z]{3}", "USD"),
        instant("created_at"),
        instant("updated_at"),
        instant("cancelled_at"),
        amount("total_price", currency),
        amount("subtotal_price", currency),
        one_of("financial_status", *PAYMENT),
        one_of("test", "false"),
    )


def _item_rules() -> tuple[Rule, ...]:
    return (
        *references("line_items.id"),
        Rule("sku", "MISSING_VALUE", _sku().is_null(), "sku", is_about_missing=True),
        *required("quantity", "price"),
        quantity("quantity", minimum=1),
        amount("price", pl.col("currency")),
        amount("total_discount", pl.col("currency")),
        affordable("price", _cost()),
    )


def _order_columns() -> dict[str, pl.Expr]:
    """What all lines of an order share."""
    updated_at = pl.coalesce("updated_at", "created_at")
    name = pl.concat_str(
        "customer.first_name", "customer.last_name", separator=" ", ignore_nulls=True
    )
    tags = pl.concat_str(pl.lit(","), "tags", pl.lit(",")).str.to_lowercase()
    status = pl.col("financial_status").replace_strict(PAYMENT, return_dtype=pl.String)
    place = pl.coalesce(
        f"shipping_address.{name}" for name in ("address1", "city", "country_code")
    )
    is_at_till = pl.all_horizontal(
        pl.col("source_name") == "pos",
        pl.col("fulfillment_status") == "fulfilled",
        place.is_null(),
    ).fill_null(value=False)
    return {
        "action": action(
            pl.col("cancelled_at").is_not_null(), "created_at", "updated_at"
        ),
        "order_ref": pl.col("id"),
        "order_name": pl.coalesce("name", "id"),
        "ordered_at": pl.col("created_at"),
        "updated_at": updated_at,
        "cancelled_at": pl.col("cancelled_at"),
        "currency_code": pl.col("currency"),
        "order_amount": amount_text(_goods()),
        "service_code": pl.when(is_at_till)
        .then(pl.lit("NONE"))
        .otherwise(service(pl.col("shipping_code"))),
        "node_ref": pl.when(is_at_till).then("location_id"),
        "is_ship_complete": yes_or_no(tags.str.contains(r",\s*ship-complete\s*,")),
        "payment_status": status.fill_null("pending"),
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
        "tags": pl.col("tags").str.replace_all(r"\s*,\s*", ","),
        "note": pl.col("note"),
    }
