"""Gathering what is proved at the end of a run."""

from __future__ import annotations

import polars as pl

from orchestration.resources.carried import carried_forward, posted, promises_of
from orchestration.resources.demand_facts import load_before
from orchestration.resources.house import House
from orchestration.resources.kit_facts import parts_at
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.lot_facts import has_lots, promised_lots, shelf_life_of
from orchestration.resources.promise_repair import told
from orchestration.resources.reach import MAY_BE_OPEN
from transforms.allocation.certify import certify
from transforms.allocation.certify_days import Days
from transforms.allocation.decided import Decided
from transforms.availability.proof import KitFigures, prove_availability, prove_lots
from transforms.contracts.decisions import (
    ALLOCATION_LOTS,
    ALLOCATION_PRICES,
    ALLOCATIONS,
    AVAILABLE_TO_PROMISE,
    BACKORDERS,
    CHANNEL_AVAILABILITY,
    DECISION_TRACE,
    EXPIRED_BACKORDERS,
    KIT_AVAILABILITY,
    LINE_BUCKETS,
    LINE_HOLDS,
    LOT_POSITIONS,
    OPEN_DEMAND,
    ORDER_FLOORS,
    PROMISE_POSTINGS,
    PROOFS,
    STOCK_POSITIONS,
    UNIT_POSTINGS,
)
from transforms.contracts.gold import (
    DIM_LANES,
    DIM_NODE_CALENDARS,
    DIM_NODES,
    DIM_RATES,
    DIM_STOCK_WORTHS,
)
from transforms.ledger.positions import QUANTITIES, added, positions
from transforms.ledger.proofs import Books

OF_THE_RUN = f"""
    select line_id, ordered_at from lake.{LINE_BUCKETS.path} where run_id = ?
    union
    select line_id, ordered_at from lake.{LINE_BUCKETS.path} where {MAY_BE_OPEN}
"""  # noqa: S608 our own names
"""Lines that a run wrote, and those that hold promises from before. Two questions: a
condition of two columns would have every file read."""


def books_of(lake: Lakehouse, run_id: str) -> Books:
    """Every line, both ledgers whole and the balances.

    In any order: proofs add up.

    Args:
        lake: as it stands, or as it stood at a snapshot.
        run_id: whose own decisions are told apart.
    """
    promises = lake.read(PROMISE_POSTINGS, is_ordered=False)
    after = lake.read(STOCK_POSITIONS, is_ordered=False)
    return Books(
        buckets=lake.read(LINE_BUCKETS, is_ordered=False),
        units=lake.read(UNIT_POSTINGS, is_ordered=False),
        promises=promises,
        positions=after,
        before=_without(after, _ours(lake, run_id, promises)),
        told=told(lake, promises),
    )


def books_at_hand(house: House) -> Books:
    """What the run at hand posted to proved books, and all lines that hold promises.

    Where there are none to go on from, everything.
    """
    lake, run_id, proved = house.lake, house.run.run_id, carried_forward(house)
    if proved is None:
        return books_of(lake, run_id)
    buckets, promises = _at_hand(house), posted(house, PROMISE_POSTINGS)
    followed = pl.concat([f.select("line_id") for f in (buckets, promises)]).unique()
    commitments = promises_of(house, followed)
    after = lake.read(STOCK_POSITIONS, is_ordered=False)
    return Books(
        buckets=buckets,
        units=posted(house, UNIT_POSTINGS),
        promises=promises,
        positions=after,
        before=_without(after, _ours(lake, run_id, promises)),
        told=told(lake, commitments),
        proved=proved,
        commitments=commitments,
    )


def _at_hand(house: House) -> pl.DataFrame:
    """Buckets of what the run wrote, and of open lines; ids are looked at first."""
    named = house.lake.query(OF_THE_RUN, [house.run.run_id])
    with house.lake.holding(named=named):
        return house.lake.read(
            LINE_BUCKETS,
            "ordered_at >= ? and line_id in (select line_id from named)",
            [named["ordered_at"].min()],
            is_ordered=False,
        )


