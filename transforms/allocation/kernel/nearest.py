"""Nearest first: what most systems do, and the ``fast`` mode.

Orders by priority, promise and id; each from the nearest node that can ship
all of it, else (unless it ships complete) each line from the nearest node that
has it. Equal distances go by node id.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.problem import Ints, Longs, Posed, Problem


def nearest_first(posed: Posed) -> Ints:
    """The node of each line, -1 where it is not shipped. Lines stay whole."""
    problem, orders = posed.problem, posed.orders
    turn = np.lexsort(
        (
            orders["order_id"].to_numpy(),
            orders["promise_days"].to_numpy(),
            orders["priority"].to_numpy(),
        )
    )
    node_of = np.full(len(problem.qty), -1, np.int32)
    rooms = problem.cap_shipments.copy(), problem.cap_units.copy()
    _serve(problem, turn, problem.cell_stock.copy(), *rooms, node_of)
    return node_of


@compiled
def _serve(  # noqa: C901, PLR0912, PLR0915 one loop, as survey.look
    problem: Problem,
    turn: Longs,
    left: Longs,
    shipments: Longs,
    units: Longs,
    node_of: Ints,
) -> None:
    line_start, sku_of, qty_of = problem.line_start, problem.sku, problem.qty
    cell_start, cell_node = problem.cell_start, problem.cell_node
    cell_pool, goods_of = problem.cell_pool, problem.goods
    zones, bases, distances = problem.zone, problem.base, problem.distance
    serves, regions, promises = problem.serves, problem.region, problem.promise
    channels, completes = problem.channel, problem.is_complete
    has_twins, most = problem.has_twins, problem.max_shipments
    holds = np.zeros(len(units), np.int64)
    seen = np.zeros(len(units), np.int64)
    used = np.zeros(len(units), np.int64)
    for order in turn:
        first, last = line_start[order], line_start[order + 1]
        region, channel, promise = regions[order], channels[order], promises[order]
        total, touched = 0, 0
        for line in range(first, last):
            sku, need = sku_of[line], qty_of[line]
            total += need
            if has_twins[order]:
                for before in range(first, line):
                    if goods_of[before] == goods_of[line]:
                        need += qty_of[before]
            for cell in range(cell_start[sku], cell_start[sku + 1]):
                if left[cell_pool[cell]] >= need:
                    node = cell_node[cell]
                    if holds[node] == 0:
                        seen[touched] = node
                        touched += 1
                    holds[node] += 1
        best, near = -1, np.inf
        for place in range(touched):
            node = seen[place]
            is_whole = holds[node] == last - first
            holds[node] = 0
            zone, far = zones[region, node], distances[region, node]
            if not is_whole or zone < 0 or far > near or not serves[node, channel]:
                continue
            has_room = shipments[node] > 0 and units[node] >= total
            if not has_room or bases[promise, zone, node] < 0:
                continue
            if far < near or node < best or best < 0:
                best, near = node, far
        if best >= 0:
            shipments[best] -= 1
            units[best] -= total
            for line in range(first, last):
                node_of[line] = best
                _take(problem, left, sku_of[line], best, qty_of[line])
            continue
        if completes[order]:
            continue
        count = 0
        for line in range(first, last):
            sku, qty = sku_of[line], qty_of[line]
            best, near = -1, np.inf
            for cell in range(cell_start[sku], cell_start[sku + 1]):
                node = cell_node[cell]
                zone, far = zones[region, node], distances[region, node]
                if left[cell_pool[cell]] < qty or units[node] < qty:
                    continue
                if zone < 0 or far > near:
                    continue
                if not serves[node, channel] or bases[promise, zone, node] < 0:
                    continue
                is_open = used[node] == order + 1
                if not is_open and (count == most[order] or shipments[node] == 0):
                    continue
                if far < near or node < best or best < 0:
                    best, near = node, far
            if best >= 0:
                if used[best] != order + 1:
                    used[best] = order + 1
                    count += 1
                    shipments[best] -= 1
                units[best] -= qty
                node_of[line] = best
                _take(problem, left, sku, best, qty)


@compiled
def _take(problem: Problem, left: Longs, sku: int, node: int, qty: int) -> None:
    """Take eaches of a SKU from a node."""
    for cell in range(problem.cell_start[sku], problem.cell_start[sku + 1]):
        if problem.cell_node[cell] == node:
            left[problem.cell_pool[cell]] -= qty
