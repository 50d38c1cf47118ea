"""Who stands where while a plan is made, what is left, and what that costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.ascent import Asked
from transforms.allocation.kernel.choices import no_choices, no_use
from transforms.allocation.kernel.market import Market
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SCALE,
    SPLIT_COST,
    Flags,
    Longs,
    Problem,
)


class Floor(NamedTuple):
    """Who stands where, and what is left; below 0 it is oversold.

    Args:
        choice: L, position on the shortlist, -1 not shipped.
        cell: A + 1 eaches.
        shipment: N.
        unit: N eaches.
    """

    choice: Longs
    cell: Longs
    shipment: Longs
    unit: Longs


def floor_of(problem: Problem, laid: Market, chosen: Asked) -> Floor:
    """Everybody stands where they choose to; nobody yet where lines are split."""
    choices, use = chosen
    if problem.rules[IS_LINE_SPLIT]:
        choices, use = no_choices(problem), no_use(len(laid.stock), len(use.unit))
    return Floor(
        choices.place.astype(np.int64),
        laid.stock - use.cell,
        problem.cap_shipments - use.shipment,
        problem.cap_units - use.unit,
    )


def is_oversold(held: Floor) -> bool:
    """Whether more is taken than there is, of anything."""
    left = (held.cell, held.shipment, held.unit)
    return min(int(one.min(initial=0)) for one in left) < 0


@compiled
def lift(problem: Problem, laid: Market, held: Floor, order: int, sign: int) -> None:
    """Give back what an order holds (1), or take what it chose (-1)."""
    first, start = problem.line_start[order], laid.node_start[order]
    width, pair = laid.node_start[order + 1] - start, laid.pair_start[order]
    for line in range(first, problem.line_start[order + 1]):
        place = held.choice[line]
        if place >= 0:
            node, qty = laid.node[start + place], problem.qty[line]
            held.cell[laid.cell[pair + place]] += sign * qty
            held.unit[node] += sign * qty
            is_first = 1
            for before in range(first, line):
                if held.choice[before] == place:
                    is_first = 0
            held.shipment[node] += sign * is_first
        pair += width


@compiled
def paid(problem: Problem, laid: Market, order: int, choice: Longs, first: int) -> int:
    """What an order's choice costs, in thousandths, without prices."""
    start, pair = laid.node_start[order], laid.pair_start[order]
    width = laid.node_start[order + 1] - start
    lines = problem.line_start[order + 1] - problem.line_start[order]
    total, count = 0, 0
    for line in range(lines):
        place = choice[first + line]
        if place < 0:
            total += problem.spare[problem.line_start[order] + line]
        else:
            total += laid.cost[pair + place]
            is_first = True
            for before in range(line):
                is_first = is_first and choice[first + before] != place
            if is_first:
                count += 1
                total += laid.fixed[start + place]
        pair += width
    return (total + max(0, count - 1) * problem.rules[SPLIT_COST]) * SCALE  # type: ignore[no-any-return]


@compiled
def wishing(problem: Problem, laid: Market, held: Floor, dreams: Longs) -> Flags:
    """Which orders would be cheaper if they could have what others have."""
    result = np.zeros(len(dreams), np.bool_)
    for order in range(len(dreams)):
        first = problem.line_start[order]
        result[order] = paid(problem, laid, order, held.choice, first) > dreams[order]
    return result
