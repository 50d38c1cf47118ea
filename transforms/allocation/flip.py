"""How far each node was from shipping an order: what would have turned the choice.

Of a node that was not chosen two things are asked. How many eaches does it lack; and
how much more would the order cost if all that was placed of it shipped from there. A
node that lacks nothing, is ruled out by nothing, and costs that much less, ships the
order. Scarce supply counts at its price: what others lose by it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.place import Placement
from transforms.allocation.problem import Posed
from transforms.allocation.tariff import FOR_EVER, Tariff

MILLI = 1000
BY_MONEY = ("negotiated", "cheapest", "fewest_parcels")
"""Strategies in which a node that is cheaper by as much ships the order."""


class Distance(NamedTuple):
    """L × N: how far a node was from shipping a line.

    Args:
        lacking: eaches of the line that it did not have at the line's turn.
        price: thousandths of a minor unit that one each of the SKU there is worth to
            the run's orders; 0 where there is plenty.
        over: minor units that the order would cost more, rounded up: below 0 where
            something else than its cost kept the node out. Of a strategy that money
            does not decide in (``is_told``) it turns nothing.
        fits: whether the node's first day with room had some for all of the order.
        is_told: whether money decides.
    """

    lacking: Ints
    price: Ints
    over: Ints
    fits: Flags
    is_told: bool


def distance(
    posed: Posed,
    tariff: Tariff,
    placement: Placement,
    prices: pl.DataFrame,
    allocated: pl.DataFrame,
) -> Distance:
    """The distance of every node from every line.

    Args:
        posed: the problem.
        tariff: what shipments cost.
        placement: what was decided.
        prices: ALLOCATION_PRICES of the run.
        allocated: ALLOCATIONS of the run.
    """
    problem = posed.problem
    placed = placement.qty.sum(axis=1)
    wanted = np.where(placed > 0, placed, problem.line_qty)
    lacking = np.maximum(0, wanted[:, None] - placement.stock_left)
    price, unit_price, shipment_price = _prices(posed, tariff, prices)
    price_of_line = price[problem.line_sku]
    nodes, first = np.arange(len(posed.node_ids)), posed.first_open
    scarce = price_of_line + unit_price[nodes, first]
    whole = _ordered(problem.order_start, placed[:, None] * scarce)
    whole += shipment_price[nodes, first]
    is_used = _ordered(problem.order_start, placement.qty) > 0
    paid = price_of_line + unit_price[nodes, placement.day][problem.line_order]
    own = _ordered(problem.order_start, placement.qty * paid).sum(axis=1)
    own += (is_used * shipment_price[nodes, placement.day]).sum(axis=1)
    milli = MILLI * (_shipped_whole(posed, tariff, placed) - _paid(posed, allocated))
    over = -(-(milli + whole - own[:, None]) // MILLI)
    is_told = problem.strategy.name in BY_MONEY
    fits = _fits(posed, placed)[problem.line_order]
    return Distance(lacking, price_of_line, over[problem.line_order], fits, is_told)


def _fits(posed: Posed, placed: Ints) -> Flags:
    """O × N: the first day with room takes all that was placed of the order."""
    starts, nodes = posed.problem.order_start, np.arange(len(posed.node_ids))
    first = posed.first_open
    eaches = _ordered(starts, placed[:, None])
    lines = _ordered(starts, (placed > 0).astype(np.int64)[:, None])
    has_room = posed.unit_room[nodes, first] >= eaches
    has_room &= posed.line_room[nodes, first] >= lines
    return np.asarray(has_room & (posed.shipment_room[nodes, first] > 0), np.bool_)


def _shipped_whole(posed: Posed, tariff: Tariff, placed: Ints) -> Ints:
    """O × N: what the order's placed eaches cost in one shipment of each node.

    On the first day that has room.
    """
    problem, on_day = posed.problem, posed.on_first_open
    kind = problem.order_class[problem.line_order]
    qty, late = placed[:, None], problem.late_cost[problem.line_order][:, None]
    weight = on_day(tariff.per_kg)[kind] * (problem.line_grams[:, None] * qty) // MILLI
    days = np.minimum(on_day(tariff.late_days)[kind], FOR_EVER)
    each = problem.unit_cost + problem.worth[problem.line_sku] + late * days
    lines = weight + each * qty
    shipment = on_day(tariff.base)[problem.order_class] + problem.shipment_cost
    return shipment + _ordered(problem.order_start, lines)


def _paid(posed: Posed, allocated: pl.DataFrame) -> Ints:
    """O × 1: what the orders cost as they were decided."""
    names = posed.demand["order_id"].gather(posed.problem.order_start[:-1].tolist())
    sums = allocated.group_by("order_id").agg(pl.col("total_minor").sum())
    paid = names.to_frame().join(
        sums, on="order_id", how="left", maintain_order="left"
    )["total_minor"]
    return np.ascontiguousarray(paid.fill_null(0).to_numpy(), np.int64)[:, None]


def _prices(
    posed: Posed, tariff: Tariff, prices: pl.DataFrame
) -> tuple[Ints, Ints, Ints]:
    """(S × N of an each, N × D of room for one, N × D of room for a shipment)."""
    nodes = len(posed.node_ids)
    place = {node: number for number, node in enumerate(posed.node_ids)}
    first = posed.problem.sku_lines[posed.problem.sku_line_start[:-1]].tolist()
    skus = posed.demand["sku_id"].gather(first).to_list()
    row = {sku: number for number, sku in enumerate(skus)}
    stock = np.zeros((len(skus), nodes), np.int64)
    rooms = {name: np.zeros_like(tariff.ship_day) for name in ("unit", "shipment")}
    told = prices.select(
        *("resource", "node_id", "sku_id", "price_milli"),
        pl.col("ship_date").cast(pl.Int32),
    )
    for resource, node, sku, price, day in told.iter_rows():
        if resource == "stock":
            stock[row[sku], place[node]] = price
        else:
            here = place[node]
            rooms[resource][here, tariff.ship_day[here] == day] = price
    return stock, rooms["unit"], rooms["shipment"]


def _ordered(starts: Ints, lines: Ints) -> Ints:
    """Sums of the lines of each order."""
    if not len(lines):
        return np.zeros((len(starts) - 1, lines.shape[1]), np.int64)
    return np.asarray(np.add.reduceat(lines, starts[:-1], axis=0), np.int64)
