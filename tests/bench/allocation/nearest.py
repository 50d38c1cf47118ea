"""Nearest first in plain Python: the rule that most systems have, as they write it.

The ``fast`` mode must decide the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

Lane = dict[str, Any]


class Network:
    """Stock, room and distances, used up as orders are served."""

    def __init__(
        self, frames: Mapping[str, pl.DataFrame], *, is_by_distance: bool = True
    ) -> None:
        """Everything by id; nodes by distance, or as a list by their ids."""
        self.nodes = {row["node_id"]: row for row in frames["nodes"].to_dicts()}
        self.stock = {
            (row["sku_id"], row["node_id"]): max(
                0, row["on_hand_qty"] - row["allocated_qty"] - row["buffer_qty"]
            )
            for row in frames["stock"].to_dicts()
        }
        self.rated = set(frames["rates"]["zone"].to_list())
        self.lies = {
            node: row.get("stock_node_id", node) for node, row in self.nodes.items()
        }
        self.near: dict[int, list[int]] = defaultdict(list)
        by = ["distance_km"] if is_by_distance else []
        zones = frames["zones"].sort("region_id", *by, "node_id")
        for region, node, zone in zones.select(
            "region_id", "node_id", "zone"
        ).iter_rows():
            if zone in self.rated:
                self.near[region].append(node)

    def ships_all(self, node: int, lines: list[Lane]) -> bool:
        """Whether the node has every line and room for them."""
        wanted: dict[int, int] = defaultdict(int)
        for line in lines:
            wanted[line["sku_id"]] += line["qty"]
        room = self.nodes[node]
        return (
            room["capacity_shipments"] > 0
            and room["capacity_units"] >= sum(wanted.values())
            and all(self.has(sku, node) >= qty for sku, qty in wanted.items())
        )

    def has(self, sku: int, node: int) -> int:
        """Eaches that the node may ship."""
        return self.stock.get((sku, self.lies[node]), 0)

    def take(self, node: int, line: Lane) -> None:
        """Take a line's eaches from the node."""
        self.stock[line["sku_id"], self.lies[node]] -= line["qty"]
        self.nodes[node]["capacity_units"] -= line["qty"]


def nearest_first(
    frames: Mapping[str, pl.DataFrame], *, is_by_distance: bool = True
) -> dict[tuple[int, int], int | None]:
    """The node of each (order, line), None where it is not shipped.

    Not by distance: a priority list, the first node of a list that has it.
    """
    network = Network(frames, is_by_distance=is_by_distance)
    lines: dict[int, list[Lane]] = defaultdict(list)
    for line in frames["lines"].sort("order_id", "line_no").to_dicts():
        lines[line["order_id"]].append(line)
    chosen: dict[tuple[int, int], int | None] = {}
    for order in (
        frames["orders"].sort("priority", "promise_days", "order_id").to_dicts()
    ):
        _serve(network, order, lines[order["order_id"]], chosen)
    return chosen


def _serve(
    network: Network,
    order: Lane,
    lines: list[Lane],
    chosen: dict[tuple[int, int], int | None],
) -> None:
    nodes = [
        node
        for node in network.near[order["region_id"]]
        if order["channel_id"] in network.nodes[node]["channel_ids"]
    ]
    for line in lines:
        chosen[line["order_id"], line["line_no"]] = None
    whole = next((node for node in nodes if network.ships_all(node, lines)), None)
    used: set[int] = set()
    if whole is None and order["is_ship_complete"]:
        return
    for line in lines:
        node = whole
        if node is None:
            node = _nearest(network, order, nodes, line, used)
        if node is None:
            continue
        network.take(node, line)
        if node not in used:
            used.add(node)
            network.nodes[node]["capacity_shipments"] -= 1
        chosen[line["order_id"], line["line_no"]] = node


def _nearest(
    network: Network, order: Lane, nodes: list[int], line: Lane, used: set[int]
) -> int | None:
    """The nearest node that has the line and may ship it."""
    for node in nodes:
        room = network.nodes[node]
        is_new = len(used) < order["max_shipments"] and room["capacity_shipments"] > 0
        has = network.has(line["sku_id"], node) >= line["qty"]
        if has and room["capacity_units"] >= line["qty"] and (node in used or is_new):
            return node
    return None
