"""Supply: taking back what can no longer be kept, then what may be promised."""

from __future__ import annotations

import polars as pl

from orchestration.resources.choices import choose, record
from orchestration.resources.house import House
from orchestration.resources.line_facts import facts_of, lines_touched_by_us
from orchestration.resources.line_state import apply_fold, settle_positions
from transforms.allocation.free import free_lost_supply
from transforms.availability.waterfall import available_to_promise
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    NODE_CONFIDENCE,
    OWN_EVENTS,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
)
from transforms.contracts.gold import DIM_NODES, FCT_ORDER_LINES, FCT_ORDERS
from transforms.lifecycle.fold import fold_lines

OVER = "allocated_qty > 0 and allocated_qty + released_qty > available_qty"


def free_commitments(house: House) -> None:
    """Deallocate unreleased eaches that supply no longer covers, and fold that."""
    events = choose(
        house, (OWN_EVENTS,), lambda: {OWN_EVENTS: _lost(house)}, ("DEALLOCATED",)
    )
    if not events[OWN_EVENTS].height:
        return
    record(house, "decisions/own_events", events)
    lines = lines_touched_by_us(house)
    folded = fold_lines(facts_of(house, lines), house.policies.transitions)
    apply_fold(house, folded, lines)
    settle_positions(house)


def changed_availability(house: House) -> pl.DataFrame:
    """AVAILABLE_TO_PROMISE rows that differ from those in the lake."""
    lake = house.lake
    now = available_to_promise(
        lake.read(STOCK_POSITIONS),
        lake.read(NODE_CONFIDENCE, "run_id = ?", [house.run.run_id]),
        lake.read(DIM_NODES),
        house.policies.buffer,
    )
    before = lake.read(AVAILABLE_TO_PROMISE).select(now.columns)
    return now.join(before, on=now.columns, how="anti", nulls_equal=True)


def _lost(house: House) -> pl.DataFrame:
    lake = house.lake
    positions = lake.read(STOCK_POSITIONS, OVER)
    with lake.holding(over=positions.select("node_id", "sku_id")):
        promises = lake.read(
            PROMISE_POSTINGS,
            "(node_id, sku_id) in (select (node_id, sku_id) from over)",
        )
    with lake.holding(lines=promises.select("line_id").unique()):
        order_lines = lake.read(
            FCT_ORDER_LINES, "line_id in (select line_id from lines)"
        )
    with lake.holding(orders=order_lines.select("order_id").unique()):
        orders = lake.read(FCT_ORDERS, "order_id in (select order_id from orders)")
    return free_lost_supply(
        positions,
        promises,
        orders,
        order_lines,
        house.policies.allocation,
        house.run.as_of,
    )
