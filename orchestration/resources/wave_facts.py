"""Gathering what parts instructions into waves; nothing where no node has any."""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from transforms.contracts.decisions import OPEN_DEMAND
from transforms.contracts.gold import DIM_LANES, DIM_NODES
from transforms.instructions.waves import with_waves


def released_by_wave(house: House, released: pl.DataFrame) -> pl.DataFrame:
    """FULFILMENT_ORDERS that are released now, with the wave of each."""
    lake, policy = house.lake, house.policies.waves
    if not policy.has_any or released.is_empty():
        return released
    with lake.holding(asked=released.select("order_id").unique()):
        demand = lake.read(OPEN_DEMAND, "order_id in (select order_id from asked)")
    nodes, lanes = lake.read(DIM_NODES), lake.read(DIM_LANES)
    return with_waves(released, nodes, demand, lanes, policy, house.run.as_of)
