"""Look at every candidate of every order once, at given prices.

Gives each order's least cost (with what the prices earn, that is the proven
bound) and its shortlist: the nodes most likely to serve it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    COMPLETE,
    EXACT,
    LINES,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    Desk,
    new_desk,
)
from transforms.allocation.kernel.parted import parted
from transforms.allocation.kernel.plan import plan
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SCALE,
    SPLIT_COST,
    Ints,
    Longs,
    Problem,
    Shorts,
)
from transforms.allocation.kernel.search import searched

OF_ONE, OF_ALL, OF_EACH, WIDEST = 12, 8, 3, 20
"""Shortlist of an order with one line; of others by all lines, by each, in all."""


class Prices(NamedTuple):
    """Thousandths of a minor unit, >= 0.

    Args:
        cell: C per each.
        shipment: N per shipment.
        unit: N per each.
    """

    cell: Longs
    shipment: Longs
    unit: Longs


class Survey(NamedTuple):
    """What was seen of each order.

    Args:
        least: O thousandths: no plan costs less at these prices.
        nodes: O × WIDEST, rising.
        width: O, how many of them.
    """

    least: Longs
    nodes: Shorts
    width: Ints


class Paper(NamedTuple):
    """What one slice reckons on.

    Args:
        desk: the order at hand with all its candidates.
        place: N position on the desk, -1 if none.
        node: positions on the desk.
        score: positions on the desk.
        mark: positions on the desk, whether shortlisted.
        best: WIDEST positions.
    """

    desk: Desk
    place: Longs
    node: Longs
    score: Longs
    mark: Longs
    best: Longs


def paper_for(problem: Problem) -> Paper:
    """Paper for one slice."""
    nodes = len(problem.unit_cost)
    lines = int(np.diff(problem.line_start).max(initial=1))
    return Paper(
        new_desk(lines, nodes, is_split=bool(problem.rules[IS_LINE_SPLIT])),
        np.full(nodes, -1, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(WIDEST, np.int64),
    )


@compiled
def look(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop: a call with all arrays costs more than its body
    problem: Problem,
    prices: Prices,
    paper: Paper,
    survey: Survey,
    first: int,
    last: int,
    is_final: int,
) -> None:
    """Look at orders ``first`` … ``last - 1`` and all nodes that have their lines.

    Fills ``least`` if it is the final look, else the shortlists.
    """
    # Arrays by their own names: one that is taken out of a tuple in a loop is
    # counted each time, and two threads would wait for each other's counts.
    line_start, sku_of, qty_of = problem.line_start, problem.sku, problem.qty
    cell_start, cell_node = problem.cell_start, problem.cell_node
    cell_stock, cap_units = problem.cell_stock, problem.cap_units
    cap_shipments, serves = problem.cap_shipments, problem.serves
    zones, bases, per_kg = problem.zone, problem.base, problem.per_kg
    late_days, late_cost = problem.late_days, problem.late_cost
    unit_cost, shipment_cost = problem.unit_cost, problem.shipment_cost
    regions, promises, channels = problem.region, problem.promise, problem.channel
    grams, spares, max_shipments = problem.grams, problem.spare, problem.max_shipments
    completes = problem.is_complete
    cell_price, unit_price = prices.cell, prices.unit
    shipment_price = prices.shipment
    ask, cost, fixed = paper.desk.ask, paper.desk.cost, paper.desk.fixed
    spare, choice, reckoned = paper.desk.spare, paper.desk.choice, paper.desk.paper
    some, eaches = paper.desk.some, paper.desk.qty
    place_of, node_of, score = paper.place, paper.node, paper.score
    mark, best = paper.mark, paper.best
    least, nodes, width = survey.least, survey.nodes, survey.width
    is_split = problem.rules[IS_LINE_SPLIT]
    ask[SPLIT] = problem.rules[SPLIT_COST] * SCALE
    for order in range(first, last):
        start, lines = line_start[order], line_start[order + 1] - line_start[order]
        region, promise, channel = regions[order], promises[order], channels[order]
        late, seated, slack, has_parts = late_cost[order], 0, 0, False
        for line in range(lines):
            spare[line] = spares[start + line] * SCALE
            sku, qty = sku_of[start + line], qty_of[start + line]
            need = 1 if is_split else qty
            seats = 0
            eaches[line] = qty
            for cell in range(cell_start[sku], cell_start[sku + 1]):
                node = cell_node[cell]
                zone = zones[region, node]
                if cell_stock[cell] < need or cap_units[node] < need or zone < 0:
                    continue
                base = bases[promise, zone, node]
                place = place_of[node]
                if place < 0:
                    may_ship = serves[node, channel] and cap_shipments[node] > 0
                    if base < 0 or not may_ship:
                        continue
                    place = seated
                    seated += 1
                    place_of[node], node_of[place] = place, node
                    money = (base + shipment_cost[node]) * SCALE
                    fixed[place] = money + shipment_price[node]
                    for other in range(lines):
                        cost[other, place] = NEVER
                        if is_split:
                            some[other, place] = 0
                weight = per_kg[promise, zone, node] * grams[start + line] // 1000
                each = unit_cost[node] + late * late_days[promise, zone, node]
                price = cell_price[cell] + unit_price[node]
                cost[line, place] = (weight + each * qty) * SCALE + price * qty
                if is_split:
                    seats += 1
                    some[line, place] = min(qty, cell_stock[cell], cap_units[node])
                    has_parts = has_parts or some[line, place] < qty
            # It comes from at most so many nodes, and the rest is not shipped.
            parts = min(max_shipments[order], seats) + 1 - completes[order]
            slack += min(parts, qty) if min(parts, qty) > 1 else 0
        ask[LINES], ask[NODES] = lines, seated
        ask[MOST], ask[COMPLETE] = max_shipments[order], completes[order]
        if is_final:
            value = plan(ask, cost, fixed, spare, choice, reckoned)
            if lines > EXACT and min(ask[MOST], seated) > 1:
                value = searched(ask, cost, fixed, spare, choice, reckoned, value)[1]
            if has_parts:
                value = parted(paper.desk, value)[0]
            # Parts of a line are rounded down, each by less than a minor unit.
            least[order] = value - (slack * SCALE if is_split else 0)
        else:
            if lines > EXACT:
                plan(ask, cost, fixed, spare, choice, reckoned)
            _mark_all(ask, cost, fixed, spare, score, mark, best)
            if lines > 1:
                _mark_more(ask, cost, fixed, spare, choice, score, mark, best)
            width[order] = _written(nodes[order], node_of, mark, seated)
        for place in range(seated):
            place_of[node_of[place]] = -1


@compiled
def _mark_all(  # noqa: PLR0913, PLR0917
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    score: Longs,
    mark: Longs,
    best: Longs,
) -> None:
    """Mark the nodes that serve the whole order cheapest."""
    for place in range(ask[NODES]):
        mark[place] = 0
        score[place] = fixed[place]
    for line in range(ask[LINES]):
        for place in range(ask[NODES]):
            score[place] += min(cost[line, place], spare[line])
    _pick(score, mark, best, ask[NODES], OF_ONE if ask[LINES] == 1 else OF_ALL)


@compiled
def _mark_more(  # noqa: C901, PLR0912, PLR0913, PLR0917 two kinds
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    score: Longs,
    mark: Longs,
    best: Longs,
) -> None:
    """Mark nodes that serve a line cheapest; or the plan's and what adds most to it."""
    if ask[LINES] <= EXACT:
        for line in range(ask[LINES]):
            for place in range(ask[NODES]):
                score[place] = fixed[place] + cost[line, place]
            _pick(score, mark, best, ask[NODES], OF_EACH)
        return
    for place in range(ask[NODES]):
        score[place] = fixed[place]
    for line in range(ask[LINES]):
        low = spare[line]
        if choice[line] >= 0:
            low = cost[line, choice[line]]
        for place in range(ask[NODES]):
            score[place] += min(0, cost[line, place] - low)
    most = min(ask[MOST], OF_ALL)
    _pick(score, mark, best, ask[NODES], WIDEST - OF_ALL - most)
    for line in range(ask[LINES]):
        if choice[line] >= 0:
            mark[choice[line]] = 1


