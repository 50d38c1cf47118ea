"""Several nodes for one order, exactly: every set where nodes are few, else a search.

A search tries up to THREE nodes by what each could save at most, and ends with a
bound after as many comparisons as it has patience for.
"""

from __future__ import annotations

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    COMPLETE,
    DONE,
    GAIN,
    KEEN,
    LINES,
    LOW,
    LOWER,
    MARK,
    MOST,
    NEVER,
    NODES,
    PATIENT,
    RANK,
    SPLIT,
    THREE,
    TOTAL,
)
from transforms.allocation.kernel.problem import Longs


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
    patience ends; with more it gives a bound.
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
        ask[DONE] = work
        if work > ask[PATIENT]:
            return value, min(bound, _least_left(ask, cost, fixed, spare, paper, place))
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
            ask[DONE] = work
            if work > ask[PATIENT]:
                left = _least_left(ask, cost, fixed, spare, paper, place)
                return value, min(bound, left)
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
def of_few(  # noqa: C901, PLR0912, PLR0913, PLR0917 one loop
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
def _least_left(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, paper: Longs, place: int
) -> int:
    """What two or more nodes of RANK from ``place`` on cost at least, in one look.

    The two cheapest shipments with their split, and each line at its cheapest.
    """
    low, rank = paper[LOW], paper[RANK]
    one, two = NEVER, NEVER
    for line in range(ask[LINES]):
        low[line] = NEVER if ask[COMPLETE] else spare[line]
    for later in range(place, ask[NODES]):
        node = rank[later]
        if fixed[node] < one:
            one, two = fixed[node], one
        elif fixed[node] < two:
            two = fixed[node]
        for line in range(ask[LINES]):
            low[line] = min(low[line], cost[line, node])
    floor = one + two + ask[SPLIT]
    for line in range(ask[LINES]):
        floor += low[line]
    return floor  # type: ignore[no-any-return]


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
