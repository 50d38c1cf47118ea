"""Lines set aside, by reason."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import polars as pl

from dashboards.charts.ink import INK, SERIES

_ROW_PIXELS = 30
_ROOM_PIXELS = 12


def reason_bars(reasons: pl.DataFrame, words: Mapping[str, str]) -> alt.LayerChart:
    """One bar a code, longest first, its sentence in the tooltip.

    Args:
        reasons: code, sentence, row_count; one row a code, most first.
        words: labels ``count`` and ``reason``.
    """
    base = alt.Chart(reasons).encode(
        x=alt.X("row_count:Q", title=None, axis=None),
        y=alt.Y(
            "code:N",
            sort=reasons["code"].to_list(),
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelLimit=220),
        ),
        tooltip=[
            alt.Tooltip("sentence:N", title=words["reason"]),
            alt.Tooltip("row_count:Q", title=words["count"], format=","),
        ],
    )
    bars = base.mark_bar(color=SERIES[1], cornerRadiusEnd=3, height={"band": 0.65})
    numbers = base.mark_text(align="left", dx=5, color=INK, fontWeight=600).encode(
        text=alt.Text("row_count:Q", format=",")
    )
    return alt.LayerChart(layer=[bars, numbers]).properties(
        height=_ROOM_PIXELS + _ROW_PIXELS * reasons.height
    )
