"""Asset ``instructions/cancel_requests``: what nodes are asked to give up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.cancel_facts import new_cancel_requests
from orchestration.resources.choices import choose, record
from orchestration.resources.house import House
from transforms.contracts.decisions import CANCEL_REQUESTS


@dg.multi_asset(
    **decision_specs(
        "cancel_requests",
        (CANCEL_REQUESTS,),
        gold=("fct_order_events",),
        after=[
            ("decisions", "event_verdicts"),
            ("instructions", "corrected_instructions"),
        ],
    )
)
def cancel_requests(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Asked once each; see ``transforms.instructions.cancel``."""
    chosen = choose(
        house,
        (CANCEL_REQUESTS,),
        lambda: {CANCEL_REQUESTS: new_cancel_requests(house)},
    )
    yield from decided(house, record(house, "instructions/cancel_requests", chosen))
