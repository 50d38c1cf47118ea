"""When a wish takes effect that we learned of too late.

A cancellation of ten to two that arrives at three found us, at two, allocating
and releasing the line. What we did stands: such a word takes effect just after
it, as a request to the node, and never makes our own instruction illegal. Its own
time stays in ``event_at``. Not here: documents that give only a date (``timing``).
"""

from __future__ import annotations

import polars as pl

from transforms.lifecycle.timing import EFFECTIVE

WISHES = ("AMENDED", "HOLD", "UNHOLD", "APPROVED", "CANCELLED")
CHOICES = (
    *("ALLOCATED", "BACKORDERED", "PREORDERED", "RELEASED"),
    *("SUBSTITUTED", "ACCEPTED"),
)
"""What a run does itself; it accepts the lines that it links, and no others."""
ONE_BY_ONE = ["line_id", EFFECTIVE, "source_rank", "event_id"]
_STEP = pl.duration(microseconds=1)


def after_our_choices(events: pl.DataFrame) -> pl.DataFrame:
    """Move ``effective_at`` of wishes behind the choices that did not know them.

    Wishes of one line keep their order among themselves. Documents have
    ``known_at``; our own events have none, and are never moved.

    Args:
        events: resolved events with ``effective_at``.
    """
    is_wish = pl.col("event_type").is_in(WISHES) & pl.col("known_at").is_not_null()
    late = events.filter(is_wish & (pl.col("known_at") > pl.col(EFFECTIVE)))
    if late.is_empty():
        return events
    behind = _last_choice_before(late, events)
    if behind.is_empty():
        return events
    of_lines = pl.col("line_id").is_in(behind["line_id"].unique().implode())
    wishes = events.filter(is_wish & of_lines).join(
        behind.drop("line_id"), on="event_id", how="left"
    )
    moved = _in_their_order(wishes)
    joined = events.join(moved, on="event_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("moved_at", EFFECTIVE).alias(EFFECTIVE)
    ).drop("moved_at")


def _last_choice_before(late: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """``event_id, line_id, choice_at`` of wishes that a choice of ours missed."""
    is_ours = pl.col("event_type").is_in(CHOICES) & pl.col("known_at").is_null()
    ours = events.filter(is_ours).select("line_id", choice_at=EFFECTIVE)
    met = late.select("event_id", "line_id", "known_at", EFFECTIVE).join(
        ours, on="line_id"
    )
    missed = met.filter(
        pl.col("choice_at") >= pl.col(EFFECTIVE),
        pl.col("choice_at") < pl.col("known_at"),
    )
    return missed.group_by("event_id", "line_id").agg(pl.col("choice_at").max())


def _in_their_order(wishes: pl.DataFrame) -> pl.DataFrame:
    """``event_id, moved_at`` of the wishes that move, each a moment after the last."""
    earliest = pl.max_horizontal("choice_at", EFFECTIVE).cum_max().over("line_id")
    moving = (
        wishes.sort(ONE_BY_ONE)
        .with_columns(earliest=earliest)
        .filter(
            (pl.col("earliest") > pl.col(EFFECTIVE)) | pl.col("choice_at").is_not_null()
        )
    )
    place = pl.int_range(1, pl.len() + 1).over("line_id")
    return moving.select("event_id", moved_at=pl.col("earliest") + _STEP * place)
