"""Gathering what the fold reads: lines touched by this run, with all their events.

Cost follows what arrived: touched lines are found by the watermark, and only
their events are read, however long the log is.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.reach import (
    LANDED_LAST,
    OF_INSTRUCTIONS,
    PAIR,
    PAIR_COLUMNS,
    decided_since,
    inherited,
    reach_of,
)
from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.gold import DIM_NODES, FCT_ORDER_EVENTS, FCT_ORDER_LINES
from transforms.instructions.correct import CORRECTED
from transforms.lifecycle.fold import LINE_COLUMNS, LineFacts
from transforms.lifecycle.resolve import EVENT_SCHEMA

ASKED_BACK = f"""
    select {PAIR}, min(requested_at) as asked_at,
        min(requested_at) filter (reason_code = '{CORRECTED}') as anew_at,
        sum(qty)::bigint as asked_qty
    from lake.instructions.cancel_requests
    where ({PAIR}) in (select ({PAIR}) from given_up)
    group by all
"""  # noqa: S608 our own names
OURS = f"""
    select {PAIR}, true as is_ours from lake.instructions.instruction_lines
    where ({PAIR}) in (select ({PAIR}) from given_up)
"""  # noqa: S608 our own names
UNASKED = "UNASKED"
"""Reason of what a node gives up of itself: that is a refusal, and sent by another."""

EVENT_COLUMNS = (*EVENT_SCHEMA.names(), "known_at")
"""What is read of an event: what the fold needs, and when we learned of it."""

OF_LINES = "landing_id >= ? and line_id in (select line_id from touched)"
"""Events that name one of some lines."""
ABOUT = f"""{OF_INSTRUCTIONS} and (({PAIR}) in (select ({PAIR}) from asked)
    or (instruction_line_ref is null
        and instruction_id in (select instruction_id from asked))
    or ((landing_id > $1 or ({PAIR}) in (select ({PAIR}) from news))
        and ({PAIR}) not in (
            select ({PAIR}) from lake.instructions.instruction_lines)
        and ({PAIR}) not in (select ({PAIR}) from inherited)))"""  # noqa: S608 our own names
"""Events of some lines by their instruction, and of what nobody asked for."""


def lines_touched_by_documents(house: House) -> pl.DataFrame:
    """``line_id`` of every line that a document of this run says something about.

    Silver's own list is part of it: an order that heals carries the landing ids
    of documents that came earlier.
    """
    with house.lake.holding(inherited=inherited(house)):
        return house.lake.query(
            f"""
        with arrived as (
            select line_id, instruction_id, instruction_line_ref
            from lake.gold.fct_order_events
            where landing_id > {house.run.since}
        )
        select line_id from arrived where line_id is not null
        union
        select l.line_id
        from arrived as e
        inner join lake.instructions.instruction_lines as l
            on l.instruction_id = e.instruction_id
            and l.instruction_line_ref
                = coalesce(e.instruction_line_ref, l.instruction_line_ref)
        union
        select i.line_id from inherited as i
        semi join arrived as e
            on e.instruction_id = i.instruction_id
            and i.instruction_line_ref
                = coalesce(e.instruction_line_ref, i.instruction_line_ref)
        union
        select t.line_id from lake.silver.int_order_lines__touched as t
        inner join lake.gold.fct_order_lines as l on l.line_id = t.line_id
        where l.ordered_at >= $1
        order by line_id
        """,  # noqa: S608
            [decided_since(house)],
        )


def lines_touched_by_us(house: House) -> pl.DataFrame:
    """``line_id`` of every line that this run itself did something to."""
    return house.lake.query(
        "select distinct line_id from lake.decisions.own_events where run_id = ?"
        " order by line_id",
        [house.run.run_id],
    )


def facts_of(
    house: House, lines: pl.DataFrame, strays_since: int | None = None
) -> LineFacts:
    """Everything the fold needs of ``lines`` (column ``line_id``), and strays.

    Args:
        house: an open house.
        lines: whose facts.
        strays_since: also events that landed behind this row of the ledger and
            name an instruction nobody knows, with what was told of it before:
            they get the verdict UNKNOWN_TO_US, whoever sent them.
    """
    lake, reach = house.lake, reach_of(house, lines)
    since = strays_since if strays_since is not None else LANDED_LAST
    with lake.holding(touched=lines):
        instructions = lake.read(
            INSTRUCTION_LINES, "line_id in (select line_id from touched)"
        )
        own = lake.read(
            OWN_EVENTS,
            "event_at >= ? and line_id in (select line_id from touched)",
            [reach.decided_at],
        )
        order_lines = lake.read(
            FCT_ORDER_LINES,
            "ordered_at >= ? and line_id in (select line_id from touched)",
            [reach.ordered_at],
            LINE_COLUMNS,
        )
        mine = inherited(house).join(lines, on="line_id", how="semi")
        asked = pl.concat([told.select(PAIR_COLUMNS) for told in (instructions, mine)])
        news = _strays(house, since)
        with lake.holding(asked=asked.unique(), inherited=inherited(house), news=news):
            # The fold puts them in its own order.
            events = [
                lake.read(FCT_ORDER_EVENTS, *which, EVENT_COLUMNS, is_ordered=False)
                for which in ((OF_LINES, [reach.landing_id]), (ABOUT, [since]))
            ]
    return LineFacts(
        order_events=why_given_up(house, pl.concat(events)),
        own_events=own,
        instruction_lines=instructions,
        lines=order_lines,
        nodes=lake.read(DIM_NODES),
        cut_over_at=cut_over(house),
    )


def _strays(house: House, since: int) -> pl.DataFrame:
    """Instructions that something arrived of which no line of ours has.

    What was said of them before is looked at again: it may be one thing told twice.
    """
    return house.lake.query(
        f"select distinct {PAIR} from lake.gold.fct_order_events"  # noqa: S608
        " where line_id is null and landing_id > $1"
        " and event_type in ('SHIPPED', 'SUBSTITUTED_BY_NODE')",
        [since],
    )


def why_given_up(house: House, events: pl.DataFrame) -> pl.DataFrame:
    """Events, with the reason of what a node gives up.

    What it was asked for in order to be told anew comes back to be sent, as does what
    nobody had asked for (``UNASKED``), alone or beside what was; the rest is
    cancelled. Of instructions of the system before we do not know what was asked.
    Nearly no run has any.

    Returns:
        ``events`` with ``refused_qty``: of what is ``UNASKED`` the eaches that nobody
        had asked for, else all.
    """
    is_answer = pl.col("event_type") == "CANCEL_ACK"
    given_up = events.filter(is_answer).select(PAIR_COLUMNS).drop_nulls().unique()
    if given_up.is_empty():
        return events.with_columns(refused_qty="qty")
    with house.lake.holding(given_up=given_up):
        asked, ours = house.lake.query(ASKED_BACK), house.lake.query(OURS)
    told = events.join(asked, on=PAIR_COLUMNS, how="left").join(
        ours, on=PAIR_COLUMNS, how="left"
    )
    known = pl.col("known_at")
    is_asked = is_answer & (known > pl.col("asked_at")).fill_null(value=False)
    answered = pl.when(is_asked).then("qty").otherwise(0)
    in_all = answered.cum_sum().over(PAIR_COLUMNS, order_by=["event_at", "event_id"])
    beyond = (in_all - pl.col("asked_qty")).clip(0, "qty")
    refused = pl.when(is_asked).then(beyond).otherwise("qty")
    reason = (
        pl.when(is_answer & (known > pl.col("anew_at")))
        .then(pl.lit(CORRECTED))
        .when(is_answer & pl.col("is_ours") & (refused > 0))
        .then(pl.lit(UNASKED))
        .otherwise("reason_code")
    )
    return told.with_columns(reason_code=reason, refused_qty=refused).drop(
        "asked_at", "anew_at", "asked_qty", "is_ours"
    )


def refusals_apart(events: pl.DataFrame) -> pl.DataFrame:
    """Events of ``why_given_up`` with what nobody had asked for as REJECTED.

    What of it was asked for is given up (CANCEL_ACK), beside it.
    """
    kind, asked = pl.col("event_type"), pl.col("qty") - pl.col("refused_qty")
    is_refused = (kind == "CANCEL_ACK") & (pl.col("reason_code") == UNASKED)
    is_refused = is_refused.fill_null(value=False)
    refused = events.filter(is_refused)
    parts = [
        events.filter(~is_refused),
        refused.with_columns(event_type=pl.lit("REJECTED"), qty="refused_qty"),
        refused.with_columns(qty=asked).filter(pl.col("qty") > 0),
    ]
    return pl.concat(parts).drop("refused_qty")


def cut_over(house: House) -> datetime | None:
    """When the system before handed over; None for a house that began empty."""
    found = house.lake.query(
        "select min(cut_at) as at from lake.gold.fct_opening_stock"
    )
    moment = found["at"].item()
    return moment if isinstance(moment, datetime) else None
