"""One parcel told twice left once: what a node says again moves nothing.

The same line in the same parcel (or, where no parcel is named, as many eaches at
the same time) under another shipment number is one fact. Of what its line could
not take only as much is left out as is said again; the rest left the building, as
any other surplus. A store that confirms a shipment and then that it was collected says
of eaches that left already that they were handed over. Not here: the exception
(``transforms.reconciliation``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.parcels import IN_TIME, ONE_FACT, SENT, parcel

ANSWERED = (*SENT, "COLLECTED", "SHORT", "REJECTED", "CANCEL_ACK", "NOT_COLLECTED")
"""Events with which a node says what became of eaches that it was asked for."""


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


def handed_over(events: pl.DataFrame) -> pl.DataFrame:
    """Events with COLLECTED of eaches that had left already as DELIVERED.

    They had, as far as all answers to the instruction come to more than was asked; and
    had left the node that was asked, whichever store hands them over.

    Args:
        events: as ``told_once`` leaves them.
    """
    key = ["instruction_id", "line_id"]
    collected = events.filter(pl.col("event_type") == "COLLECTED")
    mine = events.join(collected, on=key, how="semi")
    if mine.is_empty():
        return events
    kind, qty = pl.col("event_type"), pl.col("qty")
    sums = mine.group_by(key).agg(
        asked=qty.filter(kind == "RELEASED").sum(),
        answered=qty.filter(kind.is_in(ANSWERED)).sum(),
        sent=qty.filter(kind.is_in(SENT)).sum(),
    )
    surplus = pl.min_horizontal("sent", (pl.col("answered") - pl.col("asked")).clip(0))
    told = collected.join(sums.select(*key, surplus=surplus), on=key).sort(IN_TIME)
    before = (qty.cum_sum() - qty).over(key)
    left = pl.min_horizontal(qty, (pl.col("surplus") - before).clip(0))
    split = told.with_columns(left=left).filter(pl.col("left") > 0)
    later = split.with_columns(
        qty="left",
        event_type=pl.lit("DELIVERED"),
        node_id=pl.coalesce("promise_node_id", "node_id"),
    )
    rest = split.with_columns(qty=qty - pl.col("left"))
    return pl.concat(
        [
            events.join(split, on="event_id", how="anti", maintain_order="left"),
            rest.filter(qty > 0).select(events.columns),
            later.select(events.columns),
        ]
    )
