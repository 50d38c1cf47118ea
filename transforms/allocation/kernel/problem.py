"""The problem as arrays: everything by number, numbers in the order of ids.

Since numbers follow ids, no answer depends on the order of rows in a file.
Money in minor units; prices and all that is compared with them in thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.tables import ProblemError, checked, parameters

SCALE = 1000
"""Thousandths of a minor unit: what prices are counted in."""

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Shorts = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

SPLIT_COST, IS_LINE_SPLIT = range(2)


class Problem(NamedTuple):
    """O orders, L lines, N nodes, C stock cells, R regions, P promises, Z zones.

    Args:
        region: O.
        promise: O.
        late_cost: O per each and day.
        is_complete: O ships whole or not at all.
        max_shipments: O.
        channel: O.
        has_twins: O two of its lines name the same goods.
        line_start: O + 1.
        sku: L; SKUs are told apart by the nodes that may ship them, too.
        goods: L; lines of the same goods share stock where both may be shipped from.
        qty: L.
        grams: L.
        spare: L cost of not shipping the line.
        serves: N × channels.
        shipment_cost: N.
        unit_cost: N.
        cap_shipments: N.
        cap_units: N.
        cell_start: SKUs + 1; the cells of a SKU are in the order of nodes.
        cell_node: C.
        cell_stock: C eaches that may be allocated, > 0.
        cell_worth: C, what an each is expected to earn if it stays there.
        cell_pool: C, the cell that its eaches are counted in: another where the node
            ships the stock of another, or another SKU of the same goods lies there.
            Of its own it has none then, nor a price.
        stock_node: N, the node whose stock it ships, mostly itself.
        zone: R × N, -1 where the node does not ship to.
        distance: R × N kilometres.
        base: P × Z × N freight per shipment, -1 where no service goes.
        per_kg: P × Z × N.
        late_days: P × Z × N.
        rules: split cost, whether lines may be split.
    """

    region: Ints
    promise: Ints
    late_cost: Longs
    is_complete: Flags
    max_shipments: Ints
    channel: Ints
    has_twins: Flags
    line_start: Longs
    sku: Ints
    goods: Ints
    qty: Longs
    grams: Longs
    spare: Longs
    serves: Flags
    shipment_cost: Longs
    unit_cost: Longs
    cap_shipments: Longs
    cap_units: Longs
    cell_start: Longs
    cell_node: Ints
    cell_stock: Longs
    cell_worth: Longs
    cell_pool: Ints
    stock_node: Ints
    zone: Shorts
    distance: Floats
    base: Longs
    per_kg: Longs
    late_days: Longs
    rules: Longs


class Posed(NamedTuple):
    """A problem and what its numbers stand for.

    Args:
        problem: the arrays.
        orders: ORDERS in the order of ids.
        lines: LINES in the order of orders and line numbers.
        node_ids: N.
        sku_ids: SKUs.
    """

    problem: Problem
    orders: pl.DataFrame
    lines: pl.DataFrame
    node_ids: Ints
    sku_ids: Longs


def pose(frames: Mapping[str, pl.DataFrame], params: Mapping[str, Any]) -> Posed:
    """The problem of the exchange format's frames and parameters.

    Raises:
        ProblemError: see ``tables.checked``.
    """
    tables = checked(frames)
    late, split_cost, is_split = parameters(params)
    orders = tables["orders"].sort("order_id")
    lines = tables["lines"].sort("order_id", "line_no")
    nodes = tables["nodes"].sort("node_id")
    node_ids = nodes["node_id"].to_numpy()
    sku_ids = lines["sku_id"].unique().sort().to_numpy()
    promises = orders["promise_days"].unique().sort().to_numpy()
    order_ids = orders["order_id"].to_numpy()
    starts = np.searchsorted(lines["order_id"].to_numpy(), order_ids)
    line_start = np.append(starts, lines.height).astype(np.int64)
    sku = _numbers(lines["sku_id"].to_numpy(), sku_ids)
    region_ids = tables["zones"]["region_id"].append(orders["region_id"]).unique()
    regions = region_ids.sort().to_numpy()
    problem = Problem(
        region=_numbers(orders["region_id"].to_numpy(), regions),
        promise=_numbers(orders["promise_days"].to_numpy(), promises),
        late_cost=np.array(late, np.int64)[orders["priority"].to_numpy()],
        is_complete=orders["is_ship_complete"].to_numpy().copy(),
        max_shipments=orders["max_shipments"].to_numpy().astype(np.int32),
        line_start=line_start,
        sku=sku,
        goods=sku,
        has_twins=twins(line_start, sku),
        qty=lines["qty"].to_numpy().astype(np.int64),
        grams=lines["grams"].to_numpy().astype(np.int64),
        spare=lines["backorder_cost_minor"].to_numpy().astype(np.int64),
        shipment_cost=_long(nodes["shipment_cost_minor"]),
        unit_cost=_long(nodes["unit_cost_minor"]),
        cap_shipments=_long(nodes["capacity_shipments"]),
        cap_units=_long(nodes["capacity_units"]),
        rules=np.array([split_cost, is_split], np.int64),
        **_channels(orders, nodes),
        **_cells(tables, sku_ids, node_ids),
        **_lanes(tables, nodes, regions, promises),
    )
    _payable(problem, lines)
    return Posed(problem, orders, lines, node_ids, sku_ids)


def _payable(problem: Problem, lines: pl.DataFrame) -> None:
    """Refuse an order or a line that may cost more than can be reckoned with.

    Raises:
        ProblemError: with order and line.
    """
    counts = np.diff(problem.line_start)
    long = np.flatnonzero(counts > MOST_LINES)
    if len(long):
        order = lines.row(int(problem.line_start[long[0]]))[0]
        raise ProblemError(
            f"lines.parquet: order {order}: {counts[long[0]]} lines; an order has"
            f" {MOST_LINES} at most: give the rest to another order"
        )
    late = problem.late_cost.max(initial=0) * problem.late_days.max(initial=0)
    each = float(problem.unit_cost.max(initial=0) + late)
    worth = np.zeros(len(problem.cell_start) - 1, np.int64)
    sku = np.repeat(np.arange(len(worth)), np.diff(problem.cell_start))
    np.maximum.at(worth, sku, problem.cell_worth)
    eaches = (each + worth[problem.sku]) * problem.qty
    weight = float(problem.per_kg.max(initial=0)) * problem.grams / 1000
    dear = np.flatnonzero(weight + eaches >= DEAREST)
    if len(dear):
        order, line = lines.row(int(dear[0]))[:2]
        raise ProblemError(
            f"lines.parquet: order {order}, line {line}: may cost {DEAREST} minor"
            " units or more, by its weight, its quantity and what its eaches are worth"
            " at the dearest node"
        )


MOST_LINES = 8_000
"""Of an order: more that are not to be had would cost more than can be added up."""
DEAREST = (1 << 31) - 1
"""Minor units that no line may cost anywhere."""


def _long(column: pl.Series) -> Longs:
    return column.to_numpy().astype(np.int64)


def _numbers(values: npt.NDArray[Any], ids: npt.NDArray[Any]) -> Ints:
    """The place of each value among the sorted ids; -1 where it is none of them."""
    if len(ids) == 0:
        return np.full(len(values), -1, np.int32)
    least, most = int(ids[0]), int(ids[-1])
    if most - least < 4 * (len(ids) + len(values)):
        table = np.full(most - least + 1, -1, np.int32)
        table[ids - least] = np.arange(len(ids), dtype=np.int32)
        inside = (values >= least) & (values <= most)
        found: Ints = table[np.where(inside, values - least, 0)]
        return np.where(inside, found, np.int32(-1))
    place = np.minimum(np.searchsorted(ids, values), len(ids) - 1)
    return np.where(ids[place] == values, place, -1).astype(np.int32)


def twins(line_start: Longs, sku: Ints) -> Flags:
    """Orders with two lines of the same goods."""
    order = np.repeat(np.arange(len(line_start) - 1), np.diff(line_start))
    key = np.sort(order * (int(sku.max(initial=0)) + 1) + sku)
    found = np.zeros(len(line_start) - 1, np.bool_)
    same = key[1:][key[1:] == key[:-1]]
    found[same // (int(sku.max(initial=0)) + 1)] = True
    return found


def _channels(orders: pl.DataFrame, nodes: pl.DataFrame) -> dict[str, Any]:
    channels = orders["channel_id"].unique().sort().to_numpy()
    served = np.zeros((nodes.height, max(1, len(channels))), np.bool_)
    for node, listed in enumerate(nodes["channel_ids"].to_list()):
        served[node, : len(channels)] = np.isin(channels, listed)
    return {
        "channel": _numbers(orders["channel_id"].to_numpy(), channels),
        "serves": served,
    }


def _cells(
    tables: Mapping[str, pl.DataFrame], skus: Longs, nodes: Ints
) -> dict[str, Any]:
    """Stock that may be allocated, by SKU and node; empty cells are left out."""
    free = (
        tables["stock"]
        .select(
            "sku_id",
            "node_id",
            "worth_minor",
            qty=pl.col("on_hand_qty").cast(pl.Int64)
            - pl.col("allocated_qty").cast(pl.Int64)
            - pl.col("buffer_qty").cast(pl.Int64),
        )
        .filter(pl.col("qty") > 0)
    )
    sku = _numbers(free["sku_id"].to_numpy(), skus)
    known = sku >= 0
    sku, node = sku[known], _numbers(free["node_id"].to_numpy()[known], nodes)
    shipped = tables["nodes"].sort("node_id")["stock_node_id"].to_numpy()
    stock_node = _numbers(shipped, nodes)
    qty = free["qty"].to_numpy()[known]
    worth = free["worth_minor"].to_numpy()[known]
    at, others = _shipped_by_others(node, stock_node)
    pool = None
    if len(at):
        pool = np.concatenate([np.arange(len(sku)), at])
        sku, qty, worth = sku[pool], qty[pool], worth[pool]
        node = np.concatenate([node, others])
    sizes = len(skus), len(nodes)
    fields = cells(sku, node, qty, worth, pool, sizes=sizes)
    return {"stock_node": stock_node, **fields}


def _shipped_by_others(node: Ints, stock_node: Ints) -> tuple[Longs, Ints]:
    """Cells of ``node`` that other nodes ship, and these nodes, pair by pair."""
    others = np.flatnonzero(stock_node != np.arange(len(stock_node)))
    if not len(others):
        return np.empty(0, np.int64), np.empty(0, np.int32)
    first = np.argsort(node, kind="stable")
    start = np.searchsorted(node[first], stock_node[others])
    count = np.searchsorted(node[first], stock_node[others], "right") - start
    at = np.repeat(start - np.cumsum(count) + count, count) + np.arange(count.sum())
    return first[at], np.repeat(others, count).astype(np.int32)


def cells(
    sku: Ints,
    node: Ints,
    qty: Longs,
    worth: Longs,
    pool: Longs | None,
    *,
    sizes: tuple[int, int],
) -> dict[str, Any]:
    """The problem's fields of stock.

    Args:
        sku: of each cell.
        node: that ships it.
        qty: eaches, > 0.
        worth: of each there.
        pool: which of these cells its eaches are counted in; none: each in itself.
        sizes: how many SKUs and nodes there are.
    """
    skus, nodes = sizes
    place = _ranked(sku, _ranked(node, np.arange(len(sku)), nodes), skus)
    counts = np.bincount(sku, minlength=skus)
    stands = np.arange(len(place), dtype=np.int32)
    if pool is not None:
        number = np.empty(len(place), np.int32)
        number[place] = stands
        stands = number[pool[place]]
    return {
        "cell_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "cell_node": node[place],
        "cell_stock": qty[place],
        "cell_worth": worth[place],
        "cell_pool": stands,
    }


def is_pooled(problem: Problem) -> bool:
    """Whether some cell is counted in another."""
    is_own = problem.stock_node == np.arange(len(problem.stock_node))
    return problem.goods is not problem.sku or not is_own.all()


@compiled
def _ranked(numbers: Ints, turn: Longs, most: int) -> Longs:
    """``turn`` sorted by the number of each, equals as they stood."""
    at = np.zeros(most + 1, np.int64)
    for number in numbers:
        at[number + 1] += 1
    for number in range(most):
        at[number + 1] += at[number]
    ranked = np.empty(len(turn), np.int64)
    for one in turn:
        ranked[at[numbers[one]]] = one
        at[numbers[one]] += 1
    return ranked


def _lanes(
    tables: Mapping[str, pl.DataFrame],
    nodes: pl.DataFrame,
    regions: npt.NDArray[Any],
    promises: npt.NDArray[Any],
) -> dict[str, Any]:
    """Zones and distances by region and node; rates by promise, zone and node."""
    zones, rates = tables["zones"], tables["rates"]
    names = rates["zone"].unique().sort().to_numpy()
    zone = np.full((len(regions), nodes.height), -1, np.int16)
    distance = np.full(zone.shape, np.inf, np.float32)
    node_ids = nodes["node_id"].to_numpy()
    cell = (
        _numbers(zones["region_id"].to_numpy(), regions),
        _numbers(zones["node_id"].to_numpy(), node_ids),
    )
    zone[cell] = _numbers(zones["zone"].to_numpy(), names)
    distance[cell] = zones["distance_km"].to_numpy()
    shape = len(promises), max(1, len(names)), nodes.height
    base = np.full(shape, -1, np.int64)
    per_kg, late = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    lead = nodes["lead_days"].to_numpy()
    days = promises[:, None] - lead[None]
    # Fastest first: a slower service in time takes the faster one's place.
    is_free = np.ones(shape, np.bool_)
    for row in rates.sort("service_id", descending=True).iter_rows(named=True):
        number = int(np.searchsorted(names, row["zone"]))
        after = np.maximum(0, row["transit_days"] - days)
        takes = is_free[:, number] | (after == 0)
        base[:, number][takes] = row["base_minor"]
        per_kg[:, number][takes] = row["per_kg_minor"]
        late[:, number][takes] = after[takes]
        is_free[:, number] = False
    return {
        "zone": zone,
        "distance": distance,
        "base": base,
        "per_kg": per_kg,
        "late_days": late,
    }
