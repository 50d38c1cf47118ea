"""Control tower: what is open, how well it is filled, what needs a person."""

from __future__ import annotations

import streamlit as st

from dashboards.queries import control_tower as ask
from dashboards.widgets.page import is_published, open_page
from dashboards.widgets.tower import (
    exceptions,
    filters,
    key_figures,
    open_lines,
    service,
    trust,
)


def main() -> None:
    """Filters, figures, then one section a question."""
    copy = open_page("control_tower")
    with st.columns(4)[0]:
        channel = filters.channel_filter(ask.channels(copy))
    counts = ask.open_exceptions(copy)
    if is_published(copy, "rpt_open_lines", "rpt_open_line_list", "rpt_exceptions"):
        totals = ask.open_totals(copy, channel)
        key_figures.show_backlog(totals, ask.open_values(copy, channel), counts)
    if is_published(copy, "rpt_fill_rates", "rpt_cost_per_order"):
        days = ask.fill_rates(copy, channel)
        key_figures.show_service(days, ask.newest_costs(copy))
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
    if is_published(copy, "rpt_exceptions"):
        exceptions.show_exception_counts(counts)
        who = filters.exception_filter(counts)
        exceptions.show_exception_rows(ask.exception_rows(copy, *who))
    if is_published(copy, "rpt_backorders"):
        service.show_backorders(ask.backorders(copy, channel))
    if is_published(copy, "rpt_flow"):
        trust.show_flow(ask.newest_flow(copy))
    if is_published(copy, "rpt_quarantine"):
        trust.show_quarantine(ask.quarantine_counts(copy), ask.quarantine_rows(copy))
    if is_published(copy, "rpt_proofs"):
        trust.show_proofs(ask.newest_proofs(copy))


main()
