"""Amazon's order objects: their parts, and what they mean, of both API versions.

Version 2026-01-01 is called by the names of version 0, which rejects use.
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
    references,
    service,
    valued,
    with_owner,
)
from transforms.feeds.reading.json_shapes import Listing, Shape
from transforms.feeds.reading.numbered import beside
from transforms.feeds.reading.scalars import plain_amounts

_RECIPIENT = {
    "name": "Name",
    "addressLine1": "AddressLine1",
    "addressLine2": "AddressLine2",
    "addressLine3": "AddressLine3",
    "city": "City",
    "stateOrRegion": "StateOrRegion",
    "postalCode": "PostalCode",
    "countryCode": "CountryCode",
    "phone": "Phone",
}
_ORDER_NAMES = {
    "orderId": "AmazonOrderId",
    "createdTime": "PurchaseDate",
    "lastUpdatedTime": "LastUpdateDate",
    "fulfillment.fulfillmentStatus": "OrderStatus",
    "fulfillment.fulfilledBy": "FulfillmentChannel",
    "fulfillment.fulfillmentServiceLevel": "ShipmentServiceLevelCategory",
    "proceeds.grandTotal.currencyCode": "OrderTotal.CurrencyCode",
    "buyer.buyerEmail": "BuyerInfo.BuyerEmail",
    "buyer.buyerName": "BuyerInfo.BuyerName",
    **{
        f"recipient.deliveryAddress.{name}": f"ShippingAddress.{old}"
        for name, old in _RECIPIENT.items()
    },
}
_ITEM_NAMES = {
    "orderItemId": "OrderItemId",
    "product.sellerSku": "SellerSKU",
    "product.title": "Title",
    "quantityOrdered": "QuantityOrdered",
    "fulfillment.quantityFulfilled": "QuantityShipped",
    "product.price.unitPrice.currencyCode": "ItemPrice.CurrencyCode",
}
_ITEM_AMOUNTS = ("ItemPrice.Amount", "PromotionDiscount.Amount", "ItemTax.Amount")
_UNIT_PRICE = "product.price.unitPrice.amount"
_REMARKS = (
    "BuyerInfo.BuyerCustomizedInfo.CustomizedURL",
    "BuyerInfo.GiftMessageText",
)
_ITEM = Shape(
    "item",
    (
        *(*_ITEM_NAMES, *_ITEM_NAMES.values(), *_ITEM_AMOUNTS, _UNIT_PRICE),
        "cancellation.cancellationExecution.cancelledBy",
        "fulfillment.quantityUnfulfilled",
        *_REMARKS,
    ),
    lists=(
        Listing(
            "proceeds.breakdowns",
            Shape(
                "breakdown",
                ("type", "subtotal.amount"),
                lists=(
                    Listing(
                        "detailedBreakdowns",
                        Shape("detail", ("subtype", "value.amount")),
                    ),
                ),
            ),
        ),
    ),
)
ORDER = Shape(
    "order",
    (
        *(*_ORDER_NAMES, *_ORDER_NAMES.values()),
        *("recipient.deliveryAddress.companyName", "PaymentMethod"),
        *("IsReplacementOrder", "ShipServiceLevel", "BuyerEmail", "BuyerName"),
    ),
    lists=(Listing("OrderItems", _ITEM), Listing("orderItems", _ITEM)),
)

_STATUS = {
    "PENDINGAVAILABILITY": "pending",
    "PENDING": "pending",
    "UNSHIPPED": "paid",
    "INVOICEUNCONFIRMED": "paid",
    "PARTIALLYSHIPPED": "paid",
    "SHIPPED": "paid",
    "CANCELED": "pending",
    "CANCELLED": "pending",
    "UNFULFILLABLE": "pending",
}
_CANCELLED = ("CANCELED", "CANCELLED", "UNFULFILLABLE")
_CHANNELS = ("MFN", "AFN", "MERCHANT", "AMAZON")
_FREE_TEXT = (
    *("BuyerInfo.BuyerName", "recipient.deliveryAddress.companyName"),
    *(f"ShippingAddress.{name}" for name in [*_RECIPIENT.values()][:5]),
)


def rows_of(
    frames: Mapping[str, pl.DataFrame], profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``ORDERS`` and ``rejects.PROBLEM`` of orders taken apart.

    Args:
        frames: as ``ORDER`` names them.
        profile: currency, and option ``fba_node_ref``.
    """
    orders = _renamed(frames["order"], _ORDER_NAMES).with_columns(
        status=pl.col("OrderStatus").str.replace_all("_", "").str.to_uppercase()
    )
    amounts = [*_ITEM_AMOUNTS, _UNIT_PRICE]
    items = plain_amounts(_renamed(frames["item"], _ITEM_NAMES), amounts)
    items = with_owner(
        items, orders.select("order_no", "payload_line", "OrderTotal.CurrencyCode")
    ).with_columns(currency=_currency(profile))
    proceeds, problems = _proceeds(frames, owner_of(items, "item_no"))
    items = _priced(beside(items, proceeds, how="left"))
    note = pl.concat_str(_REMARKS, separator=", ", ignore_nulls=True)
    items = items.with_columns(line_note=note.replace("", None))
    items = items.drop("payload_line", "OrderTotal.CurrencyCode")
    rows, bad = order_rows(orders, items, _form(profile))
    return rows, pl.concat([bad, problems])


