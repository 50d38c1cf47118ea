"""Gathering what the reconciliation of stock reads, and posting its result."""

from __future__ import annotations

import polars as pl

from orchestration.resources.house import House
from orchestration.resources.unit_facts import variance_facts
from transforms.contracts.decisions import (
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
    UNIT_POSTINGS,
)
from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_ACKNOWLEDGEMENTS,
    FCT_OPENING_STOCK,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.instructions.packed import as_told
from transforms.ledger.positions import added, positions
from transforms.ledger.units import unit_postings
from transforms.reconciliation.acknowledgements import released_eaches
from transforms.reconciliation.stock import NOTHING_SENT, StockFacts

SENT_DAYS = 30
"""What was sent longer ago has left, or is overdue and somebody's exception."""

KEPT_DAYS = 7
"""A late document may explain a variance of a snapshot this many days old."""

RECENT = f"""snapshot_at <= $1 and snapshot_at > (
    select max(snapshot_at) - interval {KEPT_DAYS} day
    from lake.gold.fct_stock_snapshots where snapshot_at <= $1)
    and snapshot_at > coalesce((select min(cut_at) from lake.gold.fct_opening_stock),
    '-infinity'::timestamptz)"""  # noqa: S608 our own names
"""Of an instant. A count that says it was made later hides none of the others."""


def stock_facts(house: House) -> StockFacts:
    """Recent snapshots and the books around their cuts."""
    lake = house.lake
    snapshots = lake.read(FCT_STOCK_SNAPSHOTS, RECENT, [house.run.as_of])
    oldest = snapshots["snapshot_at"].min() if snapshots.height else house.run.as_of
    return StockFacts(
        snapshots=snapshots,
        positions=_positions_now(house),
        units=lake.read(UNIT_POSTINGS, "event_at > ? - interval 1 day", [oldest]),
        promises=lake.read(PROMISE_POSTINGS, "event_at > ?", [oldest]),
        opening_stock=lake.read(FCT_OPENING_STOCK),
        nodes=lake.read(DIM_NODES),
        refused=_refused(house),
        sent=_sent(house, snapshots),
    )


def _sent(house: House, snapshots: pl.DataFrame) -> pl.DataFrame:
    """What was sent of late to nodes that count what is for sale."""
    net = snapshots.filter(pl.col("quantity_basis") == "available")
    if net.is_empty():
        return NOTHING_SENT.to_frame()
    lake, nodes = house.lake, net["node_id"].unique().sort().to_list()
    orders = lake.read(
        FULFILMENT_ORDERS,
        f"list_contains(?, node_id) and released_at > ? - interval {SENT_DAYS} day",
        [nodes, net["snapshot_at"].min()],
    )
    ids = orders["instruction_id"].to_list()
    lines = lake.read(INSTRUCTION_LINES, "list_contains(?, instruction_id)", [ids])
    return released_eaches(orders, as_told(lines), lake.read(FCT_ACKNOWLEDGEMENTS))


def _refused(house: House) -> pl.DataFrame:
    """Each partner's newest stock file that gave no row, copies apart.

    Files without any content are known to landing only: bronze does not read them.
    """
    files = house.lake.query(
        "select partner_id as operator_id, landing_id from lake.bronze.landing_ledger"
        " where document = ? and verdict <> 'DUPLICATE' and loaded_rows = 0",
        [STOCK_SNAPSHOTS.name],
    )
    run = house.run
    empty = [
        (a.partner_id, a.landing_id)
        for a in house.landing.arrivals(run.since, run.until, run.as_of)
        if a.document == STOCK_SNAPSHOTS.name and a.verdict == "EMPTY_FILE"
    ]
    every = pl.concat([files, pl.DataFrame(empty, files.schema, orient="row")])
    return every.group_by("operator_id").agg(pl.col("landing_id").max())


def post_variances(house: House, variances: pl.DataFrame) -> None:
    """Post what is to be posted so that what stands is ``posted_qty``."""
    facts, existing = variance_facts(house, variances)
    posted = _only_variances(unit_postings(facts, existing))
    with house.lake.transaction("decisions/unit_postings", house.run.message):
        house.lake.append(UNIT_POSTINGS, house.run.stamped(posted))


def _positions_now(house: House) -> pl.DataFrame:
    """Balances before this run with the postings it made so far."""
    lake, run_id = house.lake, house.run.run_id
    before = lake.read(STOCK_POSITIONS)
    moved = positions(
        lake.read(UNIT_POSTINGS, "run_id = ?", [run_id]),
        lake.read(PROMISE_POSTINGS, "run_id = ?", [run_id]),
    )
    return added(before, moved)


def _only_variances(postings: pl.DataFrame) -> pl.DataFrame:
    return postings.filter(pl.col("movement_type") == "VARIANCE")
