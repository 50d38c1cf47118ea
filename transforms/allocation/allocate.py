"""Allocate: the daily decision, from open demand to committed eaches.

Eligibility, WHO (``confirm``), WHERE (``place``), then the tables that say
what was decided and why. Nothing here knows how a step works.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import polars as pl

from transforms.allocation.book import Book
from transforms.allocation.business_classes import left_orders
from transforms.allocation.confirm import confirm
from transforms.allocation.cost import costed
from transforms.allocation.counter import (
    is_fetched,
    stores,
    to_counter,
    with_counter_rate,
    with_counters,
    with_store_holidays,
)
from transforms.allocation.dates import LOAD, room, ship_calendar
from transforms.allocation.eligible import eligibility, in_penalty_box, priced_lanes
from transforms.allocation.events import (
    allocated_events,
    backordered_events,
    expired_events,
)
from transforms.allocation.expiry import SINCE, expired_backorders, without_expired
from transforms.allocation.flip import distance
from transforms.allocation.fresh import fresh_stock
from transforms.allocation.horizon import later_orders, unreleased_lines
from transforms.allocation.later_room import LATER_SHIP_DAYS, LaterRoom
from transforms.allocation.node_rules import RULED_OUT, ruled_out
from transforms.allocation.packed import (
    PACKS,
    allocated_by_component,
    kept,
    kit_lines,
    of_kits,
    traced_by_component,
    with_packs,
)
from transforms.allocation.pins import PINS
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.problem import Posed, pose
from transforms.allocation.settling import settled
from transforms.allocation.shortage import backorders
from transforms.allocation.sourcing import followed
from transforms.allocation.tariff import Tariff, price, with_class_keys
from transforms.allocation.trace import trace
from transforms.allocation.turns import by_cost
from transforms.contracts.decisions import (
    ALLOCATION_PRICES,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    EXPIRED_BACKORDERS,
    ORDER_FLOORS,
    OWN_EVENTS,
    SHELF_LIFE_LIMITS,
)
from transforms.contracts.gold import DIM_NODE_CALENDARS, DIM_STOCK_WORTHS
from transforms.contracts.table import INTEGER, Table, conform


@dataclass(frozen=True)
class Allocation:
    """What a run decided; all frames without ``run_id``.

    Args:
        allocations: ALLOCATIONS.
        prices: ALLOCATION_PRICES.
        floors: ORDER_FLOORS.
        trace: DECISION_TRACE.
        backorders: BACKORDERS.
        expired: EXPIRED_BACKORDERS: what waited too long, and waits no more.
        events: OWN_EVENTS: ALLOCATED, BACKORDERED, PREORDERED and CANCELLED.
    """

    allocations: pl.DataFrame
    prices: pl.DataFrame
    floors: pl.DataFrame
    trace: pl.DataFrame
    backorders: pl.DataFrame
    expired: pl.DataFrame
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
    own_days: pl.DataFrame = field(default_factory=DIM_NODE_CALENDARS.empty)
    waits_since: pl.DataFrame = field(default_factory=SINCE.to_frame)
    worths: pl.DataFrame = field(default_factory=DIM_STOCK_WORTHS.empty)

    @property
    def today(self) -> date:
        """The business date."""
        return self.as_of.astimezone(ZoneInfo(self.policy.zone)).date()

    def decide(self) -> Allocation:
        """``allocate`` of these."""
        return allocate(**{f.name: getattr(self, f.name) for f in fields(self)})


@dataclass(frozen=True)
class _Ruled(Inputs):
    """Inputs as they are asked; RULED_OUT: nodes that rules take from lines."""

    ruled: pl.DataFrame = field(default_factory=RULED_OUT.to_frame)


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
    own_days: pl.DataFrame | None = None,
    waits_since: pl.DataFrame | None = None,
    worths: pl.DataFrame | None = None,
) -> Allocation:
    """Commit available eaches to open lines; explain the rest.

        sum over lines of allocated[line, node]  <=  atp[node, sku]
        sum over nodes of allocated[line, node] + backordered[line] + expired[line]
            = open[line]

    Who gets scarce eaches depends on the demand order alone, unless ``fairness``
    lets cost decide it (``turns``); where they ship from is what costs all orders
    least, or, in turn, each order's cheapest plan.
    No plan takes an each that a later confirmed line has nowhere else. Kits that
    were packed beforehand go before components (``packed``).

    Args:
        demand: OPEN_DEMAND, with or without ``run_id``.
        supply: AVAILABLE_TO_PROMISE.
        nodes: DIM_NODES.
        lanes: DIM_LANES.
        rates: DIM_RATES.
        load: ``node_id, local_date, unit_qty, shipment_qty, line_qty`` already
            committed (``dates.committed_load``).
        refusals: ``line_id, node_id, refused_at`` (``eligible.refusals_from``).
        expected_receipts: FCT_EXPECTED_RECEIPTS, quantities still to come.
        policy: who goes first and how far an order may be split.
        as_of: moment of the decision, UTC; stamped on every row.
        limits: SHELF_LIFE_LIMITS of the supply; none by default.
        pins: PINS: the node that somebody wants a line to ship from; none by default.
        own_days: DIM_NODE_CALENDARS: days not like their weekday; none by default.
        waits_since: SINCE: lines that wait since later than they were ordered; none
            by default.
        worths: DIM_STOCK_WORTHS: what eaches are expected to earn where they lie,
            which decides where a line ships from, never whether; none by default.

    Raises:
        PolicyError: an order's lines are not neighbours in demand order.
        ContractError: a result breaks its table.
    """
    ways, priced = priced_lanes(lanes, rates), rates
    if is_fetched(demand):
        ways = with_counters(ways, nodes, stores(demand, nodes))
        priced = with_counter_rate(rates)
    given = _Ruled(
        to_counter(demand).sort("demand_rank"),
        supply,
        nodes.sort("node_id"),
        ways,
        priced,
        load,
        in_penalty_box(refusals, policy, as_of),
        expected_receipts,
        policy,
        as_of,
        SHELF_LIFE_LIMITS.empty() if limits is None else limits,
        PINS.to_frame() if pins is None else pins,
        DIM_NODE_CALENDARS.empty() if own_days is None else own_days,
        SINCE.to_frame() if waits_since is None else waits_since,
        DIM_STOCK_WORTHS.empty() if worths is None else worths,
        ruled_out(demand, nodes, lanes, policy.node_rules),
    )
    given = replace(given, demand=_in_turn(given))
    return _with_expiry(_settled(given), given)


def _settled(given: _Ruled) -> Allocation:
    """The decision with as many kits packed beforehand as find a place."""
    packs = _packs(given)
    while packs.height:
        decision = _allocated(_with_packs(given, packs))
        found = kept(packs, decision.allocations, decision.backorders)
        if found.equals(packs):
            return _by_component(decision, given, packs)
        packs = found
    return _allocated(given)


def _with_expiry(decision: Allocation, given: _Ruled) -> Allocation:
    """What waited too long is cancelled, and waits no more."""
    found = expired_backorders(
        decision.backorders, given.demand, given.waits_since, given.policy, given.today
    )
    if found.is_empty():
        return decision
    waits, gone = without_expired(decision.backorders, found)
    kept_events = decision.events.join(gone, on=["line_id", "event_type"], how="anti")
    events = pl.concat([kept_events, expired_events(found, given.as_of)])
    return replace(
        decision,
        backorders=_stamped(waits, BACKORDERS, given.as_of),
        expired=_stamped(found, EXPIRED_BACKORDERS, given.as_of),
        events=_stamped(events, OWN_EVENTS, given.as_of),
    )


def _in_turn(given: _Ruled) -> pl.DataFrame:
    """The queue as the orders have their turns, ranked."""
    if given.policy.fairness == "strict":
        return given.demand
    _, tariff, posed = _posed(given)
    return by_cost(posed, tariff, given.policy.fairness)


def _packs(given: _Ruled) -> pl.DataFrame:
    """Kits of each line that lie packed where it may be sent from, in demand order."""
    lines = kit_lines(given.demand, given.supply)
    if lines.is_empty():
        return PACKS.to_frame()
    _, _, posed = _posed(replace(_of_kits(given), demand=lines))
    problem = posed.problem
    book = Book(posed.stock, problem.group_allowed, problem.group_start)
    kits = pl.Series("kits", confirm(problem, book), dtype=INTEGER)
    found = lines.select(kit_line_id="line_id", kits=kits)
    return found.filter(pl.col("kits") > 0).sort("kit_line_id")


def _of_kits(given: _Ruled) -> _Ruled:
    refusals, pins = (of_kits(f, given.demand) for f in (given.refusals, given.pins))
    # Components that are wanted from two nodes go from neither as one kit.
    is_torn = pl.col("node_id").n_unique().over("line_id") > 1
    nowhere = pl.when(is_torn).then(pl.lit("")).otherwise("node_id").alias("node_id")
    pins = pins.with_columns(nowhere).unique("line_id", maintain_order=True)
    # Whatever one component may not come from, its kit may not.
    ruled = of_kits(given.ruled, given.demand).unique(PAIR, maintain_order=True)
    return replace(given, refusals=refusals, pins=pins, ruled=ruled)


PAIR = ["line_id", "node_id"]


def _with_packs(given: _Ruled, packs: pl.DataFrame) -> _Ruled:
    return replace(_of_kits(given), demand=with_packs(given.demand, packs))


def _by_component(
    decision: Allocation, given: _Ruled, packs: pl.DataFrame
) -> Allocation:
    """What was decided with packed kits in the queue, told of order lines."""
    demand, as_of = given.demand, given.as_of
    allocated = allocated_by_component(decision.allocations, demand, packs)
    seen = traced_by_component(decision.trace, demand, packs)
    waits = decision.events.filter(pl.col("event_type") != "ALLOCATED")
    events = pl.concat([allocated_events(allocated, as_of), waits])
    return replace(
        decision,
        allocations=_stamped(allocated, ALLOCATIONS, as_of),
        trace=_stamped(seen, DECISION_TRACE, as_of),
        events=_stamped(events, OWN_EVENTS, as_of),
    )


def _posed(given: _Ruled) -> tuple[pl.DataFrame, Tariff, Posed]:
    """Which node may send which line, at what price, and the problem of both."""
    nodes, policy = given.nodes, given.policy
    demand = with_class_keys(given.demand, policy)
    days = ship_calendar(
        nodes,
        policy.closed_dates,
        given.own_days,
        given.as_of,
        policy.capacity_horizon_days,
    )
    rooms = room(nodes, given.load, days, given.own_days)
    pairs = eligibility(
        demand,
        given.supply,
        nodes,
        given.lanes,
        rooms,
        given.refusals,
        given.limits,
        given.pins,
        left_orders(demand, given.today),
        later_orders(demand, policy, given.today),
        unreleased_lines(demand, given.today),
        given.ruled,
    )
    holidays = with_store_holidays(policy.carriers.holidays, stores(demand, nodes))
    carriers = replace(policy.carriers, holidays=holidays)
    service = policy.shipment_service
    tariff = price(demand, nodes, given.lanes, given.rates, rooms, carriers, service)
    return pairs, tariff, pose(demand, pairs, nodes, tariff, policy, given.worths)


def _allocated(given: _Ruled) -> Allocation:
    """The decision on a queue as it stands."""
    demand, policy, as_of = given.demand, given.policy, given.as_of
    pairs, tariff, posed = _posed(given)
    placement, proposal = settled(
        posed,
        tariff,
        partial(fresh_stock, posed.demand, given.limits, posed.node_ids),
        is_negotiated=policy.sourcing == "negotiated",
    )
    floors = followed(proposal, posed, placement.qty, placement.day)
    allocated = costed(posed, tariff, placement)
    short = backorders(
        *(pairs, posed, placement, given.expected_receipts, policy, given.today),
        partial(_later_room, given, allocated),
    )
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
        EXPIRED_BACKORDERS.empty().drop("run_id"),
        _stamped(events, OWN_EVENTS, as_of),
    )


def _later_room(given: Inputs, allocated: pl.DataFrame) -> LaterRoom:
    """What nodes take after their first ship day, beside what the run gave them."""
    nodes = given.nodes
    sent = allocated.group_by("node_id", local_date="ship_date").agg(
        unit_qty=pl.col("qty").sum(),
        shipment_qty=pl.col("order_id").n_unique().cast(INTEGER),
        line_qty=pl.len().cast(INTEGER),
    )
    load = pl.concat([f.select(LOAD.names()) for f in (given.load, sent)])
    days = ship_calendar(
        nodes,
        given.policy.closed_dates,
        given.own_days,
        given.as_of,
        given.policy.capacity_horizon_days + LATER_SHIP_DAYS,
    ).filter(pl.col("day_no") > 0)
    return LaterRoom(room(nodes, load, days, given.own_days))


def _stamped(frame: pl.DataFrame, table: Table, as_of: datetime) -> pl.DataFrame:
    whole = frame.with_columns(as_of=pl.lit(as_of), run_id=pl.lit(""))
    return conform(whole, table).drop("run_id")
