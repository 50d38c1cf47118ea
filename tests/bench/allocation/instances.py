"""Invented allocation problems of any size, in the exchange format.

A country of regions and nodes on a map, SKUs of unequal fame, stock spread by
fame and by the size of nodes, baskets, promises, channels. Every difficulty is
a field of ``Shape``; the same shape and seed give the same problem.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

SERVICES = 3


@dataclass(frozen=True)
class Shape:
    """What a problem looks like.

    Args:
        lines: order lines, about.
        skus: SKUs on sale.
        nodes: places that ship.
        seed: of chance.
        scarcity: 1 is a usual day; 1.5 has as much demand on 2/3 of the stock.
        capacity: 1 is a usual day; 0.8 has a fifth less room at each node.
        singles: share of orders with one line.
        largest: most lines of an order.
        mean_lines: of an order with several lines.
        breadth: share of the nodes that have a SKU, about.
        large: share of nodes eight times as large that have nearly every SKU.
        supply: of what is asked for in all.
        bulk: mean eaches of a line beyond the first.
        is_split: whether lines may be split by quantity.
        complete: share of orders that ship complete or not at all.
        repeated: share of lines that name their order's first SKU again.
        split_cost: of each shipment of an order after the first, minor units.
        worth: what an each is worth where it lies, at most, minor units.
        days: on which each node ships, as much on each as on the first.
        dear: times as much that not shipping a line costs.
    """

    lines: int
    skus: int
    nodes: int
    seed: int = 1
    scarcity: float = 1.0
    capacity: float = 1.0
    singles: float = 0.55
    largest: int = 12
    mean_lines: float = 3.0
    breadth: float = 0.3
    large: float = 0.1
    supply: float = 5.0
    bulk: float = 0.3
    is_split: bool = False
    complete: float = 0.15
    repeated: float = 0.0
    split_cost: int = 300
    worth: int = 0
    days: int = 1
    dear: int = 1


@dataclass(frozen=True)
class Instance:
    """A problem as frames by file name, and its parameters."""

    frames: dict[str, pl.DataFrame]
    params: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The problem as a folder of Parquet files; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.frames.items():
            frame.write_parquet(folder / f"{name}.parquet")
        (folder / "params.json").write_text(json.dumps(self.params))
        return folder

    def shuffled(self, seed: int) -> Instance:
        """The same problem with the rows of every file in another order."""
        frames = {
            name: frame.sample(fraction=1.0, shuffle=True, seed=seed)
            for name, frame in self.frames.items()
        }
        return Instance(frames, self.params)


def instance(shape: Shape) -> Instance:
    """The problem of a shape."""
    chance = np.random.default_rng([shape.seed, shape.lines, shape.nodes])
    regions = max(20, min(1000, shape.lines // 100))
    place, where = chance.random((shape.nodes, 2)), chance.random((regions, 2))
    stretch = np.array([4000.0, 2500.0])
    distance = np.linalg.norm((where[:, None] - place[None]) * stretch, axis=2)
    orders, lines = _demand(shape, chance, regions)
    size = chance.lognormal(0.0, 0.5, shape.nodes)
    is_large = np.arange(shape.nodes) % max(1, round(1 / max(shape.large, 1e-9))) == 0
    size = np.where(is_large & (shape.large > 0), size * 8, size)
    nodes = _nodes(shape, chance, size, lines)
    frames = {
        "orders": orders,
        "lines": lines,
        "nodes": nodes,
        "stock": _stock(shape, chance, size, lines),
        "zones": _zones(distance),
        "rates": _rates(),
    }
    if shape.worth:
        frames["stock"] = _with_worth(shape, frames["stock"])
    if shape.days > 1:
        frames |= _on_days(shape.days, frames["nodes"], frames["zones"])
    return Instance(
        frames,
        {
            "late_cost_minor": {"0": 150, "1": 100, "2": 60, "3": 30, "4": 15},
            "split_cost_minor": shape.split_cost,
            "is_line_split_allowed": shape.is_split,
        },
    )


def _demand(
    shape: Shape, chance: np.random.Generator, regions: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders and their lines; order ids are not the row numbers."""
    more = 2 + chance.geometric(1 / max(1.0, shape.mean_lines - 1), shape.lines) - 1
    basket = np.where(chance.random(shape.lines) < shape.singles, 1, more)
    basket = np.minimum(basket, shape.largest)
    count = int(np.searchsorted(np.cumsum(basket), shape.lines)) + 1
    basket = basket[:count]
    ids = 10_000 + 7 * np.arange(count)
    many = int(basket.sum())
    first = np.repeat(np.cumsum(basket) - basket, basket)
    sku = _fame(shape, chance, many)
    again = (chance.random(many) < shape.repeated) & (np.arange(many) > first)
    sku = np.where(again, sku[first], sku)
    qty = 1 + chance.poisson(shape.bulk, many)
    grams = chance.integers(50, 3000, shape.skus)[sku] * qty
    value = chance.integers(300, 4000, shape.skus)[sku] * qty
    orders = pl.DataFrame(
        {
            "order_id": ids,
            "region_id": chance.integers(0, regions, count).astype(np.int32),
            "priority": chance.choice(5, count, p=[0.05, 0.1, 0.5, 0.25, 0.1]).astype(
                np.int8
            ),
            "promise_days": chance.choice([2, 3, 5, 7], count).astype(np.int16),
            "is_ship_complete": chance.random(count) < shape.complete,
            "max_shipments": chance.choice([1, 2, 3], count, p=[0.1, 0.4, 0.5]).astype(
                np.int8
            ),
            "channel_id": chance.choice(3, count, p=[0.6, 0.3, 0.1]).astype(np.int8),
        }
    )
    lines = pl.DataFrame(
        {
            "order_id": np.repeat(ids, basket),
            "line_no": (np.arange(many) - first + 1).astype(np.int16),
            "sku_id": 500 + 3 * sku,
            "qty": qty.astype(np.int32),
            "grams": grams,
            "backorder_cost_minor": (1500 + value) * shape.dear,
        }
    )
    return orders, lines


