"""The cheapest plan of one order: which nodes, and which line from which.

On the desk lie the order's lines and candidate nodes with all costs, prices
included. One node is tried against every other; several nodes only where they
could be cheaper still: over all sets of the nodes that could be in a cheaper
plan where these are few and in a search of up to THREE nodes (``search``), over all
ways to share out at most EXACT lines (``sharing``): all exact. Many lines in more
shipments are found by adding and exchanging nodes (``gathering``). ``floor`` is a
proven least cost for those.
"""

from __future__ import annotations

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    COMPLETE,
    EXACT,
    FEW_SETS,
    KNOWN,
    LINES,
    MARK,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    THREE,
    TOTAL,
)
from transforms.allocation.kernel.gathering import gathered
from transforms.allocation.kernel.problem import Longs
from transforms.allocation.kernel.search import of_few, searched
from transforms.allocation.kernel.sharing import divided


@compiled
def plan(  # noqa: C901, PLR0911, PLR0912, PLR0915 one loop, the hottest
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, choice: Longs, paper: Longs
) -> int:
    """The least cost found; ``choice`` says how. Exact up to EXACT lines.

    Where nothing is cheaper than what is KNOWN, that is the least, without a choice.
    One node is looked for here; several could only be cheaper if the cheapest of each
    line and the two cheapest shipments were.
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
    least = min(least, int(ask[KNOWN]))
    if lines == 1 or floor >= least or min(ask[MOST], nodes) == 1:
        return least
    count = _survivors(ask, cost, fixed, spare, paper, least)
    if count <= 1:
        return least
    most = min(ask[MOST], count)
    if lines > EXACT:
        if most > THREE:
            return gathered(ask, cost, fixed, spare, choice, paper, least)
        return searched(ask, cost, fixed, spare, choice, paper, least)[0]
    sets = count * (count - 1) // 2 * (1 if most < THREE else 1 + (count - 2) // 3)
    if most <= THREE and sets <= FEW_SETS:
        return of_few(ask, cost, fixed, spare, choice, paper, count, least)
    return divided(ask, cost, fixed, spare, choice, paper, least)


@compiled
def of_one(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, choice: Longs, paper: Longs
) -> int:
    """The least cost of a single shipment, or what is KNOWN; ``choice`` says how."""
    most = ask[MOST]
    ask[MOST] = 1
    value = plan(ask, cost, fixed, spare, choice, paper)
    ask[MOST] = most
    return value


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
