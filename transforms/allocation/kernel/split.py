"""Lines that no node has whole, in parts: only where the policy allows it.

After all others are placed, order by order: eaches of what is left, from the node
where they save most, as long as they save anything. An order that ships complete
is tried as a whole and left alone where a single each is missing.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.cost import Parts
from transforms.allocation.kernel.problem import (
    SPLIT_COST,
    Longs,
    Problem,
)

MOST_PARTS = 127


def with_parts(problem: Problem, parts: Parts) -> Parts:
    """A solution with what can be had in more parts of what it does not ship."""
    left, units = problem.cell_stock.copy(), problem.cap_units.copy()
    shipments = problem.cap_shipments.copy()
    _take(problem, parts, left, shipments, units)
    is_open = parts.node < 0
    limit = int(np.minimum(parts.qty, MOST_PARTS)[is_open].sum())
    found = np.zeros((3, limit), np.int64)
    count = _fill(problem, parts, left, shipments, units, found)
    line, node, qty = found[:, :count]
    more = np.bincount(line, qty, len(problem.qty)).astype(np.int64)
    rest = parts.qty - np.where(is_open, more[parts.line], 0)
    has = np.flatnonzero(rest > 0)
    return merged(
        np.concatenate([parts.line[has], line]),
        np.concatenate([parts.node[has], node]),
        np.concatenate([rest[has], qty]),
    )


def merged(line: Longs, node: Longs, qty: Longs) -> Parts:
    """Parts in the order of lines and nodes, one of each."""
    pair, place = np.unique(np.stack([line, node]), axis=1, return_inverse=True)
    total = np.zeros(pair.shape[1], np.int64)
    np.add.at(total, place.ravel(), qty)
    return Parts(pair[0], pair[1].astype(np.int32), total)


@compiled
def _take(
    problem: Problem, parts: Parts, left: Longs, shipments: Longs, units: Longs
) -> None:
    """Take what is placed already from stock and room."""
    cell_start, cell_node = problem.cell_start, problem.cell_node
    line_of, node_of, qty_of = parts.line, parts.node, parts.qty
    used, order = np.full(len(units), -1, np.int64), 0
    for part in range(len(line_of)):
        line, node, qty = line_of[part], node_of[part], qty_of[part]
        while problem.line_start[order + 1] <= line:
            order += 1
        if node < 0:
            continue
        sku = problem.sku[line]
        units[node] -= qty
        for cell in range(cell_start[sku], cell_start[sku + 1]):
            if cell_node[cell] == node:
                left[problem.cell_pool[cell]] -= qty
        if used[node] != order:
            used[node] = order
            shipments[node] -= 1


@compiled
def _fill(  # noqa: C901, PLR0912, PLR0915 one loop
    problem: Problem,
    parts: Parts,
    left: Longs,
    shipments: Longs,
    units: Longs,
    found: Longs,
) -> int:
    """Parts for the orders that lack something; how many."""
    count, part, end = 0, 0, 0
    used = np.zeros(len(units), np.int64)
    for order in range(len(problem.region)):
        last = problem.line_start[order + 1]
        open_nodes, lacks = 0, 0
        part = end
        while end < len(parts.line) and parts.line[end] < last:
            node = parts.node[end]
            end += 1
            lacks += node < 0
            if node >= 0 and used[node] != order + 1:
                used[node] = order + 1
                open_nodes += 1
        if lacks == 0:
            continue
        before, saved, missing = count, 0, 0
        for number in range(part, end):
            line = parts.line[number]
            rest = parts.qty[number] if parts.node[number] < 0 else 0
            while rest > 0 and count < found.shape[1]:
                is_new_allowed = open_nodes < problem.max_shipments[order]
                cell, qty, saving = _best_part(
                    problem,
                    left,
                    shipments,
                    units,
                    used,
                    order,
                    line,
                    rest,
                    is_new_allowed,
                    open_nodes,
                )
                if cell < 0:
                    break
                node = problem.cell_node[cell]
                if used[node] != order + 1:
                    used[node] = order + 1
                    open_nodes += 1
                    shipments[node] -= 1
                left[problem.cell_pool[cell]] -= qty
                units[node] -= qty
                found[0, count], found[1, count], found[2, count] = line, node, qty
                count += 1
                rest -= qty
                saved += saving
            missing += rest
        if problem.is_complete[order] and (missing > 0 or saved <= 0):
            count = _undone(problem, left, shipments, units, found, before, count)
    return count


@compiled
def _undone(  # noqa: PLR0913, PLR0917
    problem: Problem,
    left: Longs,
    shipments: Longs,
    units: Longs,
    found: Longs,
    before: int,
    count: int,
) -> int:
    """Give back the parts from ``before`` on, all of one order."""
    for part in range(before, count):
        line, node, qty = found[0, part], found[1, part], found[2, part]
        sku = problem.sku[line]
        for cell in range(problem.cell_start[sku], problem.cell_start[sku + 1]):
            if problem.cell_node[cell] == node:
                left[problem.cell_pool[cell]] += qty
        units[node] += qty
        is_first = 1
        for other in range(before, part):
            if found[1, other] == node:
                is_first = 0
        shipments[node] += is_first
    return before


@compiled
def _best_part(  # noqa: PLR0913, PLR0917
    problem: Problem,
    left: Longs,
    shipments: Longs,
    units: Longs,
    used: Longs,
    order: int,
    line: int,
    rest: int,
    is_new_allowed: bool,  # noqa: FBT001
    open_nodes: int,
) -> tuple[int, int, int]:
    """(cell, eaches, minor units saved) of the part that saves most; cell -1 if none.

    An order that ships complete takes the part that costs least per each.
    """
    region, promise = problem.region[order], problem.promise[order]
    sku, whole = problem.sku[line], problem.qty[line]
    is_complete = problem.is_complete[order]
    best, best_qty, best_saving, best_score = -1, 0, 0, 0.0
    for cell in range(problem.cell_start[sku], problem.cell_start[sku + 1]):
        node = problem.cell_node[cell]
        qty = min(left[problem.cell_pool[cell]], units[node], rest)
        zone = problem.zone[region, node]
        is_new = used[node] != order + 1
        if qty < 1 or zone < 0 or not problem.serves[node, problem.channel[order]]:
            continue
        base = problem.base[promise, zone, node]
        if base < 0 or (is_new and (not is_new_allowed or shipments[node] < 1)):
            continue
        late = problem.late_cost[order] * problem.late_days[promise, zone, node]
        grams = problem.grams[line] * qty
        cost = problem.per_kg[promise, zone, node] * grams // (1000 * whole)
        cost += (problem.unit_cost[node] + problem.cell_worth[cell] + late) * qty
        if is_new:
            cost += base + problem.shipment_cost[node]
            cost += problem.rules[SPLIT_COST] * (open_nodes > 0)
        spare = problem.spare[line]
        saving = spare * rest // whole - spare * (rest - qty) // whole - cost
        score = float(saving)
        if is_complete:
            score = (saving + 1e12) if qty == rest else float(qty)
        if (saving > 0 or is_complete) and (best < 0 or score > best_score):
            best, best_qty, best_saving, best_score = cell, qty, saving, score
    return best, best_qty, best_saving
