"""Which file an order line travels in, and when that file arrives.

History: one file a channel and business date, at the end of that date. Played
days: a file every four hours, so that a wave at noon has news. Business buyers
number theirs besides. Not here: what the files look like inside.
"""

from __future__ import annotations

import polars as pl

from transforms.twin.founding.network import BUSINESS
from transforms.twin.plan import EXPORT_DELAY, EXPORT_LEAD, Plan

_HOURS = 4
_HISTORY_LEAD = pl.duration(seconds=2)


def date_exports(lines: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Add ``received_at`` (UTC) and ``file_stamp`` to every line.

    A line of a played day ordered after 23:50 travels on the next day, as a
    partner's export would have it.
    """
    local = pl.col("ordered_at").dt.convert_time_zone(plan.zone)
    is_history = pl.col("business_date") <= plan.cut_date
    midnight = _instant(pl.col("business_date").dt.offset_by("1d"), plan)
    wall = local.dt.replace_time_zone(None) + EXPORT_LEAD
    ends = wall.dt.truncate(f"{_HOURS}h") + pl.duration(hours=_HOURS)
    played = _instant(ends - EXPORT_LEAD + EXPORT_DELAY, plan)
    received = pl.when(is_history).then(midnight - _HISTORY_LEAD).otherwise(played)
    dated = lines.with_columns(received_at=received)
    shown = pl.col("received_at").dt.convert_time_zone(plan.zone)
    moment = (
        pl.when(is_history)
        .then(pl.col("business_date").dt.strftime("%Y%m%d"))
        .otherwise(shown.dt.strftime("%Y%m%dT%H%M"))
    )
    return dated.with_columns(
        file_stamp=pl.when(pl.col("channel") == BUSINESS)
        .then(pl.concat_str(moment, pl.lit("_"), _number()))
        .otherwise(moment)
    )


def _number() -> pl.Expr:
    """The running number of a channel's file, six digits from 000001."""
    number = pl.col("received_at").rank("dense").over("channel")
    return number.cast(pl.String).str.zfill(6)


def _instant(wall: pl.Expr, plan: Plan) -> pl.Expr:
    naive = wall.cast(pl.Datetime("us"))
    zoned = naive.dt.replace_time_zone(
        plan.zone, ambiguous="earliest", non_existent="null"
    )
    return zoned.dt.convert_time_zone("UTC")
