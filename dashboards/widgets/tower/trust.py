"""Whether the figures can be trusted: quarantine, flow per room, proofs."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboards.charts.quarantine import reason_bars
from dashboards.widgets.figures import Colour, count
from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded
from dashboards.widgets.words import code_sentence, say, word


def show_quarantine(counts: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Reasons as bars, and the lines themselves with file and line."""
    show_section("quarantine")
    if counts.is_empty():
        st.caption(say("state.nothing"))
        return
    labels = {name: say(f"charts.{name}") for name in ("count", "reason")}
    st.altair_chart(reason_bars(_by_code(counts), labels), key="quarantine_bars")
    with st.expander(say("sections.quarantine_rows")):
        show_table("quarantine", rows)


def _by_code(counts: pl.DataFrame) -> pl.DataFrame:
    per_code = (
        counts.group_by("code")
        .agg(pl.sum("row_count"))
        .sort("row_count", "code", descending=[True, False])
    )
    sentences = [code_sentence(code) for code in per_code["code"]]
    return per_code.with_columns(pl.Series("sentence", sentences, pl.String))


def show_flow(rooms: pl.DataFrame) -> None:
    """One card a room: what came in, what went out, what stands aside."""
    show_section("flow")
    if rooms.is_empty():
        st.caption(say("state.nothing"))
        return
    for column, room in zip(
        st.columns(rooms.height), rooms.iter_rows(named=True), strict=True
    ):
        with column:
            _show_room(room)


def _show_room(room: dict[str, object]) -> None:
    name, unit = str(room["room"]), word("unit", str(room["unit"]))
    went_out, came_in = _number(room, "rows_out"), _number(room, "rows_in")
    # A line cut short takes back what was out; an amendment what was in.
    out = count(abs(went_out))
    detail = "flow.taken_off" if came_in < 0 else "flow.in_count"
    with st.container(border=True, height="stretch"):
        st.metric(
            word("room", name),
            say("flow.back", count=out) if went_out < 0 else out,
            help=say("flow.help", unit=unit),
        )
        st.caption(say(detail, count=count(abs(came_in))))
        text, colour = _verdict(room)
        st.badge(text, color=colour)
        st.caption(say("flow.unit", unit=unit))


def _verdict(room: dict[str, object]) -> tuple[str, Colour]:
    aside, files = _number(room, "set_aside"), _number(room, "file_count")
    if aside:
        # What the decisions set aside is not broken: it waits for stock.
        is_waiting = room["room"] == "decisions"
        key = "flow.waiting" if is_waiting else "flow.set_aside"
        return say(key, count=count(aside)), "orange"
    if files:
        return say("flow.files", count=count(files)), "blue"
    return say("flow.clean"), "green"


def _number(room: dict[str, object], name: str) -> int:
    return int(str(room[name]))


def show_proofs(proofs: pl.DataFrame) -> None:
    """What was proved, over how many keys, with the first that failed."""
    show_section("proofs")
    shown = proofs.select(
        "proof",
        "kind",
        "checked_rows",
        "failed_rows",
        result=pl.when("is_passed").then(pl.lit("passed")).otherwise(pl.lit("failed")),
        example="example",
    )
    show_table("proofs", worded(shown, proof="proof", kind="kind", result="result"))
