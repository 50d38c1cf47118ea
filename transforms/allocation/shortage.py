"""What stays open after a run: how many, why, until when, whose turn it is.

Dated supply is handed out in demand order too, so two lines never count on
the same coming each, and none on one that comes later than the policy lets; nor on the
same each on hand, where lines that go in one go leave eaches lying until the rest of
them has come. Lines that are kept together are told the first day on which one node
has all that they lack. What lies where there was no room is told the first day after
the run's own on which its node has some (``later_room``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from transforms.allocation.bundles import NO_BUNDLE, bundles_among, whole_at
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.eligible import BIT, STANDING
from transforms.allocation.failure import FAILURES
from transforms.allocation.later_room import LaterRoom
from transforms.allocation.place import Placement
from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.problem import Posed
from transforms.contracts.table import DATE, INTEGER, TEXT

Receipt = list[Any]
"""Day, node and eaches left."""

Part = tuple[date, int]
Soonest = tuple[date | None, str | None]
"""Day and node of the last each; none where too few come."""
Days = tuple[date, date]
"""The first and the last."""
LATER = ("RESERVE_LATER", "PREORDER")
"""Reasons that a date does away with: what lies there then will do."""
COMES = ("NO_STOCK", "TOO_OLD", "BY_CLASS", "PINNED", *LATER)
"""Reasons that the next receipt does away with."""
ROOM = "CAPACITY"
"""The reason that room on a later day does away with."""
OUT_OF_STOCK = ("NO_STOCK", "TOO_OLD", "NO_NODE")
"""Reasons that a pin may be behind: another node would have had some sooner."""
PIN_BEHIND = (*OUT_OF_STOCK, "KEEP_TOGETHER")
"""The same of lines that are kept together: another would have had all of them."""
PIN = BIT["PINNED_ELSEWHERE"]
EXPECTED = pl.col("expected_date")
DATES = {
    "expected_date": DATE,
    "expected_parts": TEXT,
    "unpinned_date": DATE,
    "unpinned_node_id": TEXT,
}
TOGETHER = ("SHIP_COMPLETE", "KEEP_TOGETHER", "SHIPMENT_VALUE")
"""Reasons for which eaches lie there until what they wait for has come."""


def backorders(  # noqa: PLR0913, PLR0917
    pairs: pl.DataFrame,
    posed: Posed,
    placement: Placement,
    expected_receipts: pl.DataFrame,
    policy: AllocationPolicy,
    today: date,
    later_room: Callable[[], LaterRoom],
) -> pl.DataFrame:
    """Every line with open eaches left, with reason, expected date and owner.

    Args:
        pairs: of ``eligibility``.
        posed: the problem of the run.
        placement: what was placed.
        expected_receipts: FCT_EXPECTED_RECEIPTS, quantities still to come.
        policy: who acts on what, and how late is too late.
        today: business date.
        later_room: room after the days of the run; asked for where a line waits for
            room.

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
        bundle(),
        latest_date=_latest(policy),
        reason_code=reasons,
        place=pl.int_range(pl.len()),
        qty=pl.col("open_qty") - pl.Series(placement.qty.sum(axis=1), dtype=INTEGER),
    ).filter(pl.col("qty") > 0)
    coming = _coming(expected_receipts, today)
    is_for_room = (waiting["reason_code"] == ROOM).any()
    lying = _Lying(
        pairs, posed, placement, today, later_room() if is_for_room else None
    )
    told = _with_dates(waiting, pairs, _Supply(coming, lying))
    dated = told.drop("place", "latest_date", "bundle").with_columns(
        reason_code=_or_pinned()
    )
    owners = {reason: policy.owner(reason) for reason in dated["reason_code"].unique()}
    return dated.with_columns(
        owner=pl.col("reason_code").replace_strict(owners, return_dtype=pl.String)
    )


