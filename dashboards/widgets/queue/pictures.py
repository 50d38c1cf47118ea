"""Exceptions as figures and charts: how much, how old, whether they heal."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.exceptions import age_bars, movement_bars
from dashboards.queries.exceptions import AGE_BANDS
from dashboards.widgets.figures import amounts, card, count
from dashboards.widgets.moments import ZONE
from dashboards.widgets.page import show_section
from dashboards.widgets.words import say

# More runs than this are unreadable; the newest ones are kept.
MOST_RUNS = 30


def show_figures(totals: pl.DataFrame, values: pl.DataFrame) -> None:
    """How many are open, what they are about in money, how old the oldest is."""
    row = totals.row(0, named=True)
    parts = values.select("value_minor", "currency_code").iter_rows()
    left, middle, right = st.columns(3)
    with left:
        card("queue", count(row["exception_count"]))
    with middle:
        valued = count(row["valued_count"])
        card("queue_value", amounts(parts) or count(0), valued=valued)
    with right:
        card("queue_age", count(row["age_days"]))


def show_ages(rows: pl.DataFrame) -> None:
    """Open exceptions by code, cut by age."""
    show_section("queue_ages")
    if rows.is_empty():
        st.caption(say("state.nothing"))
        return
    words = {
        "count": say("columns.exception_count"),
        "age": say("charts.age"),
        "code": say("columns.code"),
    }
    st.altair_chart(age_bars(rows, AGE_BANDS, words), key="queue_ages")


def show_movements(runs: pl.DataFrame) -> None:
    """What each run opened and closed."""
    show_section("queue_movements")
    if runs.is_empty():
        st.caption(say("state.nothing"))
        return
    moments = pl.col("moved_at").dt.convert_time_zone(ZONE)
    named = runs.tail(MOST_RUNS).with_columns(
        run=moments.dt.to_string("%Y-%m-%d %H:%M")
    )
    words = {name: say(f"charts.{name}") for name in ("opened", "closed", "run")}
    words["count"] = say("columns.exception_count")
    st.altair_chart(movement_bars(named, words), key="queue_movements")
