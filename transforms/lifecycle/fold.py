"""The fold: events of lines → buckets, verdicts and moves.

Sorted by (line, effective time, source rank, event id), so neither arrival
order nor the split of files can matter. An event that its line's state does
not allow moves what it may and keeps a verdict for the rest. Not here:
postings (``transforms.ledger``) and exceptions (``transforms.reconciliation``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from transforms.contracts.decisions import EVENT_VERDICTS, LINE_BUCKETS
from transforms.contracts.table import INSTANT
from transforms.lifecycle.holds import line_holds
from transforms.lifecycle.kernel import (
    EVENT,
    FROM,
    LAST,
    NODE,
    ORDERED,
    QTY,
    TO,
    fold_log,
)
from transforms.lifecycle.knowledge import after_our_choices
from transforms.lifecycle.log import (
    UNKNOWN_TYPE,
    WRONG_SKU,
    SortedLog,
    sorted_log,
)
from transforms.lifecycle.packed import with_packed_moves, with_packing
from transforms.lifecycle.repeats import (
    expected_again,
    refused_again,
    said_again,
    short_again,
)
from transforms.lifecycle.resolve import Resolved, as_events, resolve
from transforms.lifecycle.status import status
from transforms.lifecycle.stores import at_their_store
from transforms.lifecycle.timing import with_effective_time
from transforms.lifecycle.transitions import (
    CODES,
    STATES,
    VERDICTS,
    Ints,
    Programs,
    programs,
)

NAMES = {code: name for name, code in CODES.items()}
LINE_COLUMNS = (
    *("line_id", "order_id", "sku_id", "channel_id", "ordered_at"),
    *("kit_sku_id", "kit_qty", "to_store_id"),
)
"""What the fold reads of an order line."""

REQUESTS = ("CANCEL_REQUESTED", "CANCEL_WITHDRAWN")
"""Verdicts of eaches that a node was asked to give up: for good, or no more."""

UNKNOWN_NODE = "UNKNOWN"
"""Node of a commitment that names none; a ledger cannot post to null."""


@dataclass(frozen=True)
class Folded:
    """What the events made of the lines.

    Args:
        buckets: LINE_BUCKETS without ``run_id``, every line of ``lines``.
        verdicts: EVENT_VERDICTS without ``run_id``; an event that was partly
            applied is here with the rest.
        moves: one row per applied move: ``event_id, event_type, line_id,
            sku_id, node_id, from_bucket, to_bucket, qty, event_at`` (the
            effective time) and ``packed.MOVED``, in the order they were applied.
        events: every event with its line, its nodes (``node_id`` acted,
            ``promise_node_id`` was asked), ``effective_at``, ``line_sku_id`` and
            ``packed.PACKED``; line and SKU are null where unknown. The unit ledger
            posts from it.
        holds: LINE_HOLDS without ``run_id``.
    """

    buckets: pl.DataFrame
    verdicts: pl.DataFrame
    moves: pl.DataFrame
    events: pl.DataFrame
    holds: pl.DataFrame


@dataclass(frozen=True)
class LineFacts:
    """What the fold reads; everything else is computed.

    For a partial fold hand in some lines and *all* events of those lines: an
    event of another line gets the verdict UNKNOWN_TO_US.

    Args:
        order_events: gold FCT_ORDER_EVENTS, at least EVENT_SCHEMA's columns.
        own_events: OWN_EVENTS of earlier runs and of this one.
        instruction_lines: INSTRUCTION_LINES.
        lines: gold FCT_ORDER_LINES, at least LINE_COLUMNS.
        nodes: gold DIM_NODES (``node_id, zone``).
        cut_over_at: before this instant a confirmation of an instruction that
            nobody knows is the system before's (BEFORE_OPENING); by default
            the earliest OPENING among the events.
    """

    order_events: pl.DataFrame
    own_events: pl.DataFrame
    instruction_lines: pl.DataFrame
    lines: pl.DataFrame
    nodes: pl.DataFrame
    cut_over_at: datetime | None = None


def fold_lines(
    facts: LineFacts, transitions: pl.DataFrame, until: datetime | None = None
) -> Folded:
    """Resolve, time and fold: the whole step from facts to line buckets.

        sum of the buckets of a line  =  its ordered quantity       always
        every bucket  >=  0                                         always

    Args:
        facts: frames of the contracts.
        transitions: ``orchestration/policies/transitions.csv`` as text columns.
        until: events that take effect later are left out; by default none.

    Raises:
        ContractError: the transition table would lose eaches.
    """
    parts = [as_events(facts.order_events), as_events(facts.own_events)]
    resolved = resolve(pl.concat(parts), facts.instruction_lines)
    timed = with_effective_time(resolved.events, resolved.openings, facts.nodes)
    if until is not None:
        timed = timed.filter(pl.col("effective_at") <= pl.lit(until, INSTANT))
    return fold(
        Resolved(after_our_choices(timed), resolved.openings),
        facts.lines,
        programs(transitions),
        facts.cut_over_at,
    )


def fold(
    resolved: Resolved,
    lines: pl.DataFrame,
    rules: Programs,
    cut_over_at: datetime | None = None,
) -> Folded:
    """Fold events that know their line and their effective time."""
    lines = _indexed(lines)
    keys = lines.select(
        *("line_id", "line_index", "kit_sku_id", "kit_qty", "to_store_id"),
        line_sku_id="sku_id",
    )
    joined = resolved.events.join(keys, on="line_id", how="left")
    events = with_packing(at_their_store(joined)).drop("kit_sku_id", "kit_qty")
    known = events.filter(pl.col("line_index").is_not_null())
    stray = events.filter(pl.col("line_index").is_null())
    # What a refusal says of stock stands, though it moves no each of the line.
    once = _told_once(known, refused_again(known))
    once = _told_once(once, expected_again(known))
    again = said_again(once)
    once = _told_once(once, again)
    shorts = short_again(once)
    once, events = _told_once(once, shorts), _told_once(events, shorts)
    log = sorted_log(once, resolved.openings, rules, lines.height)
    states, moves, judged = fold_log(
        log.start, log.events, log.openings, rules.steps, len(log.nodes)
    )
    cut = cut_over_at or _cut_over(resolved.openings)
    return Folded(
        buckets=_buckets(lines, states),
        verdicts=pl.concat(
            [_verdicts(log, judged, again, rules), _strays(stray, cut)]
        ).sort("event_id", "verdict"),
        moves=with_packed_moves(_moves(log, moves), known),
        events=events.drop("line_index"),
        holds=line_holds(known),
    )


def _told_once(events: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    """Events without the eaches that they say again."""
    if again.is_empty():
        return events
    on = ["event_id", "line_index"]
    told = events.join(again, on=on, how="left", maintain_order="left")
    less = pl.col("qty") - pl.col("again_qty").fill_null(0)
    return told.with_columns(qty=less).drop("again_qty")


def _indexed(lines: pl.DataFrame) -> pl.DataFrame:
    chosen = lines.select(LINE_COLUMNS)
    # The lake's rows come sorted; sorting a year of them again costs a second.
    if not chosen["line_id"].is_sorted():
        chosen = chosen.sort("line_id")
    return chosen.with_row_index("line_index")


def _cut_over(openings: pl.DataFrame) -> datetime | None:
    at = openings["event_at"].min()
    return at if isinstance(at, datetime) else None


def _buckets(lines: pl.DataFrame, states: Ints) -> pl.DataFrame:
    counts = {f"{name}_qty": states[:, i] for i, name in enumerate(STATES)}
    last = pl.Series("last", states[:, LAST])
    known = lines.drop("line_index").with_columns(
        pl.Series("ordered_qty", states[:, ORDERED]),
        *(pl.Series(name, np.ascontiguousarray(v)) for name, v in counts.items()),
        last_event_at=pl.when(last > 0)
        .then(pl.from_epoch(last, "us").dt.replace_time_zone("UTC"))
        .otherwise("ordered_at"),
    )
    named = [name for name in LINE_BUCKETS.names if name != "run_id"]
    return known.with_columns(line_status=status()).select(named)


def _moves(log: SortedLog, moves: Ints) -> pl.DataFrame:
    row = log.rows.gather(moves[:, EVENT])
    acted = log.frame.select(
        "event_id", "event_type", "line_id", "line_sku_id", "effective_at"
    )[row]
    return acted.select(
        "event_id",
        "event_type",
        "line_id",
        pl.col("line_sku_id").alias("sku_id"),
        log.nodes.fill_null(UNKNOWN_NODE).gather(moves[:, NODE]).alias("node_id"),
        _named(moves[:, FROM], "from_bucket"),
        _named(moves[:, TO], "to_bucket"),
        pl.Series("qty", np.ascontiguousarray(moves[:, QTY])),
        pl.col("effective_at").cast(INSTANT).alias("event_at"),
    )


def _named(codes: Ints, name: str) -> pl.Series:
    words = pl.Series(name, [NAMES[code] for code in range(len(NAMES))])
    return words.gather(codes)


def _verdicts(
    log: SortedLog, judged: Ints, again: pl.DataFrame, rules: Programs
) -> pl.DataFrame:
    names = ["event_id", "line_id", "event_type", "first_step"]
    found = log.frame.select(names)[log.rows.gather(judged[:, 0])].with_columns(
        verdict=pl.Series(VERDICTS, dtype=pl.String).gather(judged[:, 1]),
        qty=pl.Series(np.ascontiguousarray(judged[:, 2])),
    )
    repeats = log.frame.join(again, on=["event_id", "line_index"]).select(
        *names, verdict=pl.lit("OVERSHIPPED"), qty="again_qty"
    )
    told = pl.concat([found, repeats]).with_columns(
        detail=pl.col("first_step").replace_strict(_texts(rules))
    )
    return _one_per_event(told).select(_VERDICT_COLUMNS)


def _texts(rules: Programs) -> dict[int, str]:
    """Rule of each first step, and why an event has none."""
    ours = zip(rules.index["first_step"].to_list(), rules.rules, strict=True)
    return {
        **dict(ours),
        WRONG_SKU: "another SKU than the line's: SAME_SKU",
        UNKNOWN_TYPE: "no transition: UNKNOWN_EVENT",
    }


_VERDICT_COLUMNS = [name for name in EVENT_VERDICTS.names if name != "run_id"]


def _one_per_event(found: pl.DataFrame) -> pl.DataFrame:
    """An event has one verdict: the graver name, all eaches not applied.

    What a node was asked to give up stands beside it: it was applied, as a request. So
    does what of it is wanted again.
    """
    request = pl.col("verdict").is_in(REQUESTS)
    keys = ["event_id", "line_id", "event_type", "detail"]
    summed = found.group_by(
        *keys, pl.when(request).then("verdict").alias("request")
    ).agg(pl.col("verdict").min(), pl.col("qty").sum())
    return summed.drop("request")


def _strays(stray: pl.DataFrame, cut_over_at: datetime | None) -> pl.DataFrame:
    """What nobody knows the line of; that it came is told when it is looked at."""
    is_told = (pl.col("qty") == 0) | (pl.col("event_type") == "RETURN_INSPECTED")
    stray = stray.filter(~is_told)
    is_before = (
        pl.lit(value=False)
        if cut_over_at is None
        else pl.col("event_at") < pl.lit(cut_over_at)
    )
    return stray.with_columns(
        verdict=pl.when(is_before)
        .then(pl.lit("BEFORE_OPENING"))
        .otherwise(pl.lit("UNKNOWN_TO_US")),
        qty=pl.col("qty").abs(),
        detail=pl.when(pl.col("instruction_id").is_null())
        .then(pl.lit("no order of ours has such a line"))
        .otherwise(
            pl.format(
                "no line for instruction {} line {}",
                pl.col("instruction_id"),
                pl.col("instruction_line_ref").fill_null("-"),
            )
        ),
    ).select(_VERDICT_COLUMNS)