def _or_pinned() -> pl.Expr:
    """The reason; PINNED where without its pin a line would have come sooner.

    So are all lines of a bundle that a pin of one of them keeps from another node.
    """
    is_sooner = (
        pl.col("unpinned_date") < pl.col("expected_date").fill_null(date.max)
    ).fill_null(value=False)
    is_short = pl.col("reason_code").is_in(PIN_BEHIND)
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
    is_whole = _is_whole_somewhere(posed, np.where(mask & ~PIN == 0, left, 0))
    is_nowhere = (mask & STANDING != 0).all(axis=1)
    has_none = ((mask == 0) & (atp > 0)).sum(axis=1) == 0
    waits_for_others = _waits_for_others(posed, mask, left)
    reason = np.select(
        [
            (mask & BIT["LEFT_AS_IT_IS"] != 0).any(axis=1),
            (mask & BIT["PREORDER"] != 0).any(axis=1),
            (mask & BIT["HELD_WITH"] != 0).any(axis=1),
            (mask & BIT["RESERVE_LATER"] != 0).any(axis=1),
            placement.failure > 0,
            waits_for_others & _is_kept_apart(posed, mask, left),
            waits_for_others,
            is_full,
            is_stopped,
            is_pinned & ~is_whole,
            is_pinned,
            is_nowhere | (has_none & is_barred),
            (mask & BIT["TOO_OLD"] != 0).any(axis=1),
        ],
        [
            np.array("BY_CLASS", object),
            np.array("PREORDER", object),
            np.array("HELD_WITH", object),
            np.array("RESERVE_LATER", object),
            np.array(FAILURES, object)[placement.failure],
            np.array("KEEP_TOGETHER", object),
            np.array("SHIP_COMPLETE", object),
            np.array("CAPACITY", object),
            np.array("NODE_STOPPED", object),
            np.array("KEEP_TOGETHER", object),
            np.array("PINNED", object),
            np.array("NO_NODE", object),
            np.array("TOO_OLD", object),
        ],
        np.array("NO_STOCK", object),
    )
    return pl.Series(reason.tolist(), dtype=pl.String)


def companions() -> pl.Expr:
    """What names the lines that a line waits for: of its order, its bundle, its kit."""
    own = pl.coalesce(bundle(), "kit_line_id", "line_id")
    return (
        pl.when("is_ship_complete").then("order_id").otherwise(own).alias("companions")
    )


def bundle() -> pl.Expr:
    """What names the lines that a line is kept together with; null: none."""
    # No id has a line break.
    return pl.concat_str("order_id", "keep_together", separator="\n").alias("bundle")


def _waits_for_others(posed: Posed, mask: Ints, left: Ints) -> Flags:
    """Lines of ship-complete orders, bundles or kits whose own eaches were there."""
    problem = posed.problem
    within = np.where(mask == 0, left, 0).sum(axis=1)
    asked = posed.demand.select(
        pl.col("open_qty").cum_sum().over("order_id", "sku_id")
    ).to_series()
    is_there = within >= asked.to_numpy()
    is_of_some = (problem.line_kit >= 0) | (problem.line_bundle >= 0)
    is_one_of_many = problem.is_complete[problem.line_order] | is_of_some
    return np.asarray(is_one_of_many & is_there)


def _is_kept_apart(posed: Posed, mask: Ints, left: Ints) -> Flags:
    """Lines of bundles that wait for each other, not for the rest of their order."""
    problem = posed.problem
    is_complete = problem.is_complete[problem.line_order]
    is_somewhere = _is_whole_somewhere(posed, np.where(mask == 0, left, 0))
    is_bundled = problem.line_bundle != NO_BUNDLE
    return np.asarray(is_bundled & ~(is_complete & is_somewhere))


