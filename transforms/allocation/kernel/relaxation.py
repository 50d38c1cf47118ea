"""Which nodes a cheap plan of many lines could use, and what any plan costs at least.

Lines need not agree with each other: each bids for coming along, a shipment costs
what the bids of its lines leave of it, and the best shipments, as many as an order may
have, are taken whatever lines they share. That plus all bids no plan falls below, at
any bids; lines in no shipment then bid more, those in several less (Lagrangean
relaxation of facility location: Cornuejols, Fisher & Nemhauser 1977). A node that would
raise it above the cost of a plan at hand is in no cheaper one.
"""

from __future__ import annotations

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import (
    COMPLETE,
    GAIN,
    KEEN,
    LINES,
    LOW,
    LOWER,
    MARK,
    MOST,
    NEVER,
    NODES,
    SPLIT,
    TOTAL,
)
from transforms.allocation.kernel.problem import Longs

ROUNDS = 80
"""Times at most that the lines bid."""
BOLD, TIMID, STALLS = 1.5, 0.05, 4
"""A step is so much of what is missing to the plan at hand, and half after STALLS
rounds that brought nothing, until it is TIMID."""
UNIT, MEMORY = 64, 40
"""A direction of one, and how much of it stays for the next."""


@compiled
def relaxed(  # noqa: C901, PLR0912, PLR0913, PLR0917 one loop
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    spare: Longs,
    some: Longs,
    node_of: Longs,
    paper: Longs,
    value: int,
) -> tuple[int, int]:
    """Nodes that could be in a plan below ``value`` change places with the first.

    Args:
        ask: of the order at hand.
        cost: its columns change places.
        fixed: so do its places.
        spare: of each line.
        some: its columns do too, where lines are split.
        node_of: and the nodes of all places.
        paper: to reckon on.
        value: what a plan is known to cost.

    Returns:
        How many nodes they are, and what any plan below ``value`` costs at least;
        ``value`` where there is none.
    """
    lines, bid, mark = ask[LINES], paper[LOW], paper[MARK]
    floor = 0
    for line in range(lines):
        bid[line] = NEVER if ask[COMPLETE] else spare[line]
        for node in range(ask[NODES]):
            bid[line] = min(bid[line], cost[line, node])
        paper[LOWER, line] = 0
        floor += bid[line]
        if floor >= value:
            return 0, value
    for node in range(ask[NODES]):
        mark[node] = node
    left, best, bold, stalls = ask[NODES], 0, BOLD, 0
    for _ in range(ROUNDS):
        left, floor, taken = _bidden(ask, cost, fixed, paper, left, value)
        stalls += 1
        if floor > best:
            best, stalls = floor, 0
        elif stalls == STALLS:
            bold, stalls = bold / 2, 0
        if left == 0 or bold < TIMID:
            break
        norm = _turned(ask, cost, spare, paper, taken)
        if norm == 0:
            break
        step = bold * (value - floor) * UNIT / norm
        for line in range(lines):
            limit = NEVER if ask[COMPLETE] else spare[line]
            more = int(step * paper[LOWER, line])
            bid[line] = max(0, min(limit, bid[line] + more))
    if left == 0:
        return 0, value
    _to_the_front(ask, cost, fixed, some, node_of, mark, left)
    return left, best


@compiled
def _bidden(  # noqa: C901, PLR0912 one loop
    ask: Longs, cost: Longs, fixed: Longs, paper: Longs, left: int, value: int
) -> tuple[int, int, int]:
    """What no plan of marked nodes falls below; who cannot come is marked no more.

    Returns:
        Nodes left, none if no plan is below ``value``; the floor; and how many of KEEN,
        columns of the cost, are the best shipments.
    """
    rest, bid, mark, keen = paper[TOTAL], paper[LOW], paper[MARK], paper[KEEN]
    floor = -ask[SPLIT]
    for at in range(left):
        rest[at] = fixed[mark[at]] + ask[SPLIT]
        paper[GAIN, at] = 0
    for line in range(ask[LINES]):
        floor += bid[line]
        for at in range(left):
            rest[at] -= max(0, bid[line] - cost[line, mark[at]])
    most, taken = min(ask[MOST], left), 0
    for at in range(left):
        if taken == most and rest[at] >= rest[keen[taken - 1]]:
            continue
        taken = min(most, taken + 1)
        place = taken - 1
        while place > 0 and rest[keen[place - 1]] > rest[at]:
            keen[place] = keen[place - 1]
            place -= 1
        keen[place] = at
    # One shipment there is, others only where bids pay for them.
    while taken > 1 and rest[keen[taken - 1]] >= 0:
        taken -= 1
    for place in range(taken):
        floor += rest[keen[place]]
        paper[GAIN, keen[place]] = 1
    if floor >= value:
        return 0, value, 0
    last = rest[keen[taken - 1]]
    # Who comes takes the last's place if all are taken, or if it alone comes unpaid.
    instead = last if taken == ask[MOST] or last > 0 else 0
    for place in range(taken):
        keen[place] = mark[keen[place]]
    kept = 0
    for at in range(left):
        if paper[GAIN, at] or floor + rest[at] - instead < value:
            mark[kept] = mark[at]
            kept += 1
    return kept, floor, taken


@compiled
def _turned(ask: Longs, cost: Longs, spare: Longs, paper: Longs, taken: int) -> int:
    """Each line's direction: more in no shipment, less in several; its square.

    Some of the last direction stays, so that bids swing less.
    """
    bid, turn, keen = paper[LOW], paper[LOWER], paper[KEEN]
    norm = 0
    for line in range(ask[LINES]):
        missing = 1
        for place in range(taken):
            missing -= int(bid[line] > cost[line, keen[place]])
        limit = NEVER if ask[COMPLETE] else spare[line]
        turn[line] = missing * UNIT + int(turn[line] * MEMORY / UNIT)
        if bid[line] >= limit:
            turn[line] = min(0, turn[line])
        norm += turn[line] * turn[line]
    return norm


@compiled
def _to_the_front(  # noqa: PLR0913, PLR0917 one desk
    ask: Longs,
    cost: Longs,
    fixed: Longs,
    some: Longs,
    node_of: Longs,
    mark: Longs,
    count: int,
) -> None:
    """Marked nodes, in the order of their places, change places with the first."""
    for place in range(count):
        other = mark[place]
        if other == place:
            continue
        fixed[place], fixed[other] = fixed[other], fixed[place]
        node_of[place], node_of[other] = node_of[other], node_of[place]
        for line in range(ask[LINES]):
            one = cost[line, place]
            cost[line, place], cost[line, other] = cost[line, other], one
            if some.shape[1] > 0:
                one = some[line, place]
                some[line, place], some[line, other] = some[line, other], one