def shown(house: House) -> pl.DataFrame:
    """The proof of what this run says may be sold."""
    lake, this_run = house.lake, ("run_id = ?", [house.run.run_id])
    channels = lake.read(CHANNEL_AVAILABILITY, *this_run)
    parts = parts_at(house, house.run.as_of)
    kits = parts.select(sku_id="kit_sku_id")
    skus = pl.concat([channels.select("sku_id"), parts.select("sku_id"), kits]).unique()
    with lake.holding(told=skus):
        supply = lake.read(AVAILABLE_TO_PROMISE, "sku_id in (select sku_id from told)")
    return prove_availability(
        lake.read(AVAILABLE_TO_PROMISE, *this_run),
        channels,
        supply,
        KitFigures(lake.read(KIT_AVAILABILITY), parts),
        lake.read(DIM_NODES),
        house.run.as_of,
    )


def lots_proved(house: House) -> pl.DataFrame:
    """The proof that no lot is promised twice; no row where none was ever promised."""
    lake = house.lake
    if not has_lots(house):
        return PROOFS.empty().drop("run_id")
    given = lake.read(ALLOCATION_LOTS, "run_id = ?", [house.run.run_id])
    lots, promised = lake.read(LOT_POSITIONS), promised_lots(house)
    return prove_lots(lots, promised, given, house.run.as_of)


def certified(house: House) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The allocation's certificate, by code that shares nothing with the solver.

    Returns:
        PROOFS without ``run_id``, and ALLOCATION_CERTIFICATES without it.
    """
    lake = house.lake
    this_run = ("run_id = ?", [house.run.run_id])
    demand = lake.read(OPEN_DEMAND)
    kits = demand.select(sku_id="kit_sku_id").drop_nulls()
    with lake.holding(asked=pl.concat([demand.select("sku_id"), kits]).unique()):
        supply = lake.read(AVAILABLE_TO_PROMISE, "sku_id in (select sku_id from asked)")
        limits = shelf_life_of(house, "sku_id in (select sku_id from asked)")
    decided = Decided(
        demand=demand,
        supply=supply,
        nodes=lake.read(DIM_NODES),
        lanes=lake.read(DIM_LANES),
        rates=lake.read(DIM_RATES),
        load=load_before(house),
        allocations=lake.read(ALLOCATIONS, *this_run),
        backorders=lake.read(BACKORDERS, *this_run),
        trace=lake.read(DECISION_TRACE, *this_run),
        max_shipments=house.policies.allocation.max_shipments,
        holds=lake.read(LINE_HOLDS, "ended_at is null"),
        prices=lake.read(ALLOCATION_PRICES, *this_run),
        floors=lake.read(ORDER_FLOORS, *this_run),
        limits=limits,
        fairness=house.policies.allocation.fairness,
        days=_days_said(house),
        expired=lake.read(EXPIRED_BACKORDERS, *this_run),
        horizons=house.policies.allocation.reserve_horizon_days,
        worths=lake.read(DIM_STOCK_WORTHS),
        node_rules=house.policies.allocation.node_rules,
    )
    as_of = house.run.as_of
    return certify(decided, as_of), decided.certificate(as_of)


def _days_said(house: House) -> Days:
    rules = house.policies.allocation
    own_days = house.lake.read(DIM_NODE_CALENDARS)
    return Days(own_days, rules.closed_dates, rules.carriers)


def _ours(lake: Lakehouse, run_id: str, promises: pl.DataFrame) -> pl.DataFrame:
    """Promises that our own events of this run moved."""
    events = lake.query(
        "select event_id from lake.decisions.own_events where run_id = ?", [run_id]
    )
    return promises.join(events, on="event_id", how="semi")


def _without(after: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Positions before our own decisions: after, less what they moved."""
    moved = positions(UNIT_POSTINGS.empty(), ours)
    return added(after, moved.with_columns(-pl.col(QUANTITIES)))
