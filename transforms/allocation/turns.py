"""In whose turn scarce eaches are asked for, where cost may decide it.

Under ``fairness: strict`` the demand order is the turn. Else the order that costs
least per each goes first, in its business class or of all. What it costs is freight
and processing as if all of it went from the cheapest node that has some of it;
lateness is left out, for who waits is later still, and what eaches are worth where
they lie, for that is the same whoever takes them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from transforms.allocation.business_classes import class_rank
from transforms.allocation.compiled import Ints
from transforms.allocation.problem import Posed
from transforms.allocation.tariff import Tariff
from transforms.contracts.table import INTEGER

MILLI = 1000
GRAMS = 1000
NOWHERE = np.int64(1) << 60
"""Of an order that no node has anything for: it goes last and gets nothing."""


def by_cost(posed: Posed, tariff: Tariff, fairness: str) -> pl.DataFrame:
    """The demand, ranked anew: the order that costs least per each first.

    Args:
        posed: the problem, in demand order, which breaks ties.
        tariff: its prices, minor units.
        fairness: "within_class": the order of business classes stays.

    Returns:
        OPEN_DEMAND by its new ``demand_rank``; lines of an order stay neighbours.
    """
    demand, order = posed.demand, posed.problem.line_order
    cost = pl.Series(cost_per_each(posed, tariff)[order], dtype=INTEGER)
    turn = ["cost", "demand_rank"]
    if fairness == "within_class":
        turn = ["class_rank", *turn]
    priced = demand.with_columns(cost=cost, class_rank=class_rank())
    ranked = priced.sort(turn).select(demand.columns)
    return ranked.with_columns(demand_rank=pl.int_range(1, pl.len() + 1, dtype=INTEGER))


def cost_per_each(posed: Posed, tariff: Tariff) -> Ints:
    """Thousandths of a minor unit per each of every order, rounded down."""
    problem = posed.problem
    if not len(problem.line_qty):
        return np.zeros(0, np.int64)
    starts = problem.order_start[:-1]
    kind, qty = problem.order_class[problem.line_order], problem.line_qty[:, None]
    weight = tariff.per_kg[kind, :, 0] * (problem.line_grams[:, None] * qty) // GRAMS
    lines = np.add.reduceat(weight + problem.unit_cost * qty, starts, axis=0)
    whole = tariff.base[problem.order_class, :, 0] + problem.shipment_cost + lines
    there = problem.group_allowed[problem.line_group] & (
        posed.stock[problem.line_sku] > 0
    )
    may_send = np.logical_or.reduceat(there, starts, axis=0)
    least = np.where(may_send, whole, NOWHERE // MILLI).min(axis=1)
    each: Ints = MILLI * least // np.add.reduceat(problem.line_qty, starts)
    return each
