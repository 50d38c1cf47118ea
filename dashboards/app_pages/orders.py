"""Orders: find one by any number, then everything that happened to it."""

from __future__ import annotations

import streamlit as st

from dashboards.queries import orders as ask
from dashboards.queries.serving import ServingCopy
from dashboards.widgets.order import (
    decision,
    files,
    header,
    holds,
    lines,
    search,
    substitutes,
    timeline,
)
from dashboards.widgets.page import is_published, open_page
from dashboards.widgets.words import say


def main() -> None:
    """The order the URL names, else what was searched, else the newest."""
    copy = open_page("orders")
    if not is_published(copy, "rpt_orders", "rpt_order_lines"):
        return
    number = search.search_field()
    order_id = search.linked_order()
    if order_id:
        search.show_back()
        show_order(copy, order_id)
    elif number:
        show_search(copy, number)
    else:
        search.show_found("newest", ask.newest(copy))


def show_search(copy: ServingCopy, number: str) -> None:
    """One hit is the answer; several are a list."""
    found = ask.find(copy, number)
    if found.height > 1:
        search.show_found("found", found)
    elif found.height == 1:
        show_order(copy, found["order_id"][0])
    else:
        search.show_not_found(number)


def show_order(copy: ServingCopy, order_id: str) -> None:
    """Header, lines, holds, offers, timeline, decision, files."""
    order = ask.header(copy, order_id)
    if order.is_empty():
        st.info(say("order.unknown", number=order_id), icon=":material/search_off:")
        return
    key = ask.OrderKey(order_id, order["order_month"][0])
    header.show_header(order.row(0, named=True))
    header.show_set_aside(ask.quarantined_lines(copy, order_id))
    rows = ask.lines(copy, key)
    lines.show_lines(rows)
    if is_published(copy, "rpt_holds"):
        holds.show_holds(ask.holds(copy, order_id), rows)
    if is_published(copy, "rpt_substitutes"):
        substitutes.show_substitutes(ask.substitutes(copy, order_id), rows)
    if is_published(copy, "rpt_order_timeline"):
        timeline.show_timeline(ask.timeline(copy, key), rows)
    if is_published(copy, "rpt_allocations"):
        decision.show_decision(ask.candidates(copy, key), rows)
    if is_published(copy, "rpt_files"):
        files.show_files(ask.files(copy, key))


main()
