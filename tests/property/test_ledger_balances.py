"""Books of units: whatever is posted in whatever portions balances and adds up."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.facts import adjustment, event, opening, post, receipt
from transforms.contracts.decisions import PROMISE_POSTINGS, UNIT_POSTINGS
from transforms.ledger.adjustments import ACCOUNTS
from transforms.ledger.positions import advance, positions

NO_PROMISES = PROMISE_POSTINGS.empty()
NODES = ["EAST", "WEST"]


def movement(drawn: tuple[str, str, int, int]) -> dict[str, Any]:
    kind, node, qty, hour = drawn
    return event(kind, qty, hour, node_id=node)


DEPARTURES = st.lists(
    st.tuples(
        st.sampled_from(["SHIPPED", "SOLD_AT_TILL", "COLLECTED"]),
        st.sampled_from(NODES),
        st.integers(0, 9),
        st.integers(-3, 20),
    ).map(movement),
    max_size=20,
    unique_by=lambda row: row["event_id"],
)
RECEIPTS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(-3, 20)),
    max_size=8,
    unique_by=lambda drawn: drawn[1],
).map(lambda drawn: tuple(receipt(qty, hour) for qty, hour in drawn))
ADJUSTMENTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(ACCOUNTS)),
        st.integers(-9, 9),
        st.integers(-3, 20),
        st.sampled_from(["DAMAGED", "HOLD", None]),
    ),
    max_size=8,
    unique_by=lambda drawn: drawn[2],
).map(
    lambda drawn: [
        adjustment(qty, hour, reason, to_stock_status=target)
        for reason, qty, hour, target in drawn
    ]
)
OPENINGS = tuple(opening(20, node_id=node) for node in NODES)


@given(DEPARTURES, RECEIPTS)
def test_every_movement_sums_to_zero(
    events: list[dict[str, Any]], receipts: tuple[dict[str, Any], ...]
) -> None:
    units = post(*events, openings=OPENINGS, receipts=receipts)

    sums = units.group_by("movement_id").agg(pl.col("qty").sum())
    assert 0 == sums.filter(pl.col("qty") != 0).height
    assert units["posting_id"].is_unique().all()


@given(DEPARTURES, RECEIPTS, st.integers(0, 20))
def test_posting_in_portions_gives_the_books_of_posting_at_once(
    events: list[dict[str, Any]], receipts: tuple[dict[str, Any], ...], cut: int
) -> None:
    whole = post(*events, openings=OPENINGS, receipts=receipts)

    first = post(*events[:cut], openings=OPENINGS)
    second = post(*events[cut:], openings=OPENINGS, receipts=receipts, existing=first)
    columns = [name for name in UNIT_POSTINGS.names if name != "run_id"]
    both = pl.concat([first, second]).select(columns)
    assert whole.sort(columns).equals(both.sort(columns))
    told = post(*events[cut:], openings=OPENINGS, receipts=receipts)["movement_id"]
    same = first.filter(pl.col("movement_id").is_in(told.implode()))
    assert second.equals(
        post(*events[cut:], openings=OPENINGS, receipts=receipts, existing=same)
    )
    before = positions(first, NO_PROMISES)
    changed = advance(before, second, NO_PROMISES)
    kept = before.join(changed, on=["node_id", "sku_id"], how="anti")
    expected = positions(whole, NO_PROMISES)
    assert expected.equals(pl.concat([kept, changed]).sort("node_id", "sku_id"))


@given(DEPARTURES, RECEIPTS, st.randoms(use_true_random=False))
def test_row_order_never_matters(
    events: list[dict[str, Any]], receipts: tuple[dict[str, Any], ...], random: Random
) -> None:
    whole = post(*events, openings=OPENINGS, receipts=receipts)

    mixed = random.sample(events, len(events))
    again = post(*mixed, openings=OPENINGS[::-1], receipts=receipts[::-1])
    assert whole.equals(again)


@given(
    DEPARTURES,
    RECEIPTS,
    ADJUSTMENTS,
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_no_sequence_and_no_cutting_of_files_changes_the_books(
    events: list[dict[str, Any]],
    receipts: tuple[dict[str, Any], ...],
    adjustments: list[dict[str, Any]],
    files: int,
    random: Random,
) -> None:
    """Each fact lands in some file, the files arrive in some sequence."""
    whole = post(
        *events,
        openings=OPENINGS,
        receipts=receipts,
        adjustments=tuple(adjustments),
    )
    facts = [("event", row) for row in events]
    facts += [("receipt", row) for row in receipts]
    facts += [("adjustment", row) for row in adjustments]
    random.shuffle(facts)

    books = post(openings=OPENINGS)
    for file in range(files):
        told = {
            kind: [row for name, row in facts[file::files] if name == kind]
            for kind in ("event", "receipt", "adjustment")
        }
        new = post(
            *told["event"],
            openings=OPENINGS,
            receipts=tuple(told["receipt"]),
            adjustments=tuple(told["adjustment"]),
            existing=books,
        )
        books = pl.concat([books, new])

    columns = [name for name in UNIT_POSTINGS.names if name != "run_id"]
    assert whole.sort(columns).equals(books.select(columns).sort(columns))
    assert positions(whole, NO_PROMISES).equals(positions(books, NO_PROMISES))
    assert {0} == set(books.group_by("sku_id").agg(pl.col("qty").sum())["qty"])
