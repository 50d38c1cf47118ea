"""From prices to a plan that fits: only those who stand where it is too full move.

Each order takes its cheapest plan at the prices. Orders on oversold stock or
room plan again under a charge that rises from round to round, so whoever loses
least leaves first; the rest are placed strictly. Then every order looks again
for something cheaper among what is left.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.ascent import Asked
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
from transforms.allocation.kernel.floor import (
    Floor,
    floor_of,
    is_oversold,
    wishing,
)
from transforms.allocation.kernel.market import SHUT, Market
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SCALE,
    SPLIT_COST,
    Flags,
    Longs,
    Problem,
)
from transforms.allocation.kernel.survey import Prices

WEIGHT, CHARGE, IS_STRICT, ONLY_OVERSOLD, ONLY_BETTER = range(5)
WHOLE = 16
"""The weight at which prices count in full."""


@compiled
def settle(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop, as survey.look
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    held: Floor,
    turn: Longs,
    knobs: Longs,
) -> int:
    """Let each order of ``turn`` plan again; how many changed their plan.

    Args:
        problem: the problem.
        laid: its shortlists.
        prices: of contested cells and nodes.
        desk: paper.
        held: changed in place.
        turn: orders, first come first.
        knobs: weight of the prices (of WHOLE); charge per each or shipment that
            is oversold, in thousandths; whether nothing may be oversold; whether
            only orders on oversold stock or room move; whether an order moves
            only if that is cheaper.
    """
    line_start, qty_of, spares = problem.line_start, problem.qty, problem.spare
    max_shipments, completes = problem.max_shipments, problem.is_complete
    has_twins = problem.has_twins
    node_start, pair_start = laid.node_start, laid.pair_start
    node_of, fixed_of, cell_of, cost_of = laid.node, laid.fixed, laid.cell, laid.cost
    cell_price, unit_price = prices.cell, prices.unit
    shipment_price = prices.shipment
    ask, cost, fixed, spare = desk.ask, desk.cost, desk.fixed, desk.spare
    choice, paper = desk.choice, desk.paper
    taken, cells, shipments, units = held.choice, held.cell, held.shipment, held.unit
    weight, charge, is_strict = knobs[WEIGHT], knobs[CHARGE], knobs[IS_STRICT]
    only_oversold, only_better = knobs[ONLY_OVERSOLD], knobs[ONLY_BETTER]
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    changed = 0
    for order in turn:
        start, line, pair = node_start[order], line_start[order], pair_start[order]
        width, lines = node_start[order + 1] - start, line_start[order + 1] - line
        if only_oversold:
            is_over = False
            for number in range(lines):
                place = taken[line + number]
                if place >= 0:
                    node = node_of[start + place]
                    is_full = min(shipments[node], units[node]) < 0
                    cell = cell_of[pair + number * width + place]
                    is_over = is_over or is_full or cells[cell] < 0
            if not is_over:
                continue
        # Give back what it holds.
        for number in range(lines):
            place = taken[line + number]
            if place >= 0:
                node, qty = node_of[start + place], qty_of[line + number]
                cells[cell_of[pair + number * width + place]] += qty
                units[node] += qty
                is_first = 1
                for before in range(number):
                    if taken[line + before] == place:
                        is_first = 0
                shipments[node] += is_first
        # Lay the question on the desk.
        ask[LINES], ask[NODES] = lines, width
        ask[MOST], ask[COMPLETE] = max_shipments[order], completes[order]
        for place in range(width):
            node = node_of[start + place]
            money = np.int64(fixed_of[start + place]) * SCALE
            money += np.int64(shipment_price[node] * weight // WHOLE)
            is_shut = shipments[node] < 1
            if is_shut:
                money += charge
            fixed[place] = NEVER if is_shut and is_strict else money
        for number in range(lines):
            spare[number] = spares[line + number] * SCALE
            qty = qty_of[line + number]
            for place in range(width):
                at = pair + number * width + place
                node, cell = node_of[start + place], cell_of[at]
                price = (unit_price[node] + cell_price[cell]) * weight // WHOLE
                money = np.int64(cost_of[at])
                total = money * SCALE + price * qty
                over = max(qty - cells[cell], qty - units[node])
                if over > 0:
                    total = NEVER if is_strict else total + charge * min(over, qty)
                cost[number, place] = NEVER if money == SHUT else total
        # What it paid at these prices.
        former = NEVER
        if only_better:
            former = 0
            count = 0
            for number in range(lines):
                place = taken[line + number]
                if place < 0:
                    former += spare[number]
                    continue
                former += cost[number, place]
                is_first = 1
                for before in range(number):
                    if taken[line + before] == place:
                        is_first = 0
                if is_first:
                    former += fixed[place]
                    count += 1
            former += max(0, count - 1) * ask[SPLIT]
        value = plan(ask, cost, fixed, spare, choice, paper)
        # Each line fits; do all together?
        while is_strict and lines > 1 and value < former:
            clash = -1
            for number in range(lines):
                place = choice[number]
                if place < 0:
                    continue
                node, cell = (
                    node_of[start + place],
                    cell_of[pair + number * width + place],
                )
                mine, room = 0, 0
                for other in range(number + 1):
                    at = choice[other]
                    if at == place:
                        room += qty_of[line + other]
                    if at >= 0 and cell_of[pair + other * width + at] == cell:
                        mine += qty_of[line + other]
                is_twin = has_twins[order] and mine > cells[cell]
                if is_twin or room > units[node]:
                    clash = number
                    break
            if clash < 0:
                break
            cost[clash, choice[clash]] = NEVER
            value = plan(ask, cost, fixed, spare, choice, paper)
        if only_better and value >= former:
            for number in range(lines):
                choice[number] = taken[line + number]
        is_changed = 0
        for number in range(lines):
            place = choice[number]
            if place != taken[line + number]:
                is_changed = 1
            taken[line + number] = place
            if place >= 0:
                node, qty = node_of[start + place], qty_of[line + number]
                cells[cell_of[pair + number * width + place]] -= qty
                units[node] -= qty
                is_first = 1
                for before in range(number):
                    if choice[before] == place:
                        is_first = 0
                shipments[node] -= is_first
        changed += is_changed
    return changed


def negotiated(
    problem: Problem,
    laid: Market,
    prices: Prices,
    desk: Desk,
    dreams: Callable[[], Longs],
    chosen: Asked,
) -> Floor:
    """A plan in which nothing is oversold.

    Args:
        problem: the problem.
        laid: its shortlists.
        prices: of contested cells and nodes.
        desk: paper.
        dreams: gives what each order would pay if it had its choice of all.
        chosen: what is cheapest for each at the prices, and what that takes.
    """
    held = floor_of(problem, laid, chosen)
    everybody = np.arange(len(problem.region))

    def let(turn: Longs, weight: int, charge: int, *flags: int) -> int:
        knobs = np.array([weight, charge, *flags], np.int64)
        return int(settle(problem, laid, prices, desk, held, turn, knobs))

    if problem.rules[IS_LINE_SPLIT]:
        let(everybody, WHOLE, 0, 0, 0, 0)
    cheapest = held.choice.copy()
    charge = FIRST_CHARGE
    while charge < LAST_CHARGE and is_oversold(held):
        let(everybody, WHOLE, charge, 0, 1, 0)
        charge = charge * 4 // 3
    let(everybody, WHOLE, 0, 1, 1, 0)
    # Who stands where it is cheapest, with prices or without, has nothing to gain.
    is_displaced = displaced(problem, held, cheapest)
    let(np.flatnonzero(is_displaced), WHOLE, 0, 1, 0, 1)
    for weight in (WHOLE // 2, 0):
        is_open = is_displaced | wishing(problem, laid, held, dreams())
        let(np.flatnonzero(is_open), weight, 0, 1, 0, 1)
    return held


def displaced(problem: Problem, held: Floor, cheapest: Longs) -> Flags:
    """Which orders stand elsewhere than was cheapest, or are too large to tell."""
    lines = np.diff(problem.line_start)
    result = lines > EXACT
    result[np.repeat(np.arange(len(lines)), lines)[held.choice != cheapest]] = True
    return result


FIRST_CHARGE, LAST_CHARGE = 2 * SCALE, 20_000 * SCALE
