"""Walmart's order objects: their parts, and what they mean, of three countries.

The United States and Canada wrap every list in an object and send a charge with
its amount; Mexico does neither, and prices a unit with its tax.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.contracts.profile import Profile
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
from transforms.feeds.reading.json_orders import (
    ZERO,
    OrderForm,
    action,
    affordable,
    order_rows,
    owner_of,
    service,
    valued,
    whole,
    with_owner,
)
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.moments import (
    as_instant,
    epoch_moment,
    epoch_or_instant,
    from_epoch,
    moment,
)
from transforms.feeds.reading.numbered import beside
from transforms.feeds.reading.scalars import plain_amounts

_ADDRESS = "shippingInfo.postalAddress."
_LINES = tuple(f"{_ADDRESS}address{number}" for number in range(1, 7))
_AMOUNT, _TAX = "chargeAmount.amount", "taxAmount.amount"
_UNIT_PRICES = ("item.unitPrice.amount", "item.unitPriceWithoutTax.amount")
_QTY, _STATUS_QTY = "orderLineQuantity.amount", "statusQuantity.amount"

_TAXES = Listing("tax", Shape("tax", (_TAX,)), is_loose=True)
_CHARGE = Shape(
    "charge",
    ("chargeType", "chargeName", _AMOUNT, "chargeAmount.currency"),
    lists=(_TAXES,),
)
_STATUS = Shape("status", ("status", "statusDate", _STATUS_QTY))
_LINE = Shape(
    "item",
    (
        *("lineNumber", "primeLineNumber", "item.productName", "item.sku"),
        *(*_UNIT_PRICES, "item.unitPrice.currency", _QTY, "statusDate"),
        "shippingMethod",
    ),
    lists=(
        Listing("charges", _CHARGE, inner="charge", is_loose=True),
        Listing("orderLineStatuses", _STATUS, inner="orderLineStatus", is_loose=True),
        Listing("orderLineStatus", _STATUS, is_loose=True),
    ),
)
ORDER = Shape(
    "order",
    (
        *("purchaseOrderId", "customerOrderId", "customerEmailId", "orderDate"),
        *("shippingInfo.phone", "shippingInfo.methodCode", "shipNode.type"),
        *(f"{_ADDRESS}{name}" for name in ("name", "city", "state", "postalCode")),
        *(*_LINES, f"{_ADDRESS}country"),
    ),
    lists=(Listing("orderLines", _LINE, inner="orderLine", is_loose=True),),
)

_STATUSES = (
    *("Created", "Acknowledged", "Shipped", "Delivered", "Cancelled"),
    *("Refund", "Refunded"),
)
_LEFT = ("Shipped", "Delivered", "Refund", "Refunded")
_COUNTRIES = {"USA": "US", "CAN": "CA", "MEX": "MX", "MEXICO": "MX", "CHL": "CL"}
_FREE_TEXT = (f"{_ADDRESS}name", *_LINES, f"{_ADDRESS}city")


def rows_of(
    frames: Mapping[str, pl.DataFrame], profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``ORDERS`` and ``rejects.PROBLEM`` of orders taken apart.

    Args:
        frames: as ``ORDER`` names them.
        profile: currency, and options ``charge_basis`` and ``wfs_node_ref``.
    """
    orders = frames["order"].with_columns(orderDate=from_epoch("orderDate"))
    items = with_owner(
        plain_amounts(frames["item"], _UNIT_PRICES),
        orders.select("order_no", "payload_line"),
    )
    priced, bad_prices = _priced(items, frames, profile)
    counted, bad_counts = _counted(priced, frames["status"])
    orders = _with_last_change(orders, counted)
    lines = counted.drop("payload_line")
    rows, problems = order_rows(orders, lines, _form(profile))
    return rows, pl.concat([problems, bad_prices, bad_counts])


