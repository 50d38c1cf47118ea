"""Orders that want the same SKU, lifted together and placed again in another turn.

Whatever costs no more is kept, so stock that is left over wanders until it is of
use to somebody. Turns are drawn from the SKU's number: same problem, same draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.kernel.compiled import compiled
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.negotiate import Floor
from transforms.allocation.kernel.plan import (
    COMPLETE,
    LINES,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    Desk,
    plan,
)
from transforms.allocation.kernel.problem import (
    SCALE,
    SPLIT_COST,
    Ints,
    Longs,
    Problem,
)

MOST_ORDERS = 12


class Takers(NamedTuple):
    """Which orders have a line of each SKU.

    Args:
        start: SKUs + 1.
        order: in the order of ids; an order with two lines of the SKU is there twice.
    """

    start: Longs
    order: Ints


def takers(problem: Problem) -> Takers:
    """The orders of each SKU."""
    orders = np.arange(len(problem.region), dtype=np.int32)
    order = np.repeat(orders, np.diff(problem.line_start))
    counts = np.bincount(problem.sku, minlength=len(problem.cell_start) - 1)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Takers(start, order[np.argsort(problem.sku, kind="stable")])


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
def reshuffle(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    problem: Problem,
    laid: Market,
    desk: Desk,
    held: Floor,
    people: Takers,
    skus: Longs,
    rounds: int,
    salt: int,
) -> int:
    """Reshuffle the orders of each SKU; thousandths saved in all."""
    chosen = np.zeros(MOST_ORDERS, np.int64)
    kept = np.zeros((MOST_ORDERS, len(desk.choice)), np.int64)
    costs = np.zeros(MOST_ORDERS, np.int64)
    saved = 0
    for sku in skus:
        first, count = people.start[sku], people.start[sku + 1] - people.start[sku]
        if count <= 1:
            continue
        draw = np.uint64(sku * 1_000_003 + salt * 7919 + 12345)
        for _ in range(rounds):
            # Who takes part: everybody, or as many as there is room for.
            some = 0
            draw = _next(draw)
            offset = int(draw >> np.uint64(33)) % count
            for step in range(count):
                order = people.order[first + (offset + step) % count]
                is_in = problem.has_twins[order]
                for number in range(some):
                    is_in = is_in or chosen[number] == order
                if not is_in and some < MOST_ORDERS:
                    chosen[some] = order
                    some += 1
            before = 0
            for number in range(some):
                order = chosen[number]
                start = problem.line_start[order]
                lines = problem.line_start[order + 1] - start
                costs[number] = paid(problem, laid, order, held.choice, start)
                before += costs[number]
                for line in range(lines):
                    kept[number, line] = held.choice[start + line]
                lift(problem, laid, held, order, 1)
            # A draw of turns.
            for number in range(some - 1, 0, -1):
                draw = _next(draw)
                other = int(draw >> np.uint64(33)) % (number + 1)
                if other != number:
                    chosen[number], chosen[other] = chosen[other], chosen[number]
                    costs[number], costs[other] = costs[other], costs[number]
                    for line in range(kept.shape[1]):
                        kept[number, line], kept[other, line] = (
                            kept[other, line],
                            kept[number, line],
                        )
            after, placed = 0, 0
            for number in range(some):
                order = chosen[number]
                start = problem.line_start[order]
                lay(problem, laid, desk, held, order)
                value = plan(
                    desk.ask, desk.cost, desk.fixed, desk.spare, desk.choice, desk.paper
                )
                after += value
                if after > before:
                    break
                for line in range(desk.ask[LINES]):
                    held.choice[start + line] = desk.choice[line]
                lift(problem, laid, held, order, -1)
                placed += 1
                if _is_over(problem, laid, held, order):
                    after = before + 1
                    break
            if after <= before and placed == some:
                saved += before - after
                continue
            for number in range(some):
                order = chosen[number]
                start = problem.line_start[order]
                if number < placed:
                    lift(problem, laid, held, order, 1)
                for line in range(problem.line_start[order + 1] - start):
                    held.choice[start + line] = kept[number, line]
            for number in range(some):
                lift(problem, laid, held, chosen[number], -1)
    return saved


@compiled
def _next(draw: np.uint64) -> np.uint64:
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
