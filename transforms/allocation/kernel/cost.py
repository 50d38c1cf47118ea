"""What a solution costs, in whole minor units, line by line and in all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.allocation.kernel.problem import SPLIT_COST, Ints, Longs, Problem

Numbers = npt.NDArray[Any]


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
    order_of = np.repeat(np.arange(orders), np.diff(problem.line_start))
    order = order_of[parts.line]
    is_shipped = parts.node >= 0
    money = problem.spare[parts.line] * parts.qty // problem.qty[parts.line]
    line, node, qty = (part[is_shipped] for part in parts)
    lane = _lane(problem, order[is_shipped], node)
    grams = problem.grams[line] * qty
    late = problem.late_cost[order[is_shipped]] * problem.late_days[lane]
    weight = problem.per_kg[lane] * grams // (1000 * problem.qty[line])
    money[is_shipped] = weight + (problem.unit_cost[node] + late) * qty
    total = _summed(order, money, orders)
    pair = np.unique(order[is_shipped] * len(problem.unit_cost) + node)
    by, node = pair // len(problem.unit_cost), pair % len(problem.unit_cost)
    each = problem.base[_lane(problem, by, node)] + problem.shipment_cost[node]
    total += _summed(by, each, orders)
    shipments = np.bincount(by, minlength=orders)
    total += problem.rules[SPLIT_COST] * np.maximum(0, shipments - 1)
    return Bill(total, shipments)


def _summed(group: Longs, values: Longs, groups: int) -> Longs:
    """Exact sums of whole numbers by group."""
    result = np.zeros(groups, np.int64)
    np.add.at(result, group, values)
    return result


def _lane(problem: Problem, order: Longs, node: Numbers) -> tuple[Any, Any, Any]:
    zone = problem.zone[problem.region[order], node]
    return problem.promise[order], zone, node
