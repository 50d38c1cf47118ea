"""WooCommerce's orders: their parts, and what they mean, of v3 and before.

Not here: which file is one (``feeds.woocommerce_orders``).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.contracts.profile import Profile
from transforms.contracts.services import PICK_UP
from transforms.feeds.reading import moments
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
    signed_amount,
    spelled,
)
from transforms.feeds.reading.json_orders import (
    ZERO,
    OrderForm,
    action,
    order_rows,
    references,
    remarks,
    service,
    with_owner,
    yes_or_no,
)
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.scalars import plain_amounts

_GMT_TIMES = ("date_created_gmt", "date_modified_gmt", "date_completed_gmt")
_LOCAL_TIMES = ("date_created", "date_modified", "date_completed")
_LEGACY_TIMES = ("created_at", "updated_at", "completed_at")
_NAMES = ("first_name", "last_name", "company")
_PLACE = ("address_1", "address_2", "city", "state", "postcode", "country")
_BLOCKS = ("billing", "shipping", "billing_address", "shipping_address")
_AMOUNTS = ("total", "total_tax", "shipping_total", "total_shipping")
_REMARKS = ("remark", "legacy_remark")
_REMARK = ("key", "display_key", "label", "value", "display_value")
_ITEM_AMOUNTS = ("subtotal", "total", "total_tax")

ORDER = Shape(
    "order",
    (
        *("id", "number", "order_number", "status", "currency", "customer_id"),
        *("customer_note", "note", "payment_method", "payment_details.method_id"),
        *("shipping_methods", *_AMOUNTS, *_GMT_TIMES, *_LOCAL_TIMES, *_LEGACY_TIMES),
        *(
            f"{block}.{name}"
            for block in _BLOCKS
            for name in (*_NAMES, *_PLACE, "email", "phone")
        ),
    ),
    lists=(
        Listing(
            "line_items",
            Shape(
                "item",
                (
                    *("id", "sku", "name", "product_id", "variation_id", "quantity"),
                    *_ITEM_AMOUNTS,
                ),
                lists=(
                    Listing("meta_data", Shape("remark", _REMARK), is_loose=True),
                    Listing("meta", Shape("legacy_remark", _REMARK), is_loose=True),
                ),
            ),
        ),
        Listing("fee_lines", Shape("fee", ("total",))),
        Listing(
            "shipping_lines",
            Shape(
                "shipping",
                ("method_id", "method_title"),
                lists=(
                    Listing(
                        "meta_data", Shape("place", ("key", "value")), is_loose=True
                    ),
                ),
            ),
        ),
        Listing("meta_data", Shape("meta", ("key", "value"))),
    ),
)

_PAYMENT = {
    "processing": "paid",
    "completed": "paid",
    "refunded": "paid",
    "pending": "pending",
    "on-hold": "pending",
    "failed": "pending",
    "cancelled": "pending",
    "trash": "pending",
}
_PICK_UPS = ("local_pickup", "pickup_location")
"""Shipping methods with which a customer fetches the order."""
_PICKUP_NODE = "pickup_node."
_FREE_TEXT = (
    *("customer_note", "note"),
    *(
        f"{block}.{name}"
        for block in _BLOCKS
        for name in (*_NAMES, "address_1", "address_2", "city")
    ),
)


def rows_of(
    frames: Mapping[str, pl.DataFrame], profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``ORDERS`` and ``rejects.PROBLEM`` of orders taken apart.

    Args:
        frames: as ``ORDER`` names them.
        profile: zone, and options ``paid_statuses`` and ``pickup_node.PLACE``.
    """
    orders = _with_times(plain_amounts(frames["order"], _AMOUNTS), profile.zone)
    owner = orders.select("order_no", "payload_line", "currency")
    fees = with_owner(plain_amounts(frames["fee"], ["total"]), owner)
    fees, bad_fees = judge(fees, [signed_amount("total", pl.col("currency"))])
    items = plain_amounts(frames["item"], _ITEM_AMOUNTS).rename(
        {name: f"line_items.{name}" for name in ("id", *_ITEM_AMOUNTS)}
    )
    items = _remarked(items, frames)
    orders = (
        orders.join(
            _sums(items, "line_items.total_tax", "tax"), on="order_no", how="left"
        )
        .join(_sums(fees, "total", "fees"), on="order_no", how="left")
        .join(_services(frames["shipping"]), on="order_no", how="left")
        .join(_pick_ups(frames, _nodes(profile)), on="order_no", how="left")
        .join(_whole(frames["meta"]), on="order_no", how="left")
    )
    rows, problems = order_rows(orders, items, _form(_payments(profile)))
    return rows, pl.concat([problems, bad_fees])


