"""Asset ``decisions/reconciled_orders``: what channels say of orders beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.order_claims import compare_orders
from transforms.contracts.decisions import RECONCILED_ORDERS


@dg.multi_asset(
    **decision_specs(
        "reconciled_orders",
        (RECONCILED_ORDERS,),
        gold=("fct_orders", "fct_order_lines"),
        after=[
            ("silver", "int_settlement_lines__deduplicated"),
            ("silver", "int_order_lines__deduplicated"),
            ("decisions", "own_events"),
        ],
    )
)
def reconciled_orders(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """One class for every order; see ``transforms.reconciliation.orders``."""
    yield from decided(house, {RECONCILED_ORDERS: compare_orders(house)})
