"""Asset ``decisions/available_to_promise``: the waterfall per node and SKU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from orchestration.resources.supply import changed_availability, free_commitments
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE


@dg.multi_asset(
    **decision_specs(
        "available_to_promise",
        (AVAILABLE_TO_PROMISE,),
        gold=("dim_nodes", "fct_orders", "fct_order_lines"),
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
    chosen = choose(house, (AVAILABLE_TO_PROMISE,), lambda: _decide(house))
    yield from decided(house, record(house, "decisions/available_to_promise", chosen))


def _decide(house: House) -> Chosen:
    return {AVAILABLE_TO_PROMISE: changed_availability(house)}
