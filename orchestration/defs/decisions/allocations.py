"""Assets ``decisions/allocations`` …: eaches committed to each open order line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.demand_facts import allocate_open_demand
from orchestration.resources.house import House
from orchestration.resources.lot_facts import allocated_lots
from transforms.contracts.decisions import (
    ALLOCATION_LOTS,
    ALLOCATION_PRICES,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    EXPIRED_BACKORDERS,
    ORDER_FLOORS,
    OWN_EVENTS,
)

TABLES = (
    ALLOCATIONS,
    ALLOCATION_LOTS,
    ALLOCATION_PRICES,
    ORDER_FLOORS,
    DECISION_TRACE,
    BACKORDERS,
    EXPIRED_BACKORDERS,
)
EVENTS = ("ALLOCATED", "BACKORDERED", "PREORDERED", "CANCELLED")


@dg.multi_asset(
    **decision_specs(
        "allocations",
        TABLES,
        gold=(
            *("dim_nodes", "dim_node_calendars", "dim_stock_worths"),
            *("dim_lanes", "dim_rates"),
            "fct_expected_receipts",
        ),
        after=[
            ("decisions", "open_demand"),
            ("decisions", "available_to_promise"),
            ("decisions", "shelf_life_limits"),
            ("decisions", "lot_positions"),
            ("decisions", "node_gates"),
        ],
        kinds={"polars", "numba"},
    )
)
def allocations(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Who gets them, then where from; see ``transforms.allocation.allocate``."""
    chosen = choose(house, (*TABLES, OWN_EVENTS), lambda: _decide(house), EVENTS)
    written = record(house, "decisions/allocations", chosen)
    yield from decided(house, {table: written[table] for table in TABLES})


def _decide(house: House) -> Chosen:
    decision = allocate_open_demand(house)
    return {
        ALLOCATIONS: decision.allocations,
        ALLOCATION_LOTS: allocated_lots(house, decision.allocations),
        ALLOCATION_PRICES: decision.prices,
        ORDER_FLOORS: decision.floors,
        DECISION_TRACE: decision.trace,
        BACKORDERS: decision.backorders,
        EXPIRED_BACKORDERS: decision.expired,
        OWN_EVENTS: decision.events,
    }
