"""Take back what can no longer be kept: supply fell below commitments.

Only eaches that are not yet with a node, the last in demand order first.
What has been released stays and becomes an exception (``ledger``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.allocation.demand import DEMAND_ORDER, ranked_orders
from transforms.allocation.events import deallocated_events
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import OWN_EVENTS
from transforms.contracts.table import conform

CELL = ["node_id", "sku_id"]


def free_lost_supply(
    positions: pl.DataFrame,
    promises: pl.DataFrame,
    orders: pl.DataFrame,
    order_lines: pl.DataFrame,
    policy: AllocationPolicy,
    as_of: datetime,
) -> pl.DataFrame:
    """DEALLOCATED(SUPPLY_LOST) until commitments fit or none is left to take.

        over = allocated + released - available, per node and SKU

    Args:
        positions: STOCK_POSITIONS.
        promises: PROMISE_POSTINGS; the sum per line and node of account
            ALLOCATED is what can be taken back, but no kit that lies packed.
        orders: FCT_ORDERS, for the demand order.
        order_lines: FCT_ORDER_LINES, for the demand order.
        policy: priorities and promise days.
        as_of: moment of the decision.

    Returns:
        OWN_EVENTS without ``run_id``.
    """
    over = positions.select(
        *CELL,
        over=pl.col("allocated_qty") + pl.col("released_qty") - pl.col("available_qty"),
    ).filter(pl.col("over") > 0)
    ranked = _allocated(promises).join(over, on=CELL, how="inner")
    lines = order_lines.select("line_id", "order_id", "line_no")
    known = ranked.join(lines, on="line_id", how="left").join(
        ranked_orders(orders, policy), on="order_id", how="left"
    )
    # Last in demand order first; a line whose order is gone gives up before all.
    last_first = known.sort(DEMAND_ORDER, descending=True, nulls_last=False)
    before = pl.col("held").cum_sum().over(CELL) - pl.col("held")
    taken = last_first.with_columns(
        qty=pl.min_horizontal("held", (pl.col("over") - before).clip(0))
    ).filter(pl.col("qty") > 0)
    events = deallocated_events(taken, as_of).with_columns(run_id=pl.lit(""))
    return conform(events, OWN_EVENTS).drop("run_id")


def _allocated(promises: pl.DataFrame) -> pl.DataFrame:
    """What can be taken back; what lies in packed kits takes nothing of its own SKU."""
    account = pl.col("account")
    own = account == "ALLOCATED"
    held = promises.filter(own | (account == "ALLOCATED_IN_KITS"))
    return (
        held.group_by("line_id", *CELL)
        .agg(held=pl.col("qty").sum(), is_own=own.any())
        .filter(pl.col("held") > 0, "is_own")
        .drop("is_own")
    )