def _priced(
    items: pl.DataFrame, frames: Mapping[str, pl.DataFrame], profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items with ``currency, product, discount, tax`` as their charges say."""
    charges = frames["charge"]
    money = (
        charges.select("item_no", currency="chargeAmount.currency")
        .drop_nulls("currency")
        .unique("item_no", keep="first", maintain_order=True)
    )
    usual = pl.lit(profile.currency_code)
    items = beside(items, money, how="left").with_columns(
        currency=pl.coalesce("currency", "item.unitPrice.currency", usual)
    )
    charges, bad = valued(charges, owner_of(items, "item_no"), _AMOUNT)
    owner = charges.select("charge_no", "payload_line", "coin")
    taxes, bad_taxes = valued(frames["tax"], owner, _TAX)
    per_charge = taxes.group_by("charge_no", maintain_order=True)
    totals = _totals(
        beside(charges, per_charge.agg(tax=pl.col("value").sum()), how="left")
    )
    priced = beside(items, totals, how="left").with_columns(
        pl.col("discount", "tax").fill_null(ZERO)
    )
    return priced, pl.concat([bad, bad_taxes])


def _totals(charges: pl.DataFrame) -> pl.DataFrame:
    """Of the product: what is charged, what is taken off, its tax.

    A discount is a charge below zero, or of a type of its own; what is taken off
    the shipping is not ours to know.
    """
    value, kind = pl.col("value"), pl.col("chargeType")
    is_product = kind == "PRODUCT"
    of_shipping = pl.col("chargeName").str.starts_with("SHIP")
    is_discount = (is_product & (value < 0)) | ((kind == "DISCOUNT") & ~of_shipping)
    is_price = is_product & (value >= 0)
    said = charges.select(
        "item_no",
        is_charged=is_price,
        product=pl.when(is_price).then(value),
        discount=pl.when(is_discount).then(value.abs()),
        tax=pl.when(is_product).then("tax"),
    )
    return said.group_by("item_no", maintain_order=True).agg(
        pl.col("is_charged").any(), pl.col("product", "discount", "tax").sum()
    )


def _counted(
    items: pl.DataFrame, statuses: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Items with ``qty`` that is not cancelled, and the last change of a status."""
    owner = items.select("item_no", "payload_line")
    owned = beside(statuses, owner)
    rules = [
        *required("status"),
        one_of("status", *_STATUSES),
        quantity(_STATUS_QTY, minimum=0),
        epoch_or_instant("statusDate"),
    ]
    good, bad = judge(owned, rules)
    count = pl.col(_STATUS_QTY).cast(pl.Int64, strict=False)
    is_live = pl.col("status") != "Cancelled"
    said = good.select(
        "item_no",
        is_live=is_live,
        is_counted=count.is_not_null(),
        live=pl.when(is_live).then(count),
        left=pl.when(pl.col("status").is_in(_LEFT)).then(count),
        mentioned=count,
        changed=epoch_moment("statusDate"),
    )
    sums = said.group_by("item_no", maintain_order=True).agg(
        pl.col("is_live").any(),
        pl.col("is_counted").all(),
        pl.col("live", "left", "mentioned").sum(),
        pl.col("changed").max(),
    )
    ordered = pl.col(_QTY).cast(pl.Int64, strict=False)
    live = pl.when("is_counted").then("live").when("is_live").then(ordered).otherwise(0)
    counted = (
        beside(items, sums, how="left")
        .with_columns(
            live=pl.when(pl.col("is_live").is_null()).then(ordered).otherwise(live)
        )
        .with_columns(
            is_struck=pl.col("live") == 0,
            qty=pl.when(pl.col("live") == 0)
            .then(pl.max_horizontal(ordered, "mentioned", 1))
            .otherwise("live"),
        )
    )
    return counted, bad


def _with_last_change(orders: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Orders with ``updated``, and the shipping method of their lines."""
    changes = items.group_by("order_no", maintain_order=True).agg(
        changed=pl.max_horizontal("changed", epoch_moment("statusDate")).max(),
        method=pl.col("shippingMethod").drop_nulls().first(),
    )
    last = pl.max_horizontal(moment("orderDate"), "changed")
    return beside(orders, changes, how="left").with_columns(updated=as_instant(last))


def _form(profile: Profile) -> OrderForm:
    is_per_unit = profile.options.get("charge_basis", "line") == "unit"
    return OrderForm(
        order_rules=_order_rules(),
        item_rules=_item_rules(),
        free_text=_FREE_TEXT,
        order_columns=_order_columns(profile),
        item_columns={
            "line_ref": _line_ref(),
            "sku_ref": pl.col("item.sku"),
            "product_name": pl.col("item.productName"),
            "qty": pl.col("qty"),
            "shipped_qty": pl.when(~pl.col("is_struck")).then("left"),
            "currency_code": pl.col("currency"),
            "line_amount": amount_text(_price(is_per_unit=is_per_unit)),
            "discount_amount": amount_text(pl.col("discount")),
            "tax_amount": amount_text(pl.col("tax")),
        },
        items_name="orderLines",
    )


def _line_ref() -> pl.Expr:
    return pl.coalesce("lineNumber", "primeLineNumber")


def _price(*, is_per_unit: bool) -> pl.Expr:
    """The whole line without tax."""
    count = pl.col("qty")
    charged = pl.col("product") * (count if is_per_unit else 1)
    net = decimal(_UNIT_PRICES[1]) * count
    untaxed = decimal(_UNIT_PRICES[0]) * count - pl.col("tax")
    gross = pl.when(untaxed < 0).then(ZERO).otherwise(untaxed)
    return pl.coalesce(pl.when("is_charged").then(charged), net, gross)


def _order_rules() -> list[Rule]:
    ids = ("purchaseOrderId", "customerOrderId")
    is_nameless = pl.coalesce(ids).is_null()
    country = f"{_ADDRESS}country"
    is_known = pl.col(country).str.contains("^[A-Z]{2}$") | pl.col(country).is_in(
        [*_COUNTRIES]
    )
    return [
        Rule(ids[0], "MISSING_VALUE", is_nameless, ids[0], is_about_missing=True),
        *whole(*ids),
        *required("orderDate"),
        instant("orderDate"),
        Rule(country, "BAD_CODE", ~is_known, f"{country}, such as USA or US"),
    ]


def _item_rules() -> list[Rule]:
    number, unit = "lineNumber", _UNIT_PRICES[0]
    is_unnumbered, price = _line_ref().is_null(), _price(is_per_unit=True)
    is_unpriced = price.is_null() & ~pl.col("is_struck").fill_null(value=False)
    return [
        Rule(number, "MISSING_VALUE", is_unnumbered, number, is_about_missing=True),
        *required("item.sku", _QTY),
        quantity(_QTY, minimum=0),
        epoch_or_instant("statusDate"),
        spelled("currency", "[A-Z]{3}", "USD"),
        *(amount(name, pl.col("currency")) for name in _UNIT_PRICES),
        Rule(
            unit,
            "MISSING_VALUE",
            is_unpriced,
            "charges",
            is_about_missing=True,
            is_worked_out=True,
        ),
        affordable(unit, price),
    ]


def _order_columns(profile: Profile) -> dict[str, pl.Expr]:
    """What all lines of an order share."""
    is_walmarts = (pl.col("shipNode.type") == "WFSFulfilled") | pl.col(
        "purchaseOrderId"
    ).is_null()
    wfs = pl.lit(profile.options.get("wfs_node_ref", "WFS"))
    method = service(pl.coalesce("shippingInfo.methodCode", "method"))
    rest = pl.concat_str(_LINES[1:], separator=", ", ignore_nulls=True)
    never = pl.lit(value=False)
    return {
        "format": pl.lit("walmart_orders"),
        "action": action(never, "orderDate", "updated"),
        "order_ref": pl.coalesce("purchaseOrderId", "customerOrderId"),
        "order_name": pl.coalesce("customerOrderId", "purchaseOrderId"),
        "ordered_at": pl.col("orderDate"),
        "updated_at": pl.coalesce("updated", "orderDate"),
        "cancelled_at": pl.lit(None, pl.String),
        "service_code": pl.when(is_walmarts).then(pl.lit("NONE")).otherwise(method),
        "is_ship_complete": pl.lit("false"),
        "payment_status": pl.lit("paid"),
        "node_ref": pl.when(is_walmarts).then(wfs),
        "ship_to_region": pl.col(f"{_ADDRESS}state"),
        "ship_to_country": pl.col(f"{_ADDRESS}country").replace(_COUNTRIES),
        "customer_ref": pl.col("customerEmailId"),
        "customer_name": pl.col(f"{_ADDRESS}name"),
        "customer_email": pl.col("customerEmailId"),
        "customer_phone": pl.col("shippingInfo.phone"),
        "ship_to_name": pl.col(f"{_ADDRESS}name"),
        "ship_to_street": pl.col(_LINES[0]),
        "ship_to_street2": rest.replace("", None),
        "ship_to_city": pl.col(f"{_ADDRESS}city"),
        "ship_to_postal_code": pl.col(f"{_ADDRESS}postalCode"),
    }
