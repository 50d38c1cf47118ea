"""What orders choose from the market, and what that takes: eaches, parcels, room."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import COMPLETE, LINES, NEVER, Desk
from transforms.allocation.kernel.parted import MORE, shared_out
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    Ints,
    Longs,
    Problem,
    Shorts,
)


class Use(NamedTuple):
    """What the orders of a slice take at given prices.

    Args:
        cell: A + 1 eaches.
        shipment: N.
        unit: N eaches.
    """

    cell: Longs
    shipment: Longs
    unit: Longs


class Choices(NamedTuple):
    """The plans of all orders, each the cheapest at the prices of its last look.

    Args:
        place: L, position on the shortlist, -1 not shipped.
        paid: O, thousandths that the plan cost then.
        qty: L, eaches from there; where lines are split, as the next two.
        other: L, position of a node that ships a part too, -1 none; MORE in an
            order's first line where nobody knows which.
        other_qty: L, eaches from there.
    """

    place: Shorts
    paid: Longs
    qty: Ints
    other: Shorts
    other_qty: Ints


def no_use(cells: int, nodes: int) -> Use:
    """Nothing taken yet."""
    return Use(
        np.zeros(cells, np.int64), np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    )


def no_choices(problem: Problem) -> Choices:
    """Nobody has a plan yet."""
    lines = len(problem.qty)
    many = lines if problem.rules[IS_LINE_SPLIT] else 0
    return Choices(
        np.full(lines, -1, np.int16),
        np.zeros(len(problem.region), np.int64),
        np.zeros(many, np.int32),
        np.full(many, -1, np.int16),
        np.zeros(many, np.int32),
    )


@compiled
def choose_parts(desk: Desk, choices: Choices, line: int, one: int, two: int) -> None:
    """Write down who ships what: MORE, as the desk's choice says; else one or two."""
    ask, cost, some = desk.ask, desk.cost, desk.some
    for number in range(ask[LINES]):
        at, qty = line + number, desk.qty[number]
        choices.place[at], choices.other[at] = one, two
        if one == MORE:
            choices.place[at], choices.other[at] = desk.choice[number], -1
            choices.qty[at] = qty
            continue
        if one < 0:
            continue
        price, has = (cost[number, two], some[number, two]) if two >= 0 else (NEVER, 0)
        choices.qty[at], choices.other_qty[at], _ = shared_out(
            cost[number, one],
            some[number, one],
            price,
            has,
            qty,
            desk.spare[number],
            ask[COMPLETE],
        )
        if choices.qty[at] == 0:
            choices.place[at] = -1
        if choices.other_qty[at] == 0:
            choices.other[at] = -1


@compiled
def take_parts(  # noqa: PLR0913, PLR0917 arrays by their own names, as in survey.look
    sign: int,
    first: int,
    last: int,
    start: int,
    width: int,
    pair: int,
    node_of: Ints,
    cell_of: Ints,
    places: Shorts,
    parts: Ints,
    others: Shorts,
    other_parts: Ints,
    cell_use: Longs,
    shipment_use: Longs,
    unit_use: Longs,
) -> None:
    """Add what the parts of lines ``first`` … ``last - 1`` take, or (-1) give back."""
    for place in range(width):
        node, is_used = node_of[start + place], 0
        for line in range(first, last):
            qty = 0
            if places[line] == place:
                qty = parts[line]
            elif others[line] == place:
                qty = other_parts[line]
            if qty > 0:
                cell_use[cell_of[pair + (line - first) * width + place]] += sign * qty
                unit_use[node] += sign * qty
                is_used = 1
        shipment_use[node] += sign * is_used
