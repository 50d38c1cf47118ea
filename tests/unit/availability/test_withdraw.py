"""Which allocations go back when supply is lost."""

from __future__ import annotations

import polars as pl

from transforms.availability.withdraw import withdraw

COMMITMENTS = pl.DataFrame(
    {
        "line_id": ["L1", "L2", "L3"],
        "node_id": ["EAST"] * 3,
        "sku_id": ["S1"] * 3,
        "allocated_qty": [2, 3, 1],
        "priority": [0, 2, 2],
        "ordered_at": [1, 1, 2],
    }
)


def taken_back(available: int, released: int = 4) -> list[tuple[str, int]]:
    position = {
        "node_id": "EAST",
        "sku_id": "S1",
        "available_qty": available,
        "allocated_qty": 6,
        "released_qty": released,
    }
    found = withdraw(pl.DataFrame([position]), COMMITMENTS)
    return found.select("line_id", "qty").rows()


def test_covered_commitments_stay() -> None:
    assert [] == taken_back(available=10)


def test_the_last_in_the_queue_gives_up_first_and_no_more_than_is_lacking() -> None:
    assert [("L2", 1), ("L3", 1)] == taken_back(available=8)


def test_released_eaches_are_never_taken_back() -> None:
    assert [("L1", 2), ("L2", 3), ("L3", 1)] == taken_back(available=-50)