def _fame(shape: Shape, chance: np.random.Generator, many: int) -> np.ndarray:
    """A SKU for each line; a few are asked for often."""
    weight = 1.0 / (20 + np.arange(shape.skus)) ** 0.8
    return chance.choice(shape.skus, many, p=weight / weight.sum())


def _nodes(
    shape: Shape, chance: np.random.Generator, size: np.ndarray, lines: pl.DataFrame
) -> pl.DataFrame:
    orders, units = lines["order_id"].n_unique(), int(lines["qty"].sum())
    share = size / size.sum()
    everywhere = chance.random((shape.nodes, 3)) < 0.9
    everywhere[:, 0] = True
    return pl.DataFrame(
        {
            "node_id": (100 + 11 * np.arange(shape.nodes)).astype(np.int32),
            "shipment_cost_minor": chance.integers(80, 260, shape.nodes),
            "unit_cost_minor": chance.integers(20, 90, shape.nodes),
            "lead_days": chance.choice(3, shape.nodes, p=[0.5, 0.4, 0.1]),
            "capacity_shipments": 1
            + (3 * shape.capacity * orders * share).astype(np.int64),
            "capacity_units": 2 + (3 * shape.capacity * units * share).astype(np.int64),
            "channel_ids": pl.Series(
                [np.flatnonzero(row).tolist() for row in everywhere],
                dtype=pl.List(pl.Int8),
            ),
        }
    )


def _stock(
    shape: Shape, chance: np.random.Generator, size: np.ndarray, lines: pl.DataFrame
) -> pl.DataFrame:
    """Each SKU at some nodes; in all a little more than the demand for it."""
    wanted = np.zeros(shape.skus)
    np.add.at(wanted, (lines["sku_id"].to_numpy() - 500) // 3, lines["qty"].to_numpy())
    usual = wanted.mean() * 0.3 + wanted * 0.7
    supply = usual * chance.lognormal(0, 0.4, shape.skus) + 1
    supply *= shape.supply / shape.scarcity
    broad = np.where(size > np.quantile(size, 1 - shape.large), 0.9, shape.breadth)
    known = np.clip(chance.lognormal(0, 0.3, (shape.skus, 1)), 0.2, 2)
    has = chance.random((shape.skus, shape.nodes)) < broad * known
    sku, node = np.nonzero(has)
    weight = size[node] * chance.lognormal(0, 0.4, len(sku))
    total = np.bincount(sku, weight, shape.skus)
    mean = supply[sku] * weight / total[sku]
    on_hand = chance.poisson(mean) + chance.integers(0, 2, len(sku))
    return pl.DataFrame(
        {
            "sku_id": 500 + 3 * sku,
            "node_id": (100 + 11 * node).astype(np.int32),
            "on_hand_qty": on_hand.astype(np.int32),
            "allocated_qty": (chance.random(len(sku)) < 0.05).astype(np.int32),
            "buffer_qty": (chance.random(len(sku)) < 0.1).astype(np.int32),
        }
    ).sort("node_id", "sku_id")


def _with_worth(shape: Shape, stock: pl.DataFrame) -> pl.DataFrame:
    """Half of the cells would sell what they have; by chance of its own."""
    chance = np.random.default_rng([shape.seed, shape.worth])
    worth = chance.integers(0, shape.worth + 1, stock.height)
    is_wanted = chance.random(stock.height) < 0.5
    return stock.with_columns(worth_minor=pl.Series(worth * is_wanted))


def _on_days(
    days: int, nodes: pl.DataFrame, zones: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """A later day is another node that ships the same stock, with room of its own."""
    rows = nodes.with_columns(stock_node_id="node_id")
    of_day = [pl.col("node_id") + pl.lit(LATER * day, pl.Int32) for day in range(days)]
    return {
        "nodes": pl.concat(
            rows.with_columns(node_id=node, lead_days=pl.col("lead_days") + day)
            for day, node in enumerate(of_day)
        ),
        "zones": pl.concat(zones.with_columns(node_id=node) for node in of_day),
    }


LATER = 1_000_000


def _zones(distance: np.ndarray) -> pl.DataFrame:
    region, node = np.indices(distance.shape)
    edges = np.array([120, 300, 600, 1000, 1500, 2200, 3000])
    return pl.DataFrame(
        {
            "region_id": region.ravel().astype(np.int32),
            "node_id": (100 + 11 * node.ravel()).astype(np.int32),
            "zone": (1 + np.searchsorted(edges, distance.ravel())).astype(np.int8),
            "distance_km": distance.ravel().astype(np.float32),
        }
    )


def _rates() -> pl.DataFrame:
    rows = [
        {
            "service_id": service,
            "zone": zone,
            "base_minor": 420 + 45 * zone + 260 * service + 60 * service * zone,
            "per_kg_minor": 25 + 9 * zone + (20 + 8 * zone) * service,
            "transit_days": max(
                1, [1 + zone // 1, 1 + zone // 2, 1 + zone // 4][service]
            ),
        }
        for service in range(SERVICES)
        for zone in range(1, 9)
    ]
    return pl.DataFrame(rows).with_columns(pl.col("service_id", "zone").cast(pl.Int8))
