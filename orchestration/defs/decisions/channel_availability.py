"""Asset ``decisions/channel_availability``: what each channel is told it may sell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.components.decision import decided, decision_specs
from orchestration.resources.choices import Chosen, choose, record
from orchestration.resources.house import House
from orchestration.resources.supply import changed_channels
from transforms.contracts.decisions import CHANNEL_AVAILABILITY


@dg.multi_asset(
    **decision_specs(
        "channel_availability",
        (CHANNEL_AVAILABILITY,),
        gold=("dim_nodes", "dim_products"),
        after=[
            ("decisions", "available_to_promise"),
            ("decisions", "shelf_life_limits"),
            ("decisions", "node_gates"),
            ("decisions", "kit_availability"),
            ("decisions", "line_buckets"),
        ],
    )
)
def channel_availability(house: dg.ResourceParam[House]) -> Iterator[Any]:
    """Pools, thresholds and caps; see ``transforms.availability.channels``."""
    chosen = choose(house, (CHANNEL_AVAILABILITY,), lambda: _decide(house))
    yield from decided(house, record(house, "decisions/channel_availability", chosen))


def _decide(house: House) -> Chosen:
    return {CHANNEL_AVAILABILITY: changed_channels(house)}
