"""Time passes: what arrives between two instants, and how the world looks then.

Order files, payments, receipts, nightly counts, answers that fall due. Not here: how
instructions are answered (``answer``) and what the files look like.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.carriers import strange_parcel
from transforms.twin.changes import changes_of, late_cancellations
from transforms.twin.company import Company
from transforms.twin.documents.warehouse_documents import by_operator, tell_receipts
from transforms.twin.faulting.drift import drift_of_night
from transforms.twin.faulting.faults import Fault, listed
from transforms.twin.faulting.order_faults import faulty_order_files
from transforms.twin.founding.network import STORES
from transforms.twin.payers import payments_of
from transforms.twin.returns import send_back
from transforms.twin.state import MOVEMENTS, OPEN_WORK, State, moved_until
from transforms.twin.warehouses.adjustments import adjust
from transforms.twin.warehouses.midlife import confirm_midlife, confirm_unknown
from transforms.twin.warehouses.snapshots import count_night

COUNT_HOUR = 23
_RECEIVED_HOUR, _TOLD_HOUR = 10, 13


def start(company: Company) -> State:
    """The world at the cut-over, with everything that is bound to happen after.

    Bound are: till sales, arrivals from suppliers, the nights' drift, the
    confirmations of what the system before had released. The faults of the
    history are listed already.
    """
    plan = company.plan
    last_day = company.lines.filter(pl.col("business_date") == plan.cut_date)
    of_history = [
        fault for _, faults in faulty_order_files(company, last_day) for fault in faults
    ]
    state = State(
        clock=plan.cut_at,
        shelves=company.shelves,
        movements=MOVEMENTS.to_frame(),
        open_work=OPEN_WORK.to_frame(),
        mail=(),
        answered=frozenset(),
        planted=listed(of_history),
    )
    state = state.scheduled(_till_sales(company))
    for day in plan.play_dates:
        state = _supplied(company, state, day)
        moved, faults = drift_of_night(company, day)
        state = adjust(company, _noted(state.scheduled(moved), faults), day)
        state = send_back(company, state, day)
    for plant in (strange_parcel, late_cancellations):
        files, faults = plant(company)
        state = _noted(state.posted(files), faults)
    return confirm_unknown(company, confirm_midlife(company, state))


def play(
    company: Company, state: State, since: datetime, until: datetime
) -> tuple[list[NamedBytes], State]:
    """Everything that arrives after ``since`` and not after ``until``.

    Args:
        company: the company.
        state: the world at ``since``.
        since: instant the state stands at.
        until: instant to play to.

    Returns:
        The files in order of arrival, and the world at ``until``.

    Raises:
        ValueError: the state stands elsewhere, or time would run backwards.
    """
    if state.clock != since or until < since:
        raise ValueError(f"the twin stands at {state.clock}, not at {since}")
    state = _orders(company, state, since, until)
    for day in company.plan.play_dates:
        cut = company.plan.local(day, COUNT_HOUR)
        if since < cut <= until:
            state = moved_until(state, cut)
            files, faults = count_night(company, state, day, cut)
            state = _noted(state.posted(files), faults)
    state = moved_until(state, until)
    due = [file for file in state.mail if file.received_at <= until]
    rest = tuple(file for file in state.mail if file.received_at > until)
    return due, replace(state, mail=rest)


def _orders(company: Company, state: State, since: datetime, until: datetime) -> State:
    arriving = company.lines.filter(
        pl.col("received_at") > since, pl.col("received_at") <= until
    )
    for file, faults in faulty_order_files(company, arriving):
        state = _noted(state.posted([file]), faults)
    for file, faults in payments_of(company, arriving):
        state = _noted(state.posted([file]), faults)
    return state.posted(changes_of(company, arriving))


def _till_sales(company: Company) -> pl.DataFrame:
    plan = company.plan
    sold = company.lines.filter(
        pl.col("channel") == STORES, pl.col("business_date") > plan.cut_date
    )
    return sold.select(
        pl.col("ordered_at").alias("at"),
        pl.format("STORE-{}", "till_store").alias("node_ref"),
        "product_id",
        -pl.col("qty"),
    )


def _supplied(company: Company, state: State, day: date) -> State:
    """Arrivals of a day: on the shelves at ten, told at one."""
    plan = company.plan
    arrived = company.purchase_orders.filter(pl.col("expected_date") == day)
    at = plan.local(day, _RECEIVED_HOUR)
    moved = arrived.select(
        pl.lit(at).cast(pl.Datetime("us", "UTC")).alias("at"),
        "node_ref",
        "product_id",
        pl.col("received_qty").alias("qty"),
    )
    rows = arrived.select(
        "node_ref",
        pl.format("R-{}", "po_ref").alias("receipt_ref"),
        "po_ref",
        "line_ref",
        pl.col("product_id").cast(pl.String).alias("sku_ref"),
        pl.col("received_qty").alias("qty"),
        pl.lit(at).cast(pl.Datetime("us", "UTC")).alias("received_at"),
    )
    told = plan.local(day, _TOLD_HOUR)
    files = [
        tell_receipts(partner, received, told, plan.zone)
        for partner, received in by_operator(rows, company.nodes)
    ]
    return state.scheduled(moved).posted(files)


def _noted(state: State, faults: list[Fault]) -> State:
    return replace(state, planted=listed(faults, state.planted))
