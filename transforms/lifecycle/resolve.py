"""Which line and node an event is about when it names only an instruction.

Instructions are ours (INSTRUCTION_LINES, with the node of their RELEASED
event) or of the system before (named in the ``detail`` of OPENING events).
Not here: what the event does to the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from transforms.contracts.decisions import BUCKETS
from transforms.contracts.table import BOOLEAN, INSTANT, INTEGER, TEXT
from transforms.lifecycle.packed import PACKED

EVENT_SCHEMA = pl.Schema(
    {
        "event_id": TEXT,
        "event_type": TEXT,
        "line_id": TEXT,
        "sku_id": TEXT,
        "node_id": TEXT,
        "instruction_id": TEXT,
        "instruction_line_ref": TEXT,
        "qty": INTEGER,
        "event_at": INSTANT,
        "is_date_only": BOOLEAN,
        "source_rank": INTEGER,
        "reason_code": TEXT,
        "detail": TEXT,
        "known_at": INSTANT,
    }
)
"""What gold's events and our own have in common; ours are known when they are
made and have no ``known_at``."""

OPENING_DETAIL = pl.Struct(
    dict.fromkeys(BUCKETS, INTEGER)
    | {"node_id": TEXT, "instruction_id": TEXT, "instruction_line_ref": TEXT}
)

INSTRUCTION = ["instruction_id", "instruction_line_ref"]
STEPS = ["ACCEPTED_BY_NODE", "PICKED", "PACKED"]
"""How far a node is, of some eaches or of all."""


@dataclass(frozen=True)
class Resolved:
    """Events with their line.

    Args:
        events: EVENT_SCHEMA and ``promise_node_id`` (the node that was asked,
            where ``node_id`` is the node that acted). Eaches of commitments
            move at the first, goods at the second. ``line_id`` is null where
            nobody knows the instruction. ``packed_in, per_kit`` of the
            instruction line, see ``packed``.
        openings: one row per OPENING event: ``event_id``, a column per bucket
            (eaches, 0 when not named) and its instruction.
    """

    events: pl.DataFrame
    openings: pl.DataFrame


def resolve(events: pl.DataFrame, instruction_lines: pl.DataFrame) -> Resolved:
    """Fill ``line_id`` and the nodes of events that name only an instruction.

    Args:
        events: gold's and our own events together (``as_events``).
        instruction_lines: INSTRUCTION_LINES.
    """
    openings = opening_details(events)
    known = _instructions(events, instruction_lines, openings)
    is_open = pl.col("instruction_id").is_not_null() & pl.col("line_id").is_null()
    named = events.filter(~is_open).with_columns(
        *(pl.lit(None, dtype).alias(name) for name, dtype in PACKED.items()),
        promise_node_id="node_id",
    )
    asked = _by_line(events.filter(is_open).drop("line_id"), known)
    found = _in_whole(
        asked.join(known, on=INSTRUCTION, how="left", maintain_order="left")
    ).with_columns(
        promise_node_id=pl.coalesce("asked_node_id", "node_id"),
        node_id=pl.coalesce("node_id", "asked_node_id"),
    )
    return Resolved(pl.concat([_of_openings(named, openings), _tidy(found)]), openings)


def _by_line(asked: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Events of whole instructions as one of each line; of unknown ones as told."""
    is_whole = pl.col("instruction_line_ref").is_null()
    whole = asked.filter(is_whole)
    if whole.is_empty():
        return asked
    lines = known.select(INSTRUCTION)
    spread = (
        whole.drop("instruction_line_ref")
        .join(lines, on="instruction_id", how="left", maintain_order="left")
        .with_columns(
            event_id=pl.concat_str(
                "event_id", "instruction_line_ref", separator="/", ignore_nulls=True
            )
        )
    )
    return pl.concat([asked.filter(~is_whole), spread.select(asked.columns)])


def _in_whole(found: pl.DataFrame) -> pl.DataFrame:
    """A step without eaches is of all that its line was asked for."""
    is_whole = pl.col("event_type").is_in(STEPS) & (pl.col("qty") == 0)
    all_of_it = pl.coalesce("asked_qty", "qty")
    return found.with_columns(qty=pl.when(is_whole).then(all_of_it).otherwise("qty"))


def as_events(frame: pl.DataFrame) -> pl.DataFrame:
    """Any events in the common columns; columns that lack are null, not date only."""
    lacking = {
        name: pl.lit(False if name == "is_date_only" else None, dtype)
        for name, dtype in EVENT_SCHEMA.items()
        if name not in frame.columns
    }
    return frame.with_columns(**lacking).select(
        pl.col(name).cast(dtype) for name, dtype in EVENT_SCHEMA.items()
    )


def opening_details(events: pl.DataFrame) -> pl.DataFrame:
    """What each OPENING event says, read from its JSON in one go.

    An OPENING whose ``detail`` is missing says nothing: all its buckets are 0,
    which the fold refuses unless nothing was ordered.
    """
    opened = events.filter(pl.col("event_type") == "OPENING")
    told = opened.select(
        "event_id",
        "event_at",
        pl.col("line_id"),
        pl.col("detail").str.json_decode(OPENING_DETAIL),
    ).unnest("detail")
    return told.with_columns(pl.col(BUCKETS).fill_null(0))


def _of_openings(events: pl.DataFrame, openings: pl.DataFrame) -> pl.DataFrame:
    """OPENING events take their node from the detail when they name none."""
    if openings.is_empty():
        return _tidy(events)
    is_opening = pl.col("event_type") == "OPENING"
    told = openings.select("event_id", told_node_id="node_id")
    filled = (
        events.filter(is_opening)
        .join(told, on="event_id", how="left", maintain_order="left")
        .with_columns(node_id=pl.coalesce("node_id", "told_node_id"))
        .with_columns(promise_node_id="node_id")
    )
    return pl.concat([_tidy(events.filter(~is_opening)), _tidy(filled)])


def _tidy(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(*EVENT_SCHEMA.names(), "promise_node_id", *PACKED)


def _instructions(
    events: pl.DataFrame, instruction_lines: pl.DataFrame, openings: pl.DataFrame
) -> pl.DataFrame:
    """One row per instruction line of ours or of the system before."""
    nodes = (
        events.filter(
            (pl.col("event_type") == "RELEASED")
            & pl.col("instruction_id").is_not_null()
        )
        .group_by("instruction_id")
        .agg(asked_node_id=pl.col("node_id").min())
    )
    is_told = pl.col("packed_ref") == pl.col("instruction_line_ref")
    ours = instruction_lines.select(
        *INSTRUCTION,
        "line_id",
        "packed_in",
        asked_qty="qty",
        per_kit=pl.when(is_told).then("kit_qty"),
    ).join(nodes, on="instruction_id", how="left")
    before = openings.filter(pl.col("instruction_id").is_not_null()).select(
        *INSTRUCTION,
        "line_id",
        asked_node_id="node_id",
        asked_qty=pl.col("released") + pl.col("in_fulfilment"),
        packed_in=pl.lit(None, TEXT),
        per_kit=pl.lit(None, INTEGER),
    )
    columns = [*INSTRUCTION, "line_id", "asked_node_id", "asked_qty", *PACKED]
    both = pl.concat([ours.select(columns), before.select(columns)])
    return both.sort(columns).unique(INSTRUCTION, keep="first", maintain_order=True)
