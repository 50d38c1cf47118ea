"""The head of one order."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboards.widgets.figures import count, money
from dashboards.widgets.moments import spell
from dashboards.widgets.table import show_table
from dashboards.widgets.words import say, word

_COLOURS = {
    "QUARANTINED": "red",
    "ON_HOLD": "orange",
    "OPEN": "blue",
    "PARTIALLY_RELEASED": "blue",
    "RELEASED": "blue",
    "CANCELLED": "gray",
}


def show_header(order: dict[str, Any]) -> None:
    """Name, status, money, and every number the order is known by."""
    status = order["order_status"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(order["order_name"], anchor=False, width="content")
        st.badge(word("status", status), color=_COLOURS.get(status, "green"))
        if order["backordered_qty"]:
            st.badge(word("bucket", "backordered"), color="orange")
    columns = st.columns([2, 2, 1.4, 1.4, 3])
    cards = (
        ("placed", spell(order["ordered_at"]), None),
        ("amount", money(order["amount_minor"], order["currency_code"]), "amount_help"),
        ("service", word("service", order["service_code"]), None),
        ("region", order["region_code"] or say("order.none"), None),
    )
    for column, (name, value, about) in zip(columns, cards, strict=False):
        with column:
            st.metric(
                say(f"order.{name}"), value, help=say(f"order.{about}") if about else None
            )
    with columns[4]:
        st.metric(
            say("order.units"), count(order["ordered_qty"]), help=say("order.units_help")
        )
        st.caption(_units_detail(order))
    st.caption(_numbers(order))


def show_set_aside(rows: pl.DataFrame) -> None:
    """Lines of the order that wait in quarantine; nothing when there are none."""
    if rows.is_empty():
        return
    st.subheader(say("sections.set_aside"), anchor=False)
    show_table("set_aside", rows)


def _units_detail(order: dict[str, Any]) -> str:
    names = ("open", "shipped", "delivered", "cancelled")
    return say(
        "order.units_detail", **{name: count(order[f"{name}_qty"]) for name in names}
    )


def _numbers(order: dict[str, Any]) -> str:
    parts = [f"`{order['order_id']}`", order["channel_id"]]
    for name, column in (
        ("nodes", "node_ids"),
        ("instructions", "instruction_ids"),
        ("tracking", "tracking_refs"),
    ):
        codes = [f"`{code}`" for code in order[column].split("|") if code]
        parts.append(f"{say(f'order.{name}')}: {' '.join(codes) or say('order.none')}")
    parts.append(f"{say('order.version')} {order['version_no']}")
    return " · ".join(parts)


