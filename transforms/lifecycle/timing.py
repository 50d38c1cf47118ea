"""When an event takes effect: documents that give only a date.

A date says "some time that day". Such an event takes the later of its day's
start and just after the milestone before it on that day: the release of its
instruction, what its node says of it till then, or the acceptance of its line; a
return comes after whatever else happened to its line that day. Computed over the
set of events, so arrival order cannot matter.
"""

from __future__ import annotations

import polars as pl

from transforms.lifecycle.resolve import STEPS

JUST_AFTER = pl.duration(microseconds=1)
EFFECTIVE = "effective_at"
BEFORE_ALL = pl.lit(-1, pl.Int64)
IS_RETURN = pl.col("event_type").str.starts_with("RETURN_")


def with_effective_time(
    events: pl.DataFrame, openings: pl.DataFrame, nodes: pl.DataFrame
) -> pl.DataFrame:
    """Add ``effective_at``, UTC.

    Args:
        events: resolved events.
        openings: ``event_id, event_at, instruction_id`` of OPENING events.
        nodes: DIM_NODES; a day ends at midnight of the node's ``zone``, or
            after 24 hours where the node is unknown.
    """
    dated = events.filter("is_date_only")
    exact = events.filter(~pl.col("is_date_only")).with_columns(
        pl.col("event_at").alias(EFFECTIVE)
    )
    if dated.is_empty():
        return exact
    dated = dated.with_row_index("row")
    spans = _with_day_end(dated.select(_NEEDED), nodes)
    candidates = [
        _after(spans, _releases(events, openings), "instruction_id"),
        _after(spans, _acceptances(events), "line_id"),
        _after(spans.filter(IS_RETURN), _before_returns(events), "line_id"),
    ]
    latest = pl.concat(candidates).group_by("row").agg(pl.col(EFFECTIVE).max())
    timed = dated.join(latest, on="row", how="left").with_columns(
        pl.coalesce(EFFECTIVE, "event_at")
    )
    return pl.concat([exact, timed.select(exact.columns)])


_NEEDED = [
    *("row", "event_at", "node_id", "instruction_id", "line_id", "event_type"),
    "source_rank",
]


def _with_day_end(dated: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    zoned = dated.join(nodes.select("node_id", "zone"), on="node_id", how="left")
    ends = [
        zoned.filter(pl.col("zone").eq_missing(pl.lit(zone))).with_columns(
            day_end=_next_midnight(zone)
        )
        for zone in zoned["zone"].unique().sort()
    ]
    return pl.concat(ends)


def _next_midnight(zone: str | None) -> pl.Expr:
    local = pl.col("event_at").dt.convert_time_zone(zone or "UTC")
    return local.dt.offset_by("1d").dt.convert_time_zone("UTC")


def _releases(events: pl.DataFrame, openings: pl.DataFrame) -> pl.DataFrame:
    is_step = pl.col("event_type").is_in(["RELEASED", *STEPS])
    told = events.filter(is_step, ~pl.col("is_date_only"))
    both = [
        told.select(
            "instruction_id",
            at="event_at",
            rank=pl.when(pl.col("event_type") == "RELEASED")
            .then(BEFORE_ALL)
            .otherwise("source_rank"),
        ),
        openings.select("instruction_id", at="event_at", rank=BEFORE_ALL),
    ]
    return pl.concat(both).filter(pl.col("instruction_id").is_not_null()).unique()


def _acceptances(events: pl.DataFrame) -> pl.DataFrame:
    accepted = events.filter(pl.col("event_type") == "ACCEPTED")
    return accepted.select("line_id", at="event_at", rank=BEFORE_ALL)


def _before_returns(events: pl.DataFrame) -> pl.DataFrame:
    lines = events.filter(IS_RETURN & pl.col("is_date_only"))["line_id"].unique()
    told = events.filter(
        ~pl.col("is_date_only"), pl.col("line_id").is_in(lines.implode())
    )
    return told.select("line_id", at="event_at", rank="source_rank")


def _after(spans: pl.DataFrame, milestones: pl.DataFrame, key: str) -> pl.DataFrame:
    """Just after the milestone of the same day, for events that have one.

    A milestone is none for what comes before it among equal times.
    """
    met = spans.join(milestones, on=key, how="inner").filter(
        pl.col("at").is_between("event_at", "day_end", closed="left"),
        pl.col("event_type") != "ACCEPTED",
        pl.col("rank") < pl.col("source_rank"),
    )
    return met.select("row", (pl.col("at") + JUST_AFTER).alias(EFFECTIVE))
