"""The certificate's part about what waited too long; shares no code with ``expiry``."""

from __future__ import annotations

from datetime import datetime

import polars as pl

A_DAY = 24
CLOCK_CHANGE = 1


def expired_checks(
    demand: pl.DataFrame, unserved: pl.DataFrame, expired: pl.DataFrame, as_of: datetime
) -> dict[str, pl.DataFrame]:
    """Checks by name, ``subject, is_wrong`` each; none where nothing expired.

    Args:
        demand: OPEN_DEMAND.
        unserved: what got nothing, waiting or expired: ``line_id, qty``.
        expired: EXPIRED_BACKORDERS of the run.
        as_of: moment of the decision.
    """
    if expired.is_empty():
        return {}
    lacking = unserved.group_by("line_id").agg(lacking=pl.col("qty").sum())
    lines = demand.join(lacking, on="line_id", how="left").join(
        expired.select("line_id", "waits_since", "cancel_days", gone="qty"),
        on="line_id",
        how="left",
    )
    return {
        "expired_backorders_had_waited": _waited(lines, as_of),
        "expired_orders_and_kits_are_whole": _whole(lines),
    }


def _waited(lines: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Longer than the days of the rule, and no longer than there was the order."""
    hours = (pl.lit(as_of) - pl.col("waits_since")).dt.total_hours()
    is_early = hours < pl.col("cancel_days") * A_DAY - CLOCK_CHANGE
    is_older = pl.col("waits_since") < pl.col("ordered_at")
    gone = lines.filter(pl.col("gone").is_not_null())
    return gone.select(subject="line_id", is_wrong=is_early | is_older)


def _whole(lines: pl.DataFrame) -> pl.DataFrame:
    """Of an order that goes in one go all that lacks, of a kit as many of each part."""
    gone = pl.col("gone").fill_null(0)
    lacking = pl.col("lacking").fill_null(0)
    halves_order = pl.col("is_ship_complete") & (gone != lacking)
    kits = gone // pl.col("kit_qty")
    of_kit = pl.col("kit_line_id")
    is_uneven = (gone % pl.col("kit_qty") != 0) | (
        kits.min().over(of_kit) != kits.max().over(of_kit)
    )
    some_expired = (gone > 0).any().over("order_id")
    wrong = halves_order | (of_kit.is_not_null() & is_uneven)
    return lines.filter(some_expired).select(subject="line_id", is_wrong=wrong)
