"""WHERE for all orders at once: what is confirmed, as a problem for the kernel.

The kernel finds a plan of least cost by negotiated prices and proves how far it
may be from the best. It knows no line that may not use a node which its order
may, no kit, no lines kept together, no second ship day and no lines to be picked;
orders that need one of these, and what the kernel leaves, are placed in their turn. Of
a node that picks so many lines a day it is told that it sends no more shipments than
that, which each plan keeps to: the bound is one, and an order whose lines are too many
then has its turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.kernel.problem import pose
from transforms.allocation.kernel.solve import Effort, solve
from transforms.allocation.kernel.tables import LARGEST, ProblemError
from transforms.allocation.kernel.telling import least_told, prices_told
from transforms.allocation.plan import IS_LINE_SPLIT, SPLIT_COST
from transforms.allocation.problem import Posed, Problem
from transforms.allocation.tariff import Tariff
from transforms.contracts.decisions import ALLOCATION_PRICES

MOST_KINDS = 127
"""Sets of nodes that orders may use, numbered in one byte."""

DEAR = (1 << 30) - 1
"""Minor units that the eaches of a line may be worth, to leave room for its cost."""

LAST_DAY = 1 << 30
LONGEST_OVERDUE = 5_000
"""Days that a promise may be over; beyond, all nodes are late by as much more."""

FURTHEST_PROMISE = 10_000
"""Days ahead; no node is late for it, nor for one beyond."""


@dataclass(frozen=True)
class Roads:
    """What a shipment costs and how long it takes.

    Args:
        nodes: DIM_NODES in the order of the node arrays.
        lanes: priced lanes.
        rates: DIM_RATES.
    """

    nodes: pl.DataFrame
    lanes: pl.DataFrame
    rates: pl.DataFrame


@dataclass(frozen=True)
class Proposal:
    """A plan for all orders, and the proof of how good it is.

    Args:
        qty: L × N eaches that each node should ship; 0 where there is no plan.
        prices: ALLOCATION_PRICES without ``as_of`` and ``run_id``.
        floors: ``order`` (its number), ``least_milli``: what no plan of it costs
            less than at these prices.
    """

    qty: Ints
    prices: pl.DataFrame
    floors: pl.DataFrame


def no_proposal(posed: Posed) -> Proposal:
    """Each order for itself."""
    shape = (len(posed.problem.line_qty), len(posed.node_ids))
    prices = ALLOCATION_PRICES.empty().drop("as_of", "run_id")
    return Proposal(np.zeros(shape, np.int64), prices, FLOORS.to_frame())


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
        that was planned for, no more, on their nodes' first ship days.
    """
    starts = posed.problem.order_start[:-1]
    is_off = qty.sum(axis=1) != proposal.qty.sum(axis=1)
    is_later = ((qty > 0) & (day[posed.problem.line_order] > 0)).any(axis=1)
    other = np.logical_or.reduceat(is_off | is_later, starts)
    kept = proposal.floors.filter(
        ~pl.Series(other[proposal.floors["order"].to_numpy()])
    )
    names = posed.demand["order_id"].gather(starts.tolist())
    return kept.select(
        order_id=names.gather(kept["order"]), least_milli="least_milli"
    ).sort("order_id")


