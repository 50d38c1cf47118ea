"""Assets ``instructions/fulfilment_orders`` …: one instruction an order and node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.cancel_facts import corrected_now, orders_corrected
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from orchestration.resources.lot_facts import with_first_lots
from orchestration.resources.wave_facts import released_by_wave
from transforms.contracts.decisions import (
    ALLOCATIONS,
    CORRECTED_INSTRUCTIONS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OWN_EVENTS,
)
from transforms.contracts.gold import DIM_NODES
from transforms.instructions.correct import replaced_orders, with_services
from transforms.instructions.release import release

TABLES = (FULFILMENT_ORDERS, INSTRUCTION_LINES)


@dg.multi_asset(
    **decision_specs(
        "fulfilment_orders",
        TABLES,
        gold=("dim_nodes", "dim_lanes"),
        after=[
            ("decisions", "allocations"),
            ("decisions", "allocation_lots"),
            ("instructions", "corrected_instructions"),
        ],
    )
)
def fulfilment_orders(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Everything allocated is released, what is replaced told again."""
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
        corrected = lake.read(
            CORRECTED_INSTRUCTIONS, "order_id in (select order_id from orders)"
        )
    decision = release(
        with_services(allocated, corrected),
        existing,
        lake.read(DIM_NODES),
        house.policies.release,
        run.as_of,
    )
    released = released_by_wave(house, decision.fulfilment_orders)
    return {
        FULFILMENT_ORDERS: pl.concat([released, _told_again(house)], how="diagonal"),
        INSTRUCTION_LINES: with_first_lots(house, decision),
        OWN_EVENTS: decision.events,
    }


def _told_again(house: House) -> pl.DataFrame:
    """Instructions that corrections of this run have told once more."""
    corrected = corrected_now(house)
    if corrected.is_empty():
        return FULFILMENT_ORDERS.empty().drop("run_id")
    orders = orders_corrected(house, corrected)
    return replaced_orders(corrected, orders, house.run.as_of)
