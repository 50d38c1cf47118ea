"""What a ShipBob product was taken from: eaches of lots, and their serial numbers.

Not here: which line of the order they are for (``reading.shipbob``).
"""

from __future__ import annotations

import polars as pl

STOCKED = ("id", "quantity", "lot", "serial_numbers")
"""What is read of an inventory item."""

_EACHES = pl.col("quantity").cast(pl.Int64, strict=False)


def taken_from() -> pl.Expr:
    """``pieces`` of a product, of its inventory items in their order."""
    return pl.struct(
        lot_ref="lot",
        serial_refs=pl.col("serial_numbers").replace("", None).str.split(","),
        piece_qty=_EACHES,
    ).alias("pieces")


def in_pieces(goods: pl.DataFrame) -> pl.DataFrame:
    """Products in the pieces that they were taken in, a row each.

    Args:
        goods: ``eaches`` of products, ``taken`` in all, of how many ``kinds`` of
            stock, and their ``pieces``.

    Returns:
        ``goods`` with ``lot_ref``, ``serial_refs`` and ``eaches`` of each piece; a
        kit, and a product of which another count is told than of its stock, is one
        piece of no lot.
    """
    is_known = (pl.col("kinds") == 1) & (pl.col("taken") == pl.col("eaches"))
    whole = is_known.fill_null(value=False)
    apart = goods.filter(whole).explode("pieces").unnest("pieces")
    rest = goods.filter(~whole).with_columns(
        lot_ref=pl.lit(None, pl.String),
        serial_refs=pl.lit(None, pl.List(pl.String)),
        piece_qty="eaches",
    )
    both = [apart, rest.drop("pieces").select(apart.columns)]
    return pl.concat(both).with_columns(eaches="piece_qty").drop("piece_qty")


def serials_of(share: pl.Expr, skipped: pl.Expr) -> pl.Expr:
    """Serial numbers of a share of a piece, which ``skipped`` so many eaches.

    Where they are not one for each of the piece's eaches, any may be of the share.
    """
    numbers = pl.col("serial_refs")
    is_each = numbers.list.len() == pl.col("eaches")
    return pl.when(is_each).then(numbers.list.slice(skipped, share)).otherwise(numbers)
