"""What a solution costs, in whole minor units, line by line and in all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.problem import SPLIT_COST, Ints, Longs, Problem


class Parts(NamedTuple):
    """A solution: who ships how much of which line, in the order of lines.

    Args:
        line: number of the line; a line may have several parts.
        node: number of the node, -1 not shipped.
        qty: eaches, > 0.
    """

    line: Longs
    node: Ints
    qty: Longs


def whole_lines(problem: Problem, node_of: Ints) -> Parts:
    """Every line whole from its node."""
    return Parts(np.arange(len(node_of)), node_of, problem.qty)


class Bill(NamedTuple):
    """Minor units, and counts.

    Args:
        order: O, what each order costs.
        shipments: O, how many parcels it becomes.
    """

    order: Longs
    shipments: Longs


def bill(problem: Problem, parts: Parts) -> Bill:
    """What each order of a solution costs. Parts of a line are rounded down."""
    orders = len(problem.region)
    paid = Bill(np.zeros(orders, np.int64), np.zeros(orders, np.int64))
    _add_up(problem, parts.line, parts.node, parts.qty, paid.order, paid.shipments)
    return paid


@compiled
def _add_up(
    problem: Problem,
    lines: Longs,
    nodes: Ints,
    eaches: Longs,
    total: Longs,
    shipments: Longs,
) -> None:
    """Add money and parcels up by order; parts stand in the order of lines."""
    seen = np.full(len(problem.unit_cost), -1, np.int64)
    part, parts = 0, len(lines)
    for order in range(len(total)):
        region, promise = problem.region[order], problem.promise[order]
        late, last = problem.late_cost[order], problem.line_start[order + 1]
        while part < parts and lines[part] < last:
            line, node, qty = lines[part], nodes[part], eaches[part]
            part += 1
            whole = problem.qty[line]
            if node < 0:
                total[order] += problem.spare[line] * qty // whole
                continue
            zone = problem.zone[region, node]
            each = problem.unit_cost[node]
            each += late * problem.late_days[promise, zone, node]
            each += worth_at(problem, problem.sku[line], node)
            weight = problem.per_kg[promise, zone, node] * problem.grams[line]
            if qty == whole:
                total[order] += weight // 1000 + each * qty
            else:
                total[order] += weight * qty // (1000 * whole) + each * qty
            if seen[node] != order:
                seen[node] = order
                total[order] += problem.base[promise, zone, node]
                total[order] += problem.shipment_cost[node]
                if shipments[order] > 0:
                    total[order] += problem.rules[SPLIT_COST]
                shipments[order] += 1


@compiled
def worth_at(problem: Problem, sku: int, node: int) -> int:
    """What an each of the SKU is worth at the node; 0 where there is none."""
    low, high = problem.cell_start[sku], problem.cell_start[sku + 1]
    end = high
    while low < high:
        middle = (low + high) // 2
        if problem.cell_node[middle] < node:
            low = middle + 1
        else:
            high = middle
    if low == end or problem.cell_node[low] != node:
        return 0
    return problem.cell_worth[low]  # type: ignore[no-any-return]
