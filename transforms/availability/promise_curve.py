"""ATP over time: what may be promised against receipts that are on their way.

    PAB(t) = on hand + receipts until t - commitments until t
    ATP(t) = min over u >= t of PAB(u) - buffer

Overdue receipts never count until they are dated again; undated commitments
count now. Not here: today's waterfall (``waterfall.py``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

KEYS = ["node_id", "sku_id"]
CURVE = pl.Schema(
    {
        "node_id": pl.String(),
        "sku_id": pl.String(),
        "available_date": pl.Date(),
        "atp_qty": pl.Int64(),
    }
)


def open_receipts(
    expected: pl.DataFrame, receipts: pl.DataFrame, today: date
) -> pl.DataFrame:
    """Expected receipts that still count: dated from today on, less what came.

    Args:
        expected: FCT_EXPECTED_RECEIPTS.
        receipts: FCT_RECEIPTS; what came for a purchase order is taken off its
            earliest lines of that node and SKU.
        today: business date of the run.

    Returns:
        ``node_id, sku_id, available_date, qty``, qty > 0.
    """
    order = ["po_ref", *KEYS]
    came = receipts.group_by(order).agg(came=pl.col("qty").sum())
    lines = expected.join(came, on=order, how="left").sort(
        *order, "expected_date", "po_line_ref"
    )
    earlier = pl.col("qty").cum_sum().over(order) - pl.col("qty")
    taken = (pl.col("came").fill_null(0) - earlier).clip(0, pl.col("qty"))
    left = lines.with_columns(qty=pl.col("qty") - taken)
    due = left.filter(pl.col("qty") > 0, pl.col("expected_date") >= pl.lit(today))
    return due.select(*KEYS, available_date="expected_date", qty="qty")


def promise_curve(
    waterfall: pl.DataFrame, changes: pl.DataFrame, today: date
) -> pl.DataFrame:
    """ATP of each node and SKU from each date on which it changes.

    Args:
        waterfall: AVAILABLE_TO_PROMISE; its figure before the floor is today's,
            so what is over-committed is served by receipts first.
        changes: ``node_id, sku_id, available_date, qty``: receipts positive,
            dated commitments negative.
        today: date of the first point.

    Returns:
        ``node_id, sku_id, available_date, atp_qty``; a point holds until the
        next one; may be negative.
    """
    now = waterfall.select(
        *KEYS,
        available_date=pl.lit(today),
        qty=pl.col("atp_qty") - pl.col("floor_qty"),
    )
    points = (
        pl.concat([now, changes.select(now.columns)])
        .group_by(*KEYS, "available_date")
        .agg(pl.col("qty").sum())
        .sort(*KEYS, "available_date")
    )
    balance = pl.col("qty").cum_sum().over(KEYS)
    curve = points.with_columns(balance.alias("balance")).with_columns(
        pl.col("balance").cum_min(reverse=True).over(KEYS).alias("atp_qty")
    )
    return curve.select(CURVE.names()).cast(CURVE)


def first_dates(curve: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """The first date on which one node can promise the whole quantity.

    Args:
        curve: result of ``promise_curve``.
        wanted: ``sku_id, qty`` and whatever names the row.

    Returns:
        ``wanted`` with ``expected_date`` and ``expected_node_id``, null where
        no receipt serves it; of equal dates the first node by id.
    """
    rows = wanted.with_row_index("row")
    met = rows.select("row", "sku_id", "qty").join(curve, on="sku_id")
    first = (
        met.filter(pl.col("atp_qty") >= pl.col("qty"))
        .sort("row", "available_date", "node_id")
        .unique("row", keep="first", maintain_order=True)
        .select("row", expected_date="available_date", expected_node_id="node_id")
    )
    return rows.join(first, on="row", how="left", maintain_order="left").drop("row")
