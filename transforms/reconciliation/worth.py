"""What eaches are worth of which no order line is known: as last sold.

The same yardstick as for eaches of a line, which are worth what they were sold for.
A worth once told stays while its finding says the same: another sale is no news of
it, and would wake what rests. Not here: findings themselves (``exceptions.py``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.table import INTEGER, TEXT

LAST_SALES = pl.Schema(
    {
        "sku_id": TEXT,
        "currency_code": TEXT,
        "sold_qty": INTEGER,
        "sold_minor": INTEGER,
    }
)
"""One row per SKU: its newest line, after discount and with tax."""

AT_LAST_SALE = (
    *("STOCK_SHORTFALL", "STOCK_SURPLUS", "STOCK_NEGATIVE"),
    *("OVERCOMMITTED", "LOT_OVERCOMMITTED", "UNKNOWN_TO_US", "TRANSIT_OVERDUE"),
)
"""Codes whose worth is that of the last sale."""

WORTH = ("value_minor", "currency_code")


def at_last_sale(rows: pl.DataFrame, sales: pl.DataFrame, qty: pl.Expr) -> pl.DataFrame:
    """Rows about eaches of a ``sku_id`` with their worth; null where never sold.

    Args:
        rows: whatever has a ``sku_id``.
        sales: LAST_SALES.
        qty: eaches, from 0.
    """
    return (
        rows.drop(WORTH, strict=False)
        .join(sales, on="sku_id", how="left")
        .with_columns(value_minor=pl.col("sold_minor") * qty // pl.col("sold_qty"))
        .drop("sold_minor", "sold_qty")
    )


def worth_kept(found: pl.DataFrame) -> pl.DataFrame:
    """Findings beside what was said of them (``was_…``), with the worth they had."""
    is_same = (
        pl.col("code").is_in(AT_LAST_SALE)
        & pl.col("opened_at").is_not_null()
        & pl.col("closed_at").is_null()
        & pl.col("was_detail").eq_missing(pl.col("detail"))
        & pl.col("was_value_minor").is_not_null()
    )
    return found.with_columns(
        pl.when(is_same).then(f"was_{name}").otherwise(name).alias(name)
        for name in WORTH
    )
