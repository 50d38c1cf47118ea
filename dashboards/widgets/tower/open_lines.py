"""Open lines: the heatmap, and the lines of the chosen cell."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.open_lines import CELL, heatmap
from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded
from dashboards.widgets.tower.filters import (
    AGE_BANDS,
    BUCKETS,
    HEATMAP_KEY,
    take_clicked_cell,
)
from dashboards.widgets.words import say, word


def show_heatmap(cells: pl.DataFrame) -> None:
    """The heatmap; a click on a cell lists its lines."""
    show_section("open_lines")
    words = {bucket: word("bucket", bucket) for bucket in BUCKETS}
    labels = {
        name: say(f"charts.{name}") for name in ("state", "age", "lines", "units")
    }
    st.altair_chart(
        heatmap(cells, BUCKETS, AGE_BANDS, words | labels),
        key=HEATMAP_KEY,
        on_select=take_clicked_cell,
        selection_mode=CELL,
    )


def show_open_line_rows(rows: pl.DataFrame) -> None:
    """The lines of the cell, each with a link to its order."""
    shown = rows.select(
        "order_id",
        "order_name",
        "channel_id",
        "bucket",
        "age_days",
        "product_name",
        "sku_id",
        "qty",
        "value_minor",
        "currency_code",
        "ordered_at",
        "reason_code",
        "expected_date",
        "line_id",
        "found_count",
    )
    show_table("open_lines", worded(shown, bucket="bucket", reason_code="reason"))
