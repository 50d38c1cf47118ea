"""When an event takes effect, where its document does not say it to the moment.

A date says "some time that day". Such an event takes the later of its day's
start and just after the milestone before it on that day: the release of its
instruction, what its node says of it till then, or the acceptance of its line; a
return comes after whatever else happened to its line that day.

A node confirms what left when it gets round to it, at times after the carrier has
delivered it: what a carrier says of a parcel takes effect just after that parcel left,
if it says it of an earlier hour. So does a return of goods that the node had not yet
said it sent. Computed over the set of events, so arrival order cannot matter.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.parcels import SENT, TOLD
from transforms.lifecycle.resolve import INSTRUCTION, STEPS

JUST_AFTER = pl.duration(microseconds=1)
EFFECTIVE = "effective_at"
BEFORE_ALL = pl.lit(-1, pl.Int64)
BY_CARRIER = ("DELIVERED", "LOST", "FOUND", "RTS")
"""What a carrier says of a parcel that left."""

_SENT = pl.col("event_type").is_in(SENT) & (pl.col("qty") > 0)
IS_RETURN = pl.col("event_type").str.starts_with("RETURN_")


def with_effective_time(
    events: pl.DataFrame, openings: pl.DataFrame, nodes: pl.DataFrame
) -> pl.DataFrame:
    """Add ``effective_at``, UTC.

    Args:
        events: resolved events.
        openings: ``event_id, event_at, line_id, instruction_id`` of OPENING events.
        nodes: DIM_NODES; a day ends at midnight of the node's ``zone``, or
            after 24 hours where the node is unknown.
    """
    carried = _behind_their_parcels(_of_dates(events, openings, nodes))
    return _behind_what_left(carried, openings)


def _of_dates(
    events: pl.DataFrame, openings: pl.DataFrame, nodes: pl.DataFrame
) -> pl.DataFrame:
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


def _behind_their_parcels(timed: pl.DataFrame) -> pl.DataFrame:
    """Events with what carriers say of a parcel behind its leaving, in their order."""
    said = _said_too_early(timed)
    if said.is_empty():
        return timed
    met = said.join(_leavings(timed, said), on=[*INSTRUCTION, "parcel"]).filter(
        pl.col(EFFECTIVE) < pl.col("left_at")
    )
    place = pl.int_range(1, pl.len() + 1).over(
        *INSTRUCTION, "parcel", order_by=[EFFECTIVE, "source_rank", "event_id"]
    )
    behind = met.select(
        "event_id", behind_at=pl.col("left_at") + pl.duration(microseconds=place)
    )
    return _moved_back(timed, behind)


def _said_too_early(timed: pl.DataFrame) -> pl.DataFrame:
    """Carriers' words of an instruction before its last parcel left: nearly none."""
    left = (
        timed.filter(_SENT)
        .group_by("instruction_id")
        .agg(last_left_at=pl.col(EFFECTIVE).max())
    )
    said = timed.filter(pl.col("event_type").is_in(BY_CARRIER))
    early = said.join(left, on="instruction_id").filter(
        pl.col(EFFECTIVE) < pl.col("last_left_at")
    )
    parcel = pl.col("detail").str.json_decode(TOLD).struct.field("tracking_ref")
    return early.with_columns(parcel=parcel)


def _leavings(timed: pl.DataFrame, of: pl.DataFrame) -> pl.DataFrame:
    """When each parcel of these instructions left first."""
    sent = timed.filter(_SENT).join(of, on="instruction_id", how="semi")
    # One confirmation of several parcels names all of them.
    refs = pl.col("detail").str.json_decode(TOLD).struct.field("tracking_ref")
    return (
        sent.with_columns(parcel=refs.str.split(" "))
        .explode("parcel")
        .group_by(*INSTRUCTION, "parcel")
        .agg(left_at=pl.col(EFFECTIVE).min())
    )


def _behind_what_left(timed: pl.DataFrame, openings: pl.DataFrame) -> pl.DataFrame:
    """Events with each return behind the leaving of as many eaches as came back.

    A return of more than ever left stays where it is.
    """
    line = ["line_id"]
    returned = timed.filter(IS_RETURN).join(openings, on=line, how="anti")
    if returned.is_empty():
        return timed
    sent = timed.filter(_SENT).join(returned, on=line, how="semi")
    last = sent.group_by(line).agg(last_left_at=pl.col(EFFECTIVE).max())
    early = returned.join(last, on=line).filter(
        pl.col(EFFECTIVE) < pl.col("last_left_at")
    )
    if early.is_empty():
        return timed
    in_time = [EFFECTIVE, "source_rank", "event_id"]
    left = (
        sent.join(early, on=line, how="semi")
        .sort(in_time)
        .select(
            "line_id", left_qty=pl.col("qty").cum_sum().over(line), left_at=EFFECTIVE
        )
    )
    back = returned.join(early, on=line, how="semi").sort(in_time)
    covered = (
        back.with_columns(back_qty=pl.col("qty").cum_sum().over(*line, "event_type"))
        .join(left, on=line, maintain_order="left")
        .filter(pl.col("left_qty") >= pl.col("back_qty"))
        .group_by("event_id", maintain_order=True)
        .agg(pl.col("line_id", EFFECTIVE).first(), left_at=pl.col("left_at").min())
        .filter(pl.col(EFFECTIVE) < pl.col("left_at"))
    )
    # Behind all that a carrier says of what left then.
    place = pl.int_range(1, pl.len() + 1).over("line_id", "left_at")
    behind = covered.select(
        "event_id",
        behind_at=pl.col("left_at") + pl.duration(milliseconds=1, microseconds=place),
    )
    return _moved_back(timed, behind)


def _moved_back(timed: pl.DataFrame, behind: pl.DataFrame) -> pl.DataFrame:
    late = timed.join(behind, on="event_id", how="left", maintain_order="left")
    moved = pl.max_horizontal(EFFECTIVE, "behind_at")
    return late.with_columns(moved.alias(EFFECTIVE)).drop("behind_at")


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
