"""Allocate: the daily decision, from open demand to committed eaches.

Eligibility, WHO (``confirm``), WHERE (``place``), then the tables that say
what was decided and why. Nothing here knows how a step works.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime

import polars as pl

from transforms.allocation.book import Book
from transforms.allocation.confirm import confirm
from transforms.allocation.cost import costed
from transforms.allocation.dates import room, ship_calendar
from transforms.allocation.eligible import eligibility, in_penalty_box, priced_lanes
from transforms.allocation.events import allocated_events, backordered_events
from transforms.allocation.flip import distance
from transforms.allocation.fresh import Fresh, fresh_stock
from transforms.allocation.network import Network
from transforms.allocation.pins import PINS
from transforms.allocation.place import Placement, place
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.problem import Posed, pose
from transforms.allocation.shortage import backorders
from transforms.allocation.sourcing import (
    Proposal,
    Roads,
    followed,
    no_proposal,
    proposed,
)
from transforms.allocation.tariff import Tariff, price
from transforms.allocation.trace import trace
from transforms.contracts.decisions import (
    ALLOCATION_PRICES,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    ORDER_FLOORS,
    OWN_EVENTS,
    SHELF_LIFE_LIMITS,
)
from transforms.contracts.table import Table, conform


@dataclass(frozen=True)
class Allocation:
    """What a run decided; all frames without ``run_id``.

    Args:
        allocations: ALLOCATIONS.
        prices: ALLOCATION_PRICES.
        floors: ORDER_FLOORS.
        trace: DECISION_TRACE.
        backorders: BACKORDERS.
        events: OWN_EVENTS: ALLOCATED and BACKORDERED.
    """

    allocations: pl.DataFrame
    prices: pl.DataFrame
    floors: pl.DataFrame
    trace: pl.DataFrame
    backorders: pl.DataFrame
    events: pl.DataFrame


@dataclass(frozen=True)
class Inputs:
    """What a run decides on, frozen; the arguments of ``allocate`` by their names."""

    demand: pl.DataFrame
    supply: pl.DataFrame
    nodes: pl.DataFrame
    lanes: pl.DataFrame
    rates: pl.DataFrame
    load: pl.DataFrame
    refusals: pl.DataFrame
    expected_receipts: pl.DataFrame
    policy: AllocationPolicy
    as_of: datetime
    limits: pl.DataFrame = field(default_factory=SHELF_LIFE_LIMITS.empty)
    pins: pl.DataFrame = field(default_factory=PINS.to_frame)

    def decide(self) -> Allocation:
        """``allocate`` of these."""
        return allocate(**{f.name: getattr(self, f.name) for f in fields(self)})


def allocate(  # noqa: PLR0913, PLR0917
    demand: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    rates: pl.DataFrame,
    load: pl.DataFrame,
    refusals: pl.DataFrame,
    expected_receipts: pl.DataFrame,
    policy: AllocationPolicy,
    as_of: datetime,
    limits: pl.DataFrame | None = None,
    pins: pl.DataFrame | None = None,
) -> Allocation:
    """Commit available eaches to open lines; explain the rest.

        sum over lines of allocated[line, node]  <=  atp[node, sku]
        sum over nodes of allocated[line, node] + backordered[line] = open[line]

    Who gets scarce eaches depends on the demand order alone; where they ship
    from is what costs all orders least, or, in turn, each order's cheapest plan.
    No plan takes an each that a later confirmed line has nowhere else.

    Args:
        demand: OPEN_DEMAND, with or without ``run_id``.
        supply: AVAILABLE_TO_PROMISE.
        nodes: DIM_NODES.
        lanes: DIM_LANES.
        rates: DIM_RATES.
        load: ``node_id, local_date, unit_qty, shipment_qty`` already committed
            (``dates.committed_load``).
        refusals: ``line_id, node_id, refused_at`` (``eligible.refusals_from``).
        expected_receipts: FCT_EXPECTED_RECEIPTS, quantities still to come.
        policy: who goes first and how far an order may be split.
        as_of: moment of the decision, UTC; stamped on every row.
        limits: SHELF_LIFE_LIMITS of the supply; none by default.
        pins: PINS: the node that somebody wants a line to ship from; none by default.

    Raises:
        PolicyError: an order's lines are not neighbours in demand order.
        ContractError: a result breaks its table.
    """
    demand, nodes = demand.sort("demand_rank"), nodes.sort("node_id")
    lanes = priced_lanes(lanes, rates)
    days = ship_calendar(
        nodes, policy.closed_dates, as_of, policy.capacity_horizon_days
    )
    rooms = room(nodes, load, days)
    barred = in_penalty_box(refusals, policy, as_of)
    limits = SHELF_LIFE_LIMITS.empty() if limits is None else limits
    pins = PINS.to_frame() if pins is None else pins
    pairs = eligibility(demand, supply, nodes, lanes, rooms, barred, limits, pins)
    tariff = price(demand, nodes, lanes, rates, rooms)
    posed = pose(demand, pairs, nodes, tariff, policy)
    fresh = fresh_stock(posed.demand, limits, posed.node_ids)
    roads = Roads(nodes, lanes, rates)
    placement, proposal = _decided(posed, tariff, roads, policy, fresh)
    floors = followed(proposal, posed, placement.qty, placement.day)
    allocated = costed(posed, tariff, placement)
    short = backorders(pairs, posed, placement, expected_receipts, policy, as_of)
    events = pl.concat(
        [
            allocated_events(allocated, as_of),
            backordered_events(short, demand, as_of),
        ]
    )
    far = distance(posed, tariff, placement, proposal.prices, allocated)
    return Allocation(
        _stamped(allocated, ALLOCATIONS, as_of),
        _stamped(proposal.prices, ALLOCATION_PRICES, as_of),
        _stamped(floors, ORDER_FLOORS, as_of),
        _stamped(trace(pairs, posed, tariff, placement, far), DECISION_TRACE, as_of),
        _stamped(short, BACKORDERS, as_of),
        _stamped(events, OWN_EVENTS, as_of),
    )


def _decided(
    posed: Posed,
    tariff: Tariff,
    roads: Roads,
    policy: AllocationPolicy,
    fresh: Fresh | None,
) -> tuple[Placement, Proposal]:
    problem = posed.problem
    book = Book(posed.stock, problem.group_allowed, problem.group_start)
    confirmed = confirm(problem, book)
    proposal = no_proposal(posed)
    if policy.sourcing == "negotiated":
        proposal = proposed(posed, tariff, roads, confirmed)
    rooms = posed.unit_room.copy(), posed.shipment_room.copy()
    network = Network(book, posed.stock.copy(), *rooms, fresh)
    return place(problem, network, confirmed, proposal.qty), proposal


def _stamped(frame: pl.DataFrame, table: Table, as_of: datetime) -> pl.DataFrame:
    whole = frame.with_columns(as_of=pl.lit(as_of), run_id=pl.lit(""))
    return conform(whole, table).drop("run_id")
