"""A node's corrections of its stock (X12 947, CSV) as physical movements.

Eaches that change their status stay on hand; others come from an account that
says where they are, by the reason that the node gives. The posting is dated when
the node made it: a correction from before a snapshot's cut explains what that
snapshot differed by (``transforms.reconciliation.stock``). Not here: what a
snapshot shows and no document says, which is a VARIANCE.
"""

from __future__ import annotations

import polars as pl

ACCOUNTS = {
    "CYCLE_COUNT": "ADJUSTED",
    "FOUND": "ADJUSTED",
    "LOST": "ADJUSTED",
    "THEFT": "ADJUSTED",
    "RELABELLED": "ADJUSTED",
    "OTHER": "ADJUSTED",
    "STATUS_CHANGE": "ADJUSTED",
    "DAMAGED": "SCRAP",
    "EXPIRED": "SCRAP",
    "RETURNED": "CUSTOMER_RETURN",
    "RECEIVING_ERROR": "SUPPLIER",
    "SHIPPING_ERROR": "SHIPPED",
}
"""Reason → account on the other side, for eaches that do not change their status."""


def adjustment_movement() -> pl.Expr:
    """The movement of a correction's line, whatever goods it names."""
    return pl.format("ADJUSTMENT/{}", "adjustment_id")


def adjustment_movements(adjustments: pl.DataFrame) -> pl.DataFrame:
    """Movements of FCT_STOCK_ADJUSTMENTS.

    A move takes its eaches from the first status, whatever sign they have; all
    others go onto the shelf, or off it where the quantity is negative.

    Raises:
        polars.exceptions.InvalidOperationError: a reason outside the closed list.
    """
    is_move = pl.col("to_stock_status").is_not_null()
    account = pl.col("reason_code").replace_strict(ACCOUNTS, return_dtype=pl.String())
    return adjustments.with_columns(
        movement_id=adjustment_movement(),
        movement_type=pl.lit("ADJUSTMENT"),
        from_account=pl.when(is_move).then(pl.lit("ON_HAND")).otherwise(account),
        to_account=pl.lit("ON_HAND"),
        from_status="stock_status",
        to_status=pl.coalesce("to_stock_status", "stock_status"),
        qty=pl.when(is_move).then(pl.col("qty").abs()).otherwise("qty"),
    )
