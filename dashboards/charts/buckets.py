"""Where the units of an order's lines are, one bar a line."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import polars as pl

from dashboards.charts.ink import BUCKETS

_ROW_PIXELS = 34
_ROOM_PIXELS = 130  # the legend above the bars, the axis below


def bucket_bars(lines: pl.DataFrame, words: Mapping[str, str]) -> alt.Chart:
    """Stacked bars; a line's bar is as long as its units ordered.

    Args:
        lines: label (unique a line) and one ``<bucket>_qty`` column a bucket.
        words: bucket → its word, and labels ``units``, ``state``, ``line``.
    """
    held = _held(lines)
    present = [bucket for bucket in BUCKETS if bucket in set(held["bucket"])]
    names = [words[bucket] for bucket in present]
    chart: alt.Chart = (
        alt.Chart(held.with_columns(state=pl.col("bucket").replace_strict(words)))
        .mark_bar(height={"band": 0.7}, stroke="#ffffff", strokeWidth=1)
        .encode(
            x=alt.X("qty:Q", title=words["units"], axis=alt.Axis(tickMinStep=1)),
            y=alt.Y(
                "label:N",
                title=None,
                sort=lines["label"].to_list(),
                axis=alt.Axis(
                    domain=False, ticks=False, labelLimit=260, labelOverlap=False
                ),
            ),
            color=alt.Color(
                "state:N",
                title=None,
                sort=names,
                scale=alt.Scale(
                    domain=names, range=[BUCKETS[bucket] for bucket in present]
                ),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("bucket_no:Q"),
            tooltip=[
                alt.Tooltip("label:N", title=words["line"]),
                alt.Tooltip("state:N", title=words["state"]),
                alt.Tooltip("qty:Q", title=words["units"], format=","),
            ],
        )
        .properties(height=_ROOM_PIXELS + _ROW_PIXELS * lines.height)
    )
    return chart


def _held(lines: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(
        lines.filter(pl.col(f"{bucket}_qty") > 0).select(
            "label",
            bucket=pl.lit(bucket),
            bucket_no=pl.lit(number),
            qty=pl.col(f"{bucket}_qty"),
        )
        for number, bucket in enumerate(BUCKETS)
    )
