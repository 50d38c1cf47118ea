"""What a run gathers of how long a line has waited."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from orchestration.resources.demand_facts import waits_since
from orchestration.resources.house import House
from orchestration.resources.redeciding import DECIDED, compared
from tests.orchestration.test_arrival import NIGHT, house
from tests.orchestration.test_lot_facts import put
from tests.orchestration.test_stock_facts import lay
from transforms.allocation.allocate import Allocation
from transforms.contracts.decisions import (
    DECISION_TRACE,
    EXPIRED_BACKORDERS,
    LINE_HOLDS,
)
from transforms.contracts.gold import FCT_ORDER_EVENTS

__all__ = ["house"]

ORDERED, ADDED, FREED = (NIGHT - timedelta(days=days) for days in (9, 5, 3))
QUEUE = pl.DataFrame(
    [{"line_id": line, "ordered_at": ORDERED} for line in ("a", "b", "c", "d")]
)


def lay_what_happened(house: House) -> None:
    events = [("a", "AMENDED", 1), ("b", "AMENDED", -1), ("c", "SHORT", 1)]
    lay(
        house,
        FCT_ORDER_EVENTS,
        [
            {"line_id": line, "event_type": kind, "qty": qty, "event_at": ADDED}
            for line, kind, qty in events
        ],
    )
    hold = {"reason_code": "FRAUD", "held_at": ORDERED, "placed_by": "ana"}
    ended, open_ = ({"ended_at": FREED, "ended_by": "ana"}, {"ended_at": None})
    held = [{"line_id": "a"} | ended, {"line_id": "d"} | open_]
    put(house, LINE_HOLDS, [hold | row for row in held])


def test_days_are_counted_from_what_was_added_or_freed_last(house: House) -> None:
    lay_what_happened(house)

    found = waits_since(house, QUEUE, is_what_if=True)

    assert found.rows() == [("a", FREED)]


def test_nobody_looks_where_no_rule_asks(house: House) -> None:
    assert waits_since(house, QUEUE, is_what_if=False).is_empty()


@pytest.mark.parametrize(("worth", "others"), [(0, 0), (7, 2)])
def test_a_run_of_a_version_without_the_column_is_the_same_where_nothing_is_said(
    house: House, worth: int, others: int
) -> None:
    seen: dict[str, object] = dict.fromkeys(DECISION_TRACE.names)
    seen |= {"line_id": "a", "node_id": "EAST", "failed_rules": "", "atp_qty": 1}
    seen |= {"chosen_qty": 0, "lacking_qty": 0, "price_milli": 0, "as_of": NIGHT}
    put(house, DECISION_TRACE, [seen | {"freight_minor": 5, "run_id": "r1"}])
    row = seen | {"freight_minor": 5, "worth_minor": worth}
    trace = pl.DataFrame([row], schema=DECISION_TRACE.schema).drop("run_id")
    nothing = {field: table.empty() for table, field in DECIDED.items()}
    again = Allocation(**nothing | {"trace": trace}, events=pl.DataFrame())

    assert others == compared(house.lake, DECISION_TRACE, again, "r1").other_rows


def test_a_run_of_a_version_without_the_table_is_decided_again_all_the_same(
    house: House,
) -> None:
    house.lake.execute(f"drop table lake.{EXPIRED_BACKORDERS.path}")
    nothing = {field: table.empty() for table, field in DECIDED.items()}
    again = Allocation(**nothing, events=pl.DataFrame())

    both = compared(house.lake, EXPIRED_BACKORDERS, again, "r1")

    assert both.other_rows == 0
    assert both.recorded.equals(both.again)
