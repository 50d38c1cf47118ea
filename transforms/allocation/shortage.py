"""What stays open after a run: how many, why, until when, whose turn it is.

Dated supply is handed out in demand order too, so two lines never count on
the same coming each, and none on one that comes later than the policy lets; nor on the
same each on hand, where lines that go in one go leave eaches lying until the rest of
them has come.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.eligible import BIT, STANDING
from transforms.allocation.failure import FAILURES
from transforms.allocation.place import Placement
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.problem import Posed
from transforms.contracts.table import DATE, INTEGER, TEXT

Receipt = list[Any]
"""Day, node and eaches left."""

Part = tuple[date, int]
Days = tuple[date, date]
"""The first and the last."""
LATER = ("RESERVE_LATER", "PREORDER")
"""Reasons that a date does away with: what lies there then will do."""
COMES = ("NO_STOCK", "TOO_OLD", "BY_CLASS", "PINNED", *LATER)
"""Reasons that the next receipt does away with."""
OUT_OF_STOCK = ("NO_STOCK", "TOO_OLD", "NO_NODE")
"""Reasons that a pin may be behind: another node would have had some sooner."""
PIN = BIT["PINNED_ELSEWHERE"]
EXPECTED = pl.col("expected_date")
DATES = {
    "expected_date": DATE,
    "expected_parts": TEXT,
    "unpinned_date": DATE,
    "unpinned_node_id": TEXT,
}
TOGETHER = ("SHIP_COMPLETE", "SHIPMENT_VALUE")
"""Reasons for which eaches lie there until what they wait for has come."""


def backorders(
    pairs: pl.DataFrame,
    posed: Posed,
    placement: Placement,
    expected_receipts: pl.DataFrame,
    policy: AllocationPolicy,
    today: date,
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
        "business_class",
        "told_date",
        *("wanted_ship_date", "released_date"),
        companions(),
        latest_date=_latest(policy),
        reason_code=reasons,
        place=pl.int_range(pl.len()),
        qty=pl.col("open_qty") - pl.Series(placement.qty.sum(axis=1), dtype=INTEGER),
    ).filter(pl.col("qty") > 0)
    coming = _coming(expected_receipts, today)
    lying = _Lying(pairs, posed, placement, today)
    told = _with_dates(waiting, pairs, coming, lying).drop("place", "latest_date")
    dated = told.with_columns(reason_code=_or_pinned())
    owners = {reason: policy.owner(reason) for reason in dated["reason_code"].unique()}
    return dated.with_columns(
        owner=pl.col("reason_code").replace_strict(owners, return_dtype=pl.String)
    )


def _or_pinned() -> pl.Expr:
    """The reason; PINNED where without its pin a line would have come sooner."""
    is_sooner = (
        pl.col("unpinned_date") < pl.col("expected_date").fill_null(date.max)
    ).fill_null(value=False)
    is_short = pl.col("reason_code").is_in(OUT_OF_STOCK)
    return (
        pl.when(is_short & is_sooner)
        .then(pl.lit("PINNED"))
        .otherwise("reason_code")
        .alias("reason_code")
    )


def _latest(policy: AllocationPolicy) -> pl.Expr:
    """The last day on which what comes is counted on for a line; null: any."""
    days = policy.max_lateness_days
    if days is None:
        return pl.lit(None, DATE)
    return pl.col("promise_date") + pl.duration(days=days)


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
    is_pinned = ((mask == PIN) & (left > 0)).any(axis=1)
    is_nowhere = (mask & STANDING != 0).all(axis=1)
    has_none = ((mask == 0) & (atp > 0)).sum(axis=1) == 0
    reason = np.select(
        [
            (mask & BIT["LEFT_AS_IT_IS"] != 0).any(axis=1),
            (mask & BIT["PREORDER"] != 0).any(axis=1),
            (mask & BIT["RESERVE_LATER"] != 0).any(axis=1),
            placement.failure > 0,
            _waits_for_others(posed, mask, left),
            is_full,
            is_stopped,
            is_pinned,
            is_nowhere | (has_none & is_barred),
            (mask & BIT["TOO_OLD"] != 0).any(axis=1),
        ],
        [
            np.array("BY_CLASS", object),
            np.array("PREORDER", object),
            np.array("RESERVE_LATER", object),
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


def companions() -> pl.Expr:
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


class _Lying:
    """Eaches that nobody took, at the nodes where a line may take them."""

    def __init__(
        self, pairs: pl.DataFrame, posed: Posed, placement: Placement, today: date
    ) -> None:
        shape = placement.qty.shape
        self._today = today
        self._sku = posed.problem.line_sku
        self._left = posed.stock.copy()
        np.subtract.at(self._left, self._sku, placement.qty)
        self._at_its_turn = placement.stock_left
        mask = pairs["failed_mask"].to_numpy().reshape(shape)
        # Until it is wanted there will be room.
        later = BIT["RESERVE_LATER"] | BIT["PREORDER"]
        forgiven = np.where(mask & later != 0, later | BIT["NO_CAPACITY"], 0)
        self._is_fit = mask & ~forgiven == 0
        self._is_pinned_elsewhere = mask == PIN
        self._nodes = posed.node_ids

    def draw(self, line: int, qty: int) -> tuple[Part, ...]:
        """Take up to ``qty`` for a line, today."""
        left = self._left[self._sku[line]]
        fit = np.where(self._is_fit[line], self._at_its_turn[line], 0)
        there = np.clip(np.minimum(left, fit), 0, None)
        taken = np.clip(qty - (np.cumsum(there) - there), 0, there)
        left -= taken
        return ((self._today, int(taken.sum())),) if taken.any() else ()

    def elsewhere(self, line: int, among: frozenset[str]) -> list[Receipt]:
        """What lies today where its pin alone keeps a line from, most of it first."""
        if not among:
            return []
        left = np.minimum(self._left[self._sku[line]], self._at_its_turn[line])
        nodes = np.flatnonzero(self._is_pinned_elsewhere[line] & (left > 0))
        there = [[self._today, self._nodes[node], int(left[node])] for node in nodes]
        return sorted(there, key=lambda receipt: (-receipt[2], receipt[1]))


class _Unpinned:
    """When pinned lines that lack eaches would have them without their pin."""

    def __init__(
        self,
        waiting: pl.DataFrame,
        pairs: pl.DataFrame,
        coming: dict[str, list[Receipt]],
        lying: _Lying,
    ) -> None:
        pinned = pairs.filter(pl.col("failed_mask") & PIN != 0)
        lacking = pl.col("reason_code").is_in(["PINNED", *OUT_OF_STOCK])
        lines = waiting.filter(lacking).join(pinned, on="line_id", how="semi")
        self._nodes = _usable_nodes(lines, pairs, STANDING & ~PIN)
        self._coming, self._lying = coming, lying

    def soonest(
        self, line: str, place: int, sku: str, qty: int, latest: date | None
    ) -> tuple[date | None, str | None]:
        """Day and node of the last of ``qty`` eaches; none where too few come.

        Nothing is taken: the pin holds.
        """
        nodes = self._nodes.get(line, frozenset())
        receipts = self._coming.get(sku, []) if nodes else []
        for day, node, left in [*self._lying.elsewhere(place, nodes), *receipts]:
            if node not in nodes or day > (latest or date.max):
                continue
            qty -= left
            if qty <= 0:
                return day, node
        return None, None


def _with_dates(
    waiting: pl.DataFrame,
    pairs: pl.DataFrame,
    coming: dict[str, list[Receipt]],
    lying: _Lying,
) -> pl.DataFrame:
    usable = _usable_nodes(waiting, pairs, STANDING)
    unpinned = _Unpinned(waiting, pairs, coming, lying)
    is_one_of_many = pl.col("companions") != pl.col("line_id")
    is_together = is_one_of_many | pl.col("reason_code").is_in(TOGETHER)
    # What its class leaves as it is keeps what it was told, before anybody draws.
    first = waiting.sort(pl.col("business_class") != "SKIP", maintain_order=True)
    drawn = first.select(
        *("line_id", "sku_id", "qty", "reason_code", "place", "latest_date"),
        since=pl.when(pl.col("reason_code") == "BY_CLASS").then("told_date"),
        wanted=pl.when(pl.col("reason_code").is_in(LATER)).then(
            pl.max_horizontal("wanted_ship_date", "released_date")
        ),
        is_together=is_together,
    )
    told: list[tuple[date | None, str | None, date | None, str | None]] = []
    for line, sku, qty, reason, place, *days, together in drawn.iter_rows():
        latest, since, wanted = days
        free = unpinned.soonest(line, place, sku, qty, latest)
        if reason not in COMES and reason not in TOGETHER:
            told.append((None, None, *free))
            continue
        there = lying.draw(place, qty) if together or wanted else ()
        rest = qty - sum(taken for _, taken in there)
        nodes = usable.get(line, frozenset())
        within = (since or date.min, latest or date.max)
        parts = there + _draw(coming.get(sku, []), nodes, rest, within)
        told.append((*_told(_not_before(wanted, parts), qty), *free))
    dates = pl.DataFrame(told, schema=DATES, orient="row")
    dated = waiting.join(
        dates.with_columns(first["line_id"]),
        on="line_id",
        how="left",
        maintain_order="left",
    )
    is_small = pl.col("reason_code") == "SHIPMENT_VALUE"
    day = (
        pl.when(is_small)
        .then(_last("order_id"))
        .when(is_one_of_many)
        .then(_last("companions"))
        .otherwise("expected_date")
    )
    free_day = pl.coalesce("unpinned_date", "expected_date")
    # Who goes in one go comes in no parts.
    return dated.with_columns(
        pl.when(~is_together).then("expected_parts"),
        expected_date=day,
        unpinned_date=pl.when(pl.col("unpinned_date").is_not_null()).then(
            pl.when(is_one_of_many)
            .then(_last("companions", free_day))
            .otherwise("unpinned_date")
        ),
    )


def _last(owner: str, day: pl.Expr = EXPECTED) -> pl.Expr:
    """The day of the last of them; none as long as one of them has none."""
    return pl.when(day.is_not_null().all().over(owner)).then(day.max().over(owner))


def _usable_nodes(
    waiting: pl.DataFrame, pairs: pl.DataFrame, barring: int
) -> dict[str, frozenset[str]]:
    """By line the nodes that none of the rules ``barring`` keeps it from."""
    usable = pairs.filter(pl.col("failed_mask") & barring == 0).join(
        waiting.select("line_id"), on="line_id", how="semi"
    )
    lists = usable.group_by("line_id").agg("node_id")
    return {line: frozenset(nodes) for line, nodes in lists.iter_rows()}


def _draw(
    receipts: list[Receipt], nodes: frozenset[str], qty: int, within: Days
) -> tuple[Part, ...]:
    """Take up to ``qty`` coming eaches, soonest first, none before or after."""
    first, last = within
    parts: list[Part] = []
    for receipt in receipts if qty else ():
        day, node, left = receipt
        if node not in nodes or left == 0 or not first <= day <= last:
            continue
        taken = min(qty, left)
        receipt[2] = left - taken
        qty -= taken
        parts.append((day, taken))
        if qty == 0:
            break
    return tuple(parts)


def _not_before(wanted: date | None, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts, none before the day on which they are wanted."""
    return tuple((max(day, wanted), taken) for day, taken in parts) if wanted else parts


def _told(parts: tuple[Part, ...], qty: int) -> tuple[date | None, str | None]:
    """The day on which all have come, and how many come on each day.

    Returns:
        No day where too few come; no parts where all come on one day, or none does.
    """
    by_day: dict[date, int] = defaultdict(int)
    for day, taken in parts:
        by_day[day] += taken
    is_all = sum(by_day.values()) == qty
    said = ", ".join(f"{day}: {taken}" for day, taken in by_day.items())
    last = parts[-1][0] if is_all and parts else None
    return last, None if is_all and len(by_day) == 1 else said or None
