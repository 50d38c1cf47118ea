"""Files that are not believed change nothing and lower the confidence."""

from __future__ import annotations

import pytest

from tests.unit.reconciliation.stocktake import (
    EACH,
    SKUS,
    Row,
    moved,
    reconcile,
    snapshot,
    told,
    trust,
)


@pytest.mark.parametrize(
    ("verdict", "rows"),
    [
        ("PARTIAL", snapshot(24, {"S00": 3}, skus=SKUS[:10])),
        ("IMPLAUSIBLE", snapshot(24, dict.fromkeys(SKUS, 0))),
        ("IMPLAUSIBLE", snapshot(24, dict.fromkeys(SKUS[:8], 0))),
        ("IMPLAUSIBLE", snapshot(24, dict.fromkeys(SKUS, EACH * 10))),
        ("IMPLAUSIBLE", snapshot(24, dict.fromkeys(SKUS[:11], EACH - 1))),
        ("STALE", snapshot(-1, {"S00": 3}) + snapshot(1, {"S00": 3})),
    ],
)
def test_a_file_that_is_not_believed_changes_nothing(
    verdict: str, rows: list[Row]
) -> None:
    result = reconcile(rows, as_of=24 if verdict != "STALE" else 40)

    assert verdict == trust(result)
    assert [] == told(result)
    assert 10_000 > result.confidence["confidence_bp"].item()


def test_an_empty_or_refused_file_keeps_the_numbers_and_lowers_the_confidence() -> None:
    result = reconcile(snapshot(24, {"S00": 3}), refused=1)

    assert "REFUSED" == trust(result)
    assert [("S00", -7, -7, "SHORTFALL")] == told(result)
    assert 9_000 == result.confidence["confidence_bp"].item()


def test_a_node_is_doubted_until_a_file_counts_it_after_the_one_that_held_nothing() -> (
    None
):
    before = reconcile(snapshot(24, landing_id=1), refused=2)
    after = reconcile(snapshot(24, landing_id=3), refused=2)

    assert "REFUSED" == trust(before)
    assert "TRUSTED" == trust(after)


def test_a_file_with_fewer_rows_than_the_node_usually_sends_is_partial() -> None:
    """Of SKUs that we hold nothing of, only its own past says how many it names."""
    unknown = [f"X{n:02d}" for n in range(60)]
    whole = [snapshot(hour, skus=[*SKUS, *unknown]) for hour in (20, 21, 22)]
    result = reconcile(*whole, snapshot(24, {"S00": 3}))

    assert "PARTIAL" == trust(result)
    assert 80 == result.confidence["usual_row_count"].item()


def test_one_sku_far_from_ours_makes_the_file_implausible() -> None:
    result = reconcile(snapshot(24, {"S00": 5_100}), moves=(moved(90, 1, "S01"),))

    assert "IMPLAUSIBLE" == trust(result)
    assert 5_090 == result.confidence["largest_change_qty"].item()
    assert [] == told(result)


def few(eaches: int, hour: float) -> list[Row]:
    """A file of a node that holds three eaches of all its SKUs, or says so."""
    return snapshot(hour, dict.fromkeys(SKUS, 0) | {"S00": eaches})


NEARLY_NOTHING = tuple(
    moved(-EACH + (3 if sku == "S00" else 0), 1, sku) for sku in SKUS
)


@pytest.mark.parametrize("eaches", [9, 19, 30])
def test_a_node_of_few_units_is_not_scaled_up_by_saying_so_twice(eaches: int) -> None:
    result = reconcile(few(eaches, 20), few(eaches, 28), moves=NEARLY_NOTHING)

    assert "IMPLAUSIBLE" == trust(result)
    assert [] == told(result)


@pytest.mark.parametrize(("eaches", "posted"), [(0, -3), (2, -1), (7, 4)])
def test_a_node_of_few_units_may_shrink_at_once_and_grow_by_a_few_on_two_nights(
    eaches: int, posted: int
) -> None:
    result = reconcile(few(eaches, 20), few(eaches, 28), moves=NEARLY_NOTHING)

    assert "TRUSTED" == trust(result)
    assert posted == sum(row[2] for row in told(result))


def test_what_an_operator_vouches_for_is_believed_and_posted_at_once() -> None:
    grown = dict.fromkeys(SKUS, EACH * 10)
    result = reconcile(snapshot(24, grown, partner_id="operators"))

    assert "TRUSTED" == trust(result)
    assert {("SURPLUS_CONFIRMED", 90)} == {(row[3], row[2]) for row in told(result)}


def test_half_a_count_is_partial_whoever_vouches_for_it() -> None:
    half = snapshot(24, {"S00": 3}, skus=SKUS[:10], partner_id="operators")

    assert "PARTIAL" == trust(reconcile(half))


def test_a_file_with_a_few_differences_is_believed() -> None:
    result = reconcile(snapshot(24, {"S00": 3, "S01": 0}))

    assert "TRUSTED" == trust(result)
    assert 1_000 == result.confidence["changed_bp"].item()
    assert 500 == result.confidence["zero_bp"].item()


def test_a_surplus_in_a_file_that_is_not_believed_confirms_nothing() -> None:
    sound = snapshot(20, {"S00": 15})
    scaled = snapshot(28, dict.fromkeys(SKUS, EACH * 10))

    assert [("S00", 5, 0, "SURPLUS_WAITS")] == told(reconcile(sound, scaled))


def test_an_implausible_file_does_not_take_back_what_an_earlier_one_posted() -> None:
    posted = moved(-3, 20, movement_type="VARIANCE")
    rows = (snapshot(20, {"S00": 7}), snapshot(28, dict.fromkeys(SKUS, 0)))

    assert [("S00", -3, -3, "SHORTFALL")] == told(reconcile(*rows, moves=(posted,)))
