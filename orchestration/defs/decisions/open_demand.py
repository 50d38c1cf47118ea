"""Asset ``decisions/open_demand``: lines that wait for eaches, in demand order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.demand_facts import clear_queue, waiting_lines
from orchestration.resources.house import House
from transforms.allocation.demand import open_demand as rank_demand
from transforms.contracts.decisions import OPEN_DEMAND


@dg.multi_asset(
    **decision_specs(
        "open_demand",
        (OPEN_DEMAND,),
        gold=("fct_orders", "fct_order_lines", "dim_products"),
        after=[
            ("decisions", "line_buckets"),
            ("decisions", "available_to_promise"),
        ],
    )
)
def open_demand(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Pending and backordered lines ranked; see ``transforms.allocation.demand``."""
    chosen = choose(house, (OPEN_DEMAND,), lambda: _decide(house))
    clear_queue(house)
    yield from decided(house, record(house, "decisions/open_demand", chosen))


def _decide(house: House) -> Chosen:
    ranked = rank_demand(
        **waiting_lines(house)._asdict(),
        policy=house.policies.allocation,
        as_of=house.run.as_of,
    )
    return {OPEN_DEMAND: ranked}
