"""Asset ``decisions/substituted_lines``: eaches that another SKU is sent for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.substituting import substitute_lines
from transforms.contracts.decisions import SUBSTITUTED_LINES


@dg.multi_asset(
    **decision_specs(
        "substituted_lines",
        (SUBSTITUTED_LINES,),
        gold=("fct_order_lines", "dim_kit_components"),
        # What settles balances again comes behind their comparison, as holds do.
        after=[
            ("silver", "int_order_actions__judged"),
            ("decisions", "line_buckets"),
            ("decisions", "stock_positions"),
        ],
    )
)
def substituted_lines(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """As people and consents ask; see ``transforms.allocation.substituting``."""
    yield from decided(house, {SUBSTITUTED_LINES: substitute_lines(house)})
