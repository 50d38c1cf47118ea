"""What the twin moves, it accounts for, whatever is asked of its warehouses."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.twin.faulting.faults import Fault, listed
from transforms.twin.state import MOVEMENTS, OPEN_WORK, SHELVES, State, moved_until

START = datetime(2017, 12, 27, 5, tzinfo=UTC)
MOVES = st.lists(
    st.tuples(
        st.integers(0, 100),
        st.sampled_from(["DC-EAST", "DC-WEST"]),
        st.integers(1, 4),
        st.integers(-9, 9),
    ),
    max_size=30,
)


def _state(moves: list[tuple[int, str, int, int]]) -> State:
    rows = [(START + timedelta(hours=h), node, sku, qty) for h, node, sku, qty in moves]
    movements = pl.DataFrame(rows, schema=MOVEMENTS, orient="row")
    shelves = pl.DataFrame([("DC-EAST", 1, 50, 2)], schema=SHELVES, orient="row")
    empty = State(
        START,
        shelves,
        MOVEMENTS.to_frame(),
        OPEN_WORK.to_frame(),
        (),
        frozenset(),
        listed([]),
    )
    return empty.scheduled(movements)


def _total(state: State) -> int:
    return int(state.shelves["available_qty"].sum() + state.movements["qty"].sum())


@settings(max_examples=40, deadline=None)
@given(MOVES, st.integers(0, 100))
def test_no_each_is_lost_between_shelves_and_plans(
    moves: list[tuple[int, str, int, int]], hours: int
) -> None:
    state = _state(moves)
    assert _total(state) == _total(moved_until(state, START + timedelta(hours=hours)))


@settings(max_examples=40, deadline=None)
@given(MOVES, st.lists(st.integers(0, 100), max_size=5))
def test_stops_on_the_way_change_nothing(
    moves: list[tuple[int, str, int, int]], stops: list[int]
) -> None:
    at_once = stepwise = _state(moves)
    for hours in sorted(stops):
        stepwise = moved_until(stepwise, START + timedelta(hours=hours))
    end = START + timedelta(hours=101)
    straight = moved_until(at_once, end).shelves.filter(pl.col("available_qty") != 0)
    stopped = moved_until(stepwise, end).shelves.filter(pl.col("available_qty") != 0)
    assert straight.equals(stopped)


@settings(max_examples=40, deadline=None)
@given(MOVES)
def test_a_state_reads_back_as_it_was_written(
    moves: list[tuple[int, str, int, int]],
) -> None:
    state = _state(moves)
    assert state.to_bytes() == State.from_bytes(state.to_bytes()).to_bytes()


@given(st.lists(st.sampled_from("abcdef"), max_size=12))
def test_a_fault_is_listed_once(subjects: list[str]) -> None:
    at = datetime.combine(date(2017, 12, 27), datetime.min.time(), UTC)
    faults = [Fault("refusal", "p", None, None, "REFUSED", s, at, "") for s in subjects]
    one_by_one = listed([])
    for fault in faults:
        one_by_one = listed([fault], one_by_one)
    assert listed(faults).equals(one_by_one)
