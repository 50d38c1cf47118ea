"""What stays open after a run: how many, why, until when, whose turn it is.

Dated supply is handed out in demand order too, so two lines never count on
the same coming each.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.eligible import BIT, STANDING
from transforms.allocation.failure import FAILURES
from transforms.allocation.place import Placement
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.problem import Posed
from transforms.contracts.table import DATE, INTEGER

Receipt = list[object]
COMES = ("NO_STOCK", "TOO_OLD")
"""Reasons that the next receipt does away with."""


def backorders(
    pairs: pl.DataFrame,
    posed: Posed,
    placement: Placement,
    expected_receipts: pl.DataFrame,
    policy: AllocationPolicy,
    as_of: datetime,
) -> pl.DataFrame:
    """Every line with open eaches left, with reason, expected date and owner.

    Returns:
        BACKORDERS without ``as_of`` and ``run_id``, and ``pending_qty`` of the
        demand, in demand order.
    """
    reasons = _reasons(pairs, posed, placement)
    waiting = posed.demand.select(
        "line_id",
        "order_id",
        "sku_id",
        "pending_qty",
        _companions(),
        qty=pl.col("open_qty") - pl.Series(placement.qty.sum(axis=1), dtype=INTEGER),
        reason_code=reasons,
    ).filter(pl.col("qty") > 0)
    today = as_of.astimezone(ZoneInfo(policy.zone)).date()
    dated = _with_dates(waiting, pairs, _coming(expected_receipts, today))
    owners = {reason: policy.owner(reason) for reason in dated["reason_code"].unique()}
    return dated.with_columns(
        owner=pl.col("reason_code").replace_strict(owners, return_dtype=pl.String)
    )


def _reasons(pairs: pl.DataFrame, posed: Posed, placement: Placement) -> pl.Series:
    shape = placement.qty.shape
    mask = pairs["failed_mask"].to_numpy().reshape(shape)
    atp = pairs["atp_qty"].to_numpy().reshape(shape)
    left = placement.stock_left
    is_full = (((mask == BIT["NO_CAPACITY"]) & (left > 0)).any(axis=1)) & (
        placement.confirmed < posed.problem.line_qty
    )
    is_barred = ((mask & STANDING != 0) & (left > 0)).any(axis=1)
    is_stopped = ((mask == BIT["NODE_STOPPED"]) & (left > 0)).any(axis=1)
    is_pinned = ((mask == BIT["PINNED_ELSEWHERE"]) & (left > 0)).any(axis=1)
    is_nowhere = (mask & STANDING != 0).all(axis=1)
    has_none = ((mask == 0) & (atp > 0)).sum(axis=1) == 0
    reason = np.select(
        [
            placement.failure > 0,
            _waits_for_others(posed, mask, left),
            is_full,
            is_stopped,
            is_pinned,
            is_nowhere | (has_none & is_barred),
            (mask & BIT["TOO_OLD"] != 0).any(axis=1),
        ],
        [
            np.array(FAILURES, object)[placement.failure],
            np.array("SHIP_COMPLETE", object),
            np.array("CAPACITY", object),
            np.array("NODE_STOPPED", object),
            np.array("PINNED", object),
            np.array("NO_NODE", object),
            np.array("TOO_OLD", object),
        ],
        np.array("NO_STOCK", object),
    )
    return pl.Series(reason.tolist(), dtype=pl.String)


def _companions() -> pl.Expr:
    """What names the lines that a line waits for: those of its order, or its kit."""
    own = pl.coalesce("kit_line_id", "line_id")
    return (
        pl.when("is_ship_complete").then("order_id").otherwise(own).alias("companions")
    )


def _waits_for_others(posed: Posed, mask: Ints, left: Ints) -> Flags:
    """Lines of ship-complete orders, or of kits, whose own eaches were there."""
    problem = posed.problem
    within = np.where(mask == 0, left, 0).sum(axis=1)
    asked = posed.demand.select(
        pl.col("open_qty").cum_sum().over("order_id", "sku_id")
    ).to_series()
    is_there = within >= asked.to_numpy()
    is_one_of_many = problem.is_complete[problem.line_order] | (problem.line_kit >= 0)
    return np.asarray(is_one_of_many & is_there)


def _coming(expected: pl.DataFrame, today: date) -> dict[str, list[Receipt]]:
    """SKU → [date, node, eaches left], soonest first; overdue ones never count."""
    rows = expected.filter((pl.col("expected_date") >= today) & (pl.col("qty") > 0))
    by_sku: dict[str, list[Receipt]] = defaultdict(list)
    keys = ["expected_date", "node_id", "po_ref", "po_line_ref"]
    for sku, day, node, qty in (
        rows.sort(keys).select("sku_id", "expected_date", "node_id", "qty").iter_rows()
    ):
        by_sku[sku].append([day, node, qty])
    return by_sku


def _with_dates(
    waiting: pl.DataFrame, pairs: pl.DataFrame, coming: dict[str, list[Receipt]]
) -> pl.DataFrame:
    usable = _usable_nodes(waiting, pairs)
    dates = [
        _draw(coming.get(sku, []), usable.get(line, frozenset()), qty)
        if reason in COMES
        else None
        for line, sku, qty, reason in waiting.select(
            "line_id", "sku_id", "qty", "reason_code"
        ).iter_rows()
    ]
    dated = waiting.with_columns(expected_date=pl.Series(dates, dtype=DATE))
    # A line that waits for its companions comes with the last of them.
    short = pl.col("reason_code").is_in(COMES)
    is_dated = pl.col("expected_date").is_not_null() | ~short
    is_known = is_dated.all().over("companions")
    last = pl.col("expected_date").max().over("companions")
    waits = (pl.col("reason_code") == "SHIP_COMPLETE") & is_known
    return dated.with_columns(
        expected_date=pl.when(waits).then(last).otherwise(pl.col("expected_date"))
    )


def _usable_nodes(
    waiting: pl.DataFrame, pairs: pl.DataFrame
) -> dict[str, frozenset[str]]:
    usable = pairs.filter(pl.col("failed_mask") & STANDING == 0).join(
        waiting.select("line_id"), on="line_id", how="semi"
    )
    lists = usable.group_by("line_id").agg("node_id")
    return {line: frozenset(nodes) for line, nodes in lists.iter_rows()}


def _draw(receipts: list[Receipt], nodes: frozenset[str], qty: int) -> date | None:
    """Take ``qty`` coming eaches; the date of the last, or None if too few."""
    for receipt in receipts:
        day, node, left = receipt
        if node not in nodes or not isinstance(left, int) or left == 0:
            continue
        taken = min(qty, left)
        receipt[2] = left - taken
        qty -= taken
        if qty == 0 and isinstance(day, date):
            return day
    return None
