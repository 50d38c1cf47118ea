"""Clear the market cell by cell: the price at which what is wanted of it fits.

While all other prices stand, an order wants a cell up to the price that makes its
next best plan as cheap: its reservation price. Served from the dearest down, the
stock ends between two of them, and any price between is the best for the bound as
far as this cell alone goes. One pass over the cells that have a price, or of which
too much is wanted, does what dozens of small steps of all prices do (``ascent``);
what several prices could only gain together is left to those. Lines must be whole;
orders of more lines than are planned exactly, or of two lines of one SKU, keep what
they have chosen.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.ascent import Asked
from transforms.allocation.kernel.choices import Choices
from transforms.allocation.kernel.desk import (
    COMPLETE,
    EXACT,
    LINES,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    Desk,
)
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import (
    SCALE,
    SPLIT_COST,
    Flags,
    Longs,
    Problem,
    Shorts,
)
from transforms.allocation.kernel.survey import Prices

INSET = 8
"""Of the room between two reservation prices, the part by which a price keeps away
from either: who is at the price itself would as soon have it as not.
"""


class Askers(NamedTuple):
    """Who could want the cells that have a price or of which too much is wanted.

    Args:
        cell: contested cells, rising.
        start: of each, and the end, into the others.
        pair: of the market.
        order: whose pair it is.
    """

    cell: Longs
    start: Longs
    pair: Longs
    order: Longs


def asking(laid: Market, prices: Prices, chosen: Asked) -> Askers:
    """Who is to be asked, where orders choose so at these prices."""
    excess = chosen.use.cell[:-1] - laid.stock[:-1]
    is_active = (excess > 0) | ((excess < 0) & (prices.cell[:-1] > 0))
    return Askers(np.flatnonzero(is_active), *_askers(laid, is_active))


def steps_worth(laid: Market, askers: Askers) -> float:
    """Looks of all orders that take about as long as asking: each is asked twice."""
    pairs = np.diff(laid.pair_start)
    return 2 * float(pairs[askers.order].sum()) / max(1, int(pairs.sum()))


def in_turn(askers: Askers, parts: int) -> list[Askers]:
    """The askers of the first cells, of the next, and so on."""
    edges = np.linspace(0, len(askers.cell), parts + 1).astype(np.int64)
    return [
        askers._replace(
            cell=askers.cell[first:last], start=askers.start[first : last + 1]
        )
        for first, last in pairwise(edges.tolist())
    ]


def clear(
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    choices: Choices,
    askers: Askers,
) -> int:
    """Move the prices of cells in place, one after the other; how many moved.

    Args:
        problem: the problem.
        laid: its shortlists.
        prices: of contested cells and nodes; those of nodes stay.
        desk: paper.
        choices: what orders choose at these prices.
        askers: of the cells that are to be cleared.
    """
    return int(_cleared(problem, laid, prices, desk, choices.place, *askers))


@compiled
def _askers(  # noqa: C901 a counting sort
    laid: Market, is_active: Flags
) -> tuple[Longs, Longs, Longs]:
    """By active cell, in turn: where its askers begin; pair and order of each."""
    cell_of, pair_start = laid.cell, laid.pair_start
    number = np.full(len(is_active) + 1, -1, np.int64)
    count = 0
    for cell in range(len(is_active)):
        if is_active[cell]:
            number[cell] = count
            count += 1
    start = np.zeros(count + 2, np.int64)
    for pair in range(len(cell_of)):
        at = number[cell_of[pair]]
        if at >= 0:
            start[at + 2] += 1
    for at in range(count):
        start[at + 2] += start[at + 1]
    pairs = np.empty(start[-1], np.int64)
    orders = np.empty(start[-1], np.int64)
    for order in range(len(pair_start) - 1):
        for pair in range(pair_start[order], pair_start[order + 1]):
            at = number[cell_of[pair]]
            if at >= 0:
                pairs[start[at + 1]] = pair
                orders[start[at + 1]] = order
                start[at + 1] += 1
    return start[:-1], pairs, orders


@compiled
def _cleared(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop, as survey.look
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    taken: Shorts,
    cells: Longs,
    start_of: Longs,
    pairs: Longs,
    orders: Longs,
) -> int:
    line_start, qty_of, spares = problem.line_start, problem.qty, problem.spare
    has_twins = problem.has_twins
    max_shipments, completes = problem.max_shipments, problem.is_complete
    node_start, pair_start = laid.node_start, laid.pair_start
    node_of, fixed_of, cell_of, cost_of = laid.node, laid.fixed, laid.cell, laid.cost
    stock = laid.stock
    cell_price, unit_price = prices.cell, prices.unit
    shipment_price = prices.shipment
    ask, cost, fixed, spare = desk.ask, desk.cost, desk.fixed, desk.spare
    choice, paper = desk.choice, desk.paper
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    most = 1
    for turn in range(len(cells)):
        most = max(most, start_of[turn + 1] - start_of[turn])
    worth, eaches_of = np.empty(most, np.int64), np.empty(most, np.int64)
    changed = 0
    for turn in range(len(cells)):
        asked, count = cells[turn], 0
        free = stock[asked]
        for asker in range(start_of[turn], start_of[turn + 1]):
            order, pair = orders[asker], pair_start[orders[asker]]
            line, start = line_start[order], node_start[order]
            lines = line_start[order + 1] - line
            width = node_start[order + 1] - start
            number = (pairs[asker] - pair) // width
            here = (pairs[asker] - pair) % width
            qty = qty_of[line + number]
            if lines > EXACT or has_twins[order]:
                # Too large to be asked twice for each of its cells, or it takes more
                # or less of it as the price falls: it keeps what it has chosen.
                if taken[line + number] == here:
                    free -= qty
                continue
            if lines == 1:
                rest = spares[line] * SCALE
                for place in range(width):
                    other = node_of[start + place]
                    money = np.int64(cost_of[pair + place]) + fixed_of[start + place]
                    total = money * SCALE + shipment_price[other]
                    total += unit_price[other] * qty
                    if place == here:
                        mine = total
                    else:
                        total += cell_price[cell_of[pair + place]] * qty
                        rest = min(rest, total)
            else:
                ask[LINES], ask[NODES] = lines, width
                ask[MOST], ask[COMPLETE] = max_shipments[order], completes[order]
                for place in range(width):
                    other = node_of[start + place]
                    money = np.int64(fixed_of[start + place]) * SCALE
                    fixed[place] = money + shipment_price[other]
                at = pair
                for other in range(lines):
                    need = qty_of[line + other]
                    spare[other] = spares[line + other] * SCALE
                    for place in range(width):
                        cell, money = cell_of[at], np.int64(cost_of[at])
                        price = unit_price[node_of[start + place]]
                        price += 0 if cell == asked else cell_price[cell]
                        total = money * SCALE + price * need
                        cost[other, place] = NEVER if money == SHUT else total
                        at += 1
                mine = plan(ask, cost, fixed, spare, choice, paper)
                if choice[number] != here:
                    continue
                cost[number, here] = NEVER
                rest = plan(ask, cost, fixed, spare, choice, paper)
            if rest > mine:
                worth[count], eaches_of[count] = (rest - mine) // qty, qty
                count += 1
        if free <= 0:
            # Those who keep it have all.
            continue
        # Served from the dearest down: whom the stock does not reach, and who is last.
        low, high = 0, NEVER
        for asker in np.argsort(-worth[:count]):
            if eaches_of[asker] > free:
                low = worth[asker]
                high = high if free == 0 else low
                break
            free -= eaches_of[asker]
            high = worth[asker]
        else:
            high = high if free == 0 else 0
        inset = (high - low) // INSET
        price = min(max(cell_price[asked], low + inset), high - inset)
        changed += price != cell_price[asked]
        cell_price[asked] = price
    return changed
