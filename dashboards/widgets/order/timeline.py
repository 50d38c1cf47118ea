"""Every event of one order, each with the file and line it is from."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded
from dashboards.widgets.words import say, word

RUN_LETTERS = 12
"""Enough of a run's id to tell it from every other."""


def show_timeline(events: pl.DataFrame, lines: pl.DataFrame) -> None:
    """The events in the order of the fold."""
    show_section("timeline")
    show_table("timeline", told(events, lines))


def told(events: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Events as people read them: words, line numbers and sources.

    Args:
        events: rows of the timeline query.
        lines: rows of the lines query, for the numbers of the lines.
    """
    named = events.join(
        lines.select("line_id", "line_no"), on="line_id", how="left",
        maintain_order="left",
    )  # fmt: skip
    worded_events = worded(
        named, event_type="event", reason_code="reason", verdict="verdict"
    )
    return worded_events.select(
        "event_at",
        "line_no",
        "event_type",
        "qty",
        "node_id",
        "reason_code",
        _column("source", [_source(row) for row in named.iter_rows(named=True)]),
        "partner_id",
        "instruction_id",
        _column("detail", [detail_text(text) for text in named["detail"]]),
        "verdict",
        pl.col("payload_sha256").str.head(RUN_LETTERS),
    )


def _column(name: str, cells: list[str | None]) -> pl.Series:
    return pl.Series(name, cells, pl.String)


def _source(event: dict[str, Any]) -> str:
    if event["file_name"]:
        return say(
            "order.line_source", file=event["file_name"], line=event["payload_line"]
        )
    # Months that were published before our own events named theirs.
    return say("order.run_source", run=(event["run_id"] or "")[:RUN_LETTERS])


def detail_text(text: str | None) -> str | None:
    """An event's JSON as "word value" pairs; anything else as it stands."""
    try:
        pairs = json.loads(text or "")
    except json.JSONDecodeError:
        return text
    if not isinstance(pairs, dict):
        return text
    spelled = [
        f"{_detail_word(name)} {value}"
        for name, value in pairs.items()
        if value not in (None, "", 0)
    ]
    return " · ".join(spelled)


def _detail_word(name: str) -> str:
    known = word("detail", name)
    return known if known != name else word("bucket", name.removesuffix("_qty"))