def _is_whole_somewhere(posed: Posed, within: Ints) -> Flags:
    """Lines without a bundle, or of one that some node has all of.

    Args:
        posed: the problem of the run.
        within: L × N eaches that each line could have.
    """
    problem = posed.problem
    is_whole = np.ones(len(problem.line_qty), np.bool_)
    for lines in bundles_among(problem.line_bundle):
        _, first, slot = np.unique(
            problem.line_sku[lines], return_index=True, return_inverse=True
        )
        qty, caps = problem.line_qty[lines], within[lines[first]]
        one_of_them = whole_at(
            np.arange(len(lines)), qty, caps, slot, within[lines] > 0
        )
        is_whole[lines] = one_of_them.any()
    return is_whole


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
        self,
        pairs: pl.DataFrame,
        posed: Posed,
        placement: Placement,
        today: date,
        room: LaterRoom | None,
    ) -> None:
        shape = placement.qty.shape
        self._today, self._room = today, room
        self._node_ids = np.array(posed.node_ids, object)
        self._sku = posed.problem.line_sku
        self._left = posed.stock.copy()
        np.subtract.at(self._left, self._sku, placement.qty)
        self._at_its_turn = placement.stock_left
        mask = pairs["failed_mask"].to_numpy().reshape(shape)
        # Until it is wanted there will be room.
        later = BIT["RESERVE_LATER"] | BIT["PREORDER"]
        forgiven = np.where(mask & later != 0, later | BIT["NO_CAPACITY"], 0)
        self._is_fit = mask & ~forgiven == 0
        self._is_fit_later = mask & ~BIT["NO_CAPACITY"] == 0
        self._is_pinned_elsewhere = mask == PIN

    def left_of(self, line: int) -> Ints:
        """What of a line's SKU is left by node; changed in place."""
        left: Ints = self._left[self._sku[line]]
        return left

    def draw(
        self, line: int, qty: int, node: str | None, *, is_unpinned: bool
    ) -> tuple[Part, ...]:
        """Take up to ``qty`` for a line, today; at one node, if it is named."""
        left = self.left_of(line)
        is_free = self._is_pinned_elsewhere[line] & is_unpinned
        is_there = node is None or self._node_ids == node
        is_fit = (self._is_fit[line] | is_free) & is_there
        fit = np.where(is_fit, self._at_its_turn[line], 0)
        there = np.clip(np.minimum(left, fit), 0, None)
        taken = np.clip(qty - (np.cumsum(there) - there), 0, there)
        left -= taken
        return ((self._today, int(taken.sum())),) if taken.any() else ()

    def draw_later(self, asked: _Asked, node: str | None) -> tuple[Part, ...]:
        """Take what lies where there was no room, when its node has some again.

        The node with room first goes first. Lines that are kept together ask node by
        node, and take no room.
        """
        room, latest = self._room, asked.latest or date.max
        if room is None:
            return ()
        left, qty = self.left_of(asked.place), asked.qty
        fit = np.minimum(left, self._at_its_turn[asked.place])
        there = np.flatnonzero(self._is_fit_later[asked.place] & (fit > 0))
        named = [(room.first((str(self._node_ids[n]),)), int(n)) for n in there]
        parts: list[Part] = []
        for day, n in sorted((day, n) for day, n in named if day and day <= latest):
            name, most = str(self._node_ids[n]), min(qty, int(fit[n]))
            if node not in {None, name} or not most:
                continue
            taken: tuple[Part, ...] = ((day, most),)
            if asked.bundle is None:
                whole = asked.is_together
                taken = room.take(name, asked.order, most, latest, is_whole=whole)
            got = sum(eaches for _, eaches in taken)
            left[n] -= got
            qty -= got
            parts.extend(taken)
        return tuple(sorted(parts))

    def first_room(self, node: str) -> date | None:
        """The first later day with room at a node."""
        return self._room.first((node,)) if self._room else None

    def elsewhere(self, line: int, among: frozenset[str]) -> list[Receipt]:
        """What lies today where its pin alone keeps a line from, most of it first."""
        if not among:
            return []
        left = np.minimum(self._left[self._sku[line]], self._at_its_turn[line])
        nodes = np.flatnonzero(self._is_pinned_elsewhere[line] & (left > 0))
        there = [[self._today, str(self._node_ids[n]), int(left[n])] for n in nodes]
        return sorted(there, key=lambda receipt: (-receipt[2], receipt[1]))


