"""Asset ``decisions/substitutes``: what could be sent in place of what is lacking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import choose, record
from orchestration.resources.house import House
from orchestration.resources.substitute_facts import substitutes_left
from transforms.contracts.decisions import SUBSTITUTES


@dg.multi_asset(
    **decision_specs(
        "substitutes",
        (SUBSTITUTES,),
        gold=("dim_substitutions", "dim_kit_components", "fct_order_lines"),
        after=[
            ("decisions", "open_demand"),
            ("decisions", "available_to_promise"),
            ("decisions", "shelf_life_limits"),
            ("decisions", "allocations"),
            ("decisions", "backorders"),
            ("decisions", "decision_trace"),
        ],
    )
)
def substitutes(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Offers, and what policy decides; see ``transforms.allocation.substitutes``."""
    chosen = choose(
        house, (SUBSTITUTES,), lambda: {SUBSTITUTES: substitutes_left(house)}
    )
    written = record(house, "decisions/substitutes", chosen)
    yield from decided(house, written)
