"""What may be behind a disagreement of order and money, as conditions on rows.

Not here: which class of several that fit is the row's (``payment_classes``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from transforms.reconciliation.payment_policy import PaymentPolicy


def is_coming(as_of: datetime, policy: PaymentPolicy) -> pl.Expr:
    """A payment under way would cover what is due, and is not late."""
    latest = pl.lit(as_of - timedelta(hours=policy.pending_hours))
    rest = pl.col("shortfall") - pl.col("pending_minor")
    return (rest <= policy.tolerance_minor) & (pl.col("paid_at") > latest)


def untold(policy: PaymentPolicy) -> pl.Expr:
    """What an order's payments were granted besides what its channel tells of it.

    At most what its channel charges untold; what was cancelled is none of it.
    """
    most = pl.col("channel_id").replace_strict(
        dict(policy.untold_charges_minor), default=0, return_dtype=pl.Int64
    )
    return pl.min_horizontal(most, "beyond_minor")


def is_again(near: int, allowed: pl.Expr) -> pl.Expr:
    """What is too much is one capture over again, or two, or more, and charges."""
    surplus, again = pl.col("difference_minor"), pl.col("again_minor")
    times = (surplus + near) // pl.max_horizontal(again, 1)
    is_whole = surplus - times * again <= allowed
    return (again > 0) & (times >= 1) & (times < pl.col("again_times")) & is_whole


def ends_early(as_of: datetime, policy: PaymentPolicy) -> pl.Expr:
    """An authorisation ends before what is planned has left, or soon."""
    soon = pl.lit(as_of + timedelta(hours=policy.expiring_hours))
    leaves = (
        (pl.col("ship_date") + timedelta(days=1))
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    return (pl.col("authorised_until") < pl.coalesce(leaves, soon)).fill_null(
        value=False
    )
