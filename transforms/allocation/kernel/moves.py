"""Orders lifted from where they stand and placed again, one after the other.

A group is kept where it was unless it costs no more afterwards.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    COMPLETE,
    LINES,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    Desk,
)
from transforms.allocation.kernel.floor import Floor, lift, paid
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import (
    SCALE,
    SPLIT_COST,
    Longs,
    Problem,
)

MOST_ORDERS = 24
"""Orders in a group."""


@compiled
def lay(
    problem: Problem,
    laid: Market,
    desk: Desk,
    held: Floor,
    order: int,
) -> None:
    """Put an order on the desk at real cost; what others hold is not to be had."""
    ask, cost, fixed = desk.ask, desk.cost, desk.fixed
    first, start = problem.line_start[order], laid.node_start[order]
    width, pair = laid.node_start[order + 1] - start, laid.pair_start[order]
    ask[LINES], ask[NODES] = problem.line_start[order + 1] - first, width
    ask[MOST], ask[COMPLETE] = problem.max_shipments[order], problem.is_complete[order]
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    for place in range(width):
        money = np.int64(laid.fixed[start + place]) * SCALE
        fixed[place] = NEVER if held.shipment[laid.node[start + place]] < 1 else money
    for line in range(ask[LINES]):
        desk.spare[line] = problem.spare[first + line] * SCALE
        qty = problem.qty[first + line]
        for place in range(width):
            money = np.int64(laid.cost[pair + place])
            node, cell = laid.node[start + place], laid.cell[pair + place]
            has_it = min(held.cell[cell], held.unit[node]) >= qty and money != SHUT
            cost[line, place] = money * SCALE if has_it else NEVER
        pair += width


@compiled
def placed_again(  # noqa: C901, PLR0912, PLR0913, PLR0917 one loop
    problem: Problem,
    laid: Market,
    desk: Desk,
    held: Floor,
    group: Longs,
    count: int,
    kept: Longs,
) -> int:
    """Lift the first ``count`` of a group, place them in turn; thousandths saved.

    0 where that would cost more: then all stand where they stood.
    """
    before = 0
    for number in range(count):
        order = group[number]
        start = problem.line_start[order]
        before += paid(problem, laid, order, held.choice, start)
        for line in range(start, problem.line_start[order + 1]):
            kept[number, line - start] = held.choice[line]
        lift(problem, laid, held, order, 1)
    after, placed, is_over = 0, 0, False
    for number in range(count):
        order = group[number]
        start = problem.line_start[order]
        lay(problem, laid, desk, held, order)
        after += plan(
            desk.ask, desk.cost, desk.fixed, desk.spare, desk.choice, desk.paper
        )
        if after > before:
            break
        for line in range(desk.ask[LINES]):
            held.choice[start + line] = desk.choice[line]
        lift(problem, laid, held, order, -1)
        placed += 1
        is_over = _is_over(problem, laid, held, order)
        if is_over:
            break
    if placed == count and not is_over:
        return before - after
    for number in range(count):
        order = group[number]
        start = problem.line_start[order]
        if number < placed:
            lift(problem, laid, held, order, 1)
        for line in range(start, problem.line_start[order + 1]):
            held.choice[line] = kept[number, line - start]
    for number in range(count):
        lift(problem, laid, held, group[number], -1)
    return 0


@compiled
def shuffle(group: Longs, first: int, count: int, draw: np.uint64) -> np.uint64:
    """Give a group from ``first`` on another turn; the next draw."""
    for number in range(count - 1, first, -1):
        draw = following(draw)
        other = first + int(draw >> np.uint64(33)) % (number + 1 - first)
        group[number], group[other] = group[other], group[number]
    return draw


@compiled
def is_in(group: Longs, count: int, order: int) -> bool:
    """Whether an order is among the first ``count`` of a group."""
    found = False
    for number in range(count):
        found = found or group[number] == order
    return found


@compiled
def following(draw: np.uint64) -> np.uint64:
    """The next of Knuth's linear congruential numbers."""
    return draw * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)


@compiled
def _is_over(problem: Problem, laid: Market, held: Floor, order: int) -> bool:
    """Whether an order has more eaches from a node than it may give."""
    start = laid.node_start[order]
    for line in range(problem.line_start[order], problem.line_start[order + 1]):
        place = held.choice[line]
        if place >= 0 and held.unit[laid.node[start + place]] < 0:
            return True
    return False
