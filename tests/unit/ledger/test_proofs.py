"""A proof that fails names its keys; the others hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.unit.ledger.facts import event, opening, post
from tests.unit.lifecycle.events import an_event, fold_events
from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.ledger.positions import advance, positions
from transforms.ledger.promises import promise_postings
from transforms.ledger.proofs import Books, blocks, prove

AS_OF = datetime(2017, 12, 28, 5, tzinfo=UTC)


def sound_books(on_hand: int = 10) -> Books:
    folded = fold_events(
        an_event("ACCEPTED", 5, 1),
        an_event("ALLOCATED", 4, 2, node_id="EAST"),
        an_event("RELEASED", 3, 3, node_id="EAST"),
        an_event("SHIPPED", 1, 9, node_id="EAST"),
    )
    units = post(event("SHIPPED", 1, 9), openings=(opening(on_hand),))
    promises = promise_postings(folded.moves, PROMISE_POSTINGS.empty())
    stock = positions(units, promises)
    told = pl.DataFrame({"line_id": ["L1"], "node_id": ["EAST"]})
    return Books(folded.buckets, units, promises, stock, before=stock, told=told)


def failed(books: Books) -> dict[str, str | None]:
    proofs = prove(books, AS_OF).filter(pl.col("failed_rows") > 0)
    return dict(proofs.select("proof", "example").rows())


def test_sound_books_prove_everything() -> None:
    proofs = prove(sound_books(), AS_OF)

    assert 0 == proofs["failed_rows"].sum()
    assert 10 == proofs.height
    assert proofs.filter(pl.col("checked_rows") == 0).is_empty()


def test_positions_hold_allocated_and_released_apart() -> None:
    stock = sound_books().positions.row(0, named=True)

    assert (9, 1, 2) == (
        stock["available_qty"],
        stock["allocated_qty"],
        stock["released_qty"],
    )


def test_a_bucket_that_lost_an_each_is_named() -> None:
    books = sound_books()
    broken = books.buckets.with_columns(pending_qty=pl.lit(0))

    found = failed(replace(books, buckets=broken))
    assert {"line buckets sum to ordered": "L1"} == found
    assert 1 == blocks(prove(replace(books, buckets=broken), AS_OF)).height


def test_half_a_movement_is_named_everywhere_it_shows() -> None:
    books = sound_books()
    half = books.units.filter(
        (pl.col("movement_type") != "SHIPMENT") | (pl.col("account") == "SHIPPED")
    )

    assert {
        "unit movements sum to zero": "SHIPPED/9",
        "eaches of a SKU sum to zero": "S1",
        "opening + in - out = closing": "EAST/S1",
        "positions are sums of postings": "EAST/S1",
    } == failed(replace(books, units=half))


def test_a_promise_beside_the_line_is_named() -> None:
    books = sound_books()
    lost = books.promises.filter(~pl.col("event_id").str.starts_with("RELEASED"))

    assert {
        "positions are sums of postings": "EAST/S1",
        "promises equal line buckets": "L1",
    } == failed(replace(books, promises=lost))


def test_a_promise_at_a_node_that_was_told_nothing_is_named() -> None:
    books = sound_books()
    west = pl.when(account="RELEASED").then(pl.lit("WEST")).otherwise("node_id")
    moved = replace(books, promises=books.promises.with_columns(node_id=west))

    assert "L1/WEST/S1" == failed(moved)["promises stand where nodes were told"]
    assert "promises equal line buckets" not in failed(moved)
    blocked = blocks(prove(moved, AS_OF))["proof"].to_list()
    assert "promises stand where nodes were told" in blocked


def test_supply_below_commitments_is_business_and_does_not_block() -> None:
    books = sound_books(on_hand=2)

    assert {"commitments are covered": "EAST/S1"} == failed(books)
    assert blocks(prove(books, AS_OF)).is_empty()


def test_a_run_that_worsens_an_over_commitment_is_not_published() -> None:
    books = sound_books(on_hand=2)
    before = books.before.with_columns(allocated_qty=pl.lit(0))

    worse = replace(books, before=before)
    assert "EAST/S1" == failed(worse)["no run worsens an over-commitment"]
    blocked = blocks(prove(worse, AS_OF))["proof"].to_list()
    assert ["no run worsens an over-commitment"] == blocked


def since(books: Books, units: int, promises: int) -> Books:
    """Books of a run that began when so many postings stood proved."""
    by_event = books.promises.sort("event_id")
    return replace(
        books,
        units=books.units[units:],
        promises=by_event[promises:],
        proved=positions(books.units[:units], by_event[:promises]),
        commitments=books.promises,
    )


@pytest.mark.parametrize(("units", "promises"), [(2, 2), (4, 4), (4, 6)])
def test_what_was_posted_since_is_proved_on_proved_balances(
    units: int, promises: int
) -> None:
    books = since(sound_books(), units, promises)

    assert {} == failed(books)
    more = pl.concat([books.units, sound_books().units[:1]])
    assert (
        {
            "unit movements sum to zero",
            "eaches of a SKU sum to zero",
            "opening + in - out = closing",
            "positions are sums of postings",
        }
        >= failed(replace(books, units=more)).keys()
        > set()
    )


def test_a_balance_that_was_wrong_before_is_found() -> None:
    books = since(sound_books(), 4, 6)
    one_more = pl.col("released_qty") + 1
    wrong = replace(
        books,
        proved=books.proved.with_columns(one_more),
        positions=books.positions.with_columns(one_more),
    )

    assert {"positions are sums of postings": "EAST/S1"} == failed(wrong)


@pytest.mark.parametrize("known", [0, 2, 4])
def test_advancing_by_new_postings_gives_the_sum_of_all(known: int) -> None:
    books = sound_books()
    before = positions(books.units[:known], books.promises[:known])

    changed = advance(before, books.units[known:], books.promises[known:])
    assert books.positions.equals(changed)
