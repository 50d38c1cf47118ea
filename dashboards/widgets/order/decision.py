"""Why a line ships from where it ships: every node that was considered."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboards.widgets.figures import count, digits
from dashboards.widgets.moments import spell
from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table
from dashboards.widgets.words import say, word


def show_decision(nodes: pl.DataFrame, lines: pl.DataFrame) -> None:
    """One line's candidates in one decision; the newest at first."""
    show_section("decision")
    if nodes.is_empty():
        st.caption(say("order.no_decision"))
        return
    considered = _choose(nodes, lines)
    for row in considered.filter("is_chosen").iter_rows(named=True):
        st.success(_sentence(row), icon=":material/local_shipping:")
    if not considered["is_chosen"].any():
        st.warning(_none_chosen(considered), icon=":material/hourglass:")
    show_table("decision", judged(considered))
    st.caption(say("order.cost_note"))


def _choose(nodes: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    names = {
        row["line_id"]: f"{row['line_no']} · {row['product_name']}"
        for row in lines.iter_rows(named=True)
    }
    left, right = st.columns([3, 1])
    with left:
        ids = sorted(nodes["line_id"].unique(), key=list(names).index)
        line = st.selectbox(
            say("filters.line"), ids, format_func=lambda i: names.get(i, i), key="line"
        )
    of_line = nodes.filter(pl.col("line_id") == line)
    with right:
        moments = of_line["as_of"].unique().sort(descending=True).to_list()
        moment = st.selectbox(
            say("filters.decision"), moments, format_func=spell, key="decided_at"
        )
    return of_line.filter(pl.col("as_of") == moment)


def judged(nodes: pl.DataFrame) -> pl.DataFrame:
    """Candidates with their outcome in words and their cost parts."""
    outcome = (
        pl.when("is_chosen")
        .then(pl.lit(say("order.chosen")))
        .when(pl.col("failed_rules") == "")
        .then(pl.lit(say("order.eligible")))
        .otherwise(pl.lit(say("order.ruled_out")))
    )
    told = nodes.select("failed_rules", "node_rule").iter_rows()
    rules = [_rules(failed, named) for failed, named in told]
    return nodes.select(
        "node_id",
        outcome.alias("decision"),
        pl.Series("failed_rules", rules, pl.String),
        "candidate_rank",
        "chosen_qty",
        "atp_qty",
        "distance_km",
        "first_ship_date",
        "freight_minor",
        "processing_minor",
        "lateness_minor",
        *([] if nodes["worth_minor"].fill_null(0).sum() == 0 else ["worth_minor"]),
        "total_minor",
        "allocated_total_minor",
        "lacking_qty",
        "over_minor",
        (pl.col("price_milli") // 1000).alias("each_worth_minor"),
        "got_by",
    )


def _rules(failed: str, named: str | None) -> str:
    """Why a node was ruled out; of our own rules their names too."""
    words = ", ".join(word("rule", rule) for rule in failed.split("|") if rule)
    return f"{words} ({named.replace('|', ', ')})" if named else words


def _sentence(row: dict[str, Any]) -> str:
    places = digits("")
    # What eaches would have earned where they lay is no cost of the shipment.
    cost = (row["allocated_total_minor"] or 0) - (row["allocated_worth_minor"] or 0)
    return say(
        "order.chosen_sentence",
        node=row["node_id"],
        qty=count(row["chosen_qty"]),
        promise=row["promise_date"] or say("state.unknown"),
        ship=row["ship_date"] or say("state.unknown"),
        cost=f"{cost / 10**places:,.{places}f}",
    )


def _none_chosen(nodes: pl.DataFrame) -> str:
    eligible = nodes.filter(pl.col("failed_rules") == "").height
    return say("order.none_chosen", eligible=eligible, all=nodes.height)
