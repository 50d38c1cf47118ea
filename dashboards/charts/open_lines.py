"""Open lines as a heatmap of state and age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from dashboards.charts.ink import INK, MUTED, PAPER, SERIES

CELL = "cell"
"""Name of the selection that a click on a cell makes."""

_ROW_PIXELS = 44


def heatmap(
    cells: pl.DataFrame,
    buckets: Sequence[str],
    bands: Sequence[str],
    words: Mapping[str, str],
) -> alt.LayerChart:
    """Lines per state and age band; a pair without lines is an empty cell.

    Args:
        cells: bucket, age_band, line_count, open_qty; at most one row a pair.
        buckets: rows from top to bottom.
        bands: columns from young to old.
        words: bucket → its word, and labels ``state``, ``age``, ``lines``,
            ``units``.

    Returns:
        A chart whose selection ``CELL`` holds bucket and age_band.
    """
    base = alt.Chart(_grid(cells, buckets, bands, words)).encode(
        x=_band_axis(bands, words["age"]),
        y=_bucket_axis([words[bucket] for bucket in buckets]),
        tooltip=[
            alt.Tooltip("bucket_word:N", title=words["state"]),
            alt.Tooltip("age_band:N", title=words["age"]),
            alt.Tooltip("line_count:Q", title=words["lines"], format=","),
            alt.Tooltip("open_qty:Q", title=words["units"], format=","),
        ],
    )
    most = max(cells["line_count"].to_list(), default=1)
    return alt.LayerChart(layer=[_cells(base), _numbers(base, most)]).properties(
        height=_ROW_PIXELS * len(buckets)
    )


def _grid(
    cells: pl.DataFrame,
    buckets: Sequence[str],
    bands: Sequence[str],
    words: Mapping[str, str],
) -> pl.DataFrame:
    pairs = pl.DataFrame({"bucket": list(buckets)}).join(
        pl.DataFrame({"age_band": list(bands)}), how="cross"
    )
    return (
        pairs.join(
            cells.select("bucket", "age_band", "line_count", "open_qty"),
            on=["bucket", "age_band"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("line_count", "open_qty").fill_null(0))
        .with_columns(bucket_word=pl.col("bucket").replace_strict(words))
    )


def _band_axis(bands: Sequence[str], title: str) -> alt.X:
    return alt.X(
        "age_band:N",
        sort=list(bands),
        title=title,
        axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False),
    )


def _bucket_axis(words: Sequence[str]) -> alt.Y:
    return alt.Y(
        "bucket_word:N",
        sort=list(words),
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelPadding=8),
    )


def _cells(base: alt.Chart) -> alt.Chart:
    cell = alt.selection_point(name=CELL, fields=["bucket", "age_band"], empty=True)
    drawn: alt.Chart = (
        base.mark_rect(
            cornerRadius=4, stroke="#ffffff", strokeWidth=3, cursor="pointer"
        )
        .encode(
            color=alt.condition(
                "datum.line_count > 0",
                alt.Color(
                    "line_count:Q",
                    legend=None,
                    scale=alt.Scale(type="sqrt", range=["#d9e8f3", SERIES[0]]),
                ),
                alt.value(PAPER),
            ),
            opacity=alt.condition(cell, alt.value(1.0), alt.value(0.35)),
        )
        .add_params(cell)
    )
    return drawn


def _numbers(base: alt.Chart, most: int) -> alt.Chart:
    # White numbers where the square-root scale is past its middle.
    colour = f"datum.line_count > {most} * 0.3 ? '#ffffff' : '{INK}'"
    drawn: alt.Chart = base.mark_text(fontSize=13, fontWeight=600).encode(
        text=alt.Text("line_count:Q", format=","),
        color=alt.value(alt.ExprRef(f"datum.line_count == 0 ? '{MUTED}' : {colour}")),
    )
    return drawn
