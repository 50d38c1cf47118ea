"""Unit, line and order fill rate over business dates."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import polars as pl

from dashboards.charts.ink import SERIES

MEASURES = {
    "unit_fill": ("filled_qty", "ordered_qty"),
    "line_fill": ("filled_line_count", "line_count"),
    "order_fill": ("filled_order_count", "order_count"),
}
"""Measure → (numerator, denominator)."""


def fill_lines(days: pl.DataFrame, words: Mapping[str, str]) -> alt.Chart:
    """One line per measure; a day nobody ordered on is a gap, not a zero.

    Args:
        days: business_date with the columns of ``MEASURES``.
        words: measure → its word, and labels ``day``, ``share``, ``measure``.
    """
    labels = [words[name] for name in MEASURES]
    chart: alt.Chart = (
        alt.Chart(_long(days, words))
        .mark_line(point=alt.OverlayMarkDef(size=60, filled=True), strokeWidth=2.5)
        .encode(
            x=alt.X("business_date:O", title=None, axis=_day_axis(days.height)),
            y=alt.Y(
                "share:Q",
                title=None,
                axis=alt.Axis(format="%", tickCount=5, domain=False),
                # A share between 80 and 100 % drawn from zero shows nothing.
                scale=alt.Scale(zero=False, nice=True, padding=12),
            ),
            color=alt.Color(
                "measure:N",
                title=None,
                sort=labels,
                scale=alt.Scale(domain=labels, range=list(SERIES[: len(labels)])),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("business_date:O", title=words["day"]),
                alt.Tooltip("measure:N", title=words["measure"]),
                alt.Tooltip("share:Q", title=words["share"], format=".1%"),
            ],
        )
        .properties(height=290)
    )
    return chart


def _day_axis(day_count: int) -> alt.Axis:
    steep = day_count > 8  # noqa: PLR2004 - labels of more days overlap
    return alt.Axis(labelAngle=-45 if steep else 0, domain=False, ticks=False)


def _long(days: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    return pl.concat(
        days.filter(pl.col(below) > 0).select(
            pl.col("business_date").cast(pl.String),
            measure=pl.lit(words[name]),
            share=pl.col(above) / pl.col(below),
        )
        for name, (above, below) in MEASURES.items()
    )
