"""The problem as a mixed-integer program for HiGHS: the optimum of small problems."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from transforms.allocation.kernel.cost import Parts
from transforms.allocation.kernel.problem import IS_LINE_SPLIT, SPLIT_COST, Problem
from transforms.allocation.kernel.split import merged

LARGEST = 1_500
"""Ways of a line to a node up to which a problem is small: mostly under a second."""
BRANCHES = 2_000
"""Nodes of the search at most; unlike seconds they are the same on every machine."""


@dataclass(frozen=True)
class Optimum:
    """What HiGHS found.

    Args:
        cost: minor units of the best solution; of the relaxation if it is one.
        is_proven: whether nothing is cheaper.
        parts: the solution, none if there is none or it is the relaxation's.
    """

    cost: float
    is_proven: bool
    parts: Parts | None


def is_small(problem: Problem) -> bool:
    """Whether the program has few enough columns to be solved."""
    cells = np.diff(problem.cell_start)[problem.sku]
    return int(cells.sum()) <= LARGEST


Terms = dict[int, list[tuple[int, float]]]


class Model:
    """Rows and columns as they come."""

    def __init__(self) -> None:
        """Empty."""
        self.ways: list[tuple[int, int, int, int]] = []
        self.money: list[float] = []
        self.most: list[int] = []
        self.cells: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def column(self, money: float, most: int = 1) -> int:
        """A new whole variable from 0 to ``most``; its number."""
        self.money.append(money)
        self.most.append(most)
        return len(self.money) - 1

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        """Low <= sum of terms <= high."""
        self.cells.extend((len(self.low), column, value) for column, value in terms)
        self.low.append(low)
        self.high.append(high)


class Uses(NamedTuple):
    """Which columns take how much, by cell and by node."""

    stock: Terms
    shipments: Terms
    units: Terms


def optimum(
    problem: Problem,
    seconds: float | None = None,
    branches: int | None = None,
    *,
    is_relaxed: bool = False,
) -> Optimum:
    """The optimum, or the least cost of the linear relaxation.

    Where lines may be split, freight and not shipping are parted exactly: a bill
    rounds each part down, and is less by up to a minor unit a part.

    Args:
        problem: a small one.
        seconds: after which the best at hand is taken, none: never.
        branches: the same in nodes of the search.
        is_relaxed: whether everything may be parted, parcels too.
    """
    # Not everybody who allocates has small problems, and it takes a while to load.
    from scipy.optimize import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Bounds,
        LinearConstraint,
        milp,
    )
    from scipy.sparse import coo_array  # type: ignore[import-untyped]  # noqa: PLC0415

    model = _model(problem)
    row, column, value = zip(*model.cells, strict=True)
    matrix = coo_array(
        (value, (row, column)), shape=(len(model.low), len(model.money))
    ).tocsr()
    options: dict[str, Any] = {"mip_rel_gap": 1e-9}
    limits = {"time_limit": seconds, "node_limit": branches}
    options |= {name: most for name, most in limits.items() if most is not None}
    found = milp(
        np.array(model.money),
        constraints=LinearConstraint(matrix, model.low, model.high),
        bounds=Bounds(0, np.array(model.most)),
        integrality=np.full(len(model.money), 0 if is_relaxed else 1),
        options=options,
    )
    is_proven = found.status == 0
    if found.x is None:
        return Optimum(np.inf, is_proven, None)
    parts = None if is_relaxed else _parts(model, found.x)
    return Optimum(float(found.fun), is_proven, parts)


def _parts(model: Model, solution: Any) -> Parts:  # noqa: ANN401 scipy's
    """Eaches by line and node; -1 for what is not shipped."""
    line, node, each, column = np.array(model.ways, np.int64).reshape(-1, 4).T
    qty = np.rint(solution[column]).astype(np.int64) * each
    has = qty > 0
    return merged(line[has], node[has], qty[has])


def fits(problem: Problem, parts: Parts) -> bool:
    """Whether lines add up and nothing is taken that is not there.

    HiGHS reckons in floats; what it says of whole numbers is looked at again.
    """
    eaches = np.bincount(parts.line, parts.qty, len(problem.qty))
    order_of = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    goes = parts.node >= 0
    order, node = order_of[parts.line[goes]], parts.node[goes].astype(np.int64)
    nodes = len(problem.unit_cost)
    parcel = np.unique(order * nodes + node)
    shipments = np.bincount(parcel // nodes, minlength=len(problem.region))
    units = np.bincount(node, parts.qty[goes], nodes)
    stays = np.bincount(order_of[parts.line[~goes]], minlength=len(problem.region)) > 0
    skus, cells = len(problem.cell_start) - 1, len(problem.cell_stock)
    sku_of = np.repeat(np.arange(skus), np.diff(problem.cell_start))
    # Where there is no stock at all is a cell of its own, with nothing in it.
    pool = np.full(skus * nodes, cells)
    pool[sku_of * nodes + problem.cell_node] = problem.cell_pool
    cell = pool[problem.sku[parts.line[goes]].astype(np.int64) * nodes + node]
    used = np.bincount(cell, parts.qty[goes], cells + 1)
    return bool(
        (eaches == problem.qty).all()
        and (used <= np.append(problem.cell_stock, 0)).all()
        and (units <= problem.cap_units).all()
        and (
            np.bincount(parcel % nodes, minlength=nodes) <= problem.cap_shipments
        ).all()
        and (shipments <= problem.max_shipments).all()
        and not (problem.is_complete & stays & (shipments > 0)).any()
    )


def _model(p: Problem) -> Model:
    model, uses = Model(), Uses({}, {}, {})
    for order in range(len(p.region)):
        _order(p, model, uses, order)
    limits = (p.cell_stock, p.cap_shipments, p.cap_units)
    for limit, use in zip(limits, uses, strict=True):
        for number, terms in use.items():
            model.row(terms, 0, float(limit[number]))
    return model


def _order(p: Problem, model: Model, uses: Uses, order: int) -> None:
    """An order's parcels and lines, and what binds them."""
    split = float(p.rules[SPLIT_COST])
    some = model.column(-split)
    opened: dict[int, int] = {}
    lines = range(p.line_start[order], p.line_start[order + 1])
    spared = [_line(p, model, uses, (order, line), opened) for line in lines]
    parcels = [(column, 1.0) for column in opened.values()]
    model.row([(some, 1.0), *[(c, -1.0) for c, _ in parcels]], -1e9, 0)
    if parcels:
        model.row(parcels, 0, float(p.max_shipments[order]))
    for node, column in opened.items():
        uses.shipments.setdefault(node, []).append((column, 1.0))
    if p.is_complete[order] and p.rules[IS_LINE_SPLIT]:
        spared = [model.column(0.0), *spared]
        for one, line in zip(spared[1:], lines, strict=True):
            model.row([(one, 1.0), (spared[0], -float(p.qty[line]))], 0, 0)
    elif p.is_complete[order]:
        for one, other in pairwise(spared):
            model.row([(one, 1.0), (other, -1.0)], 0, 0)


