"""Orders whose lines may be split look again, at what is left in parts.

The plan was made for whole lines. Order by order, what is held is given back, and
one node or two ship what they have left, where that is cheaper: at the prices in
full, in half, then at real cost.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.choices import (
    Choices,
    Use,
    choose_parts,
    no_choices,
    take_parts,
)
from transforms.allocation.kernel.cost import Parts
from transforms.allocation.kernel.desk import (
    COMPLETE,
    LINES,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    Desk,
)
from transforms.allocation.kernel.floor import Floor
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.negotiate import WHOLE
from transforms.allocation.kernel.parted import of_part, placed_on_two, shared_out
from transforms.allocation.kernel.problem import SCALE, SPLIT_COST, Longs, Problem
from transforms.allocation.kernel.split import merged
from transforms.allocation.kernel.survey import Prices

WEIGHTS = (WHOLE, 12, 8, 4, 0)


def in_parts(
    problem: Problem, laid: Market, prices: Prices, desk: Desk, held: Floor
) -> Parts:
    """The plan of ``held`` with lines split where that is cheaper."""
    choices = no_choices(problem)
    choices.place[:] = held.choice
    choices.qty[:] = np.where(held.choice >= 0, problem.qty, 0)
    left = Use(held.cell.copy(), held.shipment.copy(), held.unit.copy())
    order_of = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    several = np.unique(order_of[problem.qty > 1])
    turn = several[~problem.has_twins[several].astype(np.bool_)]
    for weight in WEIGHTS:
        repart(problem, laid, prices, desk, choices, left, turn, weight)
    return _parts(problem, laid, choices)


@compiled
def repart(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    choices: Choices,
    left: Use,
    turn: Longs,
    weight: int,
) -> int:
    """Let each order of ``turn`` plan again; how many changed their plan."""
    changed = 0
    for order in turn:
        _take(problem, laid, choices, left, order, 1)
        _lay(problem, laid, prices, desk, left, order, weight)
        first = problem.line_start[order]
        former = _paid(desk, choices, first)
        least, one, two, _ = placed_on_two(desk)
        if least < former and _has_room(problem, laid, desk, left, order, one, two):
            choose_parts(desk, choices, first, one, two)
            changed += 1
        _take(problem, laid, choices, left, order, -1)
    return changed


@compiled
def _take(
    problem: Problem, laid: Market, choices: Choices, left: Use, order: int, sign: int
) -> None:
    """Take from ``left`` what the order has (-1), or give it back (1)."""
    start, pair = laid.node_start[order], laid.pair_start[order]
    take_parts(
        sign,
        problem.line_start[order],
        problem.line_start[order + 1],
        start,
        laid.node_start[order + 1] - start,
        pair,
        laid.node,
        laid.cell,
        choices.place,
        choices.qty,
        choices.other,
        choices.other_qty,
        left.cell,
        left.shipment,
        left.unit,
    )


@compiled
def _lay(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    left: Use,
    order: int,
    weight: int,
) -> None:
    """Put an order on the desk with what is left, at part of the prices."""
    ask, cost, fixed, some = desk.ask, desk.cost, desk.fixed, desk.some
    first, start = problem.line_start[order], laid.node_start[order]
    width, at = laid.node_start[order + 1] - start, laid.pair_start[order]
    ask[LINES], ask[NODES] = problem.line_start[order + 1] - first, width
    ask[MOST], ask[COMPLETE] = problem.max_shipments[order], problem.is_complete[order]
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    for place in range(width):
        node = laid.node[start + place]
        money = np.int64(laid.fixed[start + place]) * SCALE
        money += prices.shipment[node] * weight // WHOLE
        fixed[place] = NEVER if left.shipment[node] < 1 else money
    for line in range(ask[LINES]):
        qty = problem.qty[first + line]
        desk.qty[line] = qty
        desk.spare[line] = problem.spare[first + line] * SCALE
        for place in range(width):
            node, cell = laid.node[start + place], laid.cell[at]
            money = np.int64(laid.shared[at])
            price = (prices.unit[node] + prices.cell[cell]) * weight // WHOLE
            has = min(laid.some[at], left.cell[cell], left.unit[node])
            some[line, place] = max(0, has) if money != SHUT else 0
            is_there = some[line, place] > 0
            cost[line, place] = money * SCALE + price * qty if is_there else NEVER
            at += 1


@compiled
def _paid(  # noqa: C901, PLR0912 one loop
    desk: Desk, choices: Choices, first: int
) -> int:
    """What the order on the desk pays for what it has."""
    ask, total, count = desk.ask, 0, 0
    for place in range(ask[NODES]):
        is_used = False
        for line in range(ask[LINES]):
            qty = 0
            if choices.place[first + line] == place:
                qty = choices.qty[first + line]
            elif choices.other[first + line] == place:
                qty = choices.other_qty[first + line]
            if qty > 0:
                is_used = True
                total += of_part(desk.cost[line, place], qty, desk.qty[line])
        if is_used:
            count += 1
            total += desk.fixed[place]
    for line in range(ask[LINES]):
        rest = desk.qty[line]
        if choices.place[first + line] >= 0:
            rest -= choices.qty[first + line]
        if choices.other[first + line] >= 0:
            rest -= choices.other_qty[first + line]
        total += of_part(desk.spare[line], rest, desk.qty[line])
    return total + max(0, count - 1) * ask[SPLIT]  # type: ignore[no-any-return]


@compiled
def _has_room(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    desk: Desk,
    left: Use,
    order: int,
    one: int,
    two: int,
) -> bool:
    """Whether the nodes have room for all lines together, and eaches if they share."""
    if one < 0:
        return True
    start, mine, others = laid.node_start[order], 0, 0
    width, pair = desk.ask[NODES], laid.pair_start[order]
    node, other = laid.node[start + one], laid.node[start + max(two, 0)]
    is_shared = two >= 0 and problem.stock_node[node] == problem.stock_node[other]
    for line in range(desk.ask[LINES]):
        price, has = NEVER, 0
        if two >= 0:
            price, has = desk.cost[line, two], desk.some[line, two]
        eaches, other_eaches, _ = shared_out(
            desk.cost[line, one],
            desk.some[line, one],
            price,
            has,
            desk.qty[line],
            desk.spare[line],
            desk.ask[COMPLETE],
        )
        mine, others = mine + eaches, others + other_eaches
        cell = laid.cell[pair + line * width + one]
        is_in_both = eaches > 0 and other_eaches > 0
        if is_shared and is_in_both and eaches + other_eaches > left.cell[cell]:
            return False
    return bool(mine <= left.unit[node] and (two < 0 or others <= left.unit[other]))


def _parts(problem: Problem, laid: Market, choices: Choices) -> Parts:
    """What is chosen as parts of lines; what is left of a line is not shipped."""
    order = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    start = laid.node_start[order]
    rest = problem.qty.astype(np.int64)
    lines, nodes, eaches = [], [], []
    for place, qty in (
        (choices.place, choices.qty),
        (choices.other, choices.other_qty),
    ):
        has = np.flatnonzero((place >= 0) & (qty > 0))
        lines.append(has)
        nodes.append(laid.node[start[has] + place[has]].astype(np.int64))
        eaches.append(qty[has].astype(np.int64))
        rest[has] -= eaches[-1]
    has = np.flatnonzero(rest > 0)
    return merged(
        np.concatenate([*lines, has]),
        np.concatenate([*nodes, np.full(len(has), -1)]),
        np.concatenate([*eaches, rest[has]]),
    )
