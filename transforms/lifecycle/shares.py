"""What each event put into a set of buckets: a figure taken apart into its causes.

Not here: in which file the event stands.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from transforms.contracts.decisions import BUCKETS

ORDERED = BUCKETS
"""A line's buckets sum to what was ordered."""


def shares(moves: pl.DataFrame, buckets: Collection[str]) -> pl.DataFrame:
    """Eaches that each event moved into some buckets, less those it moved out.

        sum of the shares of a line  =  the line's eaches in the buckets

    Args:
        moves: ``Folded.moves``.
        buckets: names as in BUCKETS, all of which give what was ordered, or in
            OVERLAYS.

    Returns:
        ``line_id, event_id, event_type, event_at, qty``, one row per line and
        event, qty not 0, by line, time and event.
    """
    inside = list(buckets)
    into = pl.col("to_bucket").is_in(inside).cast(pl.Int64)
    out = pl.col("from_bucket").is_in(inside).cast(pl.Int64)
    keys = ["line_id", "event_id", "event_type", "event_at"]
    summed = moves.group_by(keys).agg((pl.col("qty") * (into - out)).sum())
    return summed.filter(pl.col("qty") != 0).sort("line_id", "event_at", "event_id")
