"""Lines and stock at an earlier instant, by what is known now or was known then.

What was known is what the newest run by then had read: its decisions stood on it.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.line_facts import (
    EVENT_COLUMNS,
    cut_over,
    facts_of,
    why_given_up,
)
from orchestration.resources.refusal import RefusalError
from transforms.contracts.decisions import (
    INSTRUCTION_LINES,
    OWN_EVENTS,
    PROMISE_POSTINGS,
    UNIT_POSTINGS,
)
from transforms.contracts.gold import DIM_NODES, FCT_ORDER_EVENTS, FCT_ORDER_LINES
from transforms.ledger.positions import positions
from transforms.lifecycle.fold import LINE_COLUMNS, LineFacts
from transforms.lifecycle.hindsight import lines_at as folded_lines_at

OF_RUNS_BY_THEN = (
    "event_at <= ? and run_id in"
    " (select run_id from lake.decisions.runs where as_of <= ?)"
)
"""Postings that had taken effect, of runs that had been made."""

LINE = ("line_id",)


def known_by(house: House, moment: datetime | None) -> datetime:
    """The instant of the newest run by ``moment``, of all runs when it is None.

    Raises:
        RefusalError: no run was made by then: nothing was known.
    """
    runs = house.past_runs()["as_of"]
    made = runs if moment is None else runs.filter(runs <= moment)
    if made.is_empty():
        raise RefusalError(
            f"no run was made by {moment:%F %R}Z; the first is of {runs[0]:%F %R}Z"
        )
    newest = made.max()
    assert isinstance(newest, datetime)  # noqa: S101 for the type checker
    return newest


def lines_at(
    house: House, at: datetime, known_at: datetime, order_id: str = ""
) -> pl.DataFrame:
    """Buckets of all lines, or those of one order, as they were at ``at``.

    Args:
        house: an open house.
        at: what took effect later is left out.
        known_at: what was learned later is left out.
        order_id: one order; all without it.

    Returns:
        LINE_BUCKETS without ``run_id``.
    """
    with house.lake.one_snapshot():
        facts = _facts(house, order_id)
    return folded_lines_at(facts, house.policies.transitions, at, known_at)


def stock_at(house: House, at: datetime, known_at: datetime) -> pl.DataFrame:
    """Balances of every node and SKU: sums of the postings that stood then.

    Args:
        house: an open house.
        at: postings that took effect later are left out.
        known_at: postings that were made later are left out.

    Returns:
        STOCK_POSITIONS without ``run_id``.
    """
    lake, moments = house.lake, [at, known_at]
    return positions(
        lake.read(UNIT_POSTINGS, OF_RUNS_BY_THEN, moments, is_ordered=False),
        lake.read(PROMISE_POSTINGS, OF_RUNS_BY_THEN, moments, is_ordered=False),
    )


def _facts(house: House, order_id: str) -> LineFacts:
    lake = house.lake
    if order_id:
        named = "order_id = ?"
        return facts_of(house, lake.read(FCT_ORDER_LINES, named, [order_id], LINE))
    events = lake.read(FCT_ORDER_EVENTS, columns=EVENT_COLUMNS, is_ordered=False)
    return LineFacts(
        order_events=why_given_up(house, events),
        own_events=lake.read(OWN_EVENTS, is_ordered=False),
        instruction_lines=lake.read(INSTRUCTION_LINES, is_ordered=False),
        lines=lake.read(FCT_ORDER_LINES, columns=LINE_COLUMNS),
        nodes=lake.read(DIM_NODES),
        cut_over_at=cut_over(house),
    )
