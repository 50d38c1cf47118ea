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
        pl.concat([FCT_ORDER_LINES.empty(), lines], how="diagonal_relaxed"),
        DIM_NODES.empty(),
    )
    return fold_lines(facts, TRANSITIONS)


def parts(qty: int, hour: int) -> dict[str, int]:
    """What a line is opened with: of every bucket that a cut-over file can name."""
    given = {"released": qty, "shipped": 1, "held": hour % 3, "lost": hour % 2}
    return given | {"pending": qty % 2, "backordered": hour % 2}


def opened(drawn: list[Drawn]) -> list[Event]:
    """The same, with every line accepted as what it is opened with adds up to."""
    others = told([one for one in drawn if one[0] not in {"ACCEPTED", "OPENING"}])
    begun = [
        one
        for i, line in enumerate(LINES)
        for qty in [len(drawn) % 4 + i]
        for one in (
            ("ACCEPTED", line, sum(parts(qty, 4 + i).values()), 0, None, False),
            ("OPENING", line, qty, 4 + i, "EAST", False),
        )
    ]
    named = [one | {"event_id": f"A{one['event_id']}"} for one in told(begun)]
    return named + others


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
            "reason_code": "FRAUD" if kind == "OPENING" and hour % 2 else None,
            "detail": json.dumps(parts(qty, hour) | {"node_id": node})
            if kind == "OPENING"
            else None,
        }
        for i, (kind, line, qty, hour, node, is_date_only) in enumerate(drawn)
    ]


DRAWN = st.lists(
    st.tuples(
        st.sampled_from([*KINDS, "ACCEPTED", "ALLOCATED", "RELEASED", "SHIPPED"]),
        st.sampled_from(LINES),
        st.integers(0, 6),
        st.integers(0, 12),
        st.sampled_from(["EAST", "WEST", None]),
        st.booleans(),
    ),
    max_size=40,
)
OPENED = DRAWN.map(opened)
"""Lines that the system before handed over in mid-life."""
SOUP = DRAWN.map(told) | OPENED


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


RELEASED = [
    ("ACCEPTED", "L0", 3, 1, None, False),
    ("ALLOCATED", "L0", 3, 2, "EAST", False),
    ("RELEASED", "L0", 3, 3, "EAST", False),
]
TEMPLATES: dict[str, tuple[list[Drawn], dict[str, int]]] = {
    "plain": (
        [
            *RELEASED,
            ("PICKED", "L0", 3, 4, "EAST", False),
            ("SHIPPED", "L0", 3, 9, "EAST", False),
            ("DELIVERED", "L0", 3, 12, None, False),
        ],
        {"delivered": 3},
    ),
    "short": (
        [
            *RELEASED,
            ("SHIPPED", "L0", 2, 9, "EAST", False),
            ("SHORT", "L0", 1, 9, "EAST", False),
            ("DELIVERED", "L0", 2, 12, None, False),
        ],
        {"delivered": 2, "pending": 1},
    ),
    "rejected, and sent from elsewhere": (
        [
            *RELEASED,
            ("REJECTED", "L0", 3, 4, "EAST", False),
            ("ALLOCATED", "L0", 3, 5, "WEST", False),
            ("RELEASED", "L0", 3, 6, "WEST", False),
        ],
        {"released": 3},
    ),
    "split shipment": (
        [
            ("ACCEPTED", "L0", 3, 1, None, False),
            ("ALLOCATED", "L0", 2, 2, "EAST", False),
            ("ALLOCATED", "L0", 1, 3, "WEST", False),
            ("RELEASED", "L0", 2, 4, "EAST", False),
            ("RELEASED", "L0", 1, 5, "WEST", False),
            ("SHIPPED", "L0", 2, 9, "EAST", False),
        ],
        {"shipped": 2, "released": 1},
    ),
    "held and let go": (
        [
            ("ACCEPTED", "L0", 3, 1, None, False),
            ("BACKORDERED", "L0", 2, 2, None, False),
            ("HOLD", "L0", 3, 3, None, False),
            ("AMENDED", "L0", 1, 4, None, False),
            ("UNHOLD", "L0", 3, 5, None, False),
            ("ALLOCATED", "L0", 2, 6, "EAST", False),
        ],
        {"ordered": 4, "pending": 2, "allocated": 2},
    ),
    "held after a part was sent": (
        [
            ("ACCEPTED", "L0", 3, 1, None, False),
            ("ALLOCATED", "L0", 2, 2, "EAST", False),
            ("RELEASED", "L0", 2, 3, "EAST", False),
            ("HOLD", "L0", 3, 4, None, False),
            ("SHORT", "L0", 1, 9, "EAST", False),
            ("SHIPPED", "L0", 1, 9, "EAST", False),
        ],
        {"held": 2, "shipped": 1},
    ),
    "cancelled before created": (
        [
            ("ACCEPTED", "L0", 4, 1, None, False),
            ("AMENDED", "L0", 1, 2, None, False),
            ("BACKORDERED", "L0", 2, 3, None, False),
            ("CANCELLED", "L0", 2, 4, None, False),
            ("ALLOCATED", "L0", 2, 5, "WEST", False),
            ("DEALLOCATED", "L0", 1, 6, "WEST", False),
        ],
        {"ordered": 5, "cancelled": 2, "pending": 2, "allocated": 1},
    ),
    "cancelled after its release": (
        [
            *RELEASED,
            ("CANCELLED", "L0", 3, 4, None, False),
            ("SHIPPED", "L0", 1, 9, "EAST", False),
            ("CANCEL_ACK", "L0", 2, 10, "EAST", False),
        ],
        {"shipped": 1, "cancelled": 2},
    ),
    "less, and as much again when all has left": (
        [
            *RELEASED,
            ("AMENDED", "L0", 2, 5, None, False),
            ("SHIPPED", "L0", 3, 9, "EAST", False),
            ("AMENDED", "L0", 2, 10, None, False),
        ],
        {"shipped": 3},
    ),
    "less, as much again, and given up": (
        [
            *RELEASED,
            ("AMENDED", "L0", 2, 5, None, False),
            ("AMENDED", "L0", 2, 6, None, False),
            ("CANCEL_ACK", "L0", 2, 9, "EAST", False),
        ],
        {"released": 1, "pending": 2},
    ),
    "cancelled too late": (
        [
            *RELEASED,
            ("CANCELLED", "L0", 3, 4, None, False),
            ("SHIPPED", "L0", 3, 9, "EAST", False),
            ("DELIVERED", "L0", 3, 12, None, False),
        ],
        {"delivered": 3},
    ),
    "paid late": (
        [
            ("ACCEPTED", "L0", 3, 1, None, False),
            ("HOLD", "L0", 3, 2, None, False),
            ("UNHOLD", "L0", 3, 5, None, False),
            ("ALLOCATED", "L0", 3, 6, "EAST", False),
            ("RELEASED", "L0", 3, 7, "EAST", False),
            ("SHIPPED", "L0", 3, 9, "EAST", False),
        ],
        {"shipped": 3},
    ),
}
"""What a line may live through, and where its eaches are then."""


