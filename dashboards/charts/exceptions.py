"""Open exceptions by code and age, and what each run opened and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from dashboards.charts.ink import SERIES

AGES = ("#f6d9b4", "#f0bd80", "#e9a352", "#d9822b", "#b4611a", "#7f3f0e")
"""Young is light, old is dark."""

_ROW_PIXELS = 26
_ROOM_PIXELS = 80


def age_bars(
    rows: pl.DataFrame, bands: Sequence[str], words: Mapping[str, str]
) -> alt.Chart:
    """One bar a code, cut by age, the most frequent code above.

    Args:
        rows: code, age_band, exception_count; at most one row a pair, the most
            frequent code first.
        bands: from young to old.
        words: labels ``count``, ``age``, ``code``.
    """
    codes = rows["code"].unique(maintain_order=True).to_list()
    ranked = rows.with_columns(
        band_no=pl.col("age_band").replace_strict(
            {band: number for number, band in enumerate(bands)}
        )
    )
    chart: alt.Chart = (
        alt.Chart(ranked)
        .mark_bar(height={"band": 0.72}, stroke="#ffffff", strokeWidth=1)
        .encode(
            x=alt.X("exception_count:Q", title=None, axis=alt.Axis(tickMinStep=1)),
            y=alt.Y(
                "code:N",
                title=None,
                sort=codes,
                axis=alt.Axis(domain=False, ticks=False, labelLimit=230),
            ),
            color=alt.Color(
                "age_band:N",
                title=words["age"],
                sort=list(bands),
                scale=alt.Scale(domain=list(bands), range=list(AGES)),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("band_no:Q"),
            tooltip=[
                alt.Tooltip("code:N", title=words["code"]),
                alt.Tooltip("age_band:N", title=words["age"]),
                alt.Tooltip("exception_count:Q", title=words["count"], format=","),
            ],
        )
        .properties(height=_ROOM_PIXELS + _ROW_PIXELS * len(codes))
    )
    return chart


def movement_bars(runs: pl.DataFrame, words: Mapping[str, str]) -> alt.Chart:
    """What each run opened above the line, and what it closed below.

    Args:
        runs: run (its label), opened_count, closed_count; oldest first.
        words: labels ``opened``, ``closed``, ``run``, ``count``.
    """
    long = pl.concat(
        [
            runs.select(
                "run",
                what=pl.lit(words[name]),
                height=pl.col(f"{name}_count").cast(pl.Int64) * sign,
                number=f"{name}_count",
            )
            for name, sign in (("opened", 1), ("closed", -1))
        ]
    )
    names = [words["opened"], words["closed"]]
    chart: alt.Chart = (
        alt.Chart(long)
        .mark_bar(cornerRadius=2)
        .encode(
            x=alt.X(
                "run:O",
                title=None,
                sort=runs["run"].to_list(),
                axis=alt.Axis(labelAngle=-45, domain=False, ticks=False),
            ),
            y=alt.Y(
                "height:Q",
                title=None,
                axis=alt.Axis(format="d", domain=False, tickMinStep=1),
            ),
            color=alt.Color(
                "what:N",
                title=None,
                sort=names,
                scale=alt.Scale(domain=names, range=[SERIES[1], SERIES[2]]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("run:O", title=words["run"]),
                alt.Tooltip("what:N", title=words["count"]),
                alt.Tooltip("number:Q", title=words["count"], format=","),
            ],
        )
        .properties(height=300)
    )
    return chart