class _Asked(NamedTuple):
    """A line that waits, as it asks for dates."""

    line: str
    order: str
    sku: str
    qty: int
    reason: str
    place: int
    bundle: str | None
    latest: date | None
    since: date | None
    wanted: date | None
    is_together: bool


class _Supply:
    """What comes and what lies there; drawn in turn."""

    def __init__(self, coming: dict[str, list[Receipt]], lying: _Lying) -> None:
        self._coming, self._lying = coming, lying

    def draw(
        self,
        asked: _Asked,
        nodes: frozenset[str],
        node: str | None = None,
        *,
        is_unpinned: bool = False,
    ) -> tuple[Part, ...]:
        """Take what a line waits for, soonest first; at one node, if it is named."""
        if asked.reason == ROOM:
            return self._draw_later(asked, nodes, node)
        there: tuple[Part, ...] = ()
        if asked.is_together or asked.wanted is not None:
            there = self._lying.draw(
                asked.place, asked.qty, node, is_unpinned=is_unpinned
            )
        rest = asked.qty - sum(taken for _, taken in there)
        within = (asked.since or date.min, asked.latest or date.max)
        receipts = self._coming.get(asked.sku, [])
        at = nodes if node is None else frozenset((node,))
        return _not_before(asked.wanted, there + _draw(receipts, at, rest, within))

    def _draw_later(
        self, asked: _Asked, nodes: frozenset[str], node: str | None
    ) -> tuple[Part, ...]:
        """What lies where there is no room, then what comes to nodes that have some."""
        latest, receipts = asked.latest or date.max, self._coming.get(asked.sku, [])
        names = nodes if node is None else frozenset((node,))
        # Before what lies there takes it: both leave in one shipment.
        rooms = [(self._lying.first_room(name), name) for name in names]
        parts = self._lying.draw_later(asked, node)
        for first, name in sorted((day, name) for day, name in rooms if day):
            rest = asked.qty - sum(taken for _, taken in parts)
            if first <= latest and rest:
                within = (date.min, latest)
                comes = _draw(receipts, frozenset((name,)), rest, within)
                parts += _not_before(first, comes)
        return tuple(sorted(parts))

    def without_pin(self, asked: _Asked, nodes: frozenset[str]) -> list[Receipt]:
        """What a line could have but for its pin, soonest first; takes nothing."""
        if not nodes:
            return []
        lies = self._lying.elsewhere(asked.place, nodes)
        return [*lies, *self._coming.get(asked.sku, [])]

    def day_at(
        self, lines: list[_Asked], node: str, *, is_unpinned: bool
    ) -> date | None:
        """The day on which a node has all that some lines lack; takes nothing."""
        receipts = [r for one in lines for r in self._coming.get(one.sku, [])]
        had = [receipt[2] for receipt in receipts]
        lay = [self._lying.left_of(one.place).copy() for one in lines]
        drawn = [
            self.draw(one, frozenset(), node, is_unpinned=is_unpinned) for one in lines
        ]
        told = [_told(parts, one.qty) for parts, one in zip(drawn, lines, strict=True)]
        for receipt, left in zip(receipts, had, strict=True):
            receipt[2] = left
        for one, left in zip(lines, lay, strict=True):
            self._lying.left_of(one.place)[:] = left
        days = [day for day, _ in told if day is not None]
        return max(days) if len(days) == len(lines) else None


def _one_node(
    lines: list[_Asked],
    usable: dict[str, frozenset[str]],
    supply: _Supply,
    *,
    is_unpinned: bool = False,
) -> Soonest:
    """The day and the node that has all that a bundle lacks first."""
    nodes = frozenset.intersection(*(usable.get(o.line, frozenset()) for o in lines))
    days = [
        (supply.day_at(lines, node, is_unpinned=is_unpinned), node)
        for node in sorted(nodes)
    ]
    return min(((day, node) for day, node in days if day), default=(None, None))


