"""Asset ``decisions/exceptions``: what needs a person, opened and closed by data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import choose, record
from orchestration.resources.findings import gathered
from orchestration.resources.house import House
from transforms.contracts.decisions import EXCEPTIONS
from transforms.reconciliation.exceptions import exceptions as find_exceptions


@dg.multi_asset(
    **decision_specs(
        "exceptions",
        (EXCEPTIONS,),
        gold=(
            *("fct_acknowledgements", "fct_order_events", "dim_nodes"),
            *("fct_channel_stock", "dim_products"),
        ),
        after=[
            ("decisions", "own_events"),
            ("decisions", "reconciled_payments"),
            ("decisions", "reconciled_shipments"),
            ("decisions", "reconciled_parcels"),
            ("decisions", "reconciled_orders"),
            ("decisions", "channel_availability"),
            ("decisions", "lot_positions"),
            ("decisions", "allocation_lots"),
            ("instructions", "fulfilment_orders"),
            ("instructions", "corrected_instructions"),
            ("instructions", "payment_requests"),
        ],
    )
)
def exceptions(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Findings against those still open; see ``transforms.reconciliation``."""
    chosen = choose(
        house,
        (EXCEPTIONS,),
        lambda: {
            EXCEPTIONS: find_exceptions(
                gathered(house), house.lake.read(EXCEPTIONS), house.run.as_of
            )
        },
    )
    yield from decided(house, record(house, "decisions/exceptions", chosen))
