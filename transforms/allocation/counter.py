"""Orders that customers fetch: destinations of their own.

To the allocation a counter is a place to which every node has a lane of no
kilometres, at no freight, on the ship day; which store it is, is eligibility's. A
store to which orders are sent is a place as far as its region, but for the store
itself, which has them at its counter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from transforms.contracts.services import FETCHED, PICK_UP, SHIP_TO_STORE

COUNTER = "@"
"""Region of what is picked up, and before a store's name of what is sent there; no
address has it."""
COUNTER_ZONE = 0
"""Carrier zones begin at 1."""


def to_counter(demand: pl.DataFrame) -> pl.DataFrame:
    """OPEN_DEMAND, lines that customers fetch with the counter as their region."""
    store = pl.lit(COUNTER) + pl.col("pickup_node_id")
    region = (
        pl.when(service_code=PICK_UP)
        .then(pl.lit(COUNTER))
        .when(service_code=SHIP_TO_STORE)
        .then(pl.coalesce(store, pl.lit(COUNTER)))
        .otherwise("region_code")
    )
    return demand.with_columns(region_code=region)


def stores(demand: pl.DataFrame, nodes: pl.DataFrame) -> Mapping[str, str]:
    """Store to which lines of OPEN_DEMAND are sent → its region, sorted."""
    sent = demand.filter(service_code=SHIP_TO_STORE).select(node_id="pickup_node_id")
    known = nodes.join(sent, on="node_id", how="semi").sort("node_id")
    return dict(known.select("node_id", "region_code").iter_rows())


def is_fetched(demand: pl.DataFrame) -> bool:
    """Whether some line of OPEN_DEMAND is fetched by its customer."""
    return bool(demand["service_code"].is_in(FETCHED).any())


def with_counters(
    lanes: pl.DataFrame, nodes: pl.DataFrame, sent_to: Mapping[str, str]
) -> pl.DataFrame:
    """Priced lanes, each node's to its own counter, and all nodes' to ``stores``."""
    at_counter = nodes.select(
        node_id="node_id",
        region_code=pl.lit(COUNTER),
        zone_no=pl.lit(COUNTER_ZONE, pl.Int64),
        distance_km=pl.lit(0, pl.Int64),
    ).select(lanes.columns)
    ways = [lanes, at_counter]
    for store, region in sent_to.items():
        is_its_own = pl.col("node_id") == store
        sent = lanes.filter(~is_its_own, region_code=region)
        both = pl.concat([sent, at_counter.filter(is_its_own)])
        ways.append(both.with_columns(region_code=pl.lit(COUNTER + store)))
    return pl.concat(ways)


def with_store_holidays(
    holidays: Mapping[str, Collection[date]], sent_to: Mapping[str, str]
) -> dict[str, Collection[date]]:
    """Dates on which nothing is delivered, of stores those of their region."""
    theirs = {
        COUNTER + store: holidays[region]
        for store, region in sent_to.items()
        if region in holidays
    }
    return {**holidays, **theirs}


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
