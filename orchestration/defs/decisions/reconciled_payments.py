"""Asset ``decisions/reconciled_payments``: orders beside the money they were paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.money_facts import settle_payments
from transforms.contracts.decisions import RECONCILED_PAYMENTS


@dg.multi_asset(
    **decision_specs(
        "reconciled_payments",
        (RECONCILED_PAYMENTS,),
        gold=("fct_payments", "fct_refunds", "fct_orders", "fct_order_lines"),
        after=[
            ("silver", "int_order_lines__deduplicated"),
            ("decisions", "own_events"),
            ("decisions", "allocations"),
            ("instructions", "fulfilment_orders"),
        ],
    )
)
def reconciled_payments(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """One class for every order's money; see ``transforms.reconciliation.payments``."""
    yield from decided(house, {RECONCILED_PAYMENTS: settle_payments(house)})
