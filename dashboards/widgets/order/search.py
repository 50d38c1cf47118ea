"""The search field, the orders found, and which one is meant."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.widgets.table import show_table, worded
from dashboards.widgets.words import say

SEARCH = "find"
ORDER = "order"
"""Names in the URL: what was searched, and the order that is shown."""


def search_field() -> str:
    """What the person searches for; leaving an order when it changes."""
    return st.text_input(
        say("filters.search"),
        placeholder=say("filters.search_placeholder"),
        key=SEARCH,
        bind="query-params",
        icon=":material/search:",
        max_chars=120,
        on_change=leave_order,
    ).strip()


def linked_order() -> str | None:
    """The order the URL names."""
    return st.query_params.get(ORDER)


def leave_order() -> None:
    """Forget the order, keep the search."""
    st.query_params.pop(ORDER, None)


def show_back() -> None:
    """A way back from one order to the list."""
    st.button(
        say("actions.back"),
        icon=":material/arrow_back:",
        on_click=leave_order,
        type="tertiary",
    )


def show_found(title: str, orders: pl.DataFrame) -> None:
    """A list of orders, each a deep link to itself."""
    st.subheader(say(f"sections.{title}"), anchor=False)
    shown = orders.drop("backordered_qty")
    groups = {"order_status": "status", "matched_on": "matched"}
    present = {name: group for name, group in groups.items() if name in shown.columns}
    show_table(title, worded(shown, **present))


def show_not_found(number: str) -> None:
    """Nothing begins with this number, which is not an error."""
    st.info(say("order.not_found", number=number), icon=":material/search_off:")
    st.caption(say("order.not_found_how"))
