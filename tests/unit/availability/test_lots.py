"""What lies where by lot, and which lot goes first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.availability.lots import (
    COUNTS,
    MOVES,
    fresh_enough,
    lot_positions,
    still_there,
    taken_first,
)
from transforms.contracts.decisions import LOT_POSITIONS

CUT = datetime(2017, 12, 27, 17, tzinfo=UTC)
BEFORE, AFTER = datetime(2017, 12, 27, 5, tzinfo=UTC), CUT.replace(hour=20)
JANUARY, JUNE = date(2018, 1, 31), date(2018, 6, 30)
HERE = {"node_id": "EAST", "sku_id": "A"}
CUTS = pl.DataFrame({"node_id": ["EAST"], "counted_at": [CUT]})
NO_CUTS = CUTS.clear()
LINES = st.lists(st.integers(1, 4), min_size=1, max_size=6)
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


def asked(*quantities: int) -> pl.DataFrame:
    return pl.DataFrame(
        [HERE | {"line": n, "qty": qty} for n, qty in enumerate(quantities)]
    )


def test_what_expires_first_goes_first_and_what_nobody_dated_last() -> None:
    there = lots(("OLD", 3, JANUARY), ("NO DAY", 9, None), ("NEW", 2, JUNE))
    promised = pl.DataFrame([HERE | {"qty": 1}])

    found = taken_first(asked(2, 1, 3, 9, 1), there, promised)

    assert ["OLD", "NEW", "NEW", "NO DAY", None] == found["lot_ref"].to_list()


def test_what_left_unnamed_left_from_what_expires_first() -> None:
    there = lots(("NO DAY", 2, None), ("NEW", 5, JUNE), ("OLD", 9, JANUARY))

    def left(qty: int) -> list[tuple[object, ...]]:
        held = pl.DataFrame([HERE | {"qty": qty}])
        return still_there(there, held).select("lot_ref", "qty").rows()

    assert [("OLD", 9), ("NEW", 5), ("NO DAY", 2)] == left(20)
    assert [("OLD", 2), ("NEW", 5), ("NO DAY", 2)] == left(9)
    assert [("NEW", 1), ("NO DAY", 2)] == left(3)
    assert [] == left(-4)


def test_a_lot_that_is_too_old_is_not_asked_for() -> None:
    there = lots(("OLD", 3, JANUARY), ("NEW", 2, JUNE), ("NO DAY", 2, None))
    days = pl.DataFrame([HERE | {"days": 60}])

    found = fresh_enough(there, days, date(2017, 12, 28))

    assert ["NEW", "NO DAY"] == found["lot_ref"].to_list()


@given(LINES, SHELF)
def test_no_lot_is_named_first_by_more_eaches_than_it_has(
    quantities: list[int], shelf: list[int]
) -> None:
    there = lots(*((f"L{n}", qty, JUNE) for n, qty in enumerate(shelf)))

    found = taken_first(asked(*quantities), there, asked(1).head(0).drop("line"))

    order = [lot for lot in found["lot_ref"].to_list() if lot is not None]
    assert order == sorted(order)
    whole = sum(quantities) - quantities[-1]
    assert (found["lot_ref"].null_count() == 0) == (whole < sum(shelf))
