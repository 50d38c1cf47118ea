"""The cheapest way to ship one order: every set of nodes is tried.

For each set of at most ``max_shipments`` candidate nodes a line goes whole to
the cheapest node of the set that holds it, else is shared. The plan that
places most eaches wins, then the cheapest, then the fewest shipments, then
the first set: a confirmed each is never left behind to save money. Exact
while neither a node's room nor two lines of one SKU bind; otherwise lines
take what is left in line order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import Flags, Ints, compiled
from transforms.allocation.problem import Problem

HUGE = 1 << 60


class Ask(NamedTuple):
    """One order at its turn.

    Args:
        order: its number.
        qty: eaches to place per line of the order.
        caps: line × node eaches that could be placed without taking a
            confirmed each from a later order; lines of one SKU share them.
        slot: line → row of ``caps`` (one per SKU of the order).
        allowed: line × node.
        nodes: candidate nodes.
        unit_room: N × D eaches.
        shipment_room: N × D shipments.
    """

    order: int
    qty: Ints
    caps: Ints
    slot: Ints
    allowed: Flags
    nodes: Ints
    unit_room: Ints
    shipment_room: Ints


class Plan(NamedTuple):
    """What an order takes from where.

    Args:
        qty: line × node eaches.
        day: per node, which of its ship days.
        placed: eaches placed.
        cost: minor units.
        shipments: nodes used.
    """

    qty: Ints
    day: Ints
    placed: int
    cost: int
    shipments: int


@compiled
def best_plan(problem: Problem, ask: Ask) -> Plan:
    """The best plan over all sets of candidate nodes."""
    lines, count = len(ask.qty), problem.subset_nodes.shape[1]
    first = _first_days(ask)
    qty = np.zeros((lines, count), np.int64)
    best, best_set = (-1, HUGE, HUGE), -1
    for number in range(len(problem.subset_size)):
        size = problem.subset_size[number]
        if problem.subset_nodes[number, size - 1] >= len(ask.nodes):
            continue
        nodes = ask.nodes[problem.subset_nodes[number, :size]]
        _share_out(problem, ask, nodes, first, qty)
        score = _score(problem, ask, nodes, qty)
        if score[0] > best[0] or (
            score[0] == best[0]
            and (score[1] < best[1] or (score[1] == best[1] and score[2] < best[2]))
        ):
            best, best_set = score, number
    return _written_out(problem, ask, first, best, best_set)


@compiled
def _written_out(
    problem: Problem, ask: Ask, first: Ints, best: tuple[int, int, int], number: int
) -> Plan:
    lines, all_nodes = len(ask.qty), ask.allowed.shape[1]
    plan = np.zeros((lines, all_nodes), np.int64)
    day = np.zeros(all_nodes, np.int64)
    if number < 0:
        return Plan(plan, day, 0, 0, 0)
    nodes = ask.nodes[problem.subset_nodes[number, : problem.subset_size[number]]]
    qty = np.zeros((lines, len(nodes)), np.int64)
    _share_out(problem, ask, nodes, first, qty)
    for position in range(len(nodes)):
        plan[:, nodes[position]] = qty[:, position]
        day[nodes[position]] = _day(ask, nodes[position], qty[:, position].sum())
    return Plan(plan, day, best[0], best[1], best[2])


@compiled
def _first_days(ask: Ask) -> Ints:
    """Per node, the first day with room for anything."""
    first = np.zeros(ask.unit_room.shape[0], np.int64)
    for node in range(len(first)):
        first[node] = max(0, _day(ask, node, 1))
    return first


@compiled
def _day(ask: Ask, node: int, units: int) -> int:
    for day in range(ask.unit_room.shape[1]):
        if ask.shipment_room[node, day] >= 1 and ask.unit_room[node, day] >= units:
            return day
    return -1


@compiled
def _most_units(ask: Ask, node: int) -> int:
    most = 0
    for day in range(ask.unit_room.shape[1]):
        if ask.shipment_room[node, day] >= 1:
            most = max(most, ask.unit_room[node, day])
    return most


@compiled
def line_cost(
    problem: Problem, order: int, line: int, node: int, day: int, qty: int
) -> int:
    """What a line adds to a shipment: weight, handling, lateness."""
    kind = problem.order_class[order]
    weight = problem.per_kg[kind, node, day] * (problem.line_grams[line] * qty) // 1000
    late = problem.late_cost[order] * problem.late_days[kind, node, day]
    return int(weight + (problem.unit_cost[node] + late) * qty)


@compiled
def _share_out(
    problem: Problem, ask: Ask, nodes: Ints, first: Ints, qty: Ints
) -> None:
    """Fill ``qty`` (line × position in ``nodes``) for one set of nodes."""
    left = np.empty((ask.caps.shape[0], len(nodes)), np.int64)
    room = np.empty(len(nodes), np.int64)
    for position in range(len(nodes)):
        left[:, position] = ask.caps[:, nodes[position]]
        room[position] = _most_units(ask, nodes[position])
    start = problem.order_start[ask.order]
    for index in range(len(ask.qty)):
        qty[index, :] = 0
        need, tries = ask.qty[index], 0
        while need > 0 and tries < len(nodes):
            position, taken = _choose(
                problem, ask, nodes, first, left, room, start, index, need
            )
            if taken == 0:
                break
            qty[index, position] += taken
            left[ask.slot[index], position] -= taken
            room[position] -= taken
            need -= taken
            tries = tries + 1 if problem.is_line_split else len(nodes)


@compiled
def _choose(  # noqa: PLR0917
    problem: Problem,
    ask: Ask,
    nodes: Ints,
    first: Ints,
    left: Ints,
    room: Ints,
    start: int,
    index: int,
    need: int,
) -> tuple[int, int]:
    """The cheapest node that holds ``need``; else the one that holds most."""
    best, best_take, best_cost = -1, 0, HUGE
    for position in range(len(nodes)):
        node = nodes[position]
        if not ask.allowed[index, node]:
            continue
        take = min(need, left[ask.slot[index], position], room[position])
        if take < max(best_take, 1):
            continue
        cost = line_cost(problem, ask.order, start + index, node, first[node], need)
        if take > best_take or cost < best_cost:
            best, best_take, best_cost = position, take, cost
    return best, best_take


@compiled
def _score(problem: Problem, ask: Ask, nodes: Ints, qty: Ints) -> tuple[int, int, int]:
    """(eaches placed, cost, shipments); -1 eaches where the plan is illegal."""
    placed, cost, shipments = 0, 0, 0
    least = HUGE
    kind, start = problem.order_class[ask.order], problem.order_start[ask.order]
    for position in range(len(nodes)):
        units, value = 0, 0
        for index in range(len(ask.qty)):
            units += qty[index, position]
            value += qty[index, position] * problem.line_value[start + index]
        if units == 0:
            continue
        node = nodes[position]
        day = _day(ask, node, units)
        cost += problem.base[kind, node, day] + problem.shipment_cost[node]
        for index in range(len(ask.qty)):
            eaches = qty[index, position]
            cost += line_cost(problem, ask.order, start + index, node, day, eaches)
        placed, shipments, least = placed + units, shipments + 1, min(least, value)
    if shipments == 0 or (shipments > 1 and least < problem.min_value):
        return -1, HUGE, HUGE
    return placed, cost + problem.split_cost * (shipments - 1), shipments
