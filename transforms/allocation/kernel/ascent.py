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
from transforms.allocation.kernel.choices import (
    Choices,
    Use,
    choose_parts,
    no_choices,
    no_use,
    take_parts,
)
from transforms.allocation.kernel.crew import Crew
from transforms.allocation.kernel.desk import (
    COMPLETE,
    LINES,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    Desk,
)
from transforms.allocation.kernel.market import SHUT, Market, market_desk
from transforms.allocation.kernel.parted import MORE, parted
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SCALE,
    SPLIT_COST,
    Longs,
    Problem,
)
from transforms.allocation.kernel.survey import Prices

Doubles = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]
FORGETS, FORGETS_SPREAD = 0.8, 0.95
ROSE, FELL = 1, 2


class Moved(NamedTuple):
    """Which prices the last step moved: ROSE, FELL, or 0; of a node either of its two.

    Args:
        cell: A + 1.
        shipment: N.
        unit: N.
    """

    cell: Marks
    shipment: Marks
    unit: Marks


class Momentum(NamedTuple):
    """Of each price: as a fraction, and its memory of excess and of its size."""

    price: Doubles
    mean: Doubles
    spread: Doubles


def all_moved(cells: int, nodes: int) -> Moved:
    """Every price fell: every order looks."""
    return Moved(*(np.full(n, FELL, np.int8) for n in (cells, nodes, nodes)))


