"""Raise prices where too much is wanted, lower them where too little is.

The dual of the problem: at any prices >= 0, what all orders would pay least
less what the stock and the room earn is a proven bound. Projected Adam: each
price moves by its own memory of how much too much was wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
from transforms.allocation.kernel.market import SHUT, Market, Spread, market_desk
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import SCALE, SPLIT_COST, Longs, Problem
from transforms.allocation.kernel.survey import Prices

Doubles = npt.NDArray[np.float64]
FORGETS, FORGETS_SPREAD = 0.8, 0.95


class Use(NamedTuple):
    """What the orders of a slice take at given prices.

    Args:
        cell: A eaches.
        shipment: N.
        unit: N eaches.
        paid: O, thousandths that each pays.
    """

    cell: Longs
    shipment: Longs
    unit: Longs
    paid: Longs


class Momentum(NamedTuple):
    """Of each price: as a fraction, and its memory of excess and of its size."""

    price: Doubles
    mean: Doubles
    spread: Doubles


def no_use(cells: int, nodes: int, orders: int) -> Use:
    """Nothing taken yet."""
    return Use(
        np.zeros(cells, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(orders, np.int64),
    )


@compiled
def use_of(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop, as survey.look
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    use: Use,
    first: int,
    last: int,
) -> None:
    """Add up what orders ``first`` … ``last - 1`` take, each at its cheapest."""
    line_start, qty_of, spares = problem.line_start, problem.qty, problem.spare
    max_shipments, completes = problem.max_shipments, problem.is_complete
    node_start, pair_start = laid.node_start, laid.pair_start
    node_of, fixed_of, cell_of, cost_of = laid.node, laid.fixed, laid.cell, laid.cost
    cell_price, unit_price = prices.cell, prices.unit
    shipment_price = prices.shipment
    ask, cost, fixed, spare = desk.ask, desk.cost, desk.fixed, desk.spare
    choice, paper = desk.choice, desk.paper
    cell_use, shipment_use, unit_use = use.cell, use.shipment, use.unit
    paid = use.paid
    cell_use[:], shipment_use[:], unit_use[:] = 0, 0, 0
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    for order in range(first, last):
        start, line = node_start[order], line_start[order]
        width, lines = node_start[order + 1] - start, line_start[order + 1] - line
        pair = pair_start[order]
        if lines == 1:
            best, least = -1, spares[line] * SCALE
            qty = qty_of[line]
            for place in range(width):
                cell, node = cell_of[pair + place], node_of[start + place]
                price = unit_price[node] + cell_price[cell]
                money = np.int64(cost_of[pair + place]) + fixed_of[start + place]
                total = money * SCALE + price * qty + shipment_price[node]
                if total < least or (best < 0 and total == least):
                    best, least = place, total
            paid[order] = least
            if best >= 0:
                node, cell = node_of[start + best], cell_of[pair + best]
                shipment_use[node] += 1
                unit_use[node] += qty
                cell_use[cell] += qty
            continue
        ask[LINES], ask[NODES] = lines, width
        ask[MOST], ask[COMPLETE] = max_shipments[order], completes[order]
        for place in range(width):
            node = node_of[start + place]
            money = np.int64(fixed_of[start + place]) * SCALE
            fixed[place] = money + shipment_price[node]
        for number in range(lines):
            spare[number] = spares[line + number] * SCALE
            qty = qty_of[line + number]
            for place in range(width):
                money = np.int64(cost_of[pair + place])
                price = unit_price[node_of[start + place]]
                price += cell_price[cell_of[pair + place]]
                total = money * SCALE + price * qty
                cost[number, place] = NEVER if money == SHUT else total
            pair += width
        paid[order] = plan(ask, cost, fixed, spare, choice, paper)
        for number in range(lines):
            place = choice[number]
            if place < 0:
                continue
            node = node_of[start + place]
            cell = cell_of[pair_start[order] + number * width + place]
            qty = qty_of[line + number]
            unit_use[node] += qty
            cell_use[cell] += qty
            is_first = True
            for before in range(number):
                is_first = is_first and choice[before] != place
            shipment_use[node] += is_first


@compiled
def move(
    state: Momentum, used: Longs, limit: Longs, prices: Longs, pace: Doubles
) -> None:
    """One step of projected Adam; ``pace`` is its number, its length and its scale."""
    number, length = pace[0], pace[1]
    price, means, spreads = state.price, state.mean, state.spread
    warm, warm_spread = 1 - FORGETS**number, 1 - FORGETS_SPREAD**number
    for place in range(len(limit)):
        excess = float(used[place] - limit[place])
        if price[place] == 0.0 and excess <= 0 and means[place] <= 0:
            means[place] = 0.0
            continue
        mean = FORGETS * means[place] + (1 - FORGETS) * excess
        spread = spreads[place]
        spread = FORGETS_SPREAD * spread + (1 - FORGETS_SPREAD) * excess * excess
        means[place], spreads[place] = mean, spread
        if spread > 0:
            step = length * (mean / warm) / np.sqrt(spread / warm_spread)
            price[place] = max(0.0, price[place] + step)
        prices[place] = int(price[place])


def dreams(problem: Problem, laid: Market) -> Longs:
    """What each order would pay, in thousandths, if all were to be had for nothing."""
    nodes, orders = len(problem.unit_cost), len(problem.region)
    free = Prices(
        np.zeros(len(laid.stock), np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
    )
    use = no_use(len(laid.stock), nodes, orders)
    use_of(problem, laid, free, market_desk(problem, laid), use, 0, orders)
    return use.paid


def ascent(
    problem: Problem, laid: Market, prices: Prices, lengths: list[float], spread: Spread
) -> Iterator[int]:
    """Move ``prices`` (of contested cells) in place, a step per length.

    Yields:
        After each step the dual value, in thousandths, before it.
    """
    nodes = len(problem.unit_cost)
    paid = np.zeros(len(problem.region), np.int64)
    slices: dict[int, tuple[Desk, Use]] = {}
    moved = [
        (Momentum(p.astype(np.float64), np.zeros(len(p)), np.zeros(len(p))), p)
        for p in prices
    ]
    limits = (laid.stock, problem.cap_shipments, problem.cap_units)

    def work(part: int, first: int, last: int) -> None:
        if part not in slices:
            use = no_use(len(laid.stock), nodes, 0)
            slices[part] = market_desk(problem, laid), use._replace(paid=paid)
        desk, use = slices[part]
        use_of(problem, laid, prices, desk, use, first, last)

    for number, length in enumerate(lengths, 1):
        spread(work)
        uses = [use for _, use in slices.values()]
        pace = np.array([number, length], np.float64)
        dual = int(paid.sum())
        for place, (state, price) in enumerate(moved):
            used = sum((use[place] for use in uses[1:]), uses[0][place])
            dual -= int(limits[place] @ price)
            move(state, used, limits[place], price, pace)
        yield dual
