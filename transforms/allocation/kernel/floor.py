"""A proven least cost of an order too large for ``plan`` to be exact.

Each line is given a worth; a node is then worth opening by what its lines
are cheaper than that. Whatever the worths are, the worths of all lines and
of the best nodes add up to no more than the cheapest plan (Lagrange); they
are moved towards lines that no node or several want.
"""

from __future__ import annotations

from transforms.allocation.kernel.compiled import compiled
from transforms.allocation.kernel.plan import (
    COMPLETE,
    LINES,
    LOW,
    MARK,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    TOTAL,
)
from transforms.allocation.kernel.problem import Longs

ROUNDS = 60
TOO_LITTLE = 2000
"""A step of fewer thousandths ends the search."""


@compiled
def floor(  # noqa: PLR0913, PLR0917
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    choice: Longs,
    paper: Longs,
    upper: int,
) -> int:
    """What any plan costs at least.

    Args:
        ask: see ``plan.Desk``.
        cost: see there.
        fixed: see there.
        spare: see there.
        choice: the answer of ``plan``, where worths begin; used up.
        paper: see there.
        upper: what ``choice`` costs.
    """
    none = 0
    for line in range(ask[LINES]):
        none += spare[line]
    _first_worths(ask, cost, fixed, spare, choice, paper)
    best = 0
    boldness = 1.0
    for _ in range(ROUNDS):
        value, norm = _value(ask, cost, fixed, spare, choice, paper)
        if value > best:
            best = value
        else:
            boldness *= 0.8
        if norm == 0 or best >= upper:
            break
        step = int(boldness * (upper - value) / norm)
        if step < TOO_LITTLE:
            break
        _move(ask, spare, choice, paper, step)
    return min(best, none, upper)


@compiled
def _first_worths(
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, choice: Longs, paper: Longs
) -> None:
    """Each line's cost in the plan with its share of its shipment."""
    for node in range(ask[NODES]):
        paper[TOTAL, node] = 0
    for line in range(ask[LINES]):
        if choice[line] >= 0:
            paper[TOTAL, choice[line]] += 1
    for line in range(ask[LINES]):
        node = choice[line]
        paper[LOW, line] = spare[line]
        if node >= 0:
            share = (fixed[node] + ask[SPLIT]) // paper[TOTAL, node]
            paper[LOW, line] = cost[line, node] + share
    _capped(ask, spare, paper)


@compiled
def _capped(ask: Longs, spare: Longs, paper: Longs) -> None:
    if not ask[COMPLETE]:
        for line in range(ask[LINES]):
            paper[LOW, line] = min(paper[LOW, line], spare[line])


@compiled
def _value(  # noqa: C901 one loop
    ask: Longs, cost: Longs, fixed: Longs, spare: Longs, choice: Longs, paper: Longs
) -> tuple[int, int]:
    """(bound at these worths, how far lines are from being wanted once)."""
    lines, nodes, total = ask[LINES], ask[NODES], paper[TOTAL]
    for node in range(nodes):
        total[node] = fixed[node] + ask[SPLIT]
        paper[MARK, node] = 0
    value = -ask[SPLIT]
    for line in range(lines):
        worth = paper[LOW, line]
        value += worth
        for node in range(nodes):
            total[node] += min(0, cost[line, node] - worth)
    for turn in range(min(ask[MOST], nodes)):
        best = -1
        for node in range(nodes):
            is_better = best < 0 or total[node] < total[best]
            if not paper[MARK, node] and is_better:
                best = node
        if turn > 0 and total[best] >= 0:
            break
        value += total[best]
        paper[MARK, best] = 1
    norm = 0
    for line in range(lines):
        choice[line] = _lack(ask, cost, spare, paper, line)
        norm += choice[line] ** 2
    return value, norm


@compiled
def _lack(ask: Longs, cost: Longs, spare: Longs, paper: Longs, line: int) -> int:
    """1 less the number of open nodes that want the line.

    A line at the worth of being spared may be wanted by none: that is no lack.
    """
    wanted = 0
    for node in range(ask[NODES]):
        if paper[MARK, node] and cost[line, node] < paper[LOW, line]:
            wanted += 1
    is_spared = not ask[COMPLETE] and paper[LOW, line] >= spare[line]
    if wanted == 0 and is_spared:
        return 0
    return 1 - wanted


@compiled
def _move(ask: Longs, spare: Longs, choice: Longs, paper: Longs, step: int) -> None:
    for line in range(ask[LINES]):
        worth = paper[LOW, line] + step * choice[line]
        paper[LOW, line] = max(0, min(worth, NEVER // 1024))
    _capped(ask, spare, paper)
