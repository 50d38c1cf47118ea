"""The problem as a mixed-integer program for HiGHS: the optimum of small instances."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SPLIT_COST,
    Posed,
    Problem,
)


@dataclass(frozen=True)
class Optimum:
    """What HiGHS found.

    Args:
        cost: minor units of the best solution; of the relaxation if it is one.
        bound: minor units.
        seconds: with building the model.
        is_proven: whether it finished.
        split_orders: the share of orders that it ships in several parcels.
    """

    cost: float
    bound: float
    seconds: float
    is_proven: bool
    split_orders: float


Terms = dict[int, list[tuple[int, float]]]


class Model:
    """Rows and columns as they come."""

    def __init__(self) -> None:
        """Empty."""
        self.money: list[float] = []
        self.most: list[int] = []
        self.parcels: list[list[int]] = []
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
    posed: Posed, seconds: float = 600.0, *, is_relaxed: bool = False
) -> Optimum:
    """The optimum, or the bound of the linear relaxation.

    Where lines may be split, freight and not shipping are parted exactly: a bill
    rounds each part down, and is less by up to a minor unit a part.
    """
    started = perf_counter()
    model = _model(posed.problem)
    row, column, value = zip(*model.cells, strict=True)
    matrix = coo_array(
        (value, (row, column)), shape=(len(model.low), len(model.money))
    ).tocsr()
    found = milp(
        np.array(model.money),
        constraints=LinearConstraint(matrix, model.low, model.high),
        bounds=Bounds(0, np.array(model.most)),
        integrality=np.full(len(model.money), 0 if is_relaxed else 1),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    bound = found.fun if is_relaxed else found.mip_dual_bound
    ended = perf_counter()
    several = [sum(found.x[p] > 0.5 for p in parcels) > 1 for parcels in model.parcels]
    return Optimum(
        found.fun, bound, ended - started, found.status == 0, float(np.mean(several))
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
    model.parcels.append(list(opened.values()))
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
    terms = [(spare, 1.0)]
    for cell in range(p.cell_start[sku], p.cell_start[sku + 1]):
        node = int(p.cell_node[cell])
        lane = p.promise[order], p.zone[p.region[order], node], node
        goes = lane[1] >= 0 and p.base[lane] >= 0 and p.cell_stock[cell] >= whole
        if not goes or not p.serves[node, p.channel[order]]:
            continue
        each = p.unit_cost[node] + p.late_cost[order] * p.late_days[lane]
        weight = p.per_kg[lane] * p.grams[line]
        freight = weight / 1000 if many > 1 else weight // 1000
        some = min(many, int(p.cell_stock[cell]) // whole)
        column = model.column(float(freight + each * qty) / many, some)
        if node not in opened:
            parcel = p.base[lane] + p.shipment_cost[node] + p.rules[SPLIT_COST]
            opened[node] = model.column(float(parcel))
        model.row([(column, 1.0), (opened[node], -float(some))], -some, 0)
        terms.append((column, 1.0))
        uses.stock.setdefault(cell, []).append((column, whole))
        uses.units.setdefault(node, []).append((column, whole))
    model.row(terms, many, many)
    return spare