@compiled
def _pick(score: Longs, mark: Longs, best: Longs, nodes: int, most: int) -> None:
    """Mark the ``most`` positions of lowest score."""
    count = 0
    for place in range(nodes):
        value = score[place]
        is_full = count == most
        if value >= NEVER or (is_full and value >= score[best[count - 1]]):
            continue
        at = count - 1 if is_full else count
        while at > 0 and score[best[at - 1]] > value:
            best[at] = best[at - 1]
            at -= 1
        best[at] = place
        count += not is_full
    for rank in range(count):
        mark[best[rank]] = 1


@compiled
def _written(row: Shorts, node_of: Longs, mark: Longs, seated: int) -> int:
    """The marked nodes, rising, at most WIDEST; how many."""
    width = 0
    for place in range(seated):
        if not mark[place] or width == len(row):
            continue
        at = width
        while at > 0 and row[at - 1] > node_of[place]:
            row[at] = row[at - 1]
            at -= 1
        row[at] = node_of[place]
        width += 1
    return width


@compiled
def line_cost(problem: Problem, order: int, line: int, node: int) -> int:
    """Minor units that the whole line adds to a shipment from the node."""
    zone, promise = problem.zone[problem.region[order], node], problem.promise[order]
    late = problem.late_cost[order] * problem.late_days[promise, zone, node]
    weight = problem.per_kg[promise, zone, node] * problem.grams[line] // 1000
    return weight + (problem.unit_cost[node] + late) * problem.qty[line]  # type: ignore[no-any-return]


@compiled
def shipment_cost(problem: Problem, order: int, node: int) -> int:
    """Minor units of a shipment however little is in it; -1 if it may not be."""
    zone = problem.zone[problem.region[order], node]
    if zone < 0 or not problem.serves[node, problem.channel[order]]:
        return -1
    base = problem.base[problem.promise[order], zone, node]
    if base < 0 or problem.cap_shipments[node] < 1:
        return -1
    return base + problem.shipment_cost[node]  # type: ignore[no-any-return]
