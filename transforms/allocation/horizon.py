"""Orders that are wanted later: until their horizon they take no eaches.

They wait in the queue with the date that they are wanted, and what they want is taken
off what channels are told, as of everything that waits.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.table import INTEGER


def is_reserved_late(policy: AllocationPolicy) -> pl.Expr:
    """Whether the channel of an order has a horizon at all."""
    return pl.col("channel_id").is_in(sorted(policy.reserve_horizon_days))


def later_orders(
    demand: pl.DataFrame, policy: AllocationPolicy, today: date
) -> pl.DataFrame:
    """``order_id`` of orders that take no eaches today, sorted.

    Args:
        demand: OPEN_DEMAND.
        policy: horizons by channel.
        today: business date.
    """
    horizon = pl.col("channel_id").replace_strict(
        dict(policy.reserve_horizon_days), default=None, return_dtype=INTEGER
    )
    takes_from = pl.col("wanted_ship_date") - pl.duration(days=horizon)
    later = demand.filter(takes_from > pl.lit(today))
    return later.select("order_id").unique().sort("order_id")