@pytest.mark.parametrize("template", TEMPLATES)
def test_all_permutations_of_six_events_give_one_state(template: str) -> None:
    """Every arrival order gets a line of its own, so that one fold tries all."""
    drawn, expected = TEMPLATES[template]
    orders = list(itertools.permutations(told(drawn)))
    lines = [f"P{number:03d}" for number in range(len(orders))]
    events = [
        event | {"line_id": line, "event_id": f"{line}/{event['event_id']}"}
        for line, order in zip(lines, orders, strict=True)
        for event in order
    ]

    states = fold(events, lines).buckets.drop("line_id")
    assert (720, 1) == (states.height, states.unique().height)
    assert {"ordered": 3} | expected == _quantities(states)


def _quantities(buckets: pl.DataFrame) -> dict[str, int]:
    row = buckets.row(0, named=True)
    return {
        name.removesuffix("_qty"): value
        for name, value in row.items()
        if name.endswith("_qty") and value
    }


WAITING = [
    ("ACCEPTED", "L0", 4, 0, None, False),
    ("BACKORDERED", "L0", 3, 0, None, False),
]
LESS_AND_MORE = [("AMENDED", 2, 3), ("AMENDED", 2, 4)]
MORE_AND_LESS = [("AMENDED", 2, 2), ("AMENDED", 2, 3)]
HELD_AND_FREE = [("HOLD", 4, 2), ("UNHOLD", 4, 3)]


@pytest.mark.parametrize(
    ("before", "undone"),
    [
        (WAITING, HELD_AND_FREE),
        (WAITING, MORE_AND_LESS),
        (WAITING[:1], LESS_AND_MORE),
    ],
)
@given(after=SOUP)
def test_what_is_undone_leaves_the_line_as_it_was(
    before: list[Drawn], undone: list[tuple[str, int, int]], after: list[Event]
) -> None:
    """A hold and its end, more and as much less; whatever happens afterwards."""
    later = [e | {"event_at": e["event_at"] + timedelta(days=1)} for e in after]
    known = [e | {"event_id": f"B{e['event_id']}"} for e in told(before)]
    undo = [
        e | {"event_id": f"U{e['event_id']}"}
        for e in told([(kind, "L0", qty, at, None, False) for kind, qty, at in undone])
    ]

    plain, lived = fold([*known, *later]), fold([*known, *undo, *later])
    states = [folded.buckets.drop("last_event_at") for folded in (plain, lived)]
    assert states[0].equals(states[1])


@given(st.lists(st.tuples(st.sampled_from(["edit", "ship"]), st.integers(1, 14))))
def test_whatever_a_shop_edits_what_stands_is_sent_once(
    done: list[tuple[str, int]],
) -> None:
    """A node has a line of twelve, ships as it likes and refuses the rest."""
    standing, with_node, lived = 12, 12, []
    for hour, (what, qty) in enumerate(done, start=4):
        if what == "edit":
            lived.append(("AMENDED", qty - standing, hour))
            standing = qty
        else:
            lived.append(("SHIPPED", min(qty, with_node), hour))
            with_node -= lived[-1][1]
    released = [("ACCEPTED", 12, 1), ("ALLOCATED", 12, 2), ("RELEASED", 12, 3)]
    last = ("REJECTED", with_node, 99)
    drawn = [
        (kind, "L0", qty, hour, None if kind == "AMENDED" else "EAST", False)
        for kind, qty, hour in [*released, *lived, last]
    ]
    events = [
        event | {"qty": one[2]} for event, one in zip(told(drawn), drawn, strict=True)
    ]

    buckets = fold(events, ["L0"]).buckets.row(0, named=True)
    shipped = buckets["shipped_qty"]
    assert 12 - with_node == shipped
    assert max(standing, shipped) == shipped + buckets["pending_qty"]
