"""Control tower: what is open, how well it is filled, what needs a person."""

from __future__ import annotations

import streamlit as st

from dashboards.queries import control_tower as ask
from dashboards.queries.serving import ServingCopy
from dashboards.widgets.page import is_published, open_page
from dashboards.widgets.tower import (
    exceptions,
    filters,
    key_figures,
    open_lines,
    service,
    trust,
)
from dashboards.widgets.words import say


def main() -> None:
    """One filter for the page, then one section a question."""
    copy = open_page("control_tower")
    with st.columns(4)[0]:
        channel = filters.channel_filter(ask.channels(copy))
    show_figures(copy, channel)
    show_open_lines(copy, channel)
    show_exceptions(copy)
    if is_published(copy, "rpt_backorders"):
        service.show_backorders(ask.backorders(copy, channel))
    show_trust(copy)


def show_figures(copy: ServingCopy, channel: str | None) -> None:
    """Backlog above, service and cost below."""
    if is_published(copy, "rpt_open_lines", "rpt_open_line_list", "rpt_exceptions"):
        totals, values = ask.open_totals(copy, channel), ask.open_values(copy, channel)
        key_figures.show_backlog(totals, values, ask.open_exceptions(copy))
    if is_published(copy, "rpt_fill_rates", "rpt_cost_per_order"):
        days = ask.fill_rates(copy, channel)
        key_figures.show_service(days, ask.newest_costs(copy))


def show_open_lines(copy: ServingCopy, channel: str | None) -> None:
    """Heatmap and fill rates side by side, then the lines of the chosen cell."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        if is_published(copy, "rpt_open_lines"):
            open_lines.show_heatmap(ask.open_cells(copy, channel))
    with right:
        if is_published(copy, "rpt_fill_rates"):
            service.show_fill_rates(ask.fill_rates(copy, channel))
    if is_published(copy, "rpt_open_line_list"):
        cell = filters.cell_filter()
        open_lines.show_open_line_rows(ask.open_line_rows(copy, channel, *cell))


def show_exceptions(copy: ServingCopy) -> None:
    """Counts by owner, and the rows behind them."""
    if is_published(copy, "rpt_exceptions"):
        counts = ask.open_exceptions(copy)
        exceptions.show_exception_counts(counts)
        with st.expander(say("sections.exception_rows")):
            who = filters.exception_filter(counts)
            exceptions.show_exception_rows(ask.exception_rows(copy, *who))


def show_trust(copy: ServingCopy) -> None:
    """What the figures rest on."""
    if is_published(copy, "rpt_flow"):
        trust.show_flow(ask.newest_flow(copy))
    if is_published(copy, "rpt_quarantine"):
        trust.show_quarantine(ask.quarantine_counts(copy), ask.quarantine_rows(copy))
    if is_published(copy, "rpt_proofs"):
        trust.show_proofs(ask.newest_proofs(copy))


main()
