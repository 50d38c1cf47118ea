"""Exceptions: what needs a person, in the order in which it asks for one."""

from __future__ import annotations

import streamlit as st

from dashboards.queries import exceptions as ask
from dashboards.queries.serving import ServingCopy
from dashboards.widgets.page import is_published, open_page
from dashboards.widgets.queue import pictures, rows
from dashboards.widgets.tower.filters import exception_filter


def main() -> None:
    """One filter for the page; figures, two charts and the queue."""
    copy = open_page("exceptions")
    if is_published(copy, "rpt_exceptions", "rpt_orders"):
        show(copy)


def show(copy: ServingCopy) -> None:
    """What the chosen owner and code have open."""
    who = exception_filter(ask.choices(copy))
    pictures.show_figures(ask.totals(copy, *who), ask.values(copy, *who))
    left, right = st.columns([3, 2], gap="large")
    with left:
        pictures.show_ages(ask.ages(copy, *who))
    with right:
        pictures.show_movements(ask.movements(copy, *who))
    rows.show_queue(ask.queue(copy, *who), ask.resting(copy, *who))


main()
