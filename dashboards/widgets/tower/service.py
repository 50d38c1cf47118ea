"""Fill rates over days, and the lines that wait for stock."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.fill_rates import MEASURES, fill_lines
from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded
from dashboards.widgets.words import say


def show_fill_rates(days: pl.DataFrame) -> None:
    """The three fill rates, one line each."""
    show_section("fill_rates")
    if days.is_empty():
        st.caption(say("state.nothing"))
        return
    names = (*MEASURES, "day", "share", "measure")
    st.altair_chart(
        fill_lines(days, {name: say(f"charts.{name}") for name in names}),
        key="fill_rate_lines",
    )


def show_backorders(rows: pl.DataFrame) -> None:
    """Lines that wait, with the day on which they are expected."""
    show_section("backorders")
    shown = rows.select(
        "order_id",
        "order_name",
        "channel_id",
        "product_name",
        "qty",
        "value_minor",
        "currency_code",
        "reason_code",
        "expected_date",
        "age_days",
        "owner",
        "found_count",
    )
    show_table("backorders", worded(shown, reason_code="reason"))