@compiled
def use_of(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop, as survey.look
    problem: Problem,
    laid: Market,
    prices: Prices,
    moved: Moved,
    desk: Desk,
    choices: Choices,
    use: Use,
    first: int,
    last: int,
) -> None:
    """Let orders ``first`` … ``last - 1`` take what is cheapest, and add that up.

    A plan stands, without a look, while no price on the order's shortlist fell and
    none that it pays rose: everything else got dearer, it did not.
    """
    line_start, qty_of, spares = problem.line_start, problem.qty, problem.spare
    max_shipments, completes = problem.max_shipments, problem.is_complete
    node_start, pair_start = laid.node_start, laid.pair_start
    node_of, fixed_of, cell_of, cost_of = laid.node, laid.fixed, laid.cell, laid.shared
    some_of, some, eaches = laid.some, desk.some, desk.qty
    part, other, other_part = choices.qty, choices.other, choices.other_qty
    is_split = problem.rules[IS_LINE_SPLIT]
    cell_price, unit_price = prices.cell, prices.unit
    shipment_price = prices.shipment
    cell_moved, unit_moved = moved.cell, moved.unit
    shipment_moved = moved.shipment
    ask, cost, fixed, spare = desk.ask, desk.cost, desk.fixed, desk.spare
    choice, paper = desk.choice, desk.paper
    cell_use, shipment_use, unit_use = use.cell, use.shipment, use.unit
    paid, taken = choices.paid, choices.place
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    for order in range(first, last):
        start, line = node_start[order], line_start[order]
        width, lines = node_start[order + 1] - start, line_start[order + 1] - line
        pair = pair_start[order]
        news = 0
        for place in range(width):
            node = node_of[start + place]
            news |= shipment_moved[node] | unit_moved[node]
        for at in range(pair, pair + width * lines):
            news |= cell_moved[cell_of[at]]
        if is_split and lines > 0 and other[line] == MORE:
            # What it pays at least is no plan's cost: any price may raise it.
            news |= FELL
        if news & FELL == 0:
            if news & ROSE:
                news = 0
                for number in range(lines):
                    place = taken[line + number]
                    if place >= 0:
                        node = node_of[start + place]
                        cell = cell_of[pair + number * width + place]
                        news |= shipment_moved[node] | unit_moved[node]
                        news |= cell_moved[cell]
                    place = other[line + number] if is_split else -1
                    if place >= 0:
                        node = node_of[start + place]
                        cell = cell_of[pair + number * width + place]
                        news |= shipment_moved[node] | unit_moved[node]
                        news |= cell_moved[cell]
            if news == 0:
                continue
        is_parted = False
        if is_split:
            for number in range(lines):
                is_parted = is_parted or qty_of[line + number] > 1
        # Give back what it took.
        if is_parted:
            take_parts(
                -1,
                line,
                line + lines,
                start,
                width,
                pair,
                node_of,
                cell_of,
                taken,
                part,
                other,
                other_part,
                cell_use,
                shipment_use,
                unit_use,
            )
        for number in range(lines):
            place = taken[line + number]
            if place < 0 or is_parted:
                continue
            node, qty = node_of[start + place], qty_of[line + number]
            cell_use[cell_of[pair + number * width + place]] -= qty
            unit_use[node] -= qty
            is_first = 1
            for before in range(number):
                if taken[line + before] == place:
                    is_first = 0
            shipment_use[node] -= is_first
        if lines == 1 and not is_parted:
            best, least = -1, spares[line] * SCALE
            qty = qty_of[line]
            for place in range(width):
                cell, node = cell_of[pair + place], node_of[start + place]
                price = unit_price[node] + cell_price[cell]
                money = np.int64(cost_of[pair + place]) + fixed_of[start + place]
                total = money * SCALE + price * qty + shipment_price[node]
                if total < least or (best < 0 and total == least):
                    best, least = place, total
            paid[order], choice[0] = least, best
        else:
            ask[LINES], ask[NODES] = lines, width
            ask[MOST], ask[COMPLETE] = max_shipments[order], completes[order]
            for place in range(width):
                node = node_of[start + place]
                money = np.int64(fixed_of[start + place]) * SCALE
                fixed[place] = money + shipment_price[node]
            at, has_parts = pair, False
            for number in range(lines):
                eaches[number] = qty_of[line + number]
                spare[number] = spares[line + number] * SCALE
                qty = qty_of[line + number]
                for place in range(width):
                    money = np.int64(cost_of[at])
                    price = unit_price[node_of[start + place]]
                    price += cell_price[cell_of[at]]
                    total = money * SCALE + price * qty
                    cost[number, place] = NEVER if money == SHUT else total
                    if is_parted:
                        some[number, place] = some_of[at]
                        has_parts = has_parts or 0 < some_of[at] < qty
                    at += 1
            paid[order] = plan(ask, cost, fixed, spare, choice, paper)
            if is_parted:
                one, two = MORE, MORE
                if has_parts:
                    paid[order], one, two = parted(desk, paid[order])
                choose_parts(desk, choices, line, one, two)
                if has_parts and one == MORE:
                    other[line] = MORE
                take_parts(
                    1,
                    line,
                    line + lines,
                    start,
                    width,
                    pair,
                    node_of,
                    cell_of,
                    taken,
                    part,
                    other,
                    other_part,
                    cell_use,
                    shipment_use,
                    unit_use,
                )
                continue
        for number in range(lines):
            place = choice[number]
            taken[line + number] = place
            if place < 0:
                continue
            node, qty = node_of[start + place], qty_of[line + number]
            cell_use[cell_of[pair + number * width + place]] += qty
            unit_use[node] += qty
            is_first = 1
            for before in range(number):
                if choice[before] == place:
                    is_first = 0
            shipment_use[node] += is_first


@compiled
def move(
    state: Momentum,
    used: Longs,
    limit: Longs,
    prices: Longs,
    moved: Marks,
    pace: Doubles,
) -> None:
    """One step of projected Adam; ``pace`` is its number and its length."""
    number, length = pace[0], pace[1]
    price, means, spreads = state.price, state.mean, state.spread
    warm, warm_spread = 1 - FORGETS**number, 1 - FORGETS_SPREAD**number
    for place in range(len(limit)):
        moved[place] = 0
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
        now = int(price[place])
        if now != prices[place]:
            moved[place] = ROSE if now > prices[place] else FELL
            prices[place] = now