class _Unpinned:
    """When pinned lines that lack eaches would have them without their pin.

    Nothing is taken: the pin holds.
    """

    def __init__(
        self, waiting: pl.DataFrame, pairs: pl.DataFrame, supply: _Supply
    ) -> None:
        pinned = pairs.filter(pl.col("failed_mask") & PIN != 0)["line_id"]
        self._pinned = frozenset(pinned.unique())
        is_pinned = pl.col("line_id").is_in(self._pinned)
        is_bundled = pl.col("bundle").is_not_null()
        lines = waiting.filter(
            is_pinned | (is_bundled & is_pinned.any().over("bundle"))
        )
        self._nodes = _usable_nodes(lines, pairs, STANDING & ~PIN)
        self._supply = supply

    def soonest(self, asked: _Asked) -> Soonest:
        """Of one line, from wherever it may come."""
        is_short = asked.reason in {"PINNED", *OUT_OF_STOCK}
        nodes = self._nodes.get(asked.line, frozenset()) if is_short else frozenset()
        qty = asked.qty
        for day, node, left in self._supply.without_pin(asked, nodes):
            if node not in nodes or day > (asked.latest or date.max):
                continue
            qty -= left
            if qty <= 0:
                return day, node
        return None, None

    def soonest_of_all(self, bundle: list[_Asked]) -> Soonest:
        """Of lines that are kept together, all of it at one node."""
        reasons = {one.reason for one in bundle} - {"SHIP_COMPLETE"}
        is_short = reasons and reasons <= {"PINNED", *PIN_BEHIND}
        if not is_short or self._pinned.isdisjoint(one.line for one in bundle):
            return None, None
        return _one_node(bundle, self._nodes, self._supply, is_unpinned=True)


def _with_dates(
    waiting: pl.DataFrame, pairs: pl.DataFrame, supply: _Supply
) -> pl.DataFrame:
    usable = _usable_nodes(waiting, pairs, STANDING)
    unpinned = _Unpinned(waiting, pairs, supply)
    is_one_of_many = pl.col("companions") != pl.col("line_id")
    is_together = is_one_of_many | pl.col("reason_code").is_in(TOGETHER)
    # What its class leaves as it is keeps what it was told, before anybody draws.
    first = waiting.sort(pl.col("business_class") != "SKIP", maintain_order=True)
    drawn = first.select(
        *("line_id", "order_id", "sku_id", "qty", "reason_code", "place", "bundle"),
        "latest_date",
        since=pl.when(pl.col("reason_code") == "BY_CLASS").then("told_date"),
        wanted=pl.when(pl.col("reason_code").is_in(LATER)).then(
            pl.max_horizontal("wanted_ship_date", "released_date")
        ),
        is_together=is_together,
    )
    lines = [_Asked(*row) for row in drawn.iter_rows()]
    told = _in_turn(lines, usable, supply, unpinned)
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


def _in_turn(
    lines: list[_Asked],
    usable: dict[str, frozenset[str]],
    supply: _Supply,
    unpinned: _Unpinned,
) -> list[tuple[date | None, str | None, date | None, str | None]]:
    """Day and parts of each line, and day and node without its pin, one by one."""
    bundles: dict[str, list[_Asked]] = defaultdict(list)
    for one in lines:
        if one.bundle is not None:
            bundles[one.bundle].append(one)
    told: list[tuple[date | None, str | None, date | None, str | None]] = []
    places: dict[str, tuple[str | None, Soonest]] = {}
    for one in lines:
        if one.bundle is None:
            node, free = None, unpinned.soonest(one)
        else:
            if one.bundle not in places:
                all_of_it = bundles[one.bundle]
                _, first = _one_node(all_of_it, usable, supply)
                places[one.bundle] = first, unpinned.soonest_of_all(all_of_it)
            node, free = places[one.bundle]
        is_dated = one.reason in {*COMES, *TOGETHER, ROOM}
        if not is_dated or (one.bundle is not None and node is None):
            told.append((None, None, *free))
            continue
        nodes = usable.get(one.line, frozenset())
        told.append((*_told(supply.draw(one, nodes, node), one.qty), *free))
    return told


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
