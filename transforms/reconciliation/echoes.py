"""What a channel was told it may sell, beside what it shows.

Not here: what it never showed, which is unknown and not zero; ``rpt_publish_echo``
lists that too.
"""

from __future__ import annotations

import polars as pl


def echo_differences(
    told: pl.DataFrame, shown: pl.DataFrame, grace_hours: int
) -> pl.DataFrame:
    """Figures that a channel shows otherwise than it was told, long enough after.

    Args:
        told: CHANNEL_AVAILABILITY; ``as_of`` is when the figure last changed.
        shown: FCT_CHANNEL_STOCK.
        grace_hours: what a channel has to show a figure.

    Returns:
        ``channel_id, sku_id, told_qty, shown_qty, shown_at``.
    """
    both = told.select(
        "channel_id", "sku_id", told_qty="available_qty", told_at="as_of"
    ).join(
        shown.select("channel_id", "sku_id", "shown_at", shown_qty="qty"),
        on=["channel_id", "sku_id"],
    )
    had_time = pl.col("shown_at") >= pl.col("told_at") + pl.duration(hours=grace_hours)
    return (
        both.filter(had_time, pl.col("shown_qty") != pl.col("told_qty"))
        .select("channel_id", "sku_id", "told_qty", "shown_qty", "shown_at")
        .sort("channel_id", "sku_id")
    )
