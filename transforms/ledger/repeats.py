"""One parcel told twice left once: what a node says again moves nothing.

The same line in the same parcel (or, where no parcel is named, as many eaches at
the same time) under another shipment number is one fact. Of what its line could
not take only as much is left out as is said again; the rest left the building, as
any other surplus. Not here: the exception (``transforms.reconciliation``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.parcels import IN_TIME, ONE_FACT, SENT, parcel


def told_once(events: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Events with ``qty`` of what they alone say left; all but repeats unchanged.

    Args:
        events: ``Folded.events``; of a line all of them, whatever arrived now.
        verdicts: ``Folded.verdicts``: eaches of an event that its line did not take.
    """
    repeats = _repeats(events, verdicts)
    if repeats.is_empty():
        return events
    less = pl.col("qty") - pl.col("again_qty").fill_null(0)
    counted = events.join(repeats, on="event_id", how="left", maintain_order="left")
    return counted.with_columns(qty=less).drop("again_qty")


def _repeats(events: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """``event_id, again_qty`` of what says again, the last ones of each fact."""
    shipped = events.filter(
        pl.col("event_type").is_in(SENT), pl.col("instruction_id").is_not_null()
    )
    if shipped.is_empty() or verdicts.is_empty():
        return pl.DataFrame(schema={"event_id": pl.String, "again_qty": pl.Int64})
    over = verdicts.group_by("event_id").agg(over=pl.col("qty").sum())
    judged = shipped.join(over, on="event_id", how="semi")
    line = ["instruction_id", "instruction_line_ref"]
    # Nearly every line took what was said: what a parcel is need not be read of it.
    doubtful = shipped.join(judged, on=line, how="semi", nulls_equal=True)
    named = doubtful.with_columns(parcel=parcel())
    named = named.join(over, on="event_id", how="left")
    again = pl.col("qty").sum() - pl.col("qty").max()
    told = named.sort(IN_TIME, descending=True).with_columns(
        pl.col("over").fill_null(0), again=again.over(ONE_FACT)
    )
    before = (pl.col("over").cum_sum() - pl.col("over")).over(ONE_FACT)
    left = pl.max_horizontal(pl.col("again") - before, pl.lit(0))
    found = told.with_columns(again_qty=pl.min_horizontal("over", left))
    return found.filter(pl.col("again_qty") > 0).select("event_id", "again_qty")
