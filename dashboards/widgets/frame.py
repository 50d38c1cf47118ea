"""What stands around every page: house style, mark, footnote."""

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
[data-testid="stSidebar"] {width: 244px !important; min-width: 244px !important;}
[data-testid="stMetric"] {background: #fbfcfe;}
[data-testid="stMetricDelta"] {font-size: .82rem;}
</style>"""

# Drawn here and not named: a named icon would be fetched from another host.
MARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32"
height="32"><rect width="32" height="32" rx="7" fill="#1f5f8b"/><path d="M6 15 16 7l10
8v10H6z" fill="#fff"/><path d="M10 17h12M10 21h8" stroke="#e08a2c"
stroke-width="2.4" stroke-linecap="round"/></svg>"""

_WORDMARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 190 32" width="190"
height="32"><rect width="32" height="32" rx="7" fill="#7cc0ea"/><path d="M6 15 16
7l10 8v10H6z" fill="#16324a"/><path d="M10 17h12M10 21h8" stroke="#e08a2c"
stroke-width="2.4" stroke-linecap="round"/><text x="42" y="23" fill="#fff"
font-family="sans-serif" font-size="20" font-weight="700">{name}</text></svg>"""


def style() -> None:
    """Put the house style and the mark into the page."""
    st.html(_STYLE)
    st.logo(_WORDMARK.format(name=say("app.name")), size="large")
    st.sidebar.caption(say("app.tagline"))


def show_foot() -> None:
    """Zone, currency and what the pages read, below everything."""
    st.sidebar.caption(say("app.read_only"))
    st.divider()
    st.caption(say("app.zone_note", zone=ZONE))
