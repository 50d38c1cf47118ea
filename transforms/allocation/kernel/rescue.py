"""Orders that stand badly get a place, and those who held it look for another.

An order is asked where it would go if what others hold could be had at its price.
If that is cheaper, the orders that hold it, of those with a node's room the ones
that lose least, are lifted with it; it is placed first, then they.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import LINES, NEVER, NODES, Desk
from transforms.allocation.kernel.floor import Floor, lift, paid
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.moves import (
    MOST_ORDERS,
    following,
    is_in,
    lay,
    placed_again,
    shuffle,
)
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import SCALE, Ints, Longs, Problem
from transforms.allocation.kernel.reshuffle import Takers
from transforms.allocation.kernel.survey import Prices

CHOSEN, ASKED, TRIES = 10, 32, 2
"""Holders of stock or room that are lifted at most, that are asked; turns tried."""


def standing(problem: Problem, laid: Market, held: Floor) -> Takers:
    """The orders that have a shipment from each node."""
    nodes = len(problem.unit_cost)
    start = np.zeros(nodes + 1, np.int64)
    counted = _standing(problem, laid, held.choice, start, np.empty(0, np.int32))
    order = np.empty(counted, np.int32)
    start[1:] = np.cumsum(start[1:])
    _standing(problem, laid, held.choice, np.append(0, start[:-1]), order)
    return Takers(start, order)


@compiled
def _standing(
    problem: Problem, laid: Market, choice: Longs, at: Longs, order_of: Ints
) -> int:
    """Count by node after its place in ``at``, or write down whose shipments it has."""
    count = 0
    for order in range(len(problem.region)):
        start, first = laid.node_start[order], problem.line_start[order]
        for line in range(first, problem.line_start[order + 1]):
            place, is_first = choice[line], choice[line] >= 0
            for before in range(first, line):
                is_first = is_first and choice[before] != place
            if is_first:
                node = laid.node[start + place]
                if len(order_of):
                    order_of[at[node + 1]] = order
                at[node + 1] += 1
                count += 1
    return count


@compiled
def rescue(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    held: Floor,
    people: Takers,
    there: Takers,
    turn: Longs,
    weight: int,
) -> int:
    """Try to place each order of ``turn`` better; thousandths saved in all."""
    group = np.zeros(MOST_ORDERS, np.int64)
    kept = np.zeros((MOST_ORDERS, len(desk.choice)), np.int64)
    wish = np.zeros(len(desk.choice), np.int64)
    saved = 0
    for order in turn:
        if problem.has_twins[order]:
            continue
        first, last = problem.line_start[order], problem.line_start[order + 1]
        before = paid(problem, laid, order, held.choice, first)
        lift(problem, laid, held, order, 1)
        lay(problem, laid, desk, held, order)
        _open(problem, laid, prices, desk, held, order, weight)
        value = plan(
            desk.ask, desk.cost, desk.fixed, desk.spare, desk.choice, desk.paper
        )
        lift(problem, laid, held, order, -1)
        if value >= before:
            continue
        for line in range(last - first):
            wish[line] = desk.choice[line]
        group[0], count = order, 1
        draw = following(np.uint64(order * 7_368_787 + weight))
        start, pair = laid.node_start[order], laid.pair_start[order]
        width = laid.node_start[order + 1] - start
        for line in range(first, last):
            place = wish[line - first]
            if place < 0 or held.choice[line] == place:
                continue
            node, cell = (
                laid.node[start + place],
                laid.cell[pair + (line - first) * width + place],
            )
            draw = following(draw)
            number = int(draw >> np.uint64(33))
            lack = problem.qty[line] - held.cell[cell]
            if lack > 0:
                ask = (problem.goods[line], cell, lack, number)
                count = _holders(problem, laid, desk, held, people, ask, group, count)
            total, is_first = 0, True
            for other in range(last - first):
                if wish[other] == place:
                    total += problem.qty[first + other]
                    is_first = is_first and other >= line - first
            lack = max(total - held.unit[node], 1 - held.shipment[node])
            if is_first and lack > 0:
                lack = max(1, total - held.unit[node])
                ask = (node, node, lack, number)
                count = _tenants(problem, laid, desk, held, there, ask, group, count)
        if count == 1:
            continue
        for _ in range(TRIES):
            gain = placed_again(problem, laid, desk, held, group, count, kept)
            saved += gain
            if gain > 0:
                break
            draw = shuffle(group, 1, count, draw)
    return saved


@compiled
def _open(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    held: Floor,
    order: int,
    weight: int,
) -> None:
    """Let the order on the desk have what others hold, at its price."""
    first, start = problem.line_start[order], laid.node_start[order]
    pair, width = laid.pair_start[order], desk.ask[NODES]
    for place in range(width):
        node = laid.node[start + place]
        if desk.fixed[place] >= NEVER:
            desk.fixed[place] = np.int64(laid.fixed[start + place]) * SCALE
            desk.fixed[place] += prices.shipment[node] * weight // 16
    for line in range(desk.ask[LINES]):
        qty = problem.qty[first + line]
        for place in range(width):
            money = np.int64(laid.cost[pair + place])
            if desk.cost[line, place] >= NEVER and money != SHUT:
                cell, node = laid.cell[pair + place], laid.node[start + place]
                each = 0
                if held.cell[cell] < qty:
                    each += prices.cell[cell]
                if held.unit[node] < qty:
                    each += prices.unit[node]
                desk.cost[line, place] = money * SCALE + each * qty * weight // 16
        pair += width


@compiled
def _holders(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    desk: Desk,
    held: Floor,
    people: Takers,
    ask: tuple[int, int, int, int],
    group: Longs,
    count: int,
) -> int:
    """Add those who hold a cell and lose least by leaving; how many there are then.

    ``ask`` is the goods, the cell, the eaches that are missing and a draw.
    """
    sku, cell, lack, draw = ask
    first, many = people.start[sku], people.start[sku + 1] - people.start[sku]
    losses, gives = np.zeros(CHOSEN, np.int64), np.zeros(CHOSEN, np.int64)
    best = np.full(CHOSEN, -1, np.int64)
    left, asked = held.cell[cell], 0
    held.cell[cell] = -(1 << 40)
    for step in range(many):
        order = people.order[first + (draw + step) % many]
        if problem.has_twins[order] or is_in(group, count, order):
            continue
        pair, start = laid.pair_start[order], laid.node_start[order]
        width, holds = laid.node_start[order + 1] - start, 0
        for line in range(problem.line_start[order], problem.line_start[order + 1]):
            place = held.choice[line]
            if place >= 0 and laid.cell[pair + place] == cell:
                holds += problem.qty[line]
            pair += width
        if holds > 0:
            loss = _loss(problem, laid, desk, held, order) // min(holds, lack)
            _rank(best, losses, gives, order, loss, holds)
            asked += 1
            if asked == ASKED:
                break
    held.cell[cell] = left
    return _added(best, gives, lack, group, count)


@compiled
def _tenants(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    desk: Desk,
    held: Floor,
    there: Takers,
    ask: tuple[int, int, int, int],
    group: Longs,
    count: int,
) -> int:
    """Add those of a node who lose least by leaving; how many there are then.

    ``ask`` is the node, again, the eaches of room that are missing and a draw.
    """
    node, _, lack, draw = ask
    first, many = there.start[node], there.start[node + 1] - there.start[node]
    losses, gives = np.zeros(CHOSEN, np.int64), np.zeros(CHOSEN, np.int64)
    best = np.full(CHOSEN, -1, np.int64)
    parcels = held.shipment[node]
    held.shipment[node] = -(1 << 40)
    for step in range(min(many, ASKED)):
        order = there.order[first + (draw + step) % many]
        is_barred = problem.has_twins[order] or is_in(group, count, order)
        holds = 0 if is_barred else _stands(problem, laid, held, order, node)
        if holds > 0:
            loss = _loss(problem, laid, desk, held, order) // min(holds, lack)
            _rank(best, losses, gives, order, loss, holds)
    held.shipment[node] = parcels
    return _added(best, gives, lack, group, count)


@compiled
def _loss(problem: Problem, laid: Market, desk: Desk, held: Floor, order: int) -> int:
    """What an order pays more where it must leave what is barred."""
    before = paid(problem, laid, order, held.choice, problem.line_start[order])
    lift(problem, laid, held, order, 1)
    lay(problem, laid, desk, held, order)
    value = plan(desk.ask, desk.cost, desk.fixed, desk.spare, desk.choice, desk.paper)
    lift(problem, laid, held, order, -1)
    return value - before


@compiled
def _rank(
    best: Longs, losses: Longs, gives: Longs, order: int, loss: int, holds: int
) -> None:
    """Keep the orders that lose least per each that they give, least first."""
    for rank in range(len(best)):
        if best[rank] < 0 or loss < losses[rank]:
            best[rank], order = order, best[rank]
            losses[rank], loss = loss, losses[rank]
            gives[rank], holds = holds, gives[rank]
        if order < 0:
            break


@compiled
def _added(best: Longs, gives: Longs, lack: int, group: Longs, count: int) -> int:
    """Add orders until they give what is missing, and one more."""
    for rank in range(len(best)):
        if best[rank] < 0 or count == len(group):
            break
        group[count] = best[rank]
        count += 1
        if lack <= 0:
            break
        lack -= gives[rank]
    return count


@compiled
def _stands(problem: Problem, laid: Market, held: Floor, order: int, node: int) -> int:
    """Eaches that an order has from a node."""
    start, eaches = laid.node_start[order], 0
    for line in range(problem.line_start[order], problem.line_start[order + 1]):
        place = held.choice[line]
        if place >= 0 and laid.node[start + place] == node:
            eaches += problem.qty[line]
    return eaches
