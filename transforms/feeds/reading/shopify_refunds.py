"""Shopify refund objects → entries: goods, shipping and adjustments alike.

Every list of a refund is brought to the same columns, so that one set of rules
judges them. Not here: what a row of the document says (``feeds.shopify_refunds``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.feeds.reading.cells import amount_text, decimal
from transforms.feeds.reading.json_shapes import Listing, Shape

_SHOP = "shop_money.amount"
_CURRENCY = "shop_money.currency_code"

_ITEM = Shape(
    "item",
    (
        *("id", "line_item_id", "quantity", "restock_type", "location_id"),
        *("subtotal", f"subtotal_set.{_SHOP}", f"subtotal_set.{_CURRENCY}"),
        *("total_tax", f"total_tax_set.{_SHOP}", "line_item.sku", "line_item.price"),
        "line_item.total_discount",
    ),
)
_SHIPPING = Shape(
    "shipping",
    (
        *("id", f"subtotal_amount_set.{_SHOP}", f"subtotal_amount_set.{_CURRENCY}"),
        f"tax_amount_set.{_SHOP}",
    ),
)
_ADJUSTMENT = Shape(
    "adjustment",
    (
        *("id", "kind", "amount", f"amount_set.{_SHOP}", f"amount_set.{_CURRENCY}"),
        *("tax_amount", f"tax_amount_set.{_SHOP}"),
    ),
)
_PAYMENT = Shape("payment", ("id", "kind", "status", "amount", "currency"))

REFUND = Shape(
    "refund",
    ("id", "order_id", "created_at", "processed_at", "note", "restock"),
    [
        Listing("refund_line_items", _ITEM),
        Listing("refund_shipping_lines", _SHIPPING),
        Listing("order_adjustments", _ADJUSTMENT),
        Listing("transactions", _PAYMENT),
    ],
)

_NOTHING = pl.lit(None, pl.String)


@dataclass(frozen=True)
class Part:
    """A list of a refund, and where its entries say what.

    Args:
        name: of its shape.
        amount: before tax, in the shop's money.
        tax: likewise.
        currency: of the shop.
        said: other columns that its entries have.
    """

    name: str
    amount: pl.Expr
    tax: pl.Expr
    currency: pl.Expr
    said: Mapping[str, pl.Expr]


def _item_amount() -> pl.Expr:
    """The subtotal, or price times quantity where nothing was taken off."""
    quantity = pl.col("quantity").cast(pl.Int64, strict=False)
    cost = amount_text(decimal("line_item.price") * quantity)
    off = decimal("line_item.total_discount").fill_null(pl.lit(0, pl.Decimal(18, 3)))
    return pl.coalesce(
        f"subtotal_set.{_SHOP}", "subtotal", pl.when(off == 0).then(cost)
    )


_PARTS = (
    Part(
        "item",
        _item_amount(),
        pl.coalesce(f"total_tax_set.{_SHOP}", "total_tax", pl.lit("0")),
        pl.col(f"subtotal_set.{_CURRENCY}"),
        {
            "line_item_id": pl.col("line_item_id"),
            "sku": pl.col("line_item.sku"),
            "quantity": pl.col("quantity"),
            "restock_type": pl.col("restock_type"),
            "location_id": pl.col("location_id"),
        },
    ),
    Part(
        "shipping",
        pl.col(f"subtotal_amount_set.{_SHOP}"),
        pl.coalesce(f"tax_amount_set.{_SHOP}", pl.lit("0")),
        pl.col(f"subtotal_amount_set.{_CURRENCY}"),
        {},
    ),
    Part(
        "adjustment",
        pl.coalesce(f"amount_set.{_SHOP}", "amount"),
        pl.coalesce(f"tax_amount_set.{_SHOP}", "tax_amount", pl.lit("0")),
        pl.col(f"amount_set.{_CURRENCY}"),
        {},
    ),
    Part("payment", pl.col("amount"), pl.lit("0"), pl.col("currency"), {}),
)
"""In the order in which entries of a refund are told."""

_IS_REFUND = pl.col("kind").str.to_lowercase() == "refund"
_STATUS = pl.col("status").str.to_lowercase()


def entries(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What refunds are made of, in the order of the file.

    Shipping may be told twice, as a line of its own and as an adjustment: then
    the adjustment counts, which knows the tax. A refund of which nothing is told
    but the payment is made of that.

    Args:
        frames: of ``take_apart`` with ``REFUND``.

    Returns:
        ``refund_no, part, entry_no, id, amount, tax, currency, line_item_id, sku,
        quantity, restock_type, location_id``, amounts as they are told.
    """
    adjustments = frames["adjustment"]
    adjusted = adjustments.filter(pl.col("kind") == "shipping_refund")
    kept = dict(frames)
    kept["shipping"] = _without(frames["shipping"], [adjusted])
    others = [kept[part.name] for part in _PARTS[:-1]]
    kept["payment"] = _without(
        frames["payment"].filter(_IS_REFUND, _STATUS == "success"), others
    )
    told = [_entries(kept[part.name], part, n) for n, part in enumerate(_PARTS)]
    return pl.concat(told).sort("refund_no", "place", "entry_no")


def _without(part: pl.DataFrame, others: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Entries of refunds that have none of the others."""
    taken = pl.concat([other.select("refund_no") for other in others])
    return part.join(taken, on="refund_no", how="anti", maintain_order="left")


def _entries(part: pl.DataFrame, form: Part, place: int) -> pl.DataFrame:
    names = ("line_item_id", "sku", "quantity", "restock_type", "location_id")
    return part.select(
        "refund_no",
        pl.lit(place).alias("place"),
        pl.col(f"{form.name}_no").alias("entry_no"),
        "id",
        pl.lit(form.name).alias("part"),
        form.amount.alias("amount"),
        form.tax.alias("tax"),
        form.currency.alias("currency"),
        *(form.said.get(name, _NOTHING).alias(name) for name in names),
    )


def payments(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """``refund_no, payment_ref, paid_in`` of refunds.

    The payment is null where several carried the money; the currency is that of
    the first, for shops that do not tell theirs.
    """
    return (
        frames["payment"]
        .filter(_IS_REFUND, _STATUS.is_in(["success", "pending"]))
        .group_by("refund_no", maintain_order=True)
        .agg(
            pl.when(pl.len() == 1).then(pl.col("id").first()).alias("payment_ref"),
            pl.col("currency").first().alias("paid_in"),
        )
    )