def proposed(posed: Posed, tariff: Tariff, roads: Roads, confirmed: Ints) -> Proposal:
    """What each node should ship of each line, so that all orders cost least.

    Args:
        posed: the problem of the run.
        tariff: its prices, minor units and days.
        roads: the frames that they were made of.
        confirmed: eaches of each line that will ship from somewhere.

    Returns:
        No plan at all where the exchange format cannot say the problem.
    """
    if not len(confirmed):
        return no_proposal(posed)
    lines, kind, kinds = _lines(posed, confirmed)
    if not len(lines):
        return no_proposal(posed)
    frames = _frames(posed, tariff, roads, confirmed, lines, kind, kinds)
    try:
        problem = pose(frames, _params(posed))
    except ProblemError:
        # Master data that the format has no room for, such as a zone above 127,
        # cost money here, not the run: each order is then placed in its turn.
        return no_proposal(posed)
    found = solve(problem, Effort())
    parts, plan = found.parts, no_proposal(posed).qty
    is_shipped = parts.node >= 0
    line, node = lines[parts.line[is_shipped]], parts.node[is_shipped]
    np.add.at(plan, (line, problem.node_ids[node]), parts.qty[is_shipped])
    least = least_told(problem, found.least).rename({"order_id": "order"})
    prices = _priced(posed, tariff, prices_told(problem, found.prices))
    floors = _planned(posed, confirmed, plan, least.cast(FLOORS))
    return Proposal(plan, prices, _certain(posed, tariff, floors))


def _certain(posed: Posed, tariff: Tariff, floors: pl.DataFrame) -> pl.DataFrame:
    """Floors of orders whose days the exchange format can say: calendar days.

    Elsewhere its plan is as good a plan, but no proof.
    """
    kinds = posed.problem.order_class[floors["order"].to_numpy()]
    return floors.filter(pl.Series(tariff.is_plain[kinds], dtype=pl.Boolean))


def _planned(
    posed: Posed, confirmed: Ints, plan: Ints, least: pl.DataFrame
) -> pl.DataFrame:
    """Floors of orders of which all that is confirmed has its place in the plan."""
    is_open = plan.sum(axis=1) != confirmed
    other = np.logical_or.reduceat(is_open, posed.problem.order_start[:-1])
    return least.filter(~pl.Series(other[least["order"].to_numpy()]))


def _priced(posed: Posed, tariff: Tariff, told: pl.DataFrame) -> pl.DataFrame:
    """Prices by the names of nodes and SKUs, with what there was of each."""
    skus = posed.demand["sku_id"].gather(
        posed.problem.sku_lines[posed.problem.sku_line_start[:-1]].tolist()
    )
    node = told["node_id"].to_numpy()
    is_stock = (told["resource"] == "stock").to_numpy()
    sku = told["sku_id"].fill_null(0).to_numpy()
    room = np.where(
        (told["resource"] == "unit").to_numpy(),
        posed.unit_room[node, 0],
        posed.first_shipments[node],
    )
    names = pl.Series(posed.node_ids, dtype=pl.String)
    first = pl.Series(tariff.ship_day[node, 0]).cast(pl.Int32).cast(pl.Date)
    on_stock = pl.Series(is_stock)
    return told.select(
        "resource",
        node_id=names.gather(node),
        sku_id=pl.when(on_stock).then(skus.gather(sku)).otherwise(pl.lit("")),
        ship_date=pl.when(~on_stock).then(first),
        supply_qty=pl.Series(np.where(is_stock, posed.stock[sku, node], room)),
        price_milli="price_milli",
    ).sort("resource", "node_id", "sku_id")


