"""The cheapest way to ship one order: every set of nodes is tried.

For each set of at most ``max_shipments`` candidate nodes a line goes whole to
the cheapest node of the set that holds it, else is shared. The plan that
places most eaches wins, then the cheapest, then the fewest shipments, then
the first set: a confirmed each is never left behind to save money. Exact
while neither a node's room nor two lines of one SKU bind; otherwise lines
take what is left in line order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import Flags, Ints, compiled

HUGE = 1 << 60
ENDLESS = 1 << 40
SPLIT_COST, MIN_VALUE, IS_LINE_SPLIT = range(3)


class Ask(NamedTuple):
    """One order at its turn; m candidate nodes, D ship days, l lines.

    Args:
        qty: l eaches to place.
        grams: l weight of one each.
        value: l minor units of one each.
        slot: l row of ``caps``; lines of one SKU share one.
        caps: slots × m eaches that could be placed without taking a confirmed
            each from a later order.
        allowed: l × m.
        fixed: m × D per shipment.
        per_kg: m × D.
        per_each: m × D handling and lateness.
        worth: slots × m of one each where it lies.
        unit_room: m × D eaches.
        shipment_room: m × D shipments.
        line_room: m × D lines to be picked; one of the order counts once a node.
        sets: T × max shipments positions among the candidates, -1 = none.
        rules: split cost, least value of a part, whether lines may be shared.
    """

    qty: Ints
    grams: Ints
    value: Ints
    slot: Ints
    caps: Ints
    allowed: Flags
    fixed: Ints
    per_kg: Ints
    per_each: Ints
    worth: Ints
    unit_room: Ints
    shipment_room: Ints
    line_room: Ints
    sets: Ints
    rules: Ints


@dataclass(frozen=True)
class Plan:
    """What an order takes from where.

    Args:
        qty: l × m eaches.
        day: m, which of the node's ship days; -1 where nothing ships.
        placed: eaches placed.
        cost: minor units.
    """

    qty: Ints
    day: Ints
    placed: int
    cost: int


def best_plan(ask: Ask) -> Plan:
    """The best plan over all sets of candidate nodes; empty if none is legal."""
    lines, nodes = ask.allowed.shape
    qty, day = np.zeros((lines, nodes), np.int64), np.full(nodes, -1, np.int64)
    number, placed, cost = _best_set(ask)
    if number < 0:
        return Plan(qty, day, 0, 0)
    chosen = np.zeros((lines, ask.sets.shape[1]), np.int64)
    _share_out(ask, number, chosen)
    for position, node in enumerate(ask.sets[number]):
        if chosen[:, position].any():
            qty[:, node] = chosen[:, position]
            day[node] = day_of(ask, int(node), qty[:, node])
    return Plan(qty, day, placed, cost)


@compiled
def _best_set(ask: Ask) -> tuple[int, int, int]:
    """(set, eaches placed, cost) of the best legal plan; set -1 if none."""
    chosen = np.zeros((len(ask.qty), ask.sets.shape[1]), np.int64)
    best, best_placed, best_cost, best_count = -1, 0, HUGE, 0
    for number in range(len(ask.sets)):
        _share_out(ask, number, chosen)
        placed, cost, count = _score(ask, number, chosen)
        is_cheaper = cost < best_cost or (cost == best_cost and count < best_count)
        if placed > best_placed or (placed == best_placed and is_cheaper):
            best, best_placed, best_cost, best_count = number, placed, cost, count
    return best, best_placed, best_cost


@compiled
def _score(ask: Ask, number: int, chosen: Ints) -> tuple[int, int, int]:
    """(eaches placed, cost, shipments) of one set; -1 eaches if it is illegal."""
    placed, cost, count = 0, 0, 0
    least = HUGE
    for position in range(ask.sets.shape[1]):
        units, lines, value = 0, 0, 0
        for line in range(len(ask.qty)):
            units += chosen[line, position]
            lines += chosen[line, position] > 0
            value += chosen[line, position] * ask.value[line]
        if units == 0:
            continue
        node = ask.sets[number, position]
        day = first_day(ask, node, units, lines)
        cost += ask.fixed[node, day]
        for line in range(len(ask.qty)):
            cost += _line_cost(ask, line, node, day, chosen[line, position])
        placed += units
        count += 1
        least = min(least, value)
    if count == 0 or (count > 1 and least < ask.rules[MIN_VALUE]):
        return -1, HUGE, HUGE
    return placed, cost + ask.rules[SPLIT_COST] * (count - 1), count


@compiled
def _line_cost(ask: Ask, line: int, node: int, day: int, qty: int) -> int:
    """What a line adds to a shipment: weight, handling, lateness, worth."""
    weight = ask.per_kg[node, day] * (ask.grams[line] * qty) // 1000
    each = ask.per_each[node, day] + ask.worth[ask.slot[line], node]
    return each * qty + weight  # type: ignore[no-any-return]


@compiled
def _share_out(ask: Ask, number: int, chosen: Ints) -> None:
    """Fill ``chosen`` (line × position in the set) for one set of nodes.

    A line takes the node that holds most of what it needs, the cheapest among
    equals; where lines may be shared it goes on with what is left.
    """
    width = ask.sets.shape[1]
    rounds = width if ask.rules[IS_LINE_SPLIT] else 1
    units, lines = np.zeros(width, np.int64), np.zeros(width, np.int64)
    room = np.zeros(width, np.int64)
    first = np.zeros(width, np.int64)
    for position in range(width):
        node = ask.sets[number, position]
        if node >= 0:
            room[position] = room_for_more(ask, node, 0, 0)
            first[position] = max(0, first_day(ask, node, 1, 1))
    for line in range(len(ask.qty)):
        chosen[line, :] = 0
        need = ask.qty[line]
        for _ in range(rounds):
            position, taken = _choose(ask, number, line, need, room, first, chosen)
            if taken == 0:
                break
            # No line comes back: it took what there was of its SKU, or of the room.
            lines[position] += 1
            units[position] += taken
            node = ask.sets[number, position]
            chosen[line, position] += taken
            room[position] = room_for_more(ask, node, units[position], lines[position])
            need -= taken


@compiled
def _choose(  # noqa: PLR0913, PLR0917
    ask: Ask, number: int, line: int, need: int, room: Ints, first: Ints, chosen: Ints
) -> tuple[int, int]:
    """(position, eaches) of the node that holds most of ``need``, then cheapest."""
    best, best_take, best_cost = -1, 0, HUGE
    for position in range(len(room)):
        node = ask.sets[number, position]
        if node < 0 or not ask.allowed[line, node]:
            continue
        left = ask.caps[ask.slot[line], node]
        for other in range(line + 1):
            if ask.slot[other] == ask.slot[line]:
                left -= chosen[other, position]
        take = min(need, left, room[position])
        if take < max(best_take, 1):
            continue
        cost = _line_cost(ask, line, node, first[position], need)
        if take > best_take or cost < best_cost:
            best, best_take, best_cost = position, take, cost
    return best, best_take


@compiled
def room_for_more(ask: Ask, node: int, units: int, lines: int) -> int:
    """The most eaches of one more line in a shipment that has so many already."""
    most = 0
    for day in range(ask.unit_room.shape[1]):
        if ask.shipment_room[node, day] >= 1 and ask.line_room[node, day] > lines:
            most = max(most, ask.unit_room[node, day] - units)
    return most


def fits(ask: Ask, node: int, day: int, qty: Ints) -> bool:
    """Whether the node takes these eaches by line on that day."""
    units, lines = int(qty.sum()), int(np.count_nonzero(qty))
    is_open = ask.shipment_room[node, day] >= 1 and ask.line_room[node, day] >= lines
    return bool(is_open and ask.unit_room[node, day] >= units)


def day_of(ask: Ask, node: int, qty: Ints) -> int:
    """The first day on which the node takes these eaches by line; or -1."""
    return first_day(ask, node, int(qty.sum()), int(np.count_nonzero(qty)))


@compiled
def first_day(ask: Ask, node: int, units: int, lines: int) -> int:
    """The first day with room for one more shipment of these at the node; or -1."""
    for day in range(ask.unit_room.shape[1]):
        has_room = (
            ask.unit_room[node, day] >= units and ask.line_room[node, day] >= lines
        )
        if has_room and ask.shipment_room[node, day] >= 1:
            return day
    return -1
