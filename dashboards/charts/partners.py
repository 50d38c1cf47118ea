"""How well partners work: a grid of shares, and how long they take to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from dashboards.charts.ink import INK, MUTED, SERIES

_ROW_PIXELS = 40
_BAR_PIXELS = 34
_ROOM_PIXELS = 60


def score_grid(
    scores: pl.DataFrame, measures: Sequence[str], words: Mapping[str, str]
) -> alt.LayerChart:
    """A cell for each partner and measure that says something of it.

    Args:
        scores: partner_id, measure, good, asked (> 0).
        measures: columns from left to right.
        words: measure → its word, and labels ``partner``, ``measure``, ``share``,
            ``good``, ``asked``.
    """
    shown = scores.with_columns(
        share=pl.col("good") / pl.col("asked"),
        # Rounded down: 99.96 % must not read as 100 %.
        text=pl.format(
            "{}.{} %",
            1000 * pl.col("good") // pl.col("asked") // 10,
            1000 * pl.col("good") // pl.col("asked") % 10,
        ),
        word=pl.col("measure").replace_strict(dict(words)),
    )
    base = alt.Chart(shown).encode(
        x=alt.X(
            "word:N",
            sort=[words[name] for name in measures],
            title=None,
            axis=alt.Axis(
                labelAngle=0,
                orient="top",
                domain=False,
                ticks=False,
                labelOverlap=False,
                # One word a line: all names are seen, however narrow the cells.
                labelExpr="split(datum.label, ' ')",
            ),
        ),
        y=alt.Y(
            "partner_id:N",
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelPadding=8, labelLimit=200),
        ),
        tooltip=[
            alt.Tooltip("partner_id:N", title=words["partner"]),
            alt.Tooltip("word:N", title=words["measure"]),
            alt.Tooltip("text:N", title=words["share"]),
            alt.Tooltip("good:Q", title=words["good"], format=","),
            alt.Tooltip("asked:Q", title=words["asked"], format=","),
        ],
    )
    cells = base.mark_rect(cornerRadius=4, stroke="#ffffff", strokeWidth=3).encode(
        color=alt.Color(
            "share:Q",
            legend=None,
            scale=alt.Scale(
                domain=[0.8, 0.95, 1.0],
                range=["#e9a352", "#f3ead9", "#a9d3bd"],
                clamp=True,
            ),
        )
    )
    numbers = base.mark_text(fontSize=13, fontWeight=600, color=INK).encode(
        text="text:N"
    )
    rows = shown["partner_id"].n_unique()
    return alt.LayerChart(layer=[cells, numbers]).properties(
        height=_ROOM_PIXELS + _ROW_PIXELS * rows
    )


def latency_bars(latencies: pl.DataFrame, words: Mapping[str, str]) -> alt.LayerChart:
    """Hours to an answer: the median as a dot, to where nine in ten stay a line.

    Args:
        latencies: partner_id, step, median_minutes, most_minutes,
            instruction_count.
        words: step → its word, and labels ``hours``, ``partner``, ``step``,
            ``median``, ``most``, ``instructions``.
    """
    steps = [words["acknowledged"], words["confirmed"]]
    shown = latencies.with_columns(
        median=pl.col("median_minutes") / 60,
        most=pl.col("most_minutes") / 60,
        word=pl.col("step").replace_strict(dict(words)),
    ).with_columns(row=pl.format("{} · {}", "partner_id", "word"))
    base = alt.Chart(shown).encode(
        y=alt.Y(
            "row:N",
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=260),
        ),
        color=alt.Color(
            "word:N",
            title=None,
            sort=steps,
            scale=alt.Scale(domain=steps, range=[SERIES[0], SERIES[1]]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            alt.Tooltip("partner_id:N", title=words["partner"]),
            alt.Tooltip("word:N", title=words["step"]),
            alt.Tooltip("median:Q", title=words["median"], format=".1f"),
            alt.Tooltip("most:Q", title=words["most"], format=".1f"),
            alt.Tooltip("instruction_count:Q", title=words["instructions"], format=","),
        ],
    )
    hours = alt.X(
        "median:Q",
        title=words["hours"],
        axis=alt.Axis(gridColor=MUTED, gridOpacity=0.35, domain=False),
        scale=alt.Scale(zero=True),
    )
    lines = base.mark_rule(strokeWidth=5, opacity=0.45).encode(x=hours, x2="most:Q")
    dots = base.mark_circle(size=130, opacity=1).encode(x=hours)
    return alt.LayerChart(layer=[lines, dots]).properties(
        height=_ROOM_PIXELS + _BAR_PIXELS * latencies.height
    )
