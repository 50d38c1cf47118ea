"""Available to promise, as a sum of steps that anybody can add up.

    atp = on hand - allocated - released - buffer + floor

Nothing is clamped in silence: what lifts a negative to 0 is a step of its own.
The buffer is doubt about the count, never safety stock for demand. Not here:
dated receipts (``promise_curve.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.contracts.decisions import AVAILABLE_TO_PROMISE

ALL_BP = 10_000
STEPS = ["on_hand_qty", "allocated_qty", "released_qty", "buffer_qty", "floor_qty"]


@dataclass(frozen=True)
class BufferPolicy:
    """Least buffer of every node, basis points of on-hand.

    Args:
        least_bp: used where the node's own share is lower.
    """

    least_bp: int = 0


def available_to_promise(
    positions: pl.DataFrame,
    confidence: pl.DataFrame,
    nodes: pl.DataFrame,
    policy: BufferPolicy,
) -> pl.DataFrame:
    """The waterfall of every node and SKU.

    buffer = ceil(on hand x share), share the largest of the node's
    ``buffer_bp``, the policy's least and the doubt 10000 - ``confidence_bp``;
    0 where nothing sound is on hand. One each more on hand never lowers ATP.

    Args:
        positions: STOCK_POSITIONS.
        confidence: NODE_CONFIDENCE of this run; a node without is believed.
        nodes: DIM_NODES.
        policy: the least buffer.

    Returns:
        AVAILABLE_TO_PROMISE without ``run_id``; the steps sum to ``atp_qty``.
    """
    shares = _shares(confidence, nodes, policy)
    rows = positions.join(shares, on="node_id", how="left").with_columns(
        pl.col("share_bp").fill_null(policy.least_bp),
        pl.col("buffer_rule").fill_null("LEAST"),
    )
    on_hand = pl.max_horizontal("available_qty", 0)
    steps = rows.select(
        "node_id",
        "sku_id",
        "buffer_rule",
        on_hand_qty="available_qty",
        allocated_qty=-pl.col("allocated_qty"),
        released_qty=-pl.col("released_qty"),
        buffer_qty=-_ceil_share(on_hand, pl.col("share_bp")),
    )
    before = pl.sum_horizontal(STEPS[:-1])
    floored = steps.with_columns(floor_qty=pl.max_horizontal(-before, 0))
    summed = floored.with_columns(atp_qty=pl.sum_horizontal(STEPS))
    names = [name for name in AVAILABLE_TO_PROMISE.names if name != "run_id"]
    return summed.select(names).sort("node_id", "sku_id")


def _ceil_share(qty: pl.Expr, share_bp: pl.Expr) -> pl.Expr:
    return (qty * share_bp + (ALL_BP - 1)) // ALL_BP


def _shares(
    confidence: pl.DataFrame, nodes: pl.DataFrame, policy: BufferPolicy
) -> pl.DataFrame:
    """Share withheld at each node and the rule that won; a tie goes to the node."""
    newest = confidence.sort("as_of").unique(
        "node_id", keep="last", maintain_order=True
    )
    doubt = newest.select("node_id", doubt_bp=ALL_BP - pl.col("confidence_bp"))
    rules = nodes.select("node_id", "buffer_bp").join(doubt, on="node_id", how="left")
    own, told = pl.col("buffer_bp"), pl.col("doubt_bp").fill_null(0)
    share = pl.max_horizontal(own, told, pl.lit(policy.least_bp))
    return rules.select(
        "node_id",
        share_bp=share.clip(0, ALL_BP),
        buffer_rule=pl.when(share == own)
        .then(pl.lit("NODE"))
        .when(share == told)
        .then(pl.lit("CONFIDENCE"))
        .otherwise(pl.lit("LEAST")),
    )
