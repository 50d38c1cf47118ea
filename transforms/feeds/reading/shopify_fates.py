"""What became of the lines of a Shopify order, and what was written beside them.

An order carries its refunds and its fulfilments. Of a refund the units with
``restock_type`` cancel were taken off before they were sent: they are no demand any
more. Those of no_restock were too, as far as they are more than was sent and has not
come back; units that came back change nothing. Of the fulfilments those with
``status`` success have left. Not here: GraphQL's spelling.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.contracts.currencies import MINOR_DIGITS
from transforms.feeds.reading.json_shapes import Listing, Shape

PROPERTIES = Listing("properties", Shape("property", ("name", "value")), is_loose=True)
"""Of an item."""

FATES = (
    Listing("note_attributes", Shape("attribute", ("name", "value")), is_loose=True),
    Listing(
        "refunds",
        Shape(
            "refund",
            (),
            (
                Listing(
                    "refund_line_items",
                    Shape("taken_off", ("line_item_id", "quantity", "restock_type")),
                ),
            ),
        ),
    ),
    Listing(
        "fulfillments",
        Shape(
            "fulfilment",
            ("status",),
            (Listing("line_items", Shape("sent", ("id", "quantity"))),),
        ),
    ),
)
"""Of an order."""

_MILLS, _MOST_DIGITS = 1000, 3


def with_fates(items: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Items with ``removed_qty`` and ``left_qty``, 0 if nothing is said.

    Args:
        items: ``order_no, id``.
        frames: of ``FATES``.
    """
    kind = pl.col("restock_type")
    units = frames["taken_off"].rename({"line_item_id": "id"})
    back = units.join(frames["refund"], on="refund_no")
    gone = frames["fulfilment"].filter(pl.col("status") == "success")
    counts = {
        "removed_qty": back.filter(kind == "cancel"),
        "returned_qty": back.filter(kind.is_in(["return", "legacy_restock"])),
        "refunded_qty": back.filter(kind == "no_restock"),
        "left_qty": frames["sent"].join(gone, on="fulfilment_no"),
    }
    for name, found in counts.items():
        items = items.join(
            _counted(found, name),
            on=["order_no", "id"],
            how="left",
            maintain_order="left",
        )
    told = items.with_columns(pl.col([*counts]).fill_null(0))
    kept = pl.max_horizontal(pl.col("left_qty") - pl.col("returned_qty"), 0)
    unsent = pl.max_horizontal(pl.col("refunded_qty") - kept, 0)
    return told.with_columns(removed_qty=pl.col("removed_qty") + unsent).drop(
        "returned_qty", "refunded_qty"
    )


def _counted(units: pl.DataFrame, name: str) -> pl.DataFrame:
    count = pl.col("quantity").cast(pl.Int64, strict=False)
    return units.group_by("order_no", "id").agg(count.sum().alias(name))


def part_of(amount: pl.Expr, qty: pl.Expr, ordered: pl.Expr) -> pl.Expr:
    """The amount of ``qty`` units of a line of ``ordered``, rounded down to a coin.

    Args:
        amount: of the whole line, at most thousandths; ``currency`` beside it.
        qty: whole number.
        ordered: whole number.
    """
    digits = pl.col("currency").replace_strict(
        MINOR_DIGITS, default=2, return_dtype=pl.Int64
    )
    coin = (10 ** (_MOST_DIGITS - digits)).cast(pl.Int128)
    mills = (amount * _MILLS).cast(pl.Int128)
    share = mills * qty.cast(pl.Int128) // ordered.cast(pl.Int128)
    part = (share // coin * coin).cast(pl.Decimal(38, 0)).cast(pl.Decimal(38, 3))
    return pl.when(qty < ordered).then(part / _MILLS).otherwise(amount)
