"""The cheapest plan of one order: which nodes, and which line from which.

On the desk lie the order's lines and candidate nodes with all costs, prices
included. One node is tried against every other; several nodes only where they
could be cheaper still: over all sets of the nodes that could be in a cheaper
plan where these are few, over all ways to share out at most EXACT lines, or in a
search of up to THREE nodes: all exact. Many lines in more shipments are found by
adding and exchanging nodes. ``floor`` is a proven least cost for those.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.problem import Longs

EXACT = 8
"""Lines up to which the plan is exact."""

NEVER = 1 << 50
"""More than any plan costs: a line and a node that do not go together."""

LINES, NODES, MOST, COMPLETE, SPLIT = range(5)
THREE = 3
FEW_SETS = 300
"""Sets of nodes up to which all are tried."""

PATIENCE = 4_000_000
"""Comparisons in a search; then it ends with a bound."""

ROWS = 2 * (EXACT + 1) + 3
TOTAL, LOW, MARK, ORIGIN, BEST = 0, 1, 2, 3, 3 + EXACT + 1
LOWER, GAIN, RANK, KEEN = ORIGIN, ORIGIN + 1, ORIGIN + 2, ORIGIN + 3
"""Rows of the paper: by node, by line, of marked nodes; by parts of the lines."""


class Desk(NamedTuple):
    """One order's question, its answer, and paper to reckon on.

    Args:
        ask: lines, candidate nodes, most shipments, whether complete, split cost.
        cost: lines × nodes, NEVER where it may not be.
        fixed: nodes, per shipment.
        spare: lines, of not shipping it.
        choice: lines, the node's position or -1; the answer.
        paper: rows to reckon on.
    """

    ask: Longs
    cost: Longs
    fixed: Longs
    spare: Longs
    choice: Longs
    paper: Longs


def new_desk(lines: int, nodes: int) -> Desk:
    """An empty desk for orders of at most ``lines`` lines and ``nodes`` nodes."""
    return Desk(
        ask=np.zeros(5, np.int64),
        cost=np.zeros((lines, nodes), np.int64),
        fixed=np.zeros(nodes, np.int64),
        spare=np.zeros(lines, np.int64),
        choice=np.zeros(lines, np.int64),
        paper=np.zeros((ROWS, max(lines, nodes, 1 << EXACT)), np.int64),
    )


@compiled
def plan(  # noqa: C901, PLR0911, PLR0912 one loop, the hottest
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, choice: Longs, paper: Longs
) -> int:
    """The least cost found; ``choice`` says how. Exact up to EXACT lines.

    One node is looked for here; several could only be cheaper if the cheapest
    of each line and the two cheapest shipments were.
    """
    lines, nodes, is_complete = ask[LINES], ask[NODES], ask[COMPLETE]
    for node in range(nodes):
        paper[TOTAL, node] = fixed[node]
    none, floor = 0, ask[SPLIT]
    for line in range(lines):
        none += spare[line]
        limit = NEVER if is_complete else spare[line]
        low = limit
        for node in range(nodes):
            value = min(cost[line, node], limit)
            paper[TOTAL, node] += value
            low = min(low, value)
        floor += low
    best, least, first, second = -1, NEVER, NEVER, NEVER
    for node in range(nodes):
        if paper[TOTAL, node] < least:
            best, least = node, paper[TOTAL, node]
        if fixed[node] < second:
            second = max(first, fixed[node])
            first = min(first, fixed[node])
    if least > none:
        best, least = -1, none
    for line in range(lines):
        is_spared = best < 0 or (not is_complete and cost[line, best] > spare[line])
        choice[line] = -1 if is_spared else best
    floor += first + second
    if lines == 1 or floor >= least or min(ask[MOST], nodes) == 1:
        return least
    count = _survivors(ask, cost, fixed, spare, paper, least)
    if count <= 1:
        return least
    most = min(ask[MOST], count)
    if lines > EXACT:
        if most > THREE:
            return _gathered(ask, cost, fixed, spare, choice, paper, least)
        return searched(ask, cost, fixed, spare, choice, paper, least)[0]
    sets = count * (count - 1) // 2 * (1 if most < THREE else 1 + (count - 2) // 3)
    if most <= THREE and sets <= FEW_SETS:
        return _of_few(ask, cost, fixed, spare, choice, paper, count, least)
    return _divided(ask, cost, fixed, spare, choice, paper, least)


@compiled
def _survivors(  # noqa: C901, PLR0912 one loop
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs, value: int
) -> int:
    """Mark the nodes that several shipments below ``value`` could use; how many.

    With such a node go at least one of its lines, the cheapest other shipment,
    and every other line at its cheapest.
    """
    lines, nodes, mark = ask[LINES], ask[NODES], paper[MARK]
    for node in range(nodes):
        mark[node] = node
    count, before = nodes, nodes + 1
    while 1 < count < before:
        before = count
        floor, first, second = ask[SPLIT], NEVER, NEVER
        for place in range(count):
            money = fixed[mark[place]]
            if money < second:
                second, first = max(first, money), min(first, money)
            paper[TOTAL, place] = NEVER
        for line in range(lines):
            low = NEVER if ask[COMPLETE] else spare[line]
            for place in range(count):
                low = min(low, cost[line, mark[place]])
            floor += low
            for place in range(count):
                more = cost[line, mark[place]] - low
                paper[TOTAL, place] = min(paper[TOTAL, place], more)
        kept = 0
        for place in range(count):
            money = fixed[mark[place]]
            other = second if money == first else first
            if floor + money + other + paper[TOTAL, place] < value:
                mark[kept] = mark[place]
                kept += 1
        count = kept
    return count  # type: ignore[no-any-return]


@compiled
def _of_few(  # noqa: C901, PLR0912, PLR0913, PLR0917 one loop
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    paper: Longs,
    count: int,
    value: int,
) -> int:
    """Exact: every two and three of the marked nodes."""
    lines, mark, low = ask[LINES], paper[MARK], paper[LOW]
    is_three = ask[MOST] >= THREE
    one, two, three = -1, -1, -1
    for first in range(count):
        for second in range(first + 1, count):
            a, b = mark[first], mark[second]
            total = fixed[a] + fixed[b] + ask[SPLIT]
            for line in range(lines):
                limit = NEVER if ask[COMPLETE] else spare[line]
                low[line] = min(limit, cost[line, a], cost[line, b])
                total += low[line]
            if total < value:
                value, one, two, three = total, a, b, -1
            if not is_three:
                continue
            for third in range(second + 1, count):
                c = mark[third]
                more = total + fixed[c] + ask[SPLIT]
                for line in range(lines):
                    more += min(0, cost[line, c] - low[line])
                if more < value:
                    value, one, two, three = more, a, b, c
    if one >= 0:
        _chosen(ask, cost, spare, choice, (one, two, three))
    return value


@compiled
def searched(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 one loop
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    paper: Longs,
    value: int,
) -> tuple[int, int]:
    """(cost of the plan, what any costs at least) for orders of many lines.

    What a node saves beside others is no more than what it saves beside fewer,
    so a set of nodes costs at least what its first does less what each other saves
    beside that one. With up to THREE shipments the search is exact, unless
    PATIENCE ends; with more it gives a bound.
    """
    lines, nodes, most = ask[LINES], ask[NODES], min(ask[MOST], ask[NODES])
    total, low, lower = paper[TOTAL], paper[LOW], paper[LOWER]
    gain, rank, keen = paper[GAIN], paper[RANK], paper[KEEN]
    none = 0
    for line in range(lines):
        none += spare[line]
    _by_total(ask, cost, fixed, spare, paper)
    bound, work = min(value, none), 0
    for place in range(nodes):
        first = rank[place]
        for line in range(lines):
            limit = NEVER if ask[COMPLETE] else spare[line]
            low[line] = min(limit, cost[line, first])
        count = _gains(ask, cost, fixed, paper, place)
        work += (nodes - place) * lines
        if work > PATIENCE:
            return value, min(bound, _least_of_all(ask, cost, fixed, spare, paper))
        floor = total[first]
        for other in range(min(count, most - 1)):
            floor -= gain[keen[other]]
        if floor >= bound:
            continue
        if most == 2:  # noqa: PLR2004 the floor of two is what they cost
            bound = floor
            if floor < value:
                value = floor
                _chosen(ask, cost, spare, choice, (first, keen[0], -1))
            continue
        if most > THREE:
            bound = floor
            continue
        if total[first] - gain[keen[0]] < value:
            value = total[first] - gain[keen[0]]
            bound = min(bound, value)
            _chosen(ask, cost, spare, choice, (first, keen[0], -1))
        for one in range(count):
            second = keen[one]
            pair = total[first] - gain[second]
            if one + 1 == count or pair - gain[keen[one + 1]] >= bound:
                break
            if work > PATIENCE:
                return value, min(bound, _least_of_all(ask, cost, fixed, spare, paper))
            for line in range(lines):
                lower[line] = min(low[line], cost[line, second])
            for two in range(one + 1, count):
                third = keen[two]
                if pair - gain[third] >= bound:
                    break
                work += lines
                three = pair + fixed[third] + ask[SPLIT]
                for line in range(lines):
                    three += min(0, cost[line, third] - lower[line])
                if three < value:
                    value = three
                    bound = min(bound, value)
                    _chosen(ask, cost, spare, choice, (first, second, third))
    return value, bound


@compiled
def _by_total(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs
) -> None:
    """RANK: nodes by what the order costs from each alone (TOTAL), cheapest first."""
    total, rank = paper[TOTAL], paper[RANK]
    for node in range(ask[NODES]):
        total[node] = fixed[node]
    for line in range(ask[LINES]):
        limit = NEVER if ask[COMPLETE] else spare[line]
        for node in range(ask[NODES]):
            total[node] += min(limit, cost[line, node])
    for node in range(ask[NODES]):
        at = node
        while at > 0 and total[rank[at - 1]] > total[node]:
            rank[at] = rank[at - 1]
            at -= 1
        rank[at] = node


@compiled
def _gains(ask: Longs, cost: Longs, fixed: Longs, paper: Longs, place: int) -> int:
    """KEEN: later nodes that save something beside those of LOW, most first; how many.

    A shipment more costs its split too.
    """
    low, gain, rank, keen = paper[LOW], paper[GAIN], paper[RANK], paper[KEEN]
    for node in range(ask[NODES]):
        gain[node] = -fixed[node] - ask[SPLIT]
    for line in range(ask[LINES]):
        for node in range(ask[NODES]):
            gain[node] += max(0, low[line] - cost[line, node])
    count = 0
    for later in range(place + 1, ask[NODES]):
        node = rank[later]
        if gain[node] <= 0:
            continue
        at = count
        while at > 0 and gain[keen[at - 1]] < gain[node]:
            keen[at] = keen[at - 1]
            at -= 1
        keen[at] = node
        count += 1
    return count


@compiled
def _least_of_all(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs
) -> int:
    """A bound in one look: nothing shipped, less what each node saves alone."""
    low, gain, keen = paper[LOW], paper[GAIN], paper[KEEN]
    floor = -ask[SPLIT]
    for line in range(ask[LINES]):
        low[line] = NEVER if ask[COMPLETE] else spare[line]
        floor += low[line]
    count = _gains(ask, cost, fixed, paper, -1)
    for other in range(min(count, ask[MOST])):
        floor -= gain[keen[other]]
    return max(0, floor)  # type: ignore[no-any-return]


@compiled
def _chosen(
    ask: Longs, cost: Longs, spare: Longs, choice: Longs, nodes: tuple[int, int, int]
) -> None:
    """Each line from the cheapest of the nodes."""
    for line in range(ask[LINES]):
        least = NEVER if ask[COMPLETE] else spare[line]
        choice[line] = -1
        for node in nodes:
            if node >= 0 and cost[line, node] < least:
                choice[line], least = node, cost[line, node]


@compiled
def _divided(  # noqa: PLR0913, PLR0917
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    paper: Longs,
    value: int,
) -> int:
    """Exact: the lines in parts, each part whole from its cheapest node."""
    lines = ask[LINES]
    most = min(ask[MOST], ask[NODES], lines)
    full = (1 << lines) - 1
    _cheapest_of_parts(ask, cost, fixed, spare, paper)
    for level in range(1, most):
        for part in range(1, full + 1):
            _best_division(paper, level, part, ask[SPLIT])
    found, found_level, found_part = value, -1, 0
    least_part = full if ask[COMPLETE] else 1
    for level in range(most):
        for part in range(least_part, full + 1):
            total = paper[BEST + level, part] + paper[BEST + EXACT, full ^ part]
            if total < found:
                found, found_level, found_part = total, level, part
    if found_level >= 0:
        _read_off(lines, choice, paper, found_level, found_part)
    return found


@compiled
def _cheapest_of_parts(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs
) -> None:
    """Level 0: each part from its cheapest node; the last row: not shipped."""
    lines, size = ask[LINES], 1 << ask[LINES]
    sums, first, which = paper[BEST + EXACT - 1], paper[BEST], paper[ORIGIN]
    spared = paper[BEST + EXACT]
    spared[0] = 0
    for line in range(lines):
        half = 1 << line
        for part in range(half):
            spared[half + part] = spared[part] + spare[line]
            first[half + part], which[half + part] = NEVER, -1
    for node in range(ask[NODES]):
        sums[0] = fixed[node]
        for line in range(lines):
            value, half = cost[line, node], 1 << line
            for part in range(half):
                sums[half + part] = sums[part] + value
        for part in range(1, size):
            if sums[part] < first[part]:
                first[part], which[part] = sums[part], node


@compiled
def _best_division(paper: Longs, level: int, part: int, split: int) -> None:
    """A set of lines in at most ``level + 1`` parts: the first and the rest."""
    first, before = paper[BEST], paper[BEST + level - 1]
    value, origin = before[part], 0
    lowest = part & -part
    rest = part ^ lowest
    # Sub-parts that hold the lowest line: no division is tried twice.
    some = (rest - 1) & rest
    while rest:
        total = first[some | lowest] + before[rest ^ some] + split
        if total < value:
            value, origin = total, some | lowest
        if some == 0:
            break
        some = (some - 1) & rest
    paper[BEST + level, part] = value
    paper[ORIGIN + level, part] = origin


@compiled
def _read_off(lines: int, choice: Longs, paper: Longs, level: int, part: int) -> None:
    """Write the division found into ``choice``."""
    for line in range(lines):
        choice[line] = -1
    while part:
        one = part
        if level > 0:
            one = paper[ORIGIN + level, part]
            level -= 1
            if one == 0:
                continue
        for line in range(lines):
            if one >> line & 1:
                choice[line] = paper[ORIGIN, one]
        part ^= one


@compiled
def _gathered(  # noqa: PLR0913, PLR0917
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    paper: Longs,
    value: int,
) -> int:
    """Nodes added while that saves, then exchanged; keeps what is cheapest."""
    count = 0
    current = _refreshed(ask, cost, fixed, spare, paper, count)
    while count < ask[MOST]:
        node, lower = _best_added(ask, cost, fixed, paper, count, current)
        if node < 0:
            break
        paper[MARK, count] = node
        count, current = count + 1, lower
        _refreshed(ask, cost, fixed, spare, paper, count)
    current = _exchanged(ask, cost, fixed, spare, paper, count, current)
    if current >= value:
        return value
    for line in range(ask[LINES]):
        low = NEVER if ask[COMPLETE] else spare[line]
        choice[line] = -1
        for place in range(count):
            node = paper[MARK, place]
            if cost[line, node] < low:
                choice[line], low = node, cost[line, node]
    return current


@compiled
def _refreshed(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs, count: int
) -> int:
    """What the marked nodes cost together; LOW what each line costs then."""
    total = ask[SPLIT] * max(0, count - 1)
    for place in range(count):
        total += fixed[paper[MARK, place]]
    for line in range(ask[LINES]):
        low = NEVER if ask[COMPLETE] else spare[line]
        for place in range(count):
            low = min(low, cost[line, paper[MARK, place]])
        paper[LOW, line] = low
        total += low
    return total  # type: ignore[no-any-return]


@compiled
def _best_added(
    ask: Longs, cost: Longs, fixed: Longs, paper: Longs, count: int, current: int
) -> tuple[int, int]:
    """(node, cost) of the node that lowers the cost most; -1 if none does."""
    nodes, total = ask[NODES], paper[TOTAL]
    extra = ask[SPLIT] if count else 0
    for node in range(nodes):
        total[node] = fixed[node] + extra
    for line in range(ask[LINES]):
        low = paper[LOW, line]
        for node in range(nodes):
            total[node] += min(0, cost[line, node] - low)
    best, gain = -1, 0
    for node in range(nodes):
        if total[node] < gain:
            best, gain = node, total[node]
    return best, current + gain


@compiled
def _exchanged(  # noqa: PLR0913, PLR0917
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    paper: Longs,
    count: int,
    current: int,
) -> int:
    """Each marked node exchanged for a better one while that saves."""
    mark = paper[MARK]
    place, tried = 0, 0
    while count > 1 and tried < count:
        held, last = mark[place], mark[count - 1]
        mark[place] = last
        without = _refreshed(ask, cost, fixed, spare, paper, count - 1)
        node, lower = _best_added(ask, cost, fixed, paper, count - 1, without)
        tried += 1
        if node >= 0 and lower < current:
            held, current, tried = node, lower, 0
        mark[count - 1] = last
        mark[place] = held
        place = (place + 1) % count
    return current