def _lines(posed: Posed, confirmed: Ints) -> tuple[Ints, Ints, Flags]:
    """Lines that the kernel understands, the kind of each, and nodes by kind.

    A kind is the nodes that some line of an order may use. One that another line
    may not is no hindrance where it has none of the line's SKU.
    """
    problem = posed.problem
    allowed = problem.group_allowed[problem.line_group]
    used = np.logical_or.reduceat(allowed, problem.order_start[:-1], axis=0)
    barred = used[problem.line_order] & ~allowed & (posed.stock[problem.line_sku] > 0)
    is_heavy = problem.line_grams > LARGEST // np.maximum(confirmed, 1)
    worth = _worths(problem, np.arange(len(confirmed)))
    is_dear = worth.max(axis=1, initial=0)[problem.line_sku] > DEAR // np.maximum(
        confirmed, 1
    )
    is_whole = (problem.line_kit >= 0) | (problem.line_bundle >= 0)
    is_odd = barred.any(axis=1) | is_whole | is_heavy | is_dear
    odd = np.zeros(len(problem.is_complete), np.bool_)
    odd[problem.line_order[is_odd]] = True
    kinds, kind = np.unique(used, axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    common = np.argsort(-np.bincount(kind, minlength=len(kinds)), kind="stable")
    place = np.argsort(common, kind="stable")
    kind, kinds = place[kind], kinds[common[:MOST_KINDS]]
    is_in = (confirmed > 0) & ~(odd | (kind >= MOST_KINDS))[problem.line_order]
    lines = np.flatnonzero(is_in)
    return lines, kind[problem.line_order[lines]], kinds


def _worths(problem: Problem, lines: Ints) -> Ints:
    """S × N: what eaches are worth where one of the lines may have them from."""
    is_used = np.zeros(problem.worth.shape, np.bool_)
    allowed = problem.group_allowed[problem.line_group[lines]]
    np.logical_or.at(is_used, problem.line_sku[lines], allowed)
    return np.asarray(problem.worth * is_used)


def _frames(  # noqa: PLR0913, PLR0917
    posed: Posed,
    tariff: Tariff,
    roads: Roads,
    confirmed: Ints,
    lines: Ints,
    kind: Ints,
    kinds: Flags,
) -> dict[str, pl.DataFrame]:
    problem = posed.problem
    stock = np.argwhere(posed.stock > 0)
    worth = _worths(problem, lines)
    grams = problem.line_grams[lines] * confirmed[lines]
    regions = tariff.classes["region_code"].unique().sort()
    return {
        "orders": _orders(posed, tariff, lines, kind, regions),
        "lines": pl.DataFrame(
            {
                "order_id": problem.line_order[lines],
                "line_no": lines - problem.order_start[problem.line_order[lines]],
                "sku_id": problem.line_sku[lines],
                "qty": confirmed[lines],
                "grams": grams,
                "backorder_cost_minor": _never(posed, tariff, lines, grams, confirmed),
            }
        ),
        "nodes": pl.DataFrame(
            {
                "node_id": np.arange(len(posed.node_ids)),
                "shipment_cost_minor": problem.shipment_cost,
                "unit_cost_minor": problem.unit_cost,
                "lead_days": _leads(tariff),
                "capacity_shipments": posed.first_shipments,
                "capacity_units": posed.unit_room[:, 0],
                "channel_ids": [np.flatnonzero(column) for column in kinds.T],
            },
            schema_overrides={"channel_ids": pl.List(pl.Int8)},
        ),
        "stock": pl.DataFrame(
            {
                "sku_id": stock[:, 0],
                "node_id": stock[:, 1],
                "on_hand_qty": posed.stock[stock[:, 0], stock[:, 1]],
                "allocated_qty": np.zeros(len(stock), np.int64),
                "buffer_qty": np.zeros(len(stock), np.int64),
                "worth_minor": worth[stock[:, 0], stock[:, 1]],
            }
        ),
        "zones": _zones(posed, roads, regions),
        "rates": _rates(roads.rates),
    }


def _start(tariff: Tariff) -> int:
    """A day before any node ships and before any promise ends: days count from it."""
    days = tariff.ship_day[:, 0]
    shipped = int(days[days >= 0].min(initial=LAST_DAY))
    promised = int(_promises(tariff).min(initial=LAST_DAY))
    return min(shipped, max(promised, shipped - LONGEST_OVERDUE))


def _promises(tariff: Tariff) -> Ints:
    """Days since 1970, by destination class."""
    days = tariff.classes["promise_date"].cast(pl.Int32)
    return np.ascontiguousarray(days.to_numpy(), dtype=np.int64)


def _leads(tariff: Tariff) -> Ints:
    """Days to the first ship day of each node; of one that has none nobody asks."""
    days = tariff.ship_day[:, 0]
    leads: Ints = np.where(days < 0, 0, days - _start(tariff))
    return leads


def _orders(
    posed: Posed, tariff: Tariff, lines: Ints, kind: Ints, regions: pl.Series
) -> pl.DataFrame:
    """The orders of the lines."""
    problem = posed.problem
    orders, first = np.unique(problem.line_order[lines], return_index=True)
    kind_of = problem.order_class[orders]
    classes = tariff.classes[kind_of.tolist()]
    late = np.unique(problem.late_cost)
    return pl.DataFrame(
        {
            "order_id": orders,
            "region_id": regions.search_sorted(classes["region_code"]).to_numpy(),
            "priority": np.searchsorted(late, problem.late_cost[orders]),
            "promise_days": np.clip(
                _promises(tariff)[kind_of] - _start(tariff), 0, FURTHEST_PROMISE
            ),
            "is_ship_complete": problem.is_complete[orders],
            "max_shipments": np.full(len(orders), problem.sets[-1].shape[1]),
            "channel_id": kind[first],
        }
    )


def _never(
    posed: Posed, tariff: Tariff, lines: Ints, grams: Ints, confirmed: Ints
) -> Ints:
    """More than any way of shipping a line costs: nothing confirmed is kept back."""
    problem = posed.problem
    days = int(np.minimum(tariff.late_days, 365).max(initial=0))
    late = problem.late_cost[problem.line_order[lines]] * days
    shipment = int(tariff.base.max(initial=0) + problem.shipment_cost.max(initial=0))
    kilos = int(tariff.per_kg.max(initial=0)) * grams // 1000
    worth = _worths(problem, lines).max(axis=1, initial=0)[problem.line_sku[lines]]
    each = int(problem.unit_cost.max(initial=0)) + worth + late
    eaches = each * confirmed[lines]
    dear = 2 * (shipment + int(problem.rules[SPLIT_COST]) + kilos + eaches) + 1
    never: Ints = np.minimum(dear, LARGEST)
    return never


def _zones(posed: Posed, roads: Roads, regions: pl.Series) -> pl.DataFrame:
    known = roads.lanes.filter(
        pl.col("region_code").is_in(regions.implode())
        & pl.col("node_id").is_in(posed.node_ids)
    )
    nodes = pl.Series(posed.node_ids, dtype=pl.String)
    return pl.DataFrame(
        {
            "region_id": regions.search_sorted(known["region_code"]),
            "node_id": nodes.search_sorted(known["node_id"]),
            "zone": known["zone_no"],
            "distance_km": known["distance_km"].cast(pl.Float32),
        }
    )


def _rates(rates: pl.DataFrame) -> pl.DataFrame:
    """Rates with services from the slowest and cheapest to the fastest.

    Of two that are as fast in a zone, only the cheaper is ever taken.
    """
    pace = rates.group_by("service_code").agg(
        pl.col("transit_days").sum(), pl.col("base_minor").sum()
    )
    ranked = pace.sort(
        "transit_days", "base_minor", "service_code", descending=[True, False, False]
    ).with_row_index("service_id")
    numbers = ranked.select("service_code", "service_id")
    wanted = rates.sort("base_minor", "service_code").unique(
        ["zone_no", "transit_days"], keep="first", maintain_order=True
    )
    return wanted.join(numbers, on="service_code").select(
        "service_id",
        pl.col("zone_no").alias("zone"),
        "base_minor",
        "per_kg_minor",
        "transit_days",
    )


def _params(posed: Posed) -> Mapping[str, object]:
    late = np.unique(posed.problem.late_cost).tolist()
    rules = posed.problem.rules
    return {
        "late_cost_minor": [*late, *[0] * (5 - len(late))],
        "split_cost_minor": int(rules[SPLIT_COST]),
        "is_line_split_allowed": bool(rules[IS_LINE_SPLIT]),
    }
