"""The head of one order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import streamlit as st

from dashboards.widgets.figures import Colour, count, money
from dashboards.widgets.moments import spell
from dashboards.widgets.table import show_table
from dashboards.widgets.words import say, word

_COLOURS: dict[str, Colour] = {
    "QUARANTINED": "red",
    "REJECTED": "gray",
    "ON_HOLD": "orange",
    "OPEN": "blue",
    "PARTIALLY_RELEASED": "blue",
    "RELEASED": "blue",
    "CANCELLED": "gray",
}

_ICONS = {
    "money": ":material/payments:",
    "carrier": ":material/local_shipping:",
    "reverse": ":material/assignment_return:",
}
_COLOURS_OF_AXES: dict[str, Colour] = {
    "CAPTURED": "green",
    "DELIVERED": "green",
    "RETURNED": "gray",
    "REFUNDED": "gray",
    "OVERCHARGED": "red",
    "FAILED": "red",
    "LOST": "red",
    "SENT_BACK": "orange",
    "PARTIAL": "orange",
}


def show_header(order: dict[str, Any]) -> None:
    """Name, status, money, and every number the order is known by."""
    status = order["order_status"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(order["order_name"], anchor=False, width="content")
        st.badge(word("status", status), color=_COLOURS.get(status, "green"))
        if order["backordered_qty"]:
            st.badge(word("bucket", "backordered"), color="orange")
        for axis in ("money", "carrier", "reverse"):
            _show_axis(axis, order[f"{axis}_axis"])
    for column, (name, value, detail) in zip(
        st.columns([1.5, 1.3, 1, 2.2]), _cards(order), strict=True
    ):
        with column:
            st.metric(
                say(f"order.{name}"),
                value,
                delta=detail,
                delta_color="off",
                delta_arrow="off",
                help=say(f"order.{name}_help"),
                border=True,
            )
    st.caption(_numbers(order))


def _show_axis(axis: str, stands: str) -> None:
    """Where money, parcels or returns stand; nothing where there are none."""
    if stands != "NONE":
        colour = _COLOURS_OF_AXES.get(stands, "blue")
        st.badge(word(axis, stands), color=colour, icon=_ICONS[axis])


def show_set_aside(rows: pl.DataFrame) -> None:
    """Lines of the order that wait in quarantine; nothing when there are none."""
    if rows.is_empty():
        return
    st.subheader(say("sections.set_aside"), anchor=False)
    show_table("set_aside", rows)


def _cards(order: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield "placed", spell(order["ordered_at"]), order["channel_id"]
    amount = money(order["amount_minor"], order["currency_code"])
    yield "amount", amount, say("order.lines_detail", lines=count(order["line_count"]))
    region = order["region_code"] or say("order.none")
    yield "service", word("service", order["service_code"]), region
    names = ("open", "shipped", "delivered", "cancelled")
    units = {name: count(order[f"{name}_qty"]) for name in names}
    yield "units", count(order["ordered_qty"]), say("order.units_detail", **units)


def _numbers(order: dict[str, Any]) -> str:
    parts = [f"`{order['order_id']}`"]
    for name, column in (
        ("nodes", "node_ids"),
        ("instructions", "instruction_ids"),
        ("tracking", "tracking_refs"),
    ):
        codes = [f"`{code}`" for code in order[column].split("|") if code]
        parts.append(f"{say(f'order.{name}')}: {' '.join(codes) or say('order.none')}")
    parts.append(f"{say('order.version')} {order['version_no']}")
    return " · ".join(parts)
