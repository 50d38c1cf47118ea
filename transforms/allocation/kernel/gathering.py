"""Many lines over several nodes: nodes are added and exchanged while that pays."""

from __future__ import annotations

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
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


@compiled
def gathered(  # noqa: PLR0913, PLR0917
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
