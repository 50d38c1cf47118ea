"""Take back what can no longer be kept: supply fell below commitments.

Only eaches that are not yet with a node, the last in demand order first; of packed
kits that are gone whole kits, from all of their components' lines. What has been
released stays and becomes an exception (``ledger``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.allocation.business_classes import class_rank
from transforms.allocation.demand import AGE_ORDER, ranked_orders
from transforms.allocation.events import deallocated_events, lost_kit_events
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import OWN_EVENTS
from transforms.contracts.table import conform

CELL = ["node_id", "sku_id"]
PACKED = "ALLOCATED_IN_KITS"
"""Account that takes what lies packed off its component's SKU, and puts kits onto
their own."""


def free_lost_supply(
    positions: pl.DataFrame,
    promises: pl.DataFrame,
    orders: pl.DataFrame,
    order_lines: pl.DataFrame,
    policy: AllocationPolicy,
    as_of: datetime,
) -> pl.DataFrame:
    """DEALLOCATED until commitments fit or none is left to take.

        over = allocated + released - available, per node and SKU

    Args:
        positions: STOCK_POSITIONS.
        promises: PROMISE_POSTINGS of the positions, and of packed kits those of all
            their components' lines; the sum per line and node of what is allocated
            is what can be taken back.
        orders: FCT_ORDERS, for the demand order.
        order_lines: FCT_ORDER_LINES, for the demand order, of kits all of them.
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
    # Last in demand order first; a line whose order is gone gives up before all, and
    # one that is left as it is behind all others.
    name = pl.col("business_class")
    rank = pl.when(name == "SKIP").then(-1).when(name.is_not_null()).then(class_rank())
    known = known.with_columns(class_rank=rank)
    last_first = known.sort("class_rank", *AGE_ORDER, descending=True, nulls_last=False)
    before = pl.col("held").cum_sum().over(CELL) - pl.col("held")
    taken = last_first.with_columns(
        qty=pl.min_horizontal("held", (pl.col("over") - before).clip(0))
    ).filter(pl.col("qty") > 0)
    inside = _inside(taken.filter(~pl.col("is_own")), promises, order_lines)
    lost = [
        deallocated_events(taken.filter("is_own"), as_of),
        lost_kit_events(inside, as_of),
    ]
    events = pl.concat(lost).with_columns(run_id=pl.lit(""))
    return conform(events, OWN_EVENTS).drop("run_id")


def _allocated(promises: pl.DataFrame) -> pl.DataFrame:
    """What can be taken back: eaches of a line's own SKU, or kits it lies packed in."""
    account = pl.col("account")
    own = account == "ALLOCATED"
    held = promises.filter(own | (account == PACKED))
    return (
        held.group_by("line_id", *CELL)
        .agg(held=pl.col("qty").sum(), is_own=own.any())
        .filter(pl.col("held") > 0)
    )


def _inside(
    kits: pl.DataFrame, promises: pl.DataFrame, order_lines: pl.DataFrame
) -> pl.DataFrame:
    """Eaches of each component beyond those in the kits that are left to their line.

    Args:
        kits: ``line_id, node_id, held, qty`` of the line that stands for the kit.
        promises: of all of its components' lines.
        order_lines: these lines.

    Returns:
        ``line_id, kit_line_id, node_id, sku_id, qty`` in eaches, above 0.
    """
    lines = order_lines.select("line_id", "kit_line_id", "kit_qty", "sku_id")
    stay = kits.select("line_id", "node_id", left=pl.col("held") - pl.col("qty"))
    asked = stay.join(lines.select("line_id", "kit_line_id"), on="line_id")
    packed = (
        promises.filter(account=PACKED)
        .group_by("line_id", *CELL)
        .agg(packed=-pl.col("qty").sum())
    )
    places = asked.select("kit_line_id", "node_id", "left")
    parts = places.join(lines, on="kit_line_id").join(packed, on=["line_id", *CELL])
    return parts.with_columns(
        qty=pl.col("packed") - pl.col("left") * pl.col("kit_qty")
    ).filter(pl.col("qty") > 0)
