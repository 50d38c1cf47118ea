"""The shortlists with their costs, laid out for loops: who could buy what where.

A cell of stock is contested when those who could want it want more than is
there, or when it has a price. Only contested cells are counted and priced; one
more stands for all others and is endless.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import Desk, new_desk
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    Ints,
    Longs,
    Problem,
)
from transforms.allocation.kernel.survey import Prices, Survey

SHUT = (1 << 31) - 1
"""Instead of a pair's cost: the line is not to be had there."""

ENDLESS = 1 << 50


class Market(NamedTuple):
    """Orders with their shortlists; A contested cells and the endless one.

    Args:
        node_start: O + 1 into ``node`` and ``fixed``.
        node: shortlisted nodes of each order.
        fixed: minor units of a shipment from there.
        pair_start: O + 1 into ``cell`` and ``cost``: line by line, node by node.
        cell: contested cell or A.
        cost: minor units of the line from there, or SHUT.
        shared: the same where others may ship parts of it; ``cost`` itself where
            lines are not split, as is the next.
        some: eaches of the line that are there.
        stock: A + 1 eaches.
        cell_of: A cell of the problem.
    """

    node_start: Longs
    node: Ints
    fixed: Ints
    pair_start: Longs
    cell: Ints
    cost: Ints
    shared: Ints
    some: Ints
    stock: Longs
    cell_of: Longs


Spread = Callable[[Callable[[int, int, int], None]], None]
"""Calls a function for each slice of the orders: (slice, first, last)."""


def market(problem: Problem, survey: Survey, prices: Prices, spread: Spread) -> Market:
    """Lay out the shortlists of a survey."""
    widths = survey.width.astype(np.int64)
    pairs = widths * np.diff(problem.line_start)
    node_start = np.concatenate([[0], np.cumsum(widths)])
    pair_start = np.concatenate([[0], np.cumsum(pairs)])
    cost = np.empty(pair_start[-1], np.int32)
    shared = some = cost
    if problem.rules[IS_LINE_SPLIT]:
        shared, some = np.empty_like(cost), np.empty_like(cost)
    laid = Market(
        node_start,
        np.empty(node_start[-1], np.int32),
        np.empty(node_start[-1], np.int32),
        pair_start,
        np.empty(pair_start[-1], np.int32),
        cost,
        shared,
        some,
        np.empty(0, np.int64),
        np.empty(0, np.int64),
    )
    parts: dict[int, Longs] = {}

    def lay_out(part: int, first: int, last: int) -> None:
        parts[part] = np.zeros(len(problem.cell_stock), np.int64)
        _lay_out(problem, survey, laid, parts[part], first, last)

    spread(lay_out)
    wanted = sum(parts.values(), np.zeros(len(problem.cell_stock), np.int64))
    is_contested = (wanted > problem.cell_stock) | (prices.cell > 0)
    cell_of = np.flatnonzero(is_contested)
    number = np.full(len(wanted) + 1, len(cell_of), np.int32)
    number[cell_of] = np.arange(len(cell_of), dtype=np.int32)
    _renumber(laid.cell, number)
    stock = np.append(problem.cell_stock[cell_of], ENDLESS)
    return laid._replace(stock=stock, cell_of=cell_of)


@compiled
def _renumber(cells: Ints, number: Ints) -> None:
    for place in range(len(cells)):
        cells[place] = number[cells[place]]


def contested(laid: Market, prices: Prices) -> Prices:
    """The prices by contested cell; the endless one is free."""
    return Prices(
        np.append(prices.cell[laid.cell_of], 0),
        prices.shipment.copy(),
        prices.unit.copy(),
    )


@compiled
def _lay_out(  # noqa: C901, PLR0912, PLR0915 one loop, as survey.look
    problem: Problem,
    survey: Survey,
    laid: Market,
    wanted: Longs,
    first: int,
    last: int,
) -> None:
    """Fill nodes and pairs; ``wanted`` what all shortlisted lines want of a cell."""
    line_start, sku_of, qty_of = problem.line_start, problem.sku, problem.qty
    cell_start, cell_node = problem.cell_start, problem.cell_node
    cell_stock, cap_units = problem.cell_stock, problem.cap_units
    zones, bases, per_kg = problem.zone, problem.base, problem.per_kg
    late_days, grams = problem.late_days, problem.grams
    unit_cost, shipment_cost = problem.unit_cost, problem.shipment_cost
    worth, cell_pool = problem.cell_worth, problem.cell_pool
    nodes, widths = survey.nodes, survey.width
    node_start, pair_start = laid.node_start, laid.pair_start
    laid_node, laid_fixed = laid.node, laid.fixed
    laid_cell, laid_cost = laid.cell, laid.cost
    laid_shared, laid_some = laid.shared, laid.some
    place_of = np.full(len(unit_cost), -1, np.int64)
    is_split = problem.rules[IS_LINE_SPLIT]
    for order in range(first, last):
        start, width, at = node_start[order], widths[order], pair_start[order]
        region, promise = problem.region[order], problem.promise[order]
        late = problem.late_cost[order]
        for place in range(width):
            node = nodes[order, place]
            place_of[node] = place
            base = bases[promise, zones[region, node], node]
            laid_node[start + place] = node
            laid_fixed[start + place] = base + shipment_cost[node]
        for line in range(line_start[order], line_start[order + 1]):
            sku, qty = sku_of[line], qty_of[line]
            need = 1 if is_split else qty
            laid_cell[at : at + width] = -1
            laid_cost[at : at + width] = SHUT
            if is_split:
                laid_shared[at : at + width] = SHUT
                laid_some[at : at + width] = 0
            for cell in range(cell_start[sku], cell_start[sku + 1]):
                node = cell_node[cell]
                place = place_of[node]
                if place < 0 or cap_units[node] < need or cell_stock[cell] < need:
                    continue
                zone = zones[region, node]
                each = unit_cost[node] + late * late_days[promise, zone, node]
                each += worth[cell]
                weight = per_kg[promise, zone, node] * grams[line] // 1000
                laid_cell[at + place] = cell_pool[cell]
                laid_cost[at + place] = weight + each * qty
                wanted[cell_pool[cell]] += qty
                if is_split:
                    some = min(qty, cell_stock[cell], cap_units[node])
                    laid_shared[at + place] = weight + each * qty
                    laid_some[at + place] = some
                    if some < qty:
                        laid_cost[at + place] = SHUT
            at += width
        for place in range(width):
            place_of[nodes[order, place]] = -1


def market_desk(problem: Problem, laid: Market) -> Desk:
    """A desk for any order of the market."""
    lines = int(np.diff(problem.line_start).max(initial=1))
    widest = int(np.diff(laid.node_start).max(initial=1))
    is_split = bool(problem.rules[IS_LINE_SPLIT])
    return new_desk(lines, max(1, widest), is_split=is_split)
