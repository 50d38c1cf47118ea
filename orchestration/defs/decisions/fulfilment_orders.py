"""Assets ``instructions/fulfilment_orders`` …: one instruction an order and node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from transforms.contracts.decisions import (
    ALLOCATIONS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.gold import DIM_NODES
from transforms.instructions.release import release

TABLES = (FULFILMENT_ORDERS, INSTRUCTION_LINES)


@dg.multi_asset(
    **decision_specs(
        "fulfilment_orders",
        TABLES,
        gold=("dim_nodes",),
        after=[("decisions", "allocations")],
    )
)
def fulfilment_orders(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Everything allocated is released; see ``transforms.instructions.release``."""
    chosen = choose(house, (*TABLES, OWN_EVENTS), lambda: _decide(house), ("RELEASED",))
    written = record(house, "instructions/fulfilment_orders", chosen)
    yield from decided(house, {table: written[table] for table in TABLES})


def _decide(house: House) -> Chosen:
    lake, run = house.lake, house.run
    allocated = lake.read(ALLOCATIONS, "run_id = ?", [run.run_id])
    with lake.holding(orders=allocated.select("order_id").unique()):
        existing = lake.read(
            FULFILMENT_ORDERS, "order_id in (select order_id from orders)"
        )
    decision = release(
        allocated, existing, lake.read(DIM_NODES), house.policies.release, run.as_of
    )
    return {
        FULFILMENT_ORDERS: decision.fulfilment_orders,
        INSTRUCTION_LINES: decision.instruction_lines,
        OWN_EVENTS: decision.events,
    }