def _line(
    p: Problem,
    model: Model,
    uses: Uses,
    number: tuple[int, int],
    opened: dict[int, int],
) -> int:
    """A line from each node that may have it; the column of not shipping it."""
    order, line = number
    sku, qty = p.sku[line], int(p.qty[line])
    # A column counts lines, or where they may be split, eaches.
    whole = 1 if p.rules[IS_LINE_SPLIT] else qty
    many = qty // whole
    spare = model.column(float(p.spare[line]) / many, many)
    model.ways.append((line, -1, whole, spare))
    terms = [(spare, 1.0)]
    for cell in range(p.cell_start[sku], p.cell_start[sku + 1]):
        node = int(p.cell_node[cell])
        lane = p.promise[order], p.zone[p.region[order], node], node
        goes = lane[1] >= 0 and p.base[lane] >= 0 and p.cell_stock[cell] >= whole
        if not goes or not p.serves[node, p.channel[order]]:
            continue
        each = p.unit_cost[node] + p.late_cost[order] * p.late_days[lane]
        each += p.cell_worth[cell]
        weight = p.per_kg[lane] * p.grams[line]
        freight = weight / 1000 if many > 1 else weight // 1000
        some = min(many, int(p.cell_stock[cell]) // whole)
        column = model.column(float(freight + each * qty) / many, some)
        if node not in opened:
            parcel = p.base[lane] + p.shipment_cost[node] + p.rules[SPLIT_COST]
            opened[node] = model.column(float(parcel))
        model.row([(column, 1.0), (opened[node], -float(some))], -some, 0)
        terms.append((column, 1.0))
        model.ways.append((line, node, whole, column))
        pool = int(p.cell_pool[cell])
        uses.stock.setdefault(pool, []).append((column, whole))
        uses.units.setdefault(node, []).append((column, whole))
    model.row(terms, many, many)
    return spare
