"""Asset ``decisions/line_holds``: why lines are held, since when, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.hold_facts import hold_and_free
from orchestration.resources.house import House
from transforms.contracts.decisions import LINE_HOLDS


@dg.multi_asset(
    **decision_specs(
        "line_holds",
        (LINE_HOLDS,),
        gold=("fct_orders", "fct_order_events", "fct_payments", "fct_refunds"),
        # Counts are compared with balances that hold nothing of this run twice: what
        # settles them again, as holds do, comes behind.
        after=[
            ("decisions", "line_buckets"),
            ("decisions", "stock_positions"),
            ("decisions", "substituted_lines"),
        ],
    )
)
def line_holds(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """What rules hold and free; see ``transforms.allocation.holds``."""
    hold_and_free(house)
    mine = house.lake.read(LINE_HOLDS, "run_id = ?", [house.run.run_id])
    yield from decided(house, {LINE_HOLDS: mine})
