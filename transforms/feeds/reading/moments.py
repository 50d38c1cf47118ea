"""Times as APIs spell them → instants as the documents do.

What is not spelled as expected is left as it is, for a rule to refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from transforms.feeds.reading.cells import Rule, instant, offset_instants

_ISO_WITHOUT_OFFSET = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?$"
)


def from_local(frame: pl.DataFrame, columns: Sequence[str], zone: str) -> pl.DataFrame:
    """With local times (``2017-12-27 15:02:11``) as instants of their zone.

    Example:
        >>> times = pl.DataFrame({"created": ["2017-12-27 15:02:11", "noon"]})
        >>> from_local(times, ["created"], "Asia/Shanghai")["created"].to_list()
        ['2017-12-27T15:02:11+08:00', 'noon']
    """
    return frame.with_columns(
        pl.coalesce(offset_instants(frame[name], zone), pl.col(name)).alias(name)
        for name in columns
    )


def from_utc(column: str) -> pl.Expr:
    """A time without an offset that means UTC, as an instant; others as they are."""
    text = pl.col(column)
    is_bare = text.str.contains(_ISO_WITHOUT_OFFSET)
    return pl.when(is_bare).then(pl.concat_str(text, pl.lit("Z"))).otherwise(text)


def from_epoch(column: str) -> pl.Expr:
    """Milliseconds since 1970 as an instant; others as they are.

    Example:
        >>> pl.DataFrame({"at": ["1623835855623"]}).select(from_epoch("at")).item()
        '2021-06-16T09:30:55.623Z'
    """
    return pl.coalesce(as_instant(_epoch(column)), column)


def _epoch(column: str) -> pl.Expr:
    """Milliseconds since 1970 as a UTC time; null if they are none."""
    count = pl.col(column).cast(pl.Int64, strict=False)
    return pl.when(_is_epoch(column)).then(count).cast(pl.Datetime("ms", "UTC"))


def _is_epoch(column: str) -> pl.Expr:
    return pl.col(column).str.contains("^[0-9]{12,13}$")


def epoch_or_instant(column: str) -> Rule:
    """``instant``, or milliseconds since 1970."""
    rule = instant(column)
    return replace(rule, is_bad=~_is_epoch(column) & rule.is_bad)


def epoch_moment(column: str) -> pl.Expr:
    """``moment`` of either."""
    return pl.coalesce(_epoch(column), moment(column))


def moment(column: str) -> pl.Expr:
    """An instant as a UTC time that can be compared; null if it is none."""
    text = pl.col(column).str.replace(r"Z$", "+00:00")
    return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="ms", strict=False)


def as_instant(moment: pl.Expr) -> pl.Expr:
    """A UTC time as an instant, without thousandths if there are none."""
    text = moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    return text.str.replace(".000Z", "Z", literal=True)
