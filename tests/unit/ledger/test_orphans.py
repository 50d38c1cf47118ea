"""Stray promises are found, mended with their cause, and forgotten by the next fold."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.unit.lifecycle.events import an_event, fold_events
from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.ledger.orphans import (
    COMMITMENTS,
    MISPLACED,
    ORPHAN_RELEASE,
    UNPROMISED,
    misplaced,
    repairs,
    stray_lines,
)
from transforms.ledger.promises import committed, promise_postings
from transforms.lifecycle.fold import Folded

AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)
NO_PROMISES = PROMISE_POSTINGS.empty().drop("run_id")
FOLDED = fold_events(
    an_event("ACCEPTED", 5, 1),
    an_event("ALLOCATED", 4, 2, node_id="EAST"),
    an_event("RELEASED", 3, 3, node_id="EAST"),
    an_event("ACCEPTED_BY_NODE", 1, 4, node_id="EAST"),
)

TOLD = pl.DataFrame({"line_id": ["L1"], "node_id": ["EAST"]})


def promised(postings: pl.DataFrame) -> pl.DataFrame:
    """What the ledger holds of each line."""
    sums = committed(postings, ["line_id"])
    return sums.filter(pl.any_horizontal(pl.col(COMMITMENTS) != 0))


def demanded(folded: Folded) -> pl.DataFrame:
    """What its buckets ask for."""
    with_node = pl.col("released_qty") + pl.col("in_fulfilment_qty")
    asked = folded.buckets.select("line_id", "allocated_qty", released_qty=with_node)
    return asked.filter(pl.any_horizontal(pl.col(COMMITMENTS) != 0))


def planted(line: str, qty: int, account: str = "ALLOCATED") -> pl.DataFrame:
    """A promise that no event made."""
    posting = {
        "event_id": f"{line}/STRAY",
        "line_id": line,
        "node_id": "EAST",
        "sku_id": "S1",
        "event_at": AS_OF,
    }
    sides = [("DEMAND", -qty), (account, qty)]
    rows = [
        posting | {"account": a, "qty": q, "posting_id": f"STRAY/{line}/{a}"}
        for a, q in sides
    ]
    return pl.DataFrame(rows, schema=NO_PROMISES.schema)


def mended(books: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[object, ...]]]:
    """Books after a repair, and the lines that it was made of."""
    stray = stray_lines(demanded(FOLDED), promised(books), misplaced(books, TOLD))
    lines = stray.select("line_id")
    mine = books.join(lines, on="line_id", how="semi")
    moves = FOLDED.moves.join(lines, on="line_id", how="semi")
    return pl.concat([books, repairs(stray, moves, mine, AS_OF)]), stray.rows()


def test_what_a_fold_posted_is_no_stray() -> None:
    books = promise_postings(FOLDED.moves, NO_PROMISES)

    assert [] == mended(books)[1]


@pytest.mark.parametrize("account", ["ALLOCATED", "RELEASED"])
def test_a_promise_of_a_line_that_nobody_knows_is_released(account: str) -> None:
    sound = promise_postings(FOLDED.moves, NO_PROMISES)
    books, found = mended(pl.concat([sound, planted("GONE", 2, account)]))

    assert [("GONE", ORPHAN_RELEASE)] == found
    posted = books.filter(pl.col("event_id").str.contains(ORPHAN_RELEASE))
    assert [(account, -2), ("DEMAND", 2)] == posted.select("account", "qty").sort(
        "qty"
    ).rows()
    assert promised(sound).equals(promised(books))


def test_more_than_a_line_asks_for_is_released_and_less_is_promised() -> None:
    sound = promise_postings(FOLDED.moves, NO_PROMISES)
    lost = sound.filter(~pl.col("event_id").str.starts_with("RELEASED"))

    more, too_many = mended(pl.concat([sound, planted("L1", 2)]))
    less, too_few = mended(lost)

    assert [("L1", ORPHAN_RELEASE)] == too_many
    assert [("L1", ORPHAN_RELEASE)] == too_few
    none, unpromised = mended(sound.clear())
    assert [("L1", UNPROMISED)] == unpromised
    for books in (more, less, none):
        assert promised(sound).equals(promised(books))
        by_event = books.group_by("event_id").agg(pl.col("qty").sum())
        assert {0} == set(by_event["qty"])
        assert books["posting_id"].is_unique().all()


def test_a_promise_at_a_node_that_was_told_nothing_moves_to_where_it_belongs() -> None:
    sound = promise_postings(FOLDED.moves, NO_PROMISES)
    west = pl.when(account="RELEASED").then(pl.lit("WEST")).otherwise("node_id")
    moved = sound.with_columns(node_id=west)

    books, found = mended(moved)

    assert [("L1", MISPLACED)] == found
    places = committed(books, ["line_id", "node_id"])
    assert committed(sound, ["line_id", "node_id"]).equals(
        places.filter(pl.any_horizontal(pl.col(COMMITMENTS) != 0))
    )


def test_what_the_system_before_had_told_is_not_astray() -> None:
    posting = {
        "posting_id": "P",
        "event_id": "L9/OPENING",
        "line_id": "L9",
        "account": "RELEASED",
        "node_id": "WEST",
        "sku_id": "S1",
        "qty": 2,
        "event_at": AS_OF,
    }
    opened = pl.DataFrame([posting], schema=NO_PROMISES.schema)

    assert misplaced(opened, TOLD).is_empty()
    other = opened.with_columns(event_id=pl.lit("L9/RELEASED"))
    assert 1 == misplaced(other, TOLD).height


def test_the_next_fold_takes_back_the_stray_and_its_repair() -> None:
    sound = promise_postings(FOLDED.moves, NO_PROMISES)
    books, _ = mended(pl.concat([sound, planted("L1", 2)]))

    again = promise_postings(FOLDED.moves, books)
    later = pl.concat([books, again])
    assert 4 == again.height
    assert promised(sound).equals(promised(later))
    assert [] == mended(later)[1]
    assert promise_postings(FOLDED.moves, later).is_empty()
