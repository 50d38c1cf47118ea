"""The order's lines and in which state each of their units is."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.buckets import bucket_bars
from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded
from dashboards.widgets.words import say, word
from transforms.contracts.decisions import BUCKETS, OVERLAYS


def show_lines(lines: pl.DataFrame) -> None:
    """Bars per line, then the lines with quantities and money."""
    show_section("lines")
    if lines.is_empty():
        st.caption(say("state.nothing"))
        return
    words = {bucket: word("bucket", bucket) for bucket in BUCKETS}
    labels = {name: say(f"charts.{name}") for name in ("units", "state", "line")}
    st.altair_chart(bucket_bars(_labelled(lines), words | labels), key="order_buckets")
    show_table("order_lines", worded(_listed(lines), line_status="status"))


def _labelled(lines: pl.DataFrame) -> pl.DataFrame:
    # The number in front keeps two lines of one product apart.
    return lines.with_columns(label=pl.format("{} · {}", "line_no", "product_name"))


def _listed(lines: pl.DataFrame) -> pl.DataFrame:
    kit = [] if lines["kit_sku_id"].is_null().all() else ["kit_sku_id"]
    counted = BUCKETS + OVERLAYS
    held = [name for b in counted if lines[name := f"{b}_qty"].sum() > 0]
    return lines.select(
        "line_no",
        "product_name",
        "sku_id",
        *kit,
        "line_status",
        "ordered_qty",
        *held,
        net_amount_minor=pl.col("line_amount_minor") - pl.col("discount_minor"),
        tax_minor="tax_minor",
        currency_code="currency_code",
        line_id="line_id",
    )