def _payments(profile: Profile) -> dict[str, str]:
    named = profile.options.get("paid_statuses", "").split(",")
    paid = dict.fromkeys((name.strip() for name in named), "paid")
    return _PAYMENT | {name: status for name, status in paid.items() if name}


def _with_times(orders: pl.DataFrame, zone: str) -> pl.DataFrame:
    """With ``created``, ``modified`` and ``completed``."""
    spelled_out = moments.from_local(orders, _LOCAL_TIMES, zone).with_columns(
        moments.from_utc(name).alias(name) for name in _GMT_TIMES
    )
    kinds = zip(_GMT_TIMES, _LEGACY_TIMES, _LOCAL_TIMES, strict=True)
    return spelled_out.with_columns(
        pl.coalesce(names).alias(names[2].removeprefix("date_")) for names in kinds
    )


def _sums(parts: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return parts.group_by("order_no").agg(decimal(column).sum().alias(name))


def _services(shipping: pl.DataFrame) -> pl.DataFrame:
    names = pl.concat_str("method_id", "method_title", separator=" ", ignore_nulls=True)
    return shipping.group_by("order_no").agg(service=names.str.join(" "))


def _nodes(profile: Profile) -> dict[str, str]:
    """Our nodes by what the shop calls its places."""
    return {
        name.removeprefix(_PICKUP_NODE): node
        for name, node in profile.options.items()
        if name.startswith(_PICKUP_NODE)
    }


def _pick_ups(
    frames: Mapping[str, pl.DataFrame], nodes: Mapping[str, str]
) -> pl.DataFrame:
    """Orders that are fetched, and where: our node, else what the shop calls it."""
    places = (
        frames["place"]
        .filter(key="pickup_location")
        .group_by("shipping_no")
        .agg(place=pl.col("value").first())
    )
    fetched = frames["shipping"].filter(pl.col("method_id").is_in(_PICK_UPS))
    named = fetched.join(places, on="shipping_no", how="left").with_columns(
        place=pl.coalesce("place", "method_title", "method_id")
    )
    at = pl.col("place").replace(dict(nodes))
    return named.group_by("order_no").agg(pickup_node=at.first())


def _remarked(items: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Items with what the buyer chose or wrote, as the shop shows it."""
    told = [frames[name].rename({f"{name}_no": "no"}) for name in _REMARKS]
    shown = pl.concat(told).filter(~pl.col("key").str.starts_with("_"))
    named = shown.select(
        "item_no",
        name=pl.coalesce("display_key", "label", "key"),
        value=pl.coalesce("display_value", "value"),
    )
    notes = remarks(named, "item_no", "line_note")
    return items.join(notes, on="item_no", how="left", maintain_order="left")


def _whole(meta: pl.DataFrame) -> pl.DataFrame:
    """Orders that must leave in one go."""
    is_asked = pl.col("key").is_in(["ship_complete", "_ship_complete"]) & pl.col(
        "value"
    ).str.to_lowercase().is_in(["yes", "true", "1"])
    asked = meta.filter(is_asked).unique("order_no")
    return asked.select("order_no", is_whole=pl.lit(value=True))


def _form(payments: Mapping[str, str]) -> OrderForm:
    subtotal, total = decimal("line_items.subtotal"), decimal("line_items.total")
    full = pl.max_horizontal(subtotal, total)
    return OrderForm(
        order_rules=_order_rules(payments),
        item_rules=_item_rules(),
        free_text=_FREE_TEXT,
        order_columns=_order_columns(payments),
        item_columns={
            "line_ref": pl.col("line_items.id"),
            "sku_ref": _sku(),
            "product_name": pl.col("name"),
            "qty": pl.col("quantity"),
            "shipped_qty": pl.when(_has_left()).then("quantity"),
            "line_amount": amount_text(full),
            "discount_amount": amount_text(full - total),
            "tax_amount": amount_text(decimal("line_items.total_tax").fill_null(ZERO)),
            "line_note": pl.col("line_note"),
        },
        shared=("currency", "status", "completed"),
    )


def _has_left() -> pl.Expr:
    """Whether the shop has closed the order as done, even if it paid it back."""
    status = pl.col("status")
    is_paid_back = (status == "refunded") & pl.col("completed").is_not_null()
    return (status == "completed") | is_paid_back


def _sku() -> pl.Expr:
    """The SKU, else what no SKU is called."""
    return pl.coalesce(
        "sku",
        *(
            pl.when(pl.col(column) != "0").then(pl.concat_str(pl.lit(name), column))
            for column, name in (
                ("variation_id", "variation:"),
                ("product_id", "product:"),
            )
        ),
    )


def _order_rules(payments: Mapping[str, str]) -> list[Rule]:
    currency = pl.col("currency")
    is_undated = pl.col("created").is_null()
    return [
        *references("id"),
        *required("status", "currency"),
        spelled("currency", "[A-Z]{3}", "USD"),
        one_of("status", *payments),
        *(instant(name) for name in (*_GMT_TIMES, *_LEGACY_TIMES, *_LOCAL_TIMES)),
        Rule(
            "date_created",
            "MISSING_VALUE",
            is_undated,
            "date_created",
            is_about_missing=True,
        ),
        *(amount(name, currency) for name in _AMOUNTS),
    ]


def _item_rules() -> list[Rule]:
    amounts = [f"line_items.{name}" for name in _ITEM_AMOUNTS]
    no_sku = Rule(
        "sku", "MISSING_VALUE", _sku().is_null(), "sku", is_about_missing=True
    )
    return [
        *references("line_items.id"),
        *required("quantity", *amounts[:2]),
        no_sku,
        quantity("quantity", minimum=1),
        *(amount(name, pl.col("currency")) for name in amounts),
    ]


def _order_columns(payments: Mapping[str, str]) -> dict[str, pl.Expr]:
    """What all lines of an order share."""
    status = pl.col("status")
    is_returned = (status == "refunded") & pl.col("completed").is_null()
    is_cancelled = status.is_in(["cancelled", "trash"]) | is_returned
    updated_at = pl.coalesce("modified", "created")
    payment = status.replace_strict(payments, default=None, return_dtype=pl.String)
    method = pl.coalesce("payment_method", "payment_details.method_id")
    is_fetched = pl.col("pickup_node").is_not_null()
    is_on_terms = (method == "cod") & (payment == "paid")
    return {
        "format": pl.lit("woocommerce_orders"),
        "action": action(is_cancelled, "created", "modified"),
        "order_ref": pl.col("id"),
        "order_name": pl.coalesce("number", "order_number", "id"),
        "ordered_at": pl.col("created"),
        "updated_at": updated_at,
        "cancelled_at": pl.when(is_cancelled).then(updated_at),
        "currency_code": pl.col("currency"),
        "order_amount": amount_text(_goods()),
        "service_code": pl.when(is_fetched)
        .then(pl.lit(PICK_UP))
        .otherwise(service(pl.coalesce("service", "shipping_methods"))),
        "node_ref": pl.col("pickup_node"),
        "is_ship_complete": yes_or_no(pl.col("is_whole")),
        "payment_status": pl.when(is_on_terms).then(pl.lit("terms")).otherwise(payment),
        "customer_ref": pl.when(pl.col("customer_id") != "0").then("customer_id"),
        "customer_name": _full_name("billing"),
        "customer_email": _either("billing", "email"),
        "customer_phone": pl.coalesce(
            _either("billing", "phone"), _either("shipping", "phone")
        ),
        "ship_to_region": _destination("state"),
        "ship_to_country": _destination("country"),
        "ship_to_name": pl.coalesce(_full_name("shipping"), _full_name("billing")),
        "ship_to_street": _destination("address_1"),
        "ship_to_street2": _destination("address_2"),
        "ship_to_city": _destination("city"),
        "ship_to_postal_code": _destination("postcode"),
        "note": pl.coalesce("customer_note", "note"),
    }


def _goods() -> pl.Expr:
    """The total without shipping and fees, the lines' taxes instead of its own."""
    shipping = pl.coalesce(decimal("shipping_total"), decimal("total_shipping"), ZERO)
    besides = shipping + pl.col("fees").fill_null(ZERO) + decimal("total_tax")
    return decimal("total") - besides + pl.col("tax").fill_null(ZERO)


def _either(block: str, name: str) -> pl.Expr:
    return pl.coalesce(f"{block}.{name}", f"{block}_address.{name}")


def _full_name(block: str) -> pl.Expr:
    """First and last name, else the company."""
    names = [_either(block, name) for name in _NAMES[:2]]
    name = pl.concat_str(names, separator=" ", ignore_nulls=True).replace("", None)
    return pl.coalesce(name, _either(block, "company"))


def _destination(name: str) -> pl.Expr:
    """Of the shipping address; where it names no place, of the billing address."""
    is_shipped_to = _either("shipping", "address_1").is_not_null()
    return (
        pl.when(is_shipped_to)
        .then(_either("shipping", name))
        .otherwise(_either("billing", name))
    )
