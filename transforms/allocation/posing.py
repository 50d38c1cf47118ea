"""All orders of a run as one problem of the kernel: each node on each of its days.

A node's ship day is a place that ships: what it has, it shares with the node's other
days; its room is its own. Lines of a SKU that may use other nodes are of another SKU,
of the same goods. Prices are the tariff's, whatever calendars made them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.kernel.problem import (
    DEAREST,
    MOST_LINES,
    cells,
    twins,
)
from transforms.allocation.kernel.problem import Ints as Places
from transforms.allocation.kernel.problem import Posed as KernelPosed
from transforms.allocation.kernel.problem import Problem as KernelProblem
from transforms.allocation.plan import IS_LINE_SPLIT, SPLIT_COST
from transforms.allocation.problem import Posed, Problem
from transforms.allocation.tariff import FOR_EVER, Tariff

Floats = npt.NDArray[np.float64]

MOST_DAYS = 32_000
"""Ship days of all nodes, numbered in two bytes."""


class ShipDays(NamedTuple):
    """Ship days of nodes, first days first: what the kernel calls its nodes.

    Args:
        node: its number.
        day: which of its ship days.
        lies: the first of the node's days here, which its stock is counted at.
    """

    node: Ints
    day: Ints
    lies: Places


class Question(NamedTuple):
    """What the kernel is asked, and what its numbers stand for.

    Args:
        posed: its problem.
        days: its nodes.
        orders: number of each of its orders.
        lines: number of each of its lines.
        skus: number of the SKU of each of its own, which are groups of lines.
    """

    posed: KernelPosed
    days: ShipDays
    orders: Ints
    lines: Ints
    skus: Ints


def question_of(posed: Posed, tariff: Tariff, confirmed: Ints) -> Question | None:
    """All orders that the kernel understands; None where there are none.

    It knows no kit, no lines kept together, and no order that costs more than it can
    reckon with.

    Args:
        posed: the problem of the run.
        tariff: its prices, minor units and days.
        confirmed: eaches of each line that will ship from somewhere.
    """
    problem = posed.problem
    dearest = int(tariff.base.max(initial=0) + problem.shipment_cost.max(initial=0))
    if dearest + int(problem.rules[SPLIT_COST]) >= DEAREST:
        return None
    lines = _understood(posed, tariff, confirmed)
    days = _days(posed, tariff, confirmed)
    if not len(lines) or not len(days.node):
        return None
    orders, first = np.unique(problem.line_order[lines], return_index=True)
    groups, sku = np.unique(problem.line_group[lines], return_inverse=True)
    starts = np.append(first, len(lines)).astype(np.int64)
    goods = _places(problem.line_sku[lines])
    classes, at = np.unique(problem.order_class[orders], return_inverse=True)
    many = len(orders)
    asked = KernelProblem(
        region=np.zeros(many, np.int32),
        promise=_places(at),
        late_cost=problem.late_cost[orders],
        is_complete=problem.is_complete[orders],
        max_shipments=np.full(many, problem.sets[-1].shape[1], np.int32),
        channel=np.zeros(many, np.int32),
        has_twins=twins(starts, goods),
        line_start=starts,
        sku=_places(sku),
        goods=goods,
        qty=confirmed[lines],
        grams=problem.line_grams[lines] * confirmed[lines],
        spare=_never(posed, tariff, lines, confirmed),
        serves=np.ones((len(days.node), 1), np.bool_),
        shipment_cost=problem.shipment_cost[days.node],
        unit_cost=problem.unit_cost[days.node],
        cap_shipments=posed.shipments_on(days.node, days.day),
        cap_units=posed.unit_room[days.node, days.day],
        **_stock(posed, lines, days, groups),
        **_ways(tariff, classes, days),
        rules=problem.rules[[SPLIT_COST, IS_LINE_SPLIT]],
    )
    facts = pl.DataFrame(
        {
            "order_id": orders,
            "promise_days": tariff.classes["promise_date"].to_physical()[
                problem.order_class[orders].tolist()
            ],
            "priority": problem.late_cost[orders].max() - problem.late_cost[orders],
        }
    )
    names = pl.DataFrame({"order_id": problem.line_order[lines], "line_no": lines})
    numbers = np.arange(len(days.node), dtype=np.int32)
    whole = KernelPosed(asked, facts, names, numbers, groups)
    return Question(whole, days, orders, lines, problem.group_sku[groups])


def _understood(posed: Posed, tariff: Tariff, confirmed: Ints) -> Ints:
    """Lines that the kernel understands."""
    problem = posed.problem
    is_whole = (problem.line_kit >= 0) | (problem.line_bundle >= 0)
    is_dear = _dearest(posed, tariff, confirmed) >= DEAREST / 2
    is_long = np.diff(problem.order_start) > MOST_LINES
    odd = np.logical_or.reduceat(is_whole | is_dear, problem.order_start[:-1])
    is_in = (confirmed > 0) & ~(odd | is_long)[problem.line_order]
    return np.flatnonzero(is_in)


def _dearest(posed: Posed, tariff: Tariff, confirmed: Ints) -> Floats:
    """What each line may cost at most, as floats: they are compared, not added up."""
    problem = posed.problem
    is_there = _is_reached(tariff, slice(None))
    late = np.where(is_there, tariff.late_days, 0).max(axis=(1, 2), initial=0)
    kilo = np.where(is_there, tariff.per_kg, 0).max(axis=(1, 2), initial=0)
    kind = problem.order_class[problem.line_order]
    told = worths(problem, np.arange(len(confirmed)))
    each = float(problem.unit_cost.max(initial=0)) + told.max(axis=1, initial=0)[
        problem.line_sku
    ].astype(np.float64)
    each += late[kind].astype(np.float64) * problem.late_cost[problem.line_order]
    weight = kilo[kind].astype(np.float64) * problem.line_grams / 1000
    dearest: Floats = (each + weight) * np.maximum(confirmed, 1)
    return dearest


def _never(posed: Posed, tariff: Tariff, lines: Ints, confirmed: Ints) -> Ints:
    """More than any way of shipping a line costs: nothing confirmed is kept back."""
    problem = posed.problem
    shipment = int(tariff.base.max(initial=0) + problem.shipment_cost.max(initial=0))
    dearest = _dearest(posed, tariff, confirmed)[lines].astype(np.int64)
    never: Ints = 2 * (shipment + int(problem.rules[SPLIT_COST]) + dearest + 1)
    return never


def _places(numbers: Ints) -> Places:
    return np.asarray(numbers.reshape(-1), np.int32)


def _is_reached(tariff: Tariff, classes: Ints | slice) -> Flags:
    """C × N × D: the node ships that day, and some service goes there."""
    is_reached = tariff.late_days[classes] < FOR_EVER
    return np.asarray(is_reached & (tariff.ship_day >= 0), np.bool_)


def _days(posed: Posed, tariff: Tariff, confirmed: Ints) -> ShipDays:
    """The ship days that some order may want, however full those before are.

    Later than a day that has room for all that may be asked of its node, nobody needs
    one, unless it costs less.
    """
    is_open = (tariff.ship_day >= 0) & (posed.unit_room > 0)
    is_open &= np.minimum(posed.shipment_room, posed.line_room) > 0
    eaches, lines = _wanted(posed, confirmed)
    is_ample = (posed.unit_room >= eaches[:, None]) & (
        np.minimum(posed.shipment_room, posed.line_room) >= lines[:, None]
    )
    is_needed = np.ones_like(is_open)
    before = np.logical_or.accumulate(is_ample & is_open, axis=1)[:, :-1]
    is_needed[:, 1:] = ~before | _is_cheaper_later(tariff)[:, None]
    node, day = np.nonzero(is_open & is_needed)
    turn = np.lexsort((node, day))[:MOST_DAYS]
    node, day = node[turn], day[turn]
    _, first, of = np.unique(node, return_index=True, return_inverse=True)
    return ShipDays(node, day, _places(first[of.reshape(-1)]))


def _wanted(posed: Posed, confirmed: Ints) -> tuple[Ints, Ints]:
    """N: eaches, and lines, that may be asked of each node at most."""
    problem = posed.problem
    groups, sku = len(problem.group_allowed), problem.group_sku
    eaches, lines = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    np.add.at(eaches, problem.line_group, confirmed)
    np.add.at(lines, problem.line_group, confirmed > 0)
    wants, has = np.zeros_like(posed.stock), posed.stock[sku] > 0
    np.add.at(wants, sku, eaches[:, None] * problem.group_allowed)
    asked = (lines[:, None] * (problem.group_allowed & has)).sum(axis=0)
    return np.minimum(wants, posed.stock).sum(axis=0), asked


def _is_cheaper_later(tariff: Tariff) -> Flags:
    """N: some class pays less there on a later day, in freight or lateness."""
    is_there = _is_reached(tariff, slice(None))
    both = is_there[:, :, 1:] & is_there[:, :, :-1]
    found = np.zeros(both.shape[1], np.bool_)
    for price in (tariff.base, tariff.per_kg, tariff.late_days):
        found |= (both & (np.diff(price, axis=2) < 0)).any(axis=(0, 2))
    return found


def _stock(posed: Posed, lines: Ints, days: ShipDays, groups: Ints) -> dict[str, Any]:
    """Eaches by group of lines and day of a node, counted by SKU and node."""
    problem, nodes = posed.problem, len(posed.node_ids)
    has = problem.group_allowed[groups] & (posed.stock[problem.group_sku[groups]] > 0)
    group, place = np.nonzero(has[:, days.node])
    sku, node = problem.group_sku[groups[group]], days.node[place]
    _, first, of = np.unique(sku * nodes + node, return_index=True, return_inverse=True)
    fields = cells(
        _places(group),
        _places(place),
        posed.stock[sku, node],
        worths(problem, lines)[sku, node],
        first[of.reshape(-1)],
        sizes=(len(groups), len(days.node)),
    )
    return {"stock_node": days.lies, **fields}


def worths(problem: Problem, lines: Ints) -> Ints:
    """S × N: what eaches are worth where one of the lines may have them from."""
    is_used = np.zeros(problem.worth.shape, np.bool_)
    allowed = problem.group_allowed[problem.line_group[lines]]
    np.logical_or.at(is_used, problem.line_sku[lines], allowed)
    return np.asarray(problem.worth * is_used)


def _ways(tariff: Tariff, classes: Ints, days: ShipDays) -> dict[str, Any]:
    """One region; what a class pays from a node on a day stands where a zone's does."""
    is_reached = _is_reached(tariff, classes)[:, days.node, days.day]

    def laid(table: Ints, nothing: int) -> Ints:
        values = np.where(is_reached, table[classes][:, days.node, days.day], nothing)
        return np.ascontiguousarray(values[:, None, :])

    return {
        "zone": np.zeros((1, len(days.node)), np.int16),
        "distance": np.zeros((1, len(days.node)), np.float32),
        "base": laid(tariff.base, -1),
        "per_kg": laid(tariff.per_kg, 0),
        "late_days": laid(tariff.late_days, 0),
    }
