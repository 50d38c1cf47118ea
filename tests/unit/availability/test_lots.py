"""What lies where by lot, and which lot goes first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars import lit

from transforms.availability.lots import (
    COUNTS,
    MOVES,
    PROMISED,
    free_by_lot,
    fresh_enough,
    lot_positions,
    open_by_lot,
    still_there,
    taken_by_lot,
)
from transforms.availability.proof import prove_lots
from transforms.availability.rules import FEFO, STRATEGIES
from transforms.contracts.decisions import ALLOCATION_LOTS, LOT_POSITIONS

CUT = datetime(2017, 12, 27, 17, tzinfo=UTC)
BEFORE, AFTER = datetime(2017, 12, 27, 5, tzinfo=UTC), CUT.replace(hour=20)
JANUARY, JUNE = date(2018, 1, 31), date(2018, 6, 30)
HERE = {"node_id": "EAST", "sku_id": "A"}
CUTS = pl.DataFrame({"node_id": ["EAST"], "counted_at": [CUT]})
NO_CUTS = CUTS.clear()
LINES = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), min_size=1)
SHELF = st.lists(st.integers(0, 5), min_size=1, max_size=4)


def counted(lot: str, qty: int, day: date | None = None) -> dict[str, object]:
    return HERE | {
        "lot_ref": lot,
        "qty": qty,
        "expires_date": day,
        "counted_at": CUT,
    }


def moved(
    lot: str, qty: int, at: datetime, day: date | None = None
) -> dict[str, object]:
    return HERE | {"lot_ref": lot, "qty": qty, "event_at": at, "expires_date": day}


def positions(
    counts: list[dict[str, object]], moves: list[dict[str, object]], cuts: pl.DataFrame
) -> list[tuple[object, ...]]:
    found = lot_positions(
        pl.DataFrame(counts, schema=COUNTS),
        cuts.cast({"counted_at": COUNTS["counted_at"]}),
        pl.DataFrame(moves, schema=MOVES),
    )
    return found.select("lot_ref", "expires_date", "qty").rows()


def test_a_count_and_what_named_the_lot_since_make_its_position() -> None:
    found = positions(
        [counted("L1", 5), counted("L2", 4, JUNE)],
        [
            moved("L1", 9, BEFORE, JANUARY),
            moved("L1", -2, AFTER),
            moved("L2", -4, AFTER),
            moved("L3", 6, AFTER, JUNE),
        ],
        CUTS,
    )

    assert [("L1", JANUARY, 3), ("L3", JUNE, 6)] == found


def test_without_a_count_all_that_named_a_lot_counts_and_the_first_day_holds() -> None:
    found = positions(
        [], [moved("L1", 5, BEFORE, JUNE), moved("L1", 1, AFTER, JANUARY)], NO_CUTS
    )

    assert [("L1", JANUARY, 6)] == found


def test_a_lot_that_more_left_of_than_came_is_negative() -> None:
    assert [("L1", None, -2)] == positions([], [moved("L1", -2, AFTER)], CUTS)


def test_what_moved_before_the_count_is_in_it() -> None:
    assert [] == positions([], [moved("L1", 5, BEFORE, JUNE)], CUTS)


def lots(*told: tuple[str, int, date | None]) -> pl.DataFrame:
    rows = [
        HERE | {"lot_ref": lot, "qty": qty, "expires_date": day}
        for lot, qty, day in told
    ]
    return pl.DataFrame(rows, schema=LOT_POSITIONS.schema)


def held(qty: int, promised: int = 0) -> pl.DataFrame:
    return pl.DataFrame([HERE | {"qty": qty, "promised_qty": promised}])


def promised(*named: tuple[str, int]) -> pl.DataFrame:
    rows = [HERE | {"line_id": "x", "lot_ref": lot, "qty": qty} for lot, qty in named]
    return pl.DataFrame(rows, schema=PROMISED)


def test_what_is_promised_of_a_lot_is_not_free() -> None:
    there = lots(("OLD", 3, JANUARY), ("NO DAY", 9, None), ("NEW", 2, JUNE))

    found = free_by_lot(there, held(16, 6), promised(("NEW", 2), ("OLD", 1)))

    # Two eaches are of no known lot; three are promised without one.
    assert [("OLD", 1), ("NO DAY", 9)] == found.select("lot_ref", "qty").rows()


def test_a_promise_of_a_lot_that_is_gone_is_kept_from_what_expires_first() -> None:
    there = lots(("OLD", 3, JANUARY), ("NEW", 2, JUNE))

    found = free_by_lot(there, held(5, 4), promised(("GONE", 4)))

    assert [("NEW", 1)] == found.select("lot_ref", "qty").rows()


def asked(*wanted: tuple[int, date]) -> pl.DataFrame:
    rows = [
        HERE | {"line_id": f"l{n}", "qty": qty, "fresh_until": day, "strategy": "FEFO"}
        for n, (qty, day) in enumerate(wanted)
    ]
    return pl.DataFrame(rows)


def received(*told: tuple[str, int, date | None, int | None]) -> pl.DataFrame:
    """Lots with the hour at which each came, where somebody saw it come."""
    hours = pl.Series([hour and CUT.replace(hour=hour) for *_, hour in told])
    return lots(*(lot for *lot, _ in told)).with_columns(received_at=hours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("FEFO", [("OLD", 3), ("SEEN", 1)]),
        ("FIFO", [("UNSEEN", 4)]),
        ("LIFO", [("SEEN", 4)]),
        ("LEAST_PACKAGES", [("UNSEEN", 4)]),
    ],
)
def test_the_lot_that_the_strategy_says_goes_first(
    strategy: str, expected: list[tuple[str, int]]
) -> None:
    there = received(
        *(("OLD", 3, JANUARY, 9), ("SEEN", 5, JUNE, 11)), ("UNSEEN", 4, None, None)
    )
    free = free_by_lot(there, held(20), promised())

    found = taken_by_lot(asked((4, JANUARY)).with_columns(strategy=lit(strategy)), free)

    assert expected == found.select("lot_ref", "qty").rows()


CLOSE = (("FAR", "B-2", JANUARY), ("NEAR", "A-1", JUNE), ("LOST", None, JANUARY))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (CLOSE, [("NEAR", "CLOSEST"), ("FAR", "CLOSEST"), ("LOST", "FEFO")]),
        (CLOSE[:2], [("NEAR", "CLOSEST"), ("FAR", "CLOSEST")]),
        (
            (("LATE", "A-1", JUNE), ("B", "A-1", JANUARY), ("A", "A-1", JANUARY)),
            [("A", "CLOSEST"), ("B", "CLOSEST"), ("LATE", "CLOSEST")],
        ),
        ((("B", None, JUNE), ("A", None, JANUARY)), [("A", "FEFO"), ("B", "FEFO")]),
    ],
)
def test_the_lot_that_lies_closest_goes_first_and_what_was_not_told_is_said(
    places: tuple[tuple[str, str | None, date], ...], expected: list[tuple[str, str]]
) -> None:
    where = pl.Series([place for _, place, _ in places], dtype=pl.String)
    there = lots(*((lot, 1, day) for lot, _, day in places))
    free = free_by_lot(
        there.with_columns(location_ref=where), held(len(places)), promised()
    )

    wanted = asked((9, JANUARY)).with_columns(strategy=lit("CLOSEST"))
    assert expected == taken_by_lot(wanted, free).select("lot_ref", "strategy").rows()


def test_of_several_places_a_lot_lies_at_the_first_that_has_some() -> None:
    told = [
        counted("L1", qty) | {"location_ref": place}
        for qty, place in ((2, "C-1"), (3, "B-1"), (0, "A-1"))
    ]
    found = lot_positions(
        pl.DataFrame([*told, counted("L2", 1)], schema=COUNTS),
        CUTS.cast({"counted_at": COUNTS["counted_at"]}),
        pl.DataFrame(schema=MOVES),
    )

    assert [("L1", 5, "B-1"), ("L2", 1, None)] == found.select(
        "lot_ref", "qty", "location_ref"
    ).rows()


def test_as_few_lots_as_can_be_are_the_largest_until_one_has_the_rest() -> None:
    there = lots(("TWO", 2, JANUARY), ("NINE", 9, JUNE), ("FOUR", 4, JUNE))
    free = free_by_lot(there, held(15), promised())
    few = asked((11, JANUARY), (5, JANUARY)).with_columns(
        strategy=lit("LEAST_PACKAGES")
    )

    found = taken_by_lot(few, free).select("line_id", "lot_ref", "qty").rows()

    assert [("l0", "NINE", 9), ("l0", "TWO", 2), ("l1", "FOUR", 4)] == found


def test_a_lot_came_when_it_was_first_seen_to_come() -> None:
    moves = [moved("L1", 5, AFTER), moved("L1", 5, BEFORE), moved("L2", -1, BEFORE)]

    found = lot_positions(
        pl.DataFrame([counted("L2", 4), counted("L3", 4)], schema=COUNTS),
        CUTS.cast({"counted_at": COUNTS["counted_at"]}),
        pl.DataFrame(moves, schema=MOVES),
    )

    assert [("L1", BEFORE), ("L2", None), ("L3", None)] == found.select(
        "lot_ref", "received_at"
    ).rows()


def test_the_oldest_that_is_fresh_enough_goes_first_and_what_nobody_dated_last() -> (
    None
):
    there = lots(("OLD", 3, JANUARY), ("NO DAY", 4, None), ("NEW", 2, JUNE))
    free = free_by_lot(there, held(10), promised())

    found = taken_by_lot(asked((1, JUNE), (4, JANUARY), (9, JUNE)), free)

    assert [
        ("l0", "NEW", 1, 1),
        ("l1", "OLD", 1, 3),
        ("l1", "NEW", 2, 1),
        ("l2", "NO DAY", 1, 4),
    ] == found.select("line_id", "lot_ref", "lot_no", "qty").rows()


def test_what_left_is_taken_to_be_what_was_promised_first() -> None:
    rows = [
        HERE | {"line_id": "l", "lot_ref": lot, "lot_no": no, "qty": 2, "as_of": CUT}
        for no, lot in enumerate(("OLD", "NEW"), 1)
    ]
    named = pl.DataFrame(rows, schema=ALLOCATION_LOTS.schema)
    still = pl.DataFrame({"line_id": ["l"], "node_id": ["EAST"], "qty": [3]})

    found = open_by_lot(named, still)

    assert [("NEW", 2), ("OLD", 1)] == found.select("lot_ref", "qty").rows()


def test_what_left_unnamed_left_from_what_expires_first() -> None:
    there = lots(("NO DAY", 2, None), ("NEW", 5, JUNE), ("OLD", 9, JANUARY))

    def left(qty: int) -> list[tuple[object, ...]]:
        return still_there(there, held(qty)).select("lot_ref", "qty").rows()

    assert [("OLD", 9), ("NEW", 5), ("NO DAY", 2)] == left(20)
    assert [("OLD", 2), ("NEW", 5), ("NO DAY", 2)] == left(9)
    assert [("NEW", 1), ("NO DAY", 2)] == left(3)
    assert [] == left(-4)


def test_a_lot_that_is_too_old_is_not_asked_for() -> None:
    there = lots(("OLD", 3, JANUARY), ("NEW", 2, JUNE), ("NO DAY", 2, None))
    days = pl.DataFrame([HERE | {"days": 60}])

    found = fresh_enough(there, days, date(2017, 12, 28))

    assert ["NEW", "NO DAY"] == found["lot_ref"].to_list()


@given(LINES, SHELF, st.sampled_from(STRATEGIES))
def test_limits_by_age_and_in_all_are_enough_for_lots_in_any_order_of_lines(
    lines: list[tuple[int, int]], shelf: list[int], strategy: str
) -> None:
    days = [date(2018, 1 + n, 1) for n in range(len(shelf))]
    there = lots(*((f"L{n}", qty, days[n]) for n, qty in enumerate(shelf)))
    free = free_by_lot(there, held(sum(shelf)), promised())
    given_to = [0] * len(shelf)
    wanted = []
    for qty, age in lines:
        first = min(age, len(shelf) - 1)
        # As fresh as this, or fresher: what all of those may have at most.
        most = min(
            sum(shelf[least:]) - sum(given_to[least:]) for least in range(first + 1)
        )
        given_to[first] += min(qty, most)
        wanted.append((min(qty, most), days[first]))

    mine = asked(*wanted).with_columns(strategy=lit(strategy))
    if strategy != FEFO:
        # Only who takes the oldest leaves the freshest to whoever comes later.
        mine = mine.sort("fresh_until", descending=True, maintain_order=True)
    found = taken_by_lot(mine, free)

    assert found["qty"].sum() == sum(given_to)
    of_lots = found.group_by("lot_ref").agg(pl.col("qty").sum())
    taken = dict(of_lots.iter_rows())
    assert all(taken.get(f"L{n}", 0) <= qty for n, qty in enumerate(shelf))


def proved(there: int, promised_qty: int, given_qty: int) -> list[tuple[object, ...]]:
    """Failed rows of the limit and of the coverage, of one lot."""
    given = pl.DataFrame(
        [HERE | {"lot_ref": "L", "qty": given_qty}], schema=ALLOCATION_LOTS.schema
    )
    shelf, mine = lots(("L", there, JUNE)), promised(("L", promised_qty))
    found = prove_lots(shelf, mine, given, CUT)
    return found.select("kind", "failed_rows", "example").rows()


def test_a_run_that_promises_more_of_a_lot_than_is_there_is_stopped() -> None:
    over = "EAST/A/L"

    assert [("limit", 0, None), ("commitment", 0, None)] == proved(5, 5, 2)
    assert [("limit", 1, over), ("commitment", 1, over)] == proved(5, 6, 2)
    # The lot shrank below what was promised before: nobody's fault here.
    assert [("limit", 0, None), ("commitment", 1, over)] == proved(-2, 6, 0)
