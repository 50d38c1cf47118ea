"""Partners: how fast they answer, how whole they ship, how clean their files are."""

from __future__ import annotations

import streamlit as st

from dashboards.queries import partners as ask
from dashboards.queries.serving import ServingCopy
from dashboards.widgets.exchange import pictures, rows
from dashboards.widgets.page import is_published, open_page
from dashboards.widgets.tower.filters import partner_filter

TABLES = ("rpt_files", "rpt_outbox_files", "rpt_instructions", "rpt_node_counts")


def main() -> None:
    """Two charts of everybody, then the rows of the chosen one."""
    copy = open_page("partners")
    if is_published(copy, *TABLES):
        show(copy)


def show(copy: ServingCopy) -> None:
    """Charts above, tables below."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        pictures.show_scores(ask.scores(copy))
    with right:
        pictures.show_latencies(ask.latencies(copy))
    with st.columns(4)[0]:
        partner = partner_filter(ask.partners(copy))
    rows.show_exchanges(ask.exchanges(copy, partner))
    rows.show_nodes(ask.nodes(copy, partner))
    if is_published(copy, "rpt_node_outages"):
        rows.show_outages(ask.outages(copy, partner))


main()
