"""How well and how fast partners work."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.partners import latency_bars, score_grid
from dashboards.queries.partners import MEASURES
from dashboards.widgets.page import show_section
from dashboards.widgets.words import say


def show_scores(scores: pl.DataFrame) -> None:
    """Shares of what was as it should be, a cell a partner and measure."""
    show_section("partner_scores")
    if scores.is_empty():
        st.caption(say("state.nothing"))
        return
    names = (*MEASURES, "partner", "measure", "share_of", "good", "asked")
    words = {name: say(f"partners.{name}") for name in names}
    words["share"] = words["share_of"]
    st.altair_chart(score_grid(scores, MEASURES, words), key="partner_scores")


def show_latencies(latencies: pl.DataFrame) -> None:
    """Hours from the release of an instruction to its answers."""
    show_section("partner_latencies")
    if latencies.is_empty():
        st.caption(say("state.nothing"))
        return
    names = ("partner", "step", "hours", "median", "most", "instructions")
    words = {name: say(f"partners.{name}") for name in names}
    words |= {
        name: say(f"partners.step_{name}") for name in ("acknowledged", "confirmed")
    }
    st.altair_chart(latency_bars(latencies, words), key="partner_latencies")
