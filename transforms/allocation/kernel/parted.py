"""The least cost of an order whose lines may be split where nodes have too little.

A line of several eaches may come from several nodes, each with as many as it has.
One node alone, and every two, are reckoned exactly: the cheaper gives what it has,
then the other, and the rest is not shipped. Three or more cost at least as many
shipments as that, and each line no less than where it is cheapest. So

    least  =  min(one node, two nodes, max(plan as if all had enough, three shipments))

is never above what any plan costs. Orders of many lines are not tried on every two.
"""

from __future__ import annotations

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    COMPLETE,
    EXACT,
    LINES,
    MARK,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    THREE,
    Desk,
)

NOTHING, MORE = -1, -2
"""Instead of a node: none ships; more than two do, or nobody knows which."""

MOST_TRIED = 20_000
"""Lines of pairs of nodes that are reckoned for an order."""


@compiled
def parted(desk: Desk, value: int) -> tuple[int, int, int]:
    """(what the order on the desk costs at least, the node or two that ship it).

    Args:
        desk: with ``some`` of what each node has.
        value: what the order costs at least if every node had enough.
    """
    ask, fixed = desk.ask, desk.fixed
    nodes = ask[NODES]
    least, one, two, is_tried = placed_on_two(desk)
    many = THREE if is_tried else THREE - 1
    if min(ask[MOST], nodes) < many:
        return least, one, two
    first, second, third = NEVER, NEVER, NEVER
    for node in range(nodes):
        money = fixed[node]
        if money < third:
            third = max(second, money)
            if money < second:
                second, first = max(first, money), min(first, money)
    floor = _cheapest_lines(desk) + first + second + ask[SPLIT]
    if is_tried:
        floor += third + ask[SPLIT]
    shared = max(value, floor)
    return (shared, MORE, MORE) if shared < least else (least, one, two)


@compiled
def placed_on_two(  # noqa: C901, PLR0912, PLR0915 one loop
    desk: Desk,
) -> tuple[int, int, int, bool]:
    """(cost, node, other node) of the cheapest plan of at most two shipments.

    NOTHING stands for a node that is not needed. Last, whether every two were tried:
    not where the lines are many, nor where the nodes are that could be one of two.
    """
    ask, cost, some, fixed = desk.ask, desk.cost, desk.some, desk.fixed
    spare, qty, mark = desk.spare, desk.qty, desk.paper[MARK]
    lines, nodes, is_complete = ask[LINES], ask[NODES], ask[COMPLETE]
    least, one, two = 0, NOTHING, NOTHING
    for line in range(lines):
        least += spare[line]
    first, second = NEVER, NEVER
    for node in range(nodes):
        if fixed[node] < second:
            second = max(first, fixed[node])
            first = min(first, fixed[node])
        total = fixed[node]
        for line in range(lines):
            if total >= least:
                break
            has = some[line, node]
            total += shared_out(
                cost[line, node], has, NEVER, 0, qty[line], spare[line], is_complete
            )[2]
        if total < least:
            least, one = total, node
    if min(ask[MOST], nodes) == 1:
        return least, one, two, True
    low = _cheapest_lines(desk) + ask[SPLIT]
    count = 0
    for node in range(nodes):
        other = second if fixed[node] == first else first
        if fixed[node] + other + low < least:
            mark[count] = node
            count += 1
    if lines > EXACT or count * (count - 1) // 2 * lines > MOST_TRIED:
        return least, one, two, False
    for number in range(count):
        node = mark[number]
        for later in range(number + 1, count):
            other = mark[later]
            total = fixed[node] + fixed[other] + low
            if total >= least:
                continue
            total = fixed[node] + fixed[other] + ask[SPLIT]
            for line in range(lines):
                if total >= least:
                    break
                total += shared_out(
                    cost[line, node],
                    some[line, node],
                    cost[line, other],
                    some[line, other],
                    qty[line],
                    spare[line],
                    is_complete,
                )[2]
            if total < least:
                least, one, two = total, node, other
    return least, one, two, True


@compiled
def shared_out(  # noqa: PLR0913, PLR0917
    cost: int,
    some: int,
    other_cost: int,
    other_some: int,
    qty: int,
    spare: int,
    is_complete: int,
) -> tuple[int, int, int]:
    """(eaches from a node, from the other, cost) of a line of ``qty`` eaches.

    ``cost`` and ``other_cost`` are of the whole line from there.
    """
    limit = NEVER if is_complete else spare
    mine, others = 0, 0
    if cost <= other_cost:
        if cost < limit:
            mine = min(qty, some)
        if other_cost < limit:
            others = min(qty - mine, other_some)
    else:
        if other_cost < limit:
            others = min(qty, other_some)
        if cost < limit:
            mine = min(qty - others, some)
    rest = qty - mine - others
    if rest > 0 and is_complete:
        return mine, others, NEVER
    total = of_part(cost, mine, qty) + of_part(other_cost, others, qty)
    return mine, others, total + of_part(spare, rest, qty)


@compiled
def of_part(whole: int, part: int, qty: int) -> int:
    """The share of ``part`` of ``qty`` eaches, rounded down, of whatever size."""
    if part == 0:
        return 0
    return whole // qty * part + whole % qty * part // qty


@compiled
def _cheapest_lines(desk: Desk) -> int:
    """All lines, each where it is cheapest."""
    ask, cost, spare = desk.ask, desk.cost, desk.spare
    total = 0
    for line in range(ask[LINES]):
        low = NEVER if ask[COMPLETE] else spare[line]
        for node in range(ask[NODES]):
            low = min(low, cost[line, node])
        total += low
    return total
