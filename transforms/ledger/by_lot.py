"""Line events taken apart by the lots that their documents name.

A confirmation may name lots of all its eaches, of some, or of none; what it names
none of stays without. Not here: which lot is believed to lie where
(``transforms.availability.lots``).
"""

from __future__ import annotations

import polars as pl

TOLD = pl.Struct({"lots": pl.List(pl.Struct({"lot": pl.String(), "qty": pl.Int64()}))})


def by_lot(events: pl.DataFrame) -> pl.DataFrame:
    """Events with ``lot_ref``, one row per lot; eaches stay what they are.

    Args:
        events: with ``event_id``, ``qty`` and ``detail``, JSON that may hold
            ``lots``. Of more eaches than the event's the first lots count.
    """
    names_lots = pl.col("detail").str.contains('"lots":[', literal=True)
    is_named = names_lots.fill_null(value=False)
    plain = events.with_columns(lot_ref=pl.lit(None, pl.String()))
    named = events.filter(is_named)
    if named.is_empty():
        return plain
    told = named.with_columns(
        lots=pl.col("detail").str.json_decode(TOLD).struct.field("lots")
    )
    parts = told.explode("lots").with_columns(
        lot_ref=pl.col("lots").struct.field("lot"),
        lot_qty=pl.col("lots").struct.field("qty"),
    )
    before = (pl.col("lot_qty").cum_sum() - pl.col("lot_qty")).over("event_id")
    room = pl.max_horizontal(pl.col("qty") - before, 0)
    parts = parts.with_columns(qty=pl.min_horizontal("lot_qty", room))
    counted = parts.group_by("event_id").agg(counted=pl.col("qty").sum())
    # Of none, too: what it was of before is taken back by it.
    rest = plain.filter(is_named).join(counted, on="event_id")
    rest = rest.with_columns(qty=pl.col("qty") - pl.col("counted"))
    apart = [f.select(plain.columns) for f in (parts, rest)]
    return pl.concat([plain.filter(~is_named), *apart])
