"""Asset ``decisions/stock_positions``: balances per node and SKU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.line_state import settle_positions
from transforms.contracts.decisions import STOCK_POSITIONS


@dg.multi_asset(
    **decision_specs(
        "stock_positions",
        (STOCK_POSITIONS,),
        after=[("decisions", "unit_postings"), ("decisions", "stock_variances")],
    )
)
def stock_positions(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """The sum of postings of every key that this run posted to."""
    yield from decided(house, {STOCK_POSITIONS: settle_positions(house)})
