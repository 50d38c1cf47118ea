"""The figures at the top of the control tower."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.fill_rates import MEASURES
from dashboards.widgets.figures import amounts, card, count, money, share
from dashboards.widgets.words import say


def show_backlog(
    totals: pl.DataFrame, values: pl.DataFrame, exceptions: pl.DataFrame
) -> None:
    """What is open, what it is worth, what waits, what needs a person."""
    row = totals.row(0, named=True)
    columns = st.columns(4)
    with columns[0]:
        card(
            "open_lines",
            count(row["line_count"]),
            orders=count(row["order_count"]),
            units=count(row["open_qty"]),
        )
    with columns[1]:
        card("open_value", _amounts(values, "value_minor"))
    with columns[2]:
        card(
            "backordered",
            count(row["backordered_qty"]),
            lines=count(row["backordered_line_count"]),
            value=_amounts(values, "backordered_value_minor"),
        )
    with columns[3]:
        card(
            "exceptions",
            count(sum(exceptions["exception_count"].to_list())),
            days=max(exceptions["age_days"].to_list(), default=0),
        )


def show_service(days: pl.DataFrame, costs: pl.DataFrame) -> None:
    """The newest day's fill rates, and what its allocations cost."""
    filled, decided = st.columns([3, 2.35])
    newest = days.tail(1).to_dicts()
    with filled:
        _show_day("ordered_on", days.tail(1))
        for column, (name, (above, below)) in zip(
            st.columns(3), MEASURES.items(), strict=False
        ):
            told = (newest[0][above], newest[0][below]) if newest else ()
            with column:
                _show_share(name, *told)
    with decided:
        _show_day("decided_on", costs)
        splits, costly = st.columns([1, 1.35])
        with splits:
            counts = costs.select(pl.sum("split_order_count", "order_count"))
            _show_share("split_rate", *counts.row(0))
        with costly:
            _show_cost(costs)


def _show_day(name: str, rows: pl.DataFrame) -> None:
    """Which day figures are of: orders and decisions need not have the same newest."""
    day = rows["business_date"].max()
    st.caption(say(f"service.{name}", day=day or say("state.unknown")))


def _show_share(name: str, numerator: int = 0, denominator: int = 0) -> None:
    card(
        name,
        share(numerator, denominator),
        filled=count(numerator),
        all=count(denominator),
    )


def _show_cost(costs: pl.DataFrame) -> None:
    rows = costs.filter(pl.col("order_count") > 0).to_dicts()
    if not rows:
        card("cost_per_order", None)
        return
    # Orders are few and their cost is shown to the cent: half a cent rounds up.
    each = [
        ((2 * r["total_minor"] + r["order_count"]) // (2 * r["order_count"]), r)
        for r in rows
    ]
    card(
        "cost_per_order",
        amounts((minor, row["currency_code"]) for minor, row in each),
        total=" · ".join(money(r["total_minor"], r["currency_code"]) for r in rows),
        orders=count(sum(row["order_count"] for row in rows)),
    )


def _amounts(values: pl.DataFrame, name: str) -> str:
    parts = values.select(name, "currency_code").iter_rows()
    return amounts(parts) or count(0)
