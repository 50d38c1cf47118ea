"""Asset ``decisions/available_to_promise``: what nodes may promise of SKUs and kits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from orchestration.resources.kit_facts import counted_kits
from orchestration.resources.lot_facts import settled_lots
from orchestration.resources.supply import changed_availability, free_commitments
from transforms.contracts.decisions import (
    AVAILABLE_TO_PROMISE,
    KIT_AVAILABILITY,
    LOT_POSITIONS,
    SHELF_LIFE_LIMITS,
)

TABLES = (AVAILABLE_TO_PROMISE, SHELF_LIFE_LIMITS)


@dg.multi_asset(
    **decision_specs(
        "available_to_promise",
        (
            *(LOT_POSITIONS, AVAILABLE_TO_PROMISE),
            *(SHELF_LIFE_LIMITS, KIT_AVAILABILITY),
        ),
        gold=(
            *("dim_nodes", "dim_node_calendars", "dim_kit_components"),
            *("fct_orders", "fct_order_lines", "fct_order_events", "fct_receipts"),
            *("fct_stock_adjustments", "fct_stock_snapshots"),
        ),
        after=[
            ("decisions", "stock_positions"),
            ("decisions", "node_confidence"),
            ("decisions", "line_holds"),
        ],
    )
)
def available_to_promise(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """What may be promised, after lost supply was taken back from the last in line."""
    free_commitments(house)
    lots = settled_lots(house)
    chosen = choose(house, TABLES, lambda: _decide(house))
    written = record(house, "decisions/available_to_promise", chosen)
    kits = counted_kits(house)
    yield from decided(house, {LOT_POSITIONS: lots, **written, KIT_AVAILABILITY: kits})


def _decide(house: House) -> Chosen:
    atp, limits = changed_availability(house)
    return {AVAILABLE_TO_PROMISE: atp, SHELF_LIFE_LIMITS: limits}
