"""ATP over time: what may be promised against receipts that are on their way.

    PAB(t) = on hand + receipts until t - commitments until t
    ATP(t) = min over u >= t of PAB(u) - buffer

A receipt counts from the day it is on the shelf: the day it is due and what it takes
from the dock to there. Overdue receipts never count until they are dated again;
undated commitments count now. Demand that waits is at no node yet and not in it.
Not here: today's waterfall (``waterfall.py``), who is given dated eaches
(``transforms.allocation``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.contracts.decisions import PROMISE_CURVE

KEYS = ["node_id", "sku_id"]
CURVE = pl.Schema(
    {
        "node_id": pl.String(),
        "sku_id": pl.String(),
        "available_date": pl.Date(),
        "atp_qty": pl.Int64(),
    }
)


def still_to_come(expected: pl.DataFrame, came: pl.DataFrame) -> pl.DataFrame:
    """Expected receipts less what came for them.

    Args:
        expected: FCT_EXPECTED_RECEIPTS.
        came: ``po_ref, node_id, sku_id, qty`` of receipts; what came for a
            purchase order is taken off its earliest lines of that node and SKU,
            each each once.

    Returns:
        ``expected`` with what is left, qty > 0.
    """
    order = ["po_ref", *KEYS]
    sums = came.group_by(order).agg(came=pl.col("qty").sum())
    lines = expected.join(sums, on=order, how="left").sort(
        *order, "expected_date", "po_line_ref"
    )
    earlier = pl.col("qty").cum_sum().over(order) - pl.col("qty")
    taken = (pl.col("came").fill_null(0) - earlier).clip(0, pl.col("qty"))
    left = lines.with_columns(qty=pl.col("qty") - taken)
    return left.filter(pl.col("qty") > 0).select(expected.columns)


def on_the_shelf(
    expected: pl.DataFrame, days: pl.DataFrame, today: date
) -> pl.DataFrame:
    """Expected receipts by the day from which they can be picked.

    Args:
        expected: FCT_EXPECTED_RECEIPTS, what is left of them.
        days: ``node_id, sku_id, days`` from the dock to the shelf; 0 where not told.
        today: business date of the run; what was due before never counts.

    Returns:
        ``expected`` of today and later, ``expected_date`` moved.
    """
    due = expected.filter(pl.col("expected_date") >= pl.lit(today))
    shelved = due.join(days.select(*KEYS, "days"), on=KEYS, how="left")
    later = pl.duration(days=pl.col("days").fill_null(0))
    moved = shelved.with_columns(expected_date=pl.col("expected_date") + later)
    return moved.select(expected.columns)


def coming(
    waterfall: pl.DataFrame, expected: pl.DataFrame, today: date
) -> pl.DataFrame:
    """The curve of every node and SKU for which a receipt is on its way.

    Args:
        waterfall: AVAILABLE_TO_PROMISE of these SKUs.
        expected: result of ``on_the_shelf``.
        today: business date of the run, the first point.

    Returns:
        PROMISE_CURVE without ``run_id``.
    """
    receipts = expected.select(*KEYS, available_date="expected_date", qty="qty")
    shelves = waterfall.join(receipts, on=KEYS, how="semi")
    curve = promise_curve(shelves, receipts, today)
    daily = receipts.group_by(*KEYS, "available_date").agg(
        receipt_qty=pl.col("qty").sum()
    )
    rows = curve.join(daily, on=[*KEYS, "available_date"], how="left")
    names = [name for name in PROMISE_CURVE.names if name != "run_id"]
    return rows.with_columns(pl.col("receipt_qty").fill_null(0)).select(names)


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
