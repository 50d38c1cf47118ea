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
    DONE,
    EXACT,
    KNOWN,
    LINES,
    MOST,
    NEVER,
    NODES,
    PATIENCE,
    PATIENT,
    SPLIT,
    THREE,
    TOTAL,
    Desk,
    new_desk,
)
from transforms.allocation.kernel.gathering import gathered
from transforms.allocation.kernel.parted import parted
from transforms.allocation.kernel.plan import of_one, plan
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SCALE,
    SPLIT_COST,
    Flags,
    Ints,
    Longs,
    Problem,
    Shorts,
    is_pooled,
)
from transforms.allocation.kernel.relaxation import relaxed
from transforms.allocation.kernel.search import searched

UNEVEN = 4
"""Times its share of the comparisons left that a search may take."""
HURRY = 400_000
"""Comparisons in a search for a shortlist, which need not find the best."""
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
        beyond: O thousandths: no plan with any other node costs less at the prices
            of the shortlists; UNKNOWN if that was not reckoned.
    """

    least: Longs
    nodes: Shorts
    width: Ints
    beyond: Longs


UNKNOWN = -1


def no_survey(problem: Problem) -> Survey:
    """Nothing seen yet."""
    orders = len(problem.region)
    return Survey(
        np.zeros(orders, np.int64),
        np.zeros((orders, WIDEST), np.int16),
        np.zeros(orders, np.int32),
        np.full(orders, UNKNOWN, np.int64),
    )


class Paper(NamedTuple):
    """What one slice reckons on.

    Args:
        desk: the order at hand with all its candidates.
        seat: N rows: the order that a node is on the desk for, and where.
        node: positions on the desk.
        score: positions on the desk.
        mark: positions on the desk, whether shortlisted.
        best: WIDEST positions.
    """

    desk: Desk
    seat: Longs
    node: Longs
    score: Longs
    mark: Longs
    best: Longs


SHIPMENT, KG, EACH, DAY = range(4)
"""Columns of a lane: thousandths of a shipment (NEVER if none may be), whole minor
units of a kilogram, thousandths of an each and of a day that it is late."""


def lanes_at(problem: Problem, prices: Prices) -> Longs:
    """What each node asks by promise and zone: one look into memory for each."""
    lanes = np.empty((*problem.base.shape, 4), np.int64)
    may_ship = (problem.base >= 0) & (problem.cap_shipments > 0)
    money = (problem.base + problem.shipment_cost) * SCALE + prices.shipment
    lanes[..., SHIPMENT] = np.where(may_ship, money, NEVER)
    lanes[..., KG] = problem.per_kg
    lanes[..., EACH] = problem.unit_cost * SCALE + prices.unit
    lanes[..., DAY] = problem.late_days * SCALE
    return lanes


def cells_at(problem: Problem, prices: Prices) -> Longs:
    """What an each of each cell asks, in thousandths: its worth there and its price."""
    each = prices.cell[problem.cell_pool] if is_pooled(problem) else prices.cell
    return each + problem.cell_worth * SCALE


def paper_for(problem: Problem) -> Paper:
    """Paper for one slice."""
    nodes = len(problem.unit_cost)
    lines = int(np.diff(problem.line_start).max(initial=1))
    return Paper(
        new_desk(lines, nodes, is_split=bool(problem.rules[IS_LINE_SPLIT])),
        np.full((nodes, 2), -1, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
        np.zeros(WIDEST, np.int64),
    )


@compiled
def look(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop: a call with all arrays costs more than its body
    problem: Problem,
    eaches_at: Longs,
    lanes: Longs,
    paper: Paper,
    survey: Survey,
    turn: Longs,
    is_final: int,
    patience: int = PATIENCE,
) -> None:
    """Look at the orders of ``turn`` and all nodes that have their lines.

    ``eaches_at`` (``cells_at``) and ``lanes`` (``lanes_at``) are of the same prices.
    Fills ``least`` if it is the final look, where what a plan is known to cost stood,
    else the shortlists; searches end after ``patience`` comparisons.
    """
    # Arrays by their own names: one that is taken out of a tuple in a loop is
    # counted each time, and two threads would wait for each other's counts.
    line_start, sku_of, qty_of = problem.line_start, problem.sku, problem.qty
    cell_start, cell_node = problem.cell_start, problem.cell_node
    cell_stock, cap_units = problem.cell_stock, problem.cap_units
    serves, zones, late_cost = problem.serves, problem.zone, problem.late_cost
    regions, promises, channels = problem.region, problem.promise, problem.channel
    grams, spares, max_shipments = problem.grams, problem.spare, problem.max_shipments
    completes = problem.is_complete
    ask, cost, fixed = paper.desk.ask, paper.desk.cost, paper.desk.fixed
    spare, choice, reckoned = paper.desk.spare, paper.desk.choice, paper.desk.paper
    some, eaches = paper.desk.some, paper.desk.qty
    seat, node_of, score = paper.seat, paper.node, paper.score
    mark, best = paper.mark, paper.best
    least, nodes, width = survey.least, survey.nodes, survey.width
    beyond = survey.beyond
    is_split = problem.rules[IS_LINE_SPLIT]
    ask[SPLIT], ask[PATIENT] = problem.rules[SPLIT_COST] * SCALE, patience
    for node in range(len(seat)):
        seat[node, 0] = -1
    searches = 0
    if is_final and patience < PATIENCE:
        for order in turn:
            searches += int(line_start[order + 1] - line_start[order] > EXACT)
    left = searches * patience
    for order in turn:
        start, lines = line_start[order], line_start[order + 1] - line_start[order]
        region, promise, channel = regions[order], promises[order], channels[order]
        late, seated, slack, has_parts = late_cost[order], 0, 0, False
        is_alone = lines == 1 and not is_split
        if not is_alone:
            # No more nodes are seated than the order's lines have cells.
            most = 0
            for line in range(start, start + lines):
                most += cell_start[sku_of[line] + 1] - cell_start[sku_of[line]]
            most = min(most, len(seat))
            for line in range(lines):
                for place in range(most):
                    cost[line, place] = NEVER
                if is_split:
                    for place in range(most):
                        some[line, place] = 0
        value = NEVER
        for line in range(lines):
            spare[line] = spares[start + line] * SCALE
            sku, qty = sku_of[start + line], qty_of[start + line]
            weight = grams[start + line]
            need = 1 if is_split else qty
            seats = 0
            eaches[line] = qty
            for cell in range(cell_start[sku], cell_start[sku + 1]):
                if cell_stock[cell] < need:
                    continue
                node = cell_node[cell]
                zone = zones[region, node]
                if zone < 0 or cap_units[node] < need or not serves[node, channel]:
                    continue
                money = lanes[promise, zone, node, SHIPMENT]
                if money == NEVER:
                    continue
                # No money is below 0, and division without a sign is faster.
                kilograms = np.uint64(lanes[promise, zone, node, KG] * weight)
                each = lanes[promise, zone, node, EACH] + eaches_at[cell]
                each += late * lanes[promise, zone, node, DAY]
                total = np.int64(kilograms // np.uint64(1000)) * SCALE + each * qty
                if is_alone:
                    if is_final:
                        value = min(value, money + total)
                    else:
                        node_of[seated] = node
                        score[seated] = money + min(total, spare[0])
                        mark[seated] = 0
                        seated += 1
                    continue
                place = seat[node, 1]
                if seat[node, 0] != order:
                    place = seated
                    seat[node, 0], seat[node, 1] = order, place
                    node_of[place], fixed[place] = node, money
                    seated += 1
                cost[line, place] = total
                if is_split:
                    seats += 1
                    some[line, place] = min(qty, cell_stock[cell], cap_units[node])
                    has_parts = has_parts or some[line, place] < qty
            # It comes from at most so many nodes, and the rest is not shipped.
            parts = min(max_shipments[order], seats) + 1 - completes[order]
            slack += min(parts, qty) if min(parts, qty) > 1 else 0
        if is_alone:
            if is_final:
                least[order] = min(value, spare[0])
            else:
                _pick(score, mark, best, seated, OF_ONE)
                width[order] = _written(nodes[order], node_of, mark, seated)
                for place in range(seated):
                    value = min(value, NEVER if mark[place] else score[place])
                beyond[order] = value
            continue
        ask[LINES], ask[NODES] = lines, seated
        ask[MOST], ask[COMPLETE] = max_shipments[order], completes[order]
        ask[KNOWN] = least[order] if is_final else NEVER
        is_large = lines > EXACT and min(ask[MOST], seated) > 1
        if is_final:
            if is_large:
                # A search takes the longer the more nodes there are.
                value = of_one(ask, cost, fixed, spare, choice, reckoned)
                ask[NODES], floor = relaxed(
                    ask, cost, fixed, spare, some, node_of, reckoned, value
                )
                if patience < PATIENCE:
                    # What easy orders leave is for hard ones.
                    ask[PATIENT] = min(PATIENCE, left, UNEVEN * left // searches)
                    searches -= 1
                if floor < value:
                    if ask[MOST] > THREE:
                        value = gathered(
                            ask, cost, fixed, spare, choice, reckoned, value
                        )
                    value = max(
                        min(floor, value),
                        searched(ask, cost, fixed, spare, choice, reckoned, value)[1],
                    )
                    left -= ask[DONE]
                ask[NODES] = seated
            else:
                value = plan(ask, cost, fixed, spare, choice, reckoned)
            if has_parts:
                value = parted(paper.desk, value)[0]
            # Parts of a line are rounded down, each by less than a minor unit.
            least[order] = value - (slack * SCALE if is_split else 0)
        else:
            if lines > EXACT:
                value = of_one(ask, cost, fixed, spare, choice, reckoned)
            if is_large:
                value = gathered(ask, cost, fixed, spare, choice, reckoned, value)
                ask[NODES], _ = relaxed(
                    ask, cost, fixed, spare, some, node_of, reckoned, value + 1
                )
                ask[PATIENT] = min(patience, HURRY)
                value = of_one(ask, cost, fixed, spare, choice, reckoned)
                value = gathered(ask, cost, fixed, spare, choice, reckoned, value)
                if ask[MOST] <= THREE:
                    searched(ask, cost, fixed, spare, choice, reckoned, value)
                ask[NODES], ask[PATIENT] = seated, patience
            _mark_all(ask, cost, fixed, spare, score, mark, best)
            if lines > 1:
                _mark_more(ask, cost, fixed, spare, choice, score, mark, best)
            width[order] = _written(nodes[order], node_of, mark, seated)
            beyond[order] = UNKNOWN
            if lines <= EXACT and not is_split:
                beyond[order] = _beyond(ask, cost, fixed, spare, score, mark, reckoned)


def unproved(
    problem: Problem, survey: Survey, before: Prices, now: Prices, paid: Longs
) -> Flags:
    """Which orders must be looked at: others pay at least what they ``paid``.

    A plan with a node that is not shortlisted has become cheaper since the shortlists
    by no more than the prices fell that it may pay. Where it still costs more than the
    best of the shortlist, that is the least, which is filled in.

    Args:
        problem: the problem.
        survey: with the shortlists.
        before: prices at the shortlists.
        now: prices of which the least is to be proved.
        paid: O thousandths, the best of the shortlist now.
    """
    falls = [
        int((old - new).max(initial=0)) for old, new in zip(before, now, strict=True)
    ]
    fell = np.zeros(len(problem.cell_start) - 1, np.int64)
    if falls[0] > 0:
        # A cell's price is that of all that is counted in it.
        drop = before.cell - now.cell
        drop = drop[problem.cell_pool] if is_pooled(problem) else drop
        cells = np.flatnonzero(drop > 0)
        sku = np.searchsorted(problem.cell_start, cells, "right") - 1
        np.maximum.at(fell, sku, drop[cells])
    line = problem.qty * (fell[problem.sku] + falls[2])
    lines = np.append(0, np.cumsum(line))[problem.line_start]
    shipments = problem.max_shipments.astype(np.int64) * falls[1]
    floor = survey.beyond - np.diff(lines) - shipments
    # Nobody asks an order without a shortlist; what parts cost is no plan's cost.
    is_free = (survey.width == 0) | bool(problem.rules[IS_LINE_SPLIT])
    survey.least[:] = np.where(is_free, NEVER, paid)
    must: Flags = (survey.beyond == UNKNOWN) | (floor < paid) | is_free
    return must


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
def _beyond(  # noqa: C901, PLR0912, PLR0913, PLR0917 one loop
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    score: Longs,
    mark: Longs,
    paper: Longs,
) -> int:
    """What a plan costs at least that uses a node that is not marked.

    It ships all from there; or beside it comes one more shipment, and but for one
    line that is there each line costs no less than where it is cheapest.
    """
    nodes, total = ask[NODES], paper[TOTAL]
    for place in range(nodes):
        total[place], score[place] = fixed[place], NEVER
    floor = ask[SPLIT]
    for line in range(ask[LINES]):
        limit = NEVER if ask[COMPLETE] else spare[line]
        low = limit
        for place in range(nodes):
            low = min(low, cost[line, place])
        floor += low
        for place in range(nodes):
            total[place] += min(limit, cost[line, place])
            score[place] = min(score[place], cost[line, place] - low)
    first, second = NEVER, NEVER
    for place in range(nodes):
        if fixed[place] < second:
            second, first = max(first, fixed[place]), min(first, fixed[place])
    value = NEVER
    for place in range(nodes):
        if mark[place]:
            continue
        value = min(value, total[place])
        if ask[MOST] > 1:
            other = second if fixed[place] == first else first
            value = min(value, floor + fixed[place] + other + score[place])
    return value


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
    """The marked nodes, rising; how many. Those beyond WIDEST lose their mark."""
    width = 0
    for place in range(seated):
        if width == len(row):
            mark[place] = 0
        if not mark[place]:
            continue
        at = width
        while at > 0 and row[at - 1] > node_of[place]:
            row[at] = row[at - 1]
            at -= 1
        row[at] = node_of[place]
        width += 1
    return width
