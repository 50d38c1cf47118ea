"""What a run gathers of told dates and of classes that were not kept."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from orchestration.resources.demand_facts import told_dates
from orchestration.resources.findings import wins_that_come_late
from orchestration.resources.house import House
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_lot_facts import put
from transforms.contracts.decisions import ALLOCATIONS, BACKORDERS, OPEN_DEMAND

__all__ = ["house"]

MON, THU = date(2018, 1, 1), date(2018, 1, 4)


def test_the_earliest_date_counts_that_a_run_before_told_of_a_line(
    house: House,
) -> None:
    runs = [
        ("r1", THU),
        ("r2", MON),
        ("r3", None),
        (house.run.run_id, date(2017, 1, 1)),
    ]
    told = [
        {"line_id": line, "run_id": run, "expected_date": day, "qty": 1}
        | {"as_of": NIGHT - timedelta(days=9 - number), "told_date": None}
        for line in ("a", "other")
        for number, (run, day) in enumerate(runs)
    ]
    put(house, BACKORDERS, told)
    waiting = pl.DataFrame({"line_id": ["a", "new"]})

    found = told_dates(house, waiting, NIGHT - timedelta(days=30))

    assert found.rows() == [("a", MON)]


def test_a_win_that_is_allocated_and_comes_late_is_gathered(house: House) -> None:
    lines = [("late", "WIN", THU), ("due", "WIN", MON), ("web", "REDISTRIBUTE", THU)]
    put(
        house,
        OPEN_DEMAND,
        [
            {"line_id": line, "business_class": name, "promise_date": MON}
            | {"open_qty": 3, "demand_rank": rank, "grams": 1}
            for rank, (line, name, _) in enumerate(lines, 1)
        ],
    )
    put(
        house,
        ALLOCATIONS,
        [
            {"line_id": line, "node_id": node, "promise_date": day, "qty": 1}
            | {"order_id": "o", "sku_id": "A", "run_id": house.run.run_id}
            for line, _, day in lines
            for node in ("EAST", "WEST")
        ],
    )

    assert wins_that_come_late(house).rows() == [
        ("late", "o", "A", 2, THU, MON, "LATE")
    ]
