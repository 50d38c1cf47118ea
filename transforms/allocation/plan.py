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
        unit_room: m × D eaches.
        shipment_room: m × D shipments.
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
    unit_room: Ints
    shipment_room: Ints
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
    number, placed, cost = _best_set(*ask)
    if number < 0:
        return Plan(qty, day, 0, 0)
    chosen = np.zeros((lines, ask.sets.shape[1]), np.int64)
    _share_out(*ask, number, chosen)
    for position, node in enumerate(ask.sets[number]):
        units = int(chosen[:, position].sum())
        if units:
            qty[:, node] = chosen[:, position]
            day[node] = _day(ask.unit_room, ask.shipment_room, node, units)
    return Plan(qty, day, placed, cost)


@compiled
def _best_set(  # noqa: PLR0913
    qty: Ints,
    grams: Ints,
    value: Ints,
    slot: Ints,
    caps: Ints,
    allowed: Flags,
    fixed: Ints,
    per_kg: Ints,
    per_each: Ints,
    unit_room: Ints,
    shipment_room: Ints,
    sets: Ints,
    rules: Ints,
) -> tuple[int, int, int]:
    """(set, eaches placed, cost) of the best legal plan; set -1 if none."""
    chosen = np.zeros((len(qty), sets.shape[1]), np.int64)
    best, best_placed, best_cost, best_count = -1, 0, HUGE, 0
    for number in range(len(sets)):
        _share_out(
            qty,
            grams,
            value,
            slot,
            caps,
            allowed,
            fixed,
            per_kg,
            per_each,
            unit_room,
            shipment_room,
            sets,
            rules,
            number,
            chosen,
        )
        placed, cost, count = 0, 0, 0
        least = HUGE
        for position in range(sets.shape[1]):
            units, worth = 0, 0
            for line in range(len(qty)):
                units += chosen[line, position]
                worth += chosen[line, position] * value[line]
            if units == 0:
                continue
            node = sets[number, position]
            day = _day(unit_room, shipment_room, node, units)
            cost += fixed[node, day] + per_each[node, day] * units
            for line in range(len(qty)):
                weight = grams[line] * chosen[line, position]
                cost += per_kg[node, day] * weight // 1000
            placed += units
            count += 1
            least = min(least, worth)
        if count == 0 or (count > 1 and least < rules[MIN_VALUE]):
            continue
        cost += rules[SPLIT_COST] * (count - 1)
        is_equal = placed == best_placed and cost == best_cost
        if (
            placed > best_placed
            or (placed == best_placed and cost < best_cost)
            or (is_equal and count < best_count)
        ):
            best, best_placed, best_cost, best_count = number, placed, cost, count
    return best, best_placed, best_cost


@compiled
def _share_out(  # noqa: PLR0913
    qty: Ints,
    grams: Ints,
    value: Ints,  # noqa: ARG001
    slot: Ints,
    caps: Ints,
    allowed: Flags,
    fixed: Ints,  # noqa: ARG001
    per_kg: Ints,
    per_each: Ints,
    unit_room: Ints,
    shipment_room: Ints,
    sets: Ints,
    rules: Ints,
    number: int,
    chosen: Ints,
) -> None:
    """Fill ``chosen`` (line × position in the set) for one set of nodes.

    A line takes the node that holds most of what it needs, the cheapest among
    equals; where lines may be shared it goes on with what is left.
    """
    width = sets.shape[1]
    room = np.zeros(width, np.int64)
    first = np.zeros(width, np.int64)
    for position in range(width):
        node = sets[number, position]
        if node >= 0:
            first[position] = max(0, _day(unit_room, shipment_room, node, 1))
            for day in range(unit_room.shape[1]):
                if shipment_room[node, day] >= 1:
                    room[position] = max(room[position], unit_room[node, day])
    for line in range(len(qty)):
        for position in range(width):
            chosen[line, position] = 0
        need = qty[line]
        for _ in range(width if rules[IS_LINE_SPLIT] else 1):
            best, best_take, best_cost = -1, 0, HUGE
            for position in range(width):
                node = sets[number, position]
                if node < 0 or not allowed[line, node]:
                    continue
                left = caps[slot[line], node]
                for other in range(line):
                    if slot[other] == slot[line]:
                        left -= chosen[other, position]
                take = min(need, left - chosen[line, position], room[position])
                if take <= 0 or take < best_take:
                    continue
                day = first[position]
                cost = per_each[node, day] * need
                cost += per_kg[node, day] * (grams[line] * need) // 1000
                if take > best_take or cost < best_cost:
                    best, best_take, best_cost = position, take, cost
            if best < 0:
                break
            chosen[line, best] += best_take
            room[best] -= best_take
            need -= best_take


@compiled
def _day(unit_room: Ints, shipment_room: Ints, node: int, units: int) -> int:
    """The node's first day with room for one more shipment of ``units``; or -1."""
    for day in range(unit_room.shape[1]):
        if shipment_room[node, day] >= 1 and unit_room[node, day] >= units:
            return day
    return -1
