"""The queue itself: what to do first, and how each is mended."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table
from dashboards.widgets.words import code_meaning, code_remedy, language, say


def show_queue(rows: pl.DataFrame, resting: int) -> None:
    """Open exceptions in the order in which they ask for somebody."""
    show_section("queue")
    if resting:
        st.caption(say("state.resting", count=f"{resting:,}"))
    shown = rows.select(
        "value_minor",
        "currency_code",
        "age_days",
        "owner",
        pl.Series("what", [code_meaning(code) for code in rows["code"]], pl.String),
        "order_id",
        "order_name",
        "detail",
        "cause_code",
        "remark",
        "noted_by",
        "subject",
        pl.Series("remedy", [code_remedy(code) for code in rows["code"]], pl.String),
        "code",
        "opened_at",
        "found_count",
    )
    show_table("queue", shown.drop("remedy") if language() == "zh" else shown)
