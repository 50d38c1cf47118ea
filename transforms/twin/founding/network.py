"""The places that ship, the lanes to every state and the carrier's rates.

Two own DCs, the eight busiest stores and three 3PLs. Stores ship only web
orders. Not here: stock (``stock``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from transforms.twin.founding.geography import STATES, carrier_zone, distance_km

EASTERN, CENTRAL = "America/New_York", "America/Chicago"
MOUNTAIN, PACIFIC = "America/Denver", "America/Los_Angeles"
WEB, MARKET, BUSINESS, STORES = "web_shop", "marketplace", "business", "stores"
X12_OPERATORS = ("harbor_3pl", "prairie_3pl")
CSV_OPERATORS = ("own_dcs", "stores", "summit_3pl")


class Node(NamedTuple):
    """A row of the node master, in the order of its columns."""

    node_ref: str
    node_name: str
    node_kind: str
    operator_id: str
    zone: str
    region: str
    cutoff_local: str
    open_weekdays: str
    daily_capacity_units: int
    daily_capacity_shipments: int
    lead_days: int
    shipment_minor: int
    unit_minor: int
    buffer_rate: str
    is_shipping: str
    channels: str


_ALL = f"{WEB}|{MARKET}|{BUSINESS}"
_WAREHOUSES = (
    Node("DC-EAST", "Keystone distribution centre", "dc", "own_dcs", EASTERN, "PA",
         "16:00", "12345", 20_000, 2_000, 0, 95, 12, "0.01", "true", _ALL),
    Node("DC-WEST", "Silver distribution centre", "dc", "own_dcs", PACIFIC, "NV",
         "15:00", "12345", 12_000, 1_200, 0, 105, 13, "0.01", "true", _ALL),
    Node("3PL-HARBOR", "Harbor Fulfilment Example", "3pl", "harbor_3pl", EASTERN,
         "GA", "14:00", "12345", 4_000, 400, 0, 150, 20, "0.02", "true", _ALL),
    Node("3PL-PRAIRIE", "Prairie Fulfilment Example", "3pl", "prairie_3pl", CENTRAL,
         "KS", "14:00", "123456", 3_000, 300, 0, 140, 18, "0.02", "true",
         f"{WEB}|{MARKET}"),
    Node("3PL-SUMMIT", "Summit Fulfilment Example", "3pl", "summit_3pl", MOUNTAIN,
         "CO", "13:00", "12345", 3_000, 300, 1, 145, 19, "0.02", "true", _ALL),
)  # fmt: skip
_STORE_REGIONS = ("OH", "NY", "NC", "FL", "MA", "VA", "MI", "TN")

_RATES = (  # zone, standard base, per kg, days, expedited base, per kg, days
    (1, 520, 45, 1, 980, 70, 1), (2, 560, 55, 2, 1080, 85, 1),
    (3, 610, 65, 2, 1190, 100, 1), (4, 680, 80, 3, 1340, 125, 2),
    (5, 760, 95, 3, 1520, 150, 2), (6, 850, 110, 4, 1730, 180, 2),
    (7, 950, 130, 5, 1960, 215, 2), (8, 1080, 155, 5, 2240, 255, 3),
)  # fmt: skip


def place_nodes(store_ids: Sequence[int]) -> pl.DataFrame:
    """The node master: five warehouses and the stores, busiest first.

    Args:
        store_ids: at most eight, each becomes ``STORE-<id>``.

    Returns:
        One row per node in the order of ``Node``.
    """
    stores = [
        _store(store_id, region)
        for store_id, region in zip(store_ids, _STORE_REGIONS, strict=False)
    ]
    return pl.DataFrame([*_WAREHOUSES, *stores], schema=Node._fields, orient="row")


def draw_lanes(nodes: pl.DataFrame) -> pl.DataFrame:
    """A lane per state and node: ``region, node_ref, zone, distance_km``."""
    places = nodes.select("node_ref", "region").rows()
    rows = []
    for state in STATES:
        for node_ref, region in places:
            distance = distance_km(state.code, region)
            rows.append((state.code, node_ref, carrier_zone(distance), distance))
    schema = ["region", "node_ref", "zone", "distance_km"]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("region", "node_ref")


def quote_rates() -> pl.DataFrame:
    """Base and per-kilogram price in cents and days, per service and zone."""
    standard = [("STANDARD", z, base, kg, days) for z, base, kg, days, *_ in _RATES]
    express = [("EXPEDITED", z, base, kg, days) for z, *_, base, kg, days in _RATES]
    schema = ["service_code", "zone", "base_minor", "per_kg_minor", "transit_days"]
    return pl.DataFrame(standard + express, schema=schema, orient="row")


def homes(nodes: pl.DataFrame, lanes: pl.DataFrame) -> pl.DataFrame:
    """The nearest node that may serve a channel, per state.

    Ties go to the name that sorts first.

    Returns:
        One row per ``channel`` and ``region`` with ``home`` (a node_ref).
    """
    served = nodes.select("node_ref", pl.col("channels").str.split("|"))
    pairs = served.explode("channels").rename({"channels": "channel"})
    ranked = lanes.join(pairs, on="node_ref").sort("distance_km", "node_ref")
    return (
        ranked.group_by("channel", "region", maintain_order=True)
        .agg(pl.col("node_ref").first().alias("home"))
        .sort("channel", "region")
    )


def _store(store_id: int, region: str) -> Node:
    return Node(
        f"STORE-{store_id}", f"Store {store_id}", "store", STORES, EASTERN, region,
        "17:00", "1234567", 600, 60, 0, 180, 30, "0.05", "true", WEB,
    )  # fmt: skip
