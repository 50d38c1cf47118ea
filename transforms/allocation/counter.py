"""Orders that a customer picks up: a destination of their own, without a carrier.

To the allocation the store's counter is a place to which every node has a lane of
no kilometres, at no freight, on the ship day; which store it is, is eligibility's.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.services import PICK_UP

COUNTER = "@counter"
"""Region of what is picked up; no address has it."""
COUNTER_ZONE = 0
"""Carrier zones begin at 1."""


def to_counter(demand: pl.DataFrame) -> pl.DataFrame:
    """OPEN_DEMAND, picked up lines with the counter as their region."""
    is_fetched = pl.col("service_code") == PICK_UP
    region = pl.when(is_fetched).then(pl.lit(COUNTER)).otherwise("region_code")
    return demand.with_columns(region_code=region)


def has_pick_ups(demand: pl.DataFrame) -> bool:
    """Whether some line of OPEN_DEMAND is picked up."""
    return bool((demand["service_code"] == PICK_UP).any())


def with_counters(lanes: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Priced lanes, and each node's to its own counter."""
    own = nodes.select(
        node_id="node_id",
        region_code=pl.lit(COUNTER),
        zone_no=pl.lit(COUNTER_ZONE, pl.Int64),
        distance_km=pl.lit(0, pl.Int64),
    )
    return pl.concat([lanes, own.select(lanes.columns)])


def with_counter_rate(rates: pl.DataFrame) -> pl.DataFrame:
    """DIM_RATES, and what a counter costs: nothing."""
    free = {
        "service_code": PICK_UP,
        "zone_no": COUNTER_ZONE,
        "base_minor": 0,
        "per_kg_minor": 0,
        "transit_days": 0,
    }
    return pl.concat([rates, pl.DataFrame([free], schema=rates.schema)])
