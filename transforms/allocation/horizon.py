"""What is wanted later, or not released yet: until then it takes no eaches.

Orders that are wanted later wait for their horizon, lines of a SKU that is sold
before its release for that day. They keep their place in the queue, are told a date,
and what they want is taken off what channels are told, as of everything that waits.
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


def unreleased_lines(demand: pl.DataFrame, today: date) -> pl.DataFrame:
    """``line_id`` of lines of SKUs that are released after today, sorted."""
    early = demand.filter(pl.col("released_date") > pl.lit(today))
    return early.select("line_id").sort("line_id")
