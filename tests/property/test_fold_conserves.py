"""Whatever arrives in whatever order: nothing is lost, nothing goes negative."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.decisions import (
    BUCKETS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
    PROMISE_POSTINGS,
)
from transforms.contracts.gold import DIM_NODES, FCT_ORDER_EVENTS, FCT_ORDER_LINES
from transforms.ledger.promises import committed, promise_postings
from transforms.lifecycle.fold import Folded, LineFacts, fold_lines

TABLE = Path(__file__).parents[2] / "orchestration" / "policies" / "transitions.csv"
TRANSITIONS = pl.read_csv(TABLE, infer_schema=False)
KINDS = sorted(set(TRANSITIONS["event_type"]))
START = datetime(2017, 12, 27, 5, tzinfo=UTC)
LINES = [f"L{i}" for i in range(3)]
BUCKET_COLUMNS = [f"{bucket}_qty" for bucket in BUCKETS]


Event = dict[str, Any]
Drawn = tuple[str, str, int, int, str | None, bool]


def fold(events: list[Event], line_ids: list[str] = LINES) -> Folded:
    lines = pl.DataFrame({"line_id": line_ids}).with_columns(
        order_id=pl.lit("O"),
        sku_id=pl.lit("S1"),
        channel_id=pl.lit("web"),
        ordered_at=pl.lit(START),
    )
    facts = LineFacts(
        pl.DataFrame(events, schema=FCT_ORDER_EVENTS.schema),
        OWN_EVENTS.empty(),
        INSTRUCTION_LINES.empty(),
        lines.select(n for n in FCT_ORDER_LINES.names if n in lines.columns),
        DIM_NODES.empty(),
    )
    return fold_lines(facts, TRANSITIONS)


def told(drawn: list[Drawn]) -> list[Event]:
    return [
        {
            "event_id": f"E{i:03d}",
            "event_type": kind,
            "line_id": line,
            "qty": -qty if kind == "AMENDED" and hour % 2 else qty,
            "node_id": node,
            "sku_id": "S1",
            "event_at": START + timedelta(hours=hour),
            "is_date_only": is_date_only,
            "source_rank": 50,
            "detail": json.dumps({"released": qty, "shipped": 1, "node_id": node})
            if kind == "OPENING"
            else None,
        }
        for i, (kind, line, qty, hour, node, is_date_only) in enumerate(drawn)
    ]


SOUP = st.lists(
    st.tuples(
        st.sampled_from([*KINDS, "ACCEPTED", "ALLOCATED", "RELEASED", "SHIPPED"]),
        st.sampled_from(LINES),
        st.integers(0, 6),
        st.integers(0, 12),
        st.sampled_from(["EAST", "WEST", None]),
        st.booleans(),
    ),
    max_size=40,
).map(told)


@given(SOUP)
def test_buckets_sum_to_ordered_and_never_go_negative(events: list[Event]) -> None:
    buckets = fold(events).buckets

    off = buckets.filter(pl.sum_horizontal(BUCKET_COLUMNS) != pl.col("ordered_qty"))
    assert 0 == off.height
    assert 0 <= buckets.select(pl.selectors.ends_with("_qty")).min_horizontal().min()


@given(SOUP)
def test_every_each_of_an_event_is_applied_or_judged(events: list[Event]) -> None:
    folded = fold(events)

    verdicts = folded.verdicts
    assert verdicts.select("event_id", "verdict").is_unique().all()
    silent = folded.events.filter(pl.col("qty") != 0).join(
        pl.concat([verdicts.select("event_id"), folded.moves.select("event_id")]),
        on="event_id",
        how="anti",
    )
    # Picking what is picked already moves nothing and is no error; an opening
    # that leaves all pending moves nothing either. A hold is of the line, not of
    # eaches; and what is cancelled, or asked for, is not so twice.
    quiet = ["PICKED", "PACKED", "ACCEPTED_BY_NODE", "OPENING"]
    quiet += ["HOLD", "APPROVED", "UNHOLD", "CANCELLED", "AMENDED"]
    assert [] == silent.filter(~pl.col("event_type").is_in(quiet)).rows()


@given(SOUP, st.randoms(use_true_random=False))
def test_arrival_order_never_matters(events: list[Event], random: Random) -> None:
    shuffled = random.sample(events, len(events))

    here, there = fold(events), fold(shuffled)
    assert here.buckets.equals(there.buckets)
    assert here.verdicts.equals(there.verdicts)
    assert here.moves.equals(there.moves)


@given(SOUP)
def test_promises_balance_and_equal_the_buckets(events: list[Event]) -> None:
    folded = fold(events)

    postings = promise_postings(folded.moves, PROMISE_POSTINGS.empty())
    unbalanced = postings.group_by("event_id").agg(pl.col("qty").sum())
    assert 0 == unbalanced.filter(pl.col("qty") != 0).height
    sums = committed(postings, ["line_id"]).select(
        "line_id", "allocated_qty", "released_qty"
    )
    buckets = folded.buckets.select(
        "line_id",
        "allocated_qty",
        released_qty=pl.col("released_qty") + pl.col("in_fulfilment_qty"),
    )
    joined = buckets.join(sums, on="line_id", how="left").fill_null(0)
    assert joined["allocated_qty"].equals(joined["allocated_qty_right"])
    assert joined["released_qty"].equals(joined["released_qty_right"])


@given(SOUP, st.integers(0, 40))
def test_a_fold_that_learns_late_appends_the_difference(
    events: list[Event], known: int
) -> None:
    early = fold(events[:known])
    first = promise_postings(early.moves, PROMISE_POSTINGS.empty())
    whole = fold(events)
    later = promise_postings(whole.moves, first)

    both = pl.concat([first, later])
    assert both["posting_id"].is_unique().all()
    keys = ["line_id", "node_id"]
    expected = promise_postings(whole.moves, PROMISE_POSTINGS.empty())
    balances = committed(both, keys).filter(
        (pl.col("allocated_qty") != 0) | (pl.col("released_qty") != 0)
    )
    assert (
        committed(expected, keys)
        .filter((pl.col("allocated_qty") != 0) | (pl.col("released_qty") != 0))
        .equals(balances)
    )


@given(SOUP)
def test_nothing_is_committed_or_released_while_its_line_is_held(
    events: list[Event],
) -> None:
    folded = fold(events)

    told = folded.moves.filter(
        pl.col("to_bucket").is_in(["allocated", "released"])
        & (pl.col("event_type") != "OPENING")
    )
    during = told.join(folded.holds, on="line_id").filter(
        pl.col("event_at") > pl.col("held_at"),
        pl.col("ended_at").is_null() | (pl.col("event_at") < pl.col("ended_at")),
    )
    assert [] == during.rows()


TEMPLATES = {
    "shipped before released": [
        ("ACCEPTED", "L0", 3, 1, None, False),
        ("ALLOCATED", "L0", 3, 2, "EAST", False),
        ("RELEASED", "L0", 3, 3, "EAST", False),
        ("SHIPPED", "L0", 2, 9, "EAST", False),
        ("SHORT", "L0", 1, 9, "EAST", False),
        ("DELIVERED", "L0", 2, 12, None, False),
    ],
    "cancelled before created": [
        ("ACCEPTED", "L0", 4, 1, None, False),
        ("AMENDED", "L0", 1, 2, None, False),
        ("BACKORDERED", "L0", 2, 3, None, False),
        ("CANCELLED", "L0", 2, 4, None, False),
        ("ALLOCATED", "L0", 2, 5, "WEST", False),
        ("DEALLOCATED", "L0", 1, 6, "WEST", False),
    ],
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_all_permutations_of_six_events_give_one_state(template: str) -> None:
    """Every arrival order gets a line of its own, so that one fold tries all."""
    orders = list(itertools.permutations(told(TEMPLATES[template])))
    lines = [f"P{number:03d}" for number in range(len(orders))]
    events = [
        event | {"line_id": line, "event_id": f"{line}/{event['event_id']}"}
        for line, order in zip(lines, orders, strict=True)
        for event in order
    ]

    states = fold(events, lines).buckets.drop("line_id")
    assert (720, 1) == (states.height, states.unique().height)
