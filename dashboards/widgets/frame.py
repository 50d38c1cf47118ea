"""What stands around every page: house style, sidebar, footnote."""

from __future__ import annotations

import streamlit as st

from dashboards.widgets.moments import ZONE
from dashboards.widgets.words import say

# Streamlit's own CSV button would skip the guard of ``table.csv_bytes``; the
# other rules give the pages room and the figures their weight.
_STYLE = """<style>
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]),
button[aria-label="Download as CSV"] {display: none;}
[data-testid="stMainBlockContainer"] {padding-top: 2.6rem; max-width: 1500px;}
[data-testid="stMetric"] {background: #fbfcfe;}
[data-testid="stMetricDelta"] {font-size: .82rem;}
</style>"""


def style() -> None:
    """Put the house style into the page."""
    st.html(_STYLE)
    st.sidebar.markdown(f"### {say('app.name')}")
    st.sidebar.caption(say("app.tagline"))


def show_foot() -> None:
    """Zone, currency and what the pages read, below everything."""
    st.sidebar.caption(say("app.read_only"))
    st.divider()
    st.caption(say("app.zone_note", zone=ZONE))
