"""Daily demand per SKU: what customers asked for, till sales included.

Ordered, not shipped: a day without stock is not a day without demand.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.table import DATE, INTEGER, TEXT

HISTORY = pl.Schema(
    {"sku_id": TEXT, "department": TEXT, "business_date": DATE, "qty": INTEGER}
)
"""One row per SKU and day with demand; other days are zero."""

LINE_COLUMNS = ("order_id", "sku_id", "ordered_qty")
ORDER_COLUMNS = ("order_id", "business_date", "is_cancelled")
PRODUCT_COLUMNS = ("sku_id", "department")
"""What is read of order lines, orders and products."""


def daily_demand(
    order_lines: pl.DataFrame, orders: pl.DataFrame, products: pl.DataFrame
) -> pl.DataFrame:
    """HISTORY: eaches ordered per SKU and business date, sorted.

    Args:
        order_lines: FCT_ORDER_LINES, at least LINE_COLUMNS.
        orders: FCT_ORDERS, at least ORDER_COLUMNS; cancelled orders are no demand.
        products: DIM_PRODUCTS; a missing product belongs to department "".
    """
    days = orders.filter(~pl.col("is_cancelled")).select("order_id", "business_date")
    return (
        order_lines.filter(pl.col("ordered_qty") > 0)
        .select(LINE_COLUMNS)
        .join(days, on="order_id", how="inner")
        .group_by("sku_id", "business_date")
        .agg(qty=pl.col("ordered_qty").sum())
        .join(products.select(PRODUCT_COLUMNS), on="sku_id", how="left")
        .with_columns(pl.col("department").fill_null(""))
        .select(HISTORY.names())
        .sort("sku_id", "business_date")
    )