def asked(problem: Problem, laid: Market, prices: Prices, crew: Crew) -> Asked:
    """What each order chooses at prices of contested cells, and what all take."""
    cells, nodes = len(laid.stock), len(problem.unit_cost)
    choices, moved = no_choices(problem), all_moved(cells, nodes)
    uses = [no_use(cells, nodes) for _ in crew.slices]

    def work(part: int, first: int, last: int) -> None:
        desk = market_desk(problem, laid)
        use_of(problem, laid, prices, moved, desk, choices, uses[part], first, last)

    crew.spread(work)
    return Asked(choices, summed(uses))


class Asked(NamedTuple):
    """What orders choose, and what that takes."""

    choices: Choices
    use: Use


def summed(uses: list[Use]) -> Use:
    """What all slices take."""
    return Use(*(sum(some[1:], some[0]) for some in zip(*uses, strict=True)))


def dreams(problem: Problem, laid: Market, crew: Crew) -> Longs:
    """What each order would pay, in thousandths, if all were to be had for nothing."""
    cells, nodes = len(laid.stock), len(problem.unit_cost)
    free = Prices(*(np.zeros(n, np.int64) for n in (cells, nodes, nodes)))
    return asked(problem, laid, free, crew).choices.paid


@compiled
def _climb(  # noqa: PLR0913, PLR0917 a call with all arrays costs more than a small step
    problem: Problem,
    laid: Market,
    prices: Prices,
    moved: Moved,
    desk: Desk,
    choices: Choices,
    use: Use,
    states: tuple[Momentum, Momentum, Momentum],
    paces: Doubles,
) -> None:
    """Several steps of all orders, one after the other."""
    for number in range(len(paces)):
        pace = paces[number]
        orders = len(problem.region)
        use_of(problem, laid, prices, moved, desk, choices, use, 0, orders)
        move(states[0], use.cell, laid.stock, prices.cell, moved.cell, pace)
        limit = problem.cap_shipments
        move(states[1], use.shipment, limit, prices.shipment, moved.shipment, pace)
        move(states[2], use.unit, problem.cap_units, prices.unit, moved.unit, pace)


AT_ONCE = 20_000
"""Lines that are looked at between two looks at the clock, by one thread."""


def ascent(
    problem: Problem, laid: Market, prices: Prices, lengths: list[float], crew: Crew
) -> Iterator[int]:
    """Move ``prices`` (of contested cells) in place, a step per length.

    Yields:
        How many steps were made, when some were.
    """
    cells, nodes = len(laid.stock), len(problem.unit_cost)
    choices = no_choices(problem)
    moved = all_moved(cells, nodes)
    cell, shipment, unit = (
        Momentum(p.astype(np.float64), np.zeros(len(p)), np.zeros(len(p)))
        for p in prices
    )
    states = cell, shipment, unit
    paces = np.array(list(enumerate(lengths, 1)), np.float64).reshape(-1, 2)
    desks = [market_desk(problem, laid) for _ in crew.slices]
    uses = [no_use(cells, nodes) for _ in crew.slices]
    if crew.pool is None:
        many = max(1, AT_ONCE // max(1, len(problem.qty)))
        for first in range(0, len(paces), many):
            some = paces[first : first + many]
            _climb(
                problem, laid, prices, moved, desks[0], choices, uses[0], states, some
            )
            yield len(some)
        return
    limits = (laid.stock, problem.cap_shipments, problem.cap_units)

    def work(part: int, first: int, last: int) -> None:
        desk, use = desks[part], uses[part]
        use_of(problem, laid, prices, moved, desk, choices, use, first, last)

    for pace in paces:
        crew.spread(work)
        used = summed(uses)
        for place, state in enumerate(states):
            move(state, used[place], limits[place], prices[place], moved[place], pace)
        yield 1
