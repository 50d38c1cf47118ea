"""Status words, derived from quantities: first match wins.

Not here: anything that is decided by a status; quantities are the truth.
"""

from __future__ import annotations

import polars as pl

STATUSES: tuple[str, ...] = (
    "CANCELLED",
    "ON_HOLD",
    "OPEN",
    "PARTIALLY_RELEASED",
    "RELEASED",
    "PARTIALLY_SHIPPED",
    "SHIPPED",
    "PARTIALLY_DELIVERED",
    "DELIVERED",
    "CLOSED",
)
"""In the order they are tried; quarantined orders have no lines here."""

HAS_OPEN_EACHES: tuple[str, ...] = (
    "ON_HOLD",
    "OPEN",
    "PARTIALLY_RELEASED",
    "RELEASED",
    "PARTIALLY_SHIPPED",
)
"""A line with any each that has not left, nor was given up, is in one of these."""

_SUMMED = (
    "ordered_qty",
    "held_qty",
    "released_qty",
    "in_fulfilment_qty",
    "shipped_qty",
    "delivered_qty",
    "lost_qty",
    "cancelled_qty",
    "substituted_out_qty",
    "shipped_instead_qty",
    "delivered_instead_qty",
    "lost_instead_qty",
)


def status() -> pl.Expr:
    """The status of a row of ``…_qty`` columns, a line or the sum of an order.

    "Released" and "shipped" mean: that far or further, as ordered or of another
    SKU that a node sent instead. Eaches that were cancelled, or substituted before
    a node had them, ask for nothing more and do not count. A row whose every live
    each is delivered or lost, some lost, is CLOSED.
    """
    delivered = _left("delivered")
    ended = delivered + _left("lost")
    sent = ended + _left("shipped")
    instead = pl.sum_horizontal(pl.selectors.ends_with("_instead_qty"))
    unsent = _qty("substituted_out") - instead
    live = _qty("ordered") - _qty("cancelled") - unsent
    released = sent + _qty("released") + _qty("in_fulfilment")
    tests = {
        "CANCELLED": live == 0,
        "ON_HOLD": _qty("held") > 0,
        "OPEN": released == 0,
        "PARTIALLY_RELEASED": (sent == 0) & (released < live),
        "RELEASED": sent == 0,
        "PARTIALLY_SHIPPED": sent < live,
        "SHIPPED": ended == 0,
        "PARTIALLY_DELIVERED": ended < live,
        "DELIVERED": delivered == live,
    }
    word = pl.lit("CLOSED")
    for name in reversed(STATUSES[:-1]):
        word = pl.when(tests[name]).then(pl.lit(name)).otherwise(word)
    return word


def order_status(buckets: pl.DataFrame) -> pl.DataFrame:
    """One row per order: ``order_id, order_status`` from LINE_BUCKETS."""
    totals = buckets.group_by("order_id").agg(pl.col(_SUMMED).sum())
    return totals.select("order_id", order_status=status()).sort("order_id")


def _left(bucket: str) -> pl.Expr:
    return _qty(bucket) + _qty(f"{bucket}_instead")


def _qty(bucket: str) -> pl.Expr:
    return pl.col(f"{bucket}_qty")
