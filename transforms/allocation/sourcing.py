"""WHERE for all orders at once: what the kernel plans, and what that proves.

The kernel finds a plan of least cost by negotiated prices and proves how far it may
be from the best: which nodes ship what, on which of their days (``posing``). Orders
that it does not understand, and what it leaves, are placed in their turn. Of a node
that picks so many lines a day it is told that it sends no more shipments than that,
which each plan keeps to: the bound is one, and an order whose lines are too many then
has its turn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.kernel.effort import Effort
from transforms.allocation.kernel.solve import Solution, solve
from transforms.allocation.posing import Question, question_of
from transforms.allocation.problem import Posed
from transforms.allocation.tariff import Tariff
from transforms.contracts.decisions import ALLOCATION_PRICES


@dataclass(frozen=True)
class Proposal:
    """A plan for all orders, and the proof of how good it is.

    Args:
        qty: L × N eaches that each node should ship; 0 where there is no plan.
        day: O × N, on which of the node's ship days; -1 where nothing ships.
        is_asked: N × D whether the proof speaks of that day of the node.
        prices: ALLOCATION_PRICES without ``as_of`` and ``run_id``.
        floors: ``order`` (its number), ``least_milli``: what no plan of it costs
            less than at these prices.
    """

    qty: Ints
    day: Ints
    is_asked: Flags
    prices: pl.DataFrame
    floors: pl.DataFrame


def no_proposal(posed: Posed) -> Proposal:
    """Each order for itself."""
    nodes, orders = len(posed.node_ids), len(posed.problem.is_complete)
    prices = ALLOCATION_PRICES.empty().drop("as_of", "run_id")
    return Proposal(
        np.zeros((len(posed.problem.line_qty), nodes), np.int64),
        np.full((orders, nodes), -1, np.int64),
        np.zeros(posed.unit_room.shape, np.bool_),
        prices,
        FLOORS.to_frame(),
    )


FLOORS = pl.Schema({"order": pl.Int64, "least_milli": pl.Int64})


def followed(proposal: Proposal, posed: Posed, qty: Ints, day: Ints) -> pl.DataFrame:
    """The floors of orders that were placed as far as the proof speaks of them.

    Args:
        proposal: the plan.
        posed: the problem of the run.
        qty: L × N eaches as placed.
        day: O × N, which of the node's ship days.

    Returns:
        ORDER_FLOORS without ``as_of`` and ``run_id``: of orders that got each each
        that was planned for, no more, on days of nodes that the kernel knew.
    """
    starts, line_order = posed.problem.order_start[:-1], posed.problem.line_order
    is_off = qty.sum(axis=1) != proposal.qty.sum(axis=1)
    is_known = proposal.is_asked[np.arange(qty.shape[1]), day[line_order]]
    is_elsewhere = ((qty > 0) & ~is_known).any(axis=1)
    other = np.logical_or.reduceat(is_off | is_elsewhere, starts)
    kept = proposal.floors.filter(
        ~pl.Series(other[proposal.floors["order"].to_numpy()])
    )
    names = posed.demand["order_id"].gather(starts.tolist())
    return kept.select(
        order_id=names.gather(kept["order"]), least_milli="least_milli"
    ).sort("order_id")


@dataclass(frozen=True)
class Apart:
    """Orders that have their place whatever all others cost.

    Args:
        is_apart: O which they are.
        qty: L × N eaches that they have there; 0 of others.
        day: O × N, on which of the node's ship days; -1 where nothing ships.
    """

    is_apart: Flags
    qty: Ints
    day: Ints


def proposed(
    posed: Posed, tariff: Tariff, confirmed: Ints, apart: Apart | None = None
) -> Proposal:
    """What each node should ship of each line, so that all orders cost least.

    Args:
        posed: the problem of the run.
        tariff: its prices, minor units and days.
        confirmed: eaches of each line that will ship from somewhere.
        apart: orders that have their place, and leave the others what they do not
            take; none by default.

    Returns:
        No plan at all where there is nothing that the kernel understands.
    """
    nothing = no_proposal(posed)
    left = posed
    if apart is not None:
        left = _left_by(posed, apart)
        confirmed = np.where(apart.is_apart[posed.problem.line_order], 0, confirmed)
    asked = question_of(left, tariff, confirmed) if len(confirmed) else None
    if asked is None:
        return nothing
    found = solve(asked.posed, Effort())
    plan, day = _planned(asked, found, nothing)
    is_asked = nothing.is_asked.copy()
    is_asked[asked.days.node, asked.days.day] = True
    floors = pl.DataFrame(
        {"order": asked.orders, "least_milli": found.least}, schema=FLOORS
    )
    is_open = plan.sum(axis=1) != confirmed
    other = np.logical_or.reduceat(is_open, posed.problem.order_start[:-1])
    whole = floors.filter(~pl.Series(other[asked.orders]))
    if apart is not None:
        plan, day = plan + apart.qty, np.maximum(day, apart.day)
    day = _no_later_than_need_be(posed, tariff, plan, day)
    return Proposal(plan, day, is_asked, _priced(posed, tariff, asked, found), whole)


def _left_by(posed: Posed, apart: Apart) -> Posed:
    """The problem with what orders that are apart leave to others."""
    stock = posed.stock.copy()
    np.subtract.at(stock, posed.problem.line_sku, apart.qty)
    units, shipments, lines = _rooms_left(posed, apart.qty, apart.day)
    return replace(
        posed,
        stock=stock,
        unit_room=units,
        shipment_room=shipments,
        line_room=lines,
    )


def _rooms_left(posed: Posed, qty: Ints, day: Ints) -> list[Ints]:
    """N × D of eaches, shipments and lines that a plan leaves room for."""
    first = posed.problem.order_start[:-1]
    order, node = np.nonzero(day >= 0)
    eaches = np.add.reduceat(qty, first, axis=0)[order, node]
    lines = np.add.reduceat((qty > 0).astype(np.int64), first, axis=0)[order, node]
    left = [posed.unit_room.copy(), posed.shipment_room.copy(), posed.line_room.copy()]
    for room, many in zip(left, (eaches, np.ones_like(eaches), lines), strict=True):
        np.subtract.at(room, (node, day[order, node]), many)
    return left


def _planned(asked: Question, found: Solution, nothing: Proposal) -> tuple[Ints, Ints]:
    """(L × N eaches, O × N days); nothing of orders that want two days of a node."""
    parts, (node_of, day_of, _) = found.parts, asked.days
    qty, day = nothing.qty.copy(), nothing.day.copy()
    is_shipped = parts.node >= 0
    line, place = asked.lines[parts.line[is_shipped]], parts.node[is_shipped]
    order = asked.posed.lines["order_id"].to_numpy()[parts.line[is_shipped]]
    node = node_of[place]
    np.add.at(qty, (line, node), parts.qty[is_shipped])
    day[order, node] = day_of[place]
    is_twice = day[order, node] != day_of[place]
    twice = np.isin(order, order[is_twice])
    qty[line[twice]], day[order[twice]] = 0, -1
    return qty, day


def _no_later_than_need_be(posed: Posed, tariff: Tariff, qty: Ints, day: Ints) -> Ints:
    """The days of a plan, earlier where there is room and it costs no more.

    To the solver two days that cost the same are the same; to the customer not.
    """
    problem, first = posed.problem, posed.problem.order_start[:-1]
    eaches = np.add.reduceat(qty, first, axis=0)
    lines = np.add.reduceat((qty > 0).astype(np.int64), first, axis=0)
    left = _rooms_left(posed, qty, day)
    sooner = day.copy()
    for order, node in zip(*np.nonzero(day > 0), strict=True):
        kind, now = problem.order_class[order], day[order, node]
        takes = (eaches[order, node], 1, lines[order, node])
        for other in range(now):
            is_open = all(
                room[node, other] >= many
                for room, many in zip(left, takes, strict=True)
            )
            if is_open and tariff.is_as_cheap(kind, node, other, now):
                sooner[order, node] = other
                for room, many in zip(left, takes, strict=True):
                    room[node, other] -= many
                    room[node, now] += many
                break
    return sooner


def _priced(
    posed: Posed, tariff: Tariff, asked: Question, found: Solution
) -> pl.DataFrame:
    """Prices by the names of nodes, days and SKUs, with what there was of each."""
    problem, prices, days = asked.posed.problem, found.prices, asked.days
    cell = np.flatnonzero(prices.cell)
    place = np.searchsorted(problem.cell_start, cell, side="right") - 1
    sku, node = asked.skus[place], days.node[problem.cell_node[cell]]
    rows = [
        _told(posed, node, prices.cell[cell]).with_columns(
            resource=pl.lit("stock"),
            sku_id=_sku_names(posed).gather(sku.tolist()),
            ship_date=pl.lit(None, pl.Date),
            supply_qty=pl.Series(posed.stock[sku, node]),
        )
    ]
    for resource, price, room in (
        ("unit", prices.unit, posed.unit_room[days.node, days.day]),
        ("shipment", prices.shipment, posed.shipments_on(days.node, days.day)),
    ):
        at = np.flatnonzero(price)
        shipped = tariff.ship_day[days.node[at], days.day[at]]
        rows.append(
            _told(posed, days.node[at], price[at]).with_columns(
                resource=pl.lit(resource),
                sku_id=pl.lit(""),
                ship_date=pl.Series(shipped).cast(pl.Int32).cast(pl.Date),
                supply_qty=pl.Series(room[at]),
            )
        )
    columns = [name for name in ALLOCATION_PRICES.schema if name in rows[0].columns]
    told = pl.concat(row.select(columns) for row in rows)
    return told.sort("resource", "node_id", "sku_id", "ship_date")


def _told(posed: Posed, node: Ints, price: Ints) -> pl.DataFrame:
    names = pl.Series(posed.node_ids, dtype=pl.String)
    return pl.DataFrame({"node_id": names.gather(node.tolist()), "price_milli": price})


def _sku_names(posed: Posed) -> pl.Series:
    first = posed.problem.sku_lines[posed.problem.sku_line_start[:-1]]
    return posed.demand["sku_id"].gather(first.tolist())