def _renamed(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """With what one version leaves out taken from the other."""
    return frame.with_columns(
        pl.coalesce(old, name).alias(old) for name, old in names.items()
    ).drop(names)


def _currency(profile: Profile) -> pl.Expr:
    usual = pl.lit(profile.currency_code)
    return pl.coalesce("ItemPrice.CurrencyCode", "OrderTotal.CurrencyCode", usual)


def _proceeds(
    frames: Mapping[str, pl.DataFrame], owner: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Per item its price, discount and tax, as version 2026-01-01 breaks them down.

    Of taxes that are broken down further only the item's counts.
    """
    parts, bad = valued(frames["breakdown"], owner, "subtotal.amount")
    kind, value = pl.col("type"), pl.col("value")
    taxed = parts.select("breakdown_no", "payload_line", "coin", "type")
    details, bad_details = valued(frames["detail"], taxed, "value.amount")
    is_items = pl.col("subtype") == "ITEM"
    taxes = (
        details.filter(kind == "TAX")
        .with_columns(item_tax=pl.when(is_items).then("value"))
        .group_by("breakdown_no", maintain_order=True)
        .agg(pl.col("item_tax").sum())
    )
    sums = (
        beside(parts, taxes, how="left")
        .select(
            "item_no",
            is_broken_down=kind == "ITEM",
            price=pl.when(kind == "ITEM").then(value),
            discount=pl.when(kind == "DISCOUNT").then(value.abs()),
            tax=pl.when(kind == "TAX").then(pl.coalesce("item_tax", "value")),
        )
        .group_by("item_no", maintain_order=True)
        .agg(pl.col("is_broken_down").any(), pl.col("price", "discount", "tax").sum())
    )
    return sums, pl.concat([bad, bad_details])


def _priced(items: pl.DataFrame) -> pl.DataFrame:
    """With ``price, discount, tax`` of the whole line, and what is struck out."""
    count = pl.col("QuantityOrdered").cast(pl.Int64, strict=False)
    unit = decimal(_UNIT_PRICE) * count
    left = [
        pl.col(name).cast(pl.Int64, strict=False).fill_null(0)
        for name in ("QuantityShipped", "fulfillment.quantityUnfulfilled")
    ]
    executed = pl.col("cancellation.cancellationExecution.cancelledBy").is_not_null()
    broken_down = pl.when("is_broken_down").then("price")
    return items.with_columns(
        price=pl.coalesce(decimal("ItemPrice.Amount"), broken_down, unit),
        discount=pl.coalesce(decimal("PromotionDiscount.Amount"), "discount", ZERO),
        tax=pl.coalesce(decimal("ItemTax.Amount"), "tax", ZERO),
        is_struck=(count == 0) | (executed & (pl.sum_horizontal(left) == 0)),
    )


def _form(profile: Profile) -> OrderForm:
    return OrderForm(
        order_rules=_order_rules(),
        item_rules=_item_rules(),
        free_text=_FREE_TEXT,
        order_columns=_order_columns(profile),
        item_columns={
            "line_ref": pl.col("OrderItemId"),
            "sku_ref": pl.col("SellerSKU"),
            "product_name": pl.col("Title"),
            "qty": pl.col("QuantityOrdered").replace("0", "1"),
            "shipped_qty": pl.col("QuantityShipped"),
            "currency_code": pl.col("currency"),
            "line_amount": amount_text(pl.col("price").fill_null(ZERO)),
            "discount_amount": amount_text(pl.col("discount")),
            "tax_amount": amount_text(pl.col("tax")),
            "line_note": pl.col("line_note"),
        },
        shared=("status", "IsReplacementOrder"),
        items_name="OrderItems",
    )


def _order_rules() -> list[Rule]:
    is_known = pl.col("status").is_in([*_STATUS])
    statuses = "Pending, Unshipped, PartiallyShipped, Shipped, Canceled, …"
    return [
        *references("AmazonOrderId"),
        *required("PurchaseDate", "OrderStatus", "FulfillmentChannel"),
        instant("PurchaseDate"),
        instant("LastUpdateDate"),
        Rule("OrderStatus", "BAD_CODE", ~is_known, statuses),
        one_of("FulfillmentChannel", *_CHANNELS),
    ]


def _item_rules() -> list[Rule]:
    is_early = pl.col("status").is_in(
        [name for name, payment in _STATUS.items() if payment == "pending"]
    )
    may_be_free = pl.any_horizontal(
        is_early, pl.col("IsReplacementOrder") == "true", "is_struck"
    )
    is_unpriced = pl.col("price").is_null() & ~may_be_free.fill_null(value=False)
    amounts = [*_ITEM_AMOUNTS, _UNIT_PRICE]
    return [
        *references("OrderItemId"),
        *required("SellerSKU", "QuantityOrdered"),
        quantity("QuantityOrdered", minimum=0),
        quantity("QuantityShipped", minimum=0),
        spelled("currency", "[A-Z]{3}", "USD"),
        *(amount(name, pl.col("currency")) for name in amounts),
        Rule(
            "ItemPrice.Amount",
            "MISSING_VALUE",
            is_unpriced,
            "ItemPrice.Amount",
            is_about_missing=True,
        ),
        affordable(_UNIT_PRICE, pl.col("price")),
    ]


def _order_columns(profile: Profile) -> dict[str, pl.Expr]:
    """What all lines of an order share."""
    is_cancelled = pl.col("status").is_in(_CANCELLED)
    updated_at = pl.coalesce("LastUpdateDate", "PurchaseDate")
    is_amazons = pl.col("FulfillmentChannel").is_in(["AFN", "AMAZON"])
    level = pl.coalesce("ShipmentServiceLevelCategory", "ShipServiceLevel")
    payment = pl.col("status").replace_strict(_STATUS, default=None)
    is_on_delivery = (pl.col("PaymentMethod") == "COD") & (payment == "paid")
    fba = pl.lit(profile.options.get("fba_node_ref", "FBA"))
    address = "ShippingAddress."
    return {
        "format": pl.lit("amazon_spapi_orders"),
        "action": action(is_cancelled, "PurchaseDate", "LastUpdateDate"),
        "order_ref": pl.col("AmazonOrderId"),
        "order_name": pl.col("AmazonOrderId"),
        "ordered_at": pl.col("PurchaseDate"),
        "updated_at": updated_at,
        "cancelled_at": pl.when(is_cancelled).then(updated_at),
        "service_code": pl.when(is_amazons)
        .then(pl.lit("NONE"))
        .otherwise(service(level)),
        "is_ship_complete": pl.lit("false"),
        "payment_status": pl.when(is_on_delivery)
        .then(pl.lit("terms"))
        .otherwise(payment),
        "node_ref": pl.when(is_amazons).then(fba),
        "ship_to_region": pl.col(f"{address}StateOrRegion"),
        "ship_to_country": pl.col(f"{address}CountryCode"),
        "customer_ref": pl.coalesce("BuyerInfo.BuyerEmail", "BuyerEmail"),
        "customer_name": pl.coalesce("BuyerInfo.BuyerName", "BuyerName"),
        "customer_email": pl.coalesce("BuyerInfo.BuyerEmail", "BuyerEmail"),
        "customer_phone": pl.col(f"{address}Phone"),
        "ship_to_name": pl.coalesce(
            f"{address}Name", "recipient.deliveryAddress.companyName"
        ),
        "ship_to_street": pl.col(f"{address}AddressLine1"),
        "ship_to_street2": pl.concat_str(
            f"{address}AddressLine2",
            f"{address}AddressLine3",
            separator=", ",
            ignore_nulls=True,
        ).replace("", None),
        "ship_to_city": pl.col(f"{address}City"),
        "ship_to_postal_code": pl.col(f"{address}PostalCode"),
    }
