"""Assets ``decisions/reconciled_shipments`` …: asked, confirmed and carried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.house import House
from orchestration.resources.shipment_facts import reconcile_sent
from transforms.contracts.decisions import RECONCILED_PARCELS, RECONCILED_SHIPMENTS


@dg.multi_asset(
    **decision_specs(
        "reconciled_shipments",
        (RECONCILED_SHIPMENTS, RECONCILED_PARCELS),
        gold=("fct_acknowledgements", "fct_order_events", "fct_order_lines"),
        after=[
            ("silver", "int_tracking_events__deduplicated"),
            ("silver", "stg_shipment_confirmations"),
            ("decisions", "allocations"),
            ("instructions", "instruction_lines"),
        ],
    )
)
def reconciled_shipments(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """One class for every instruction line and every parcel."""
    yield from decided(house, reconcile_sent(house))
