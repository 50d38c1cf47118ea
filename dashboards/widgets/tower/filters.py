"""The pages' filters; each stands in the URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from dashboards.charts.open_lines import CELL
from dashboards.widgets.address import keep_in_address, start_from_address
from dashboards.widgets.words import say, word

ALL = "all"
"""Value of a filter that lets everything through."""

BUCKETS = (
    "pending",
    "held",
    "preordered",
    "backordered",
    "allocated",
    "released",
    "in_fulfilment",
)
"""States a line can be open in, in the order of its life."""

AGE_BANDS = ("0-1", "1-2", "2-4", "4-7", "7-14", "14+")
"""Days since the order was placed, from young to old."""

HEATMAP_KEY = "open_lines_heatmap"


def channel_filter(channels: Sequence[str]) -> str | None:
    """The chosen channel, or None for all."""
    return _choice("channel", channels)


def partner_filter(partners: Sequence[str]) -> str | None:
    """The chosen partner, or None for all."""
    return _choice("partner", partners)


def cell_filter() -> tuple[str | None, str | None]:
    """State and age band whose lines are listed; a click on a cell sets both."""
    left, right = st.columns(2)
    with left:
        bucket = _choice("bucket", BUCKETS, lambda code: word("bucket", code))
    with right:
        band = _choice("age_band", AGE_BANDS)
    return bucket, band


def exception_filter(counts: pl.DataFrame) -> tuple[str | None, str | None]:
    """Owner and code whose exceptions are listed, out of those that are open."""
    owners, codes = (
        counts[name].unique().sort().to_list() for name in ("owner", "code")
    )
    left, right = st.columns(2)
    with left:
        owner = _choice("owner", owners)
    with right:
        code = _choice("code", codes)
    return owner, code


def take_clicked_cell() -> None:
    """Copy the heatmap's selection into the filters, and so into the URL."""
    picked = st.session_state[HEATMAP_KEY]["selection"].get(CELL) or [{}]
    st.session_state["bucket"] = picked[0].get("bucket", ALL)
    st.session_state["age_band"] = picked[0].get("age_band", ALL)


def _choice(
    name: str, options: Sequence[str], spell: Callable[[str], str] = str
) -> str | None:
    choices = [ALL, *options]
    start_from_address(name, choices)
    chosen = st.selectbox(
        say(f"filters.{name}"),
        choices,
        format_func=lambda code: say("filters.all") if code == ALL else spell(code),
        key=name,
    )
    keep_in_address(name, chosen, ALL)
    return None if chosen == ALL else chosen
