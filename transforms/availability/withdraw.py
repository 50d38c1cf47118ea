"""Supply fell below what was committed: which allocations are taken back.

Unreleased eaches go back in reverse demand order (``SUPPLY_LOST``); released
ones stay and become exceptions. Not here: writing the events or posting them.
"""

from __future__ import annotations

import polars as pl

KEYS = ["node_id", "sku_id"]


def withdraw(positions: pl.DataFrame, commitments: pl.DataFrame) -> pl.DataFrame:
    """Eaches to deallocate so that commitments are covered as far as possible.

    Args:
        positions: STOCK_POSITIONS.
        commitments: ``line_id, node_id, sku_id, allocated_qty, priority,
            ordered_at`` of every line with allocated eaches.

    Returns:
        ``line_id, node_id, sku_id, qty, reason_code``; least urgent, newest,
        last line first; never more than is allocated.
    """
    committed = pl.col("allocated_qty") + pl.col("released_qty")
    lack = positions.select(
        *KEYS,
        lack=pl.min_horizontal(committed - pl.col("available_qty"), "allocated_qty"),
    ).filter(pl.col("lack") > 0)
    queue = commitments.join(lack, on=KEYS).sort(
        *KEYS, "priority", "ordered_at", "line_id", descending=[False] * 2 + [True] * 3
    )
    before = pl.col("allocated_qty").cum_sum().over(KEYS) - pl.col("allocated_qty")
    taken = queue.with_columns(
        qty=(pl.col("lack") - before).clip(0, pl.col("allocated_qty")),
        reason_code=pl.lit("SUPPLY_LOST"),
    )
    columns = ["line_id", *KEYS, "qty", "reason_code"]
    return taken.filter(pl.col("qty") > 0).select(columns).sort("line_id", *KEYS)
