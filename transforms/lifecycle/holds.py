"""Since when, why and by whom a line is held, from the events that say so.

One row per reason and time it was held for; the fold says how many eaches. Not
here: which lines a rule holds (``allocation.holds``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from transforms.contracts.decisions import LINE_HOLDS

HOLD_EVENTS = ("HOLD", "UNHOLD", "APPROVED")
BY_RULE = "rule"
"""Author of a hold that nobody signed: a policy of ours placed it."""
NO_REASON = "UNNAMED"

Row = dict[str, Any]

_COLUMNS = [name for name in LINE_HOLDS.names if name != "run_id"]


def line_holds(events: pl.DataFrame) -> pl.DataFrame:
    """Every hold of the lines, those that have ended too.

    A second HOLD for a reason that holds already passes its place to its author and
    its end, and keeps its beginning; an UNHOLD without a reason ends all of them. An
    OPENING with a reason says that the system before held the line.

    Args:
        events: events of known lines with ``effective_at``, in any order.

    Returns:
        LINE_HOLDS without ``run_id``.
    """
    holds_some = (pl.col("event_type") == "OPENING") & pl.col(
        "reason_code"
    ).is_not_null()
    mine = events.filter(pl.col("event_type").is_in(HOLD_EVENTS) | holds_some)
    if mine.is_empty():
        return LINE_HOLDS.empty().select(_COLUMNS)
    told = mine.sort("line_id", "effective_at", "source_rank", "event_id").with_columns(
        author=pl.col("detail").str.json_path_match("$.author").fill_null(BY_RULE),
        until_date=pl.col("detail").str.json_path_match("$.until").str.to_date(),
        reason_code=pl.col("reason_code").fill_null(NO_REASON),
    )
    rows = [
        spell
        for spell in _spells(told.iter_rows(named=True))
        # What began and ended at one instant held nothing.
        if spell.get("ended_at") != spell["held_at"]
    ]
    found = pl.DataFrame(rows, schema=LINE_HOLDS.schema).select(_COLUMNS)
    return found.sort(LINE_HOLDS.key)


def _spells(events: Iterator[Row]) -> Iterator[Row]:
    """Walk the events of all lines once, line by line."""
    held: dict[str, Row] = {}
    line = None
    for event in events:
        if event["line_id"] != line:
            yield from held.values()
            held, line = {}, event["line_id"]
        reason = event["reason_code"]
        if event["event_type"] in {"HOLD", "OPENING"}:
            held[reason] = _begun(event, held.get(reason))
            continue
        names_none = event["event_type"] == "UNHOLD" and reason == NO_REASON
        for ended in list(held) if names_none else [reason] if reason in held else []:
            yield held.pop(ended) | {
                "ended_by": event["author"],
                "ended_at": event["effective_at"],
            }
    yield from held.values()


def _begun(event: Row, before: Row | None) -> Row:
    return {
        "line_id": event["line_id"],
        "reason_code": event["reason_code"],
        "held_at": before["held_at"] if before else event["effective_at"],
        "placed_by": event["author"],
        "until_date": event["until_date"],
    }
