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
