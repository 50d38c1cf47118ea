"""A run's allocation under other circumstances: what it would cost, and for whom.

Decides the same inputs once more with one thing changed: rules, a node that is shut,
more or fewer orders, dearer or cheaper freight. Not here: runs that follow each
other (``over_days``); what is decided otherwise today changes no stock of tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, Self

import polars as pl

from transforms.allocation.allocate import Inputs
from transforms.allocation.demand import judged, ranked
from transforms.allocation.policy import AllocationPolicy

AS_IT_IS = "as it is"
"""Name of what nothing otherwise comes to."""

COPY = "+"
"""Ends the names of orders that a greater demand adds; each stands behind its own."""

ALL = 100
ORDER = ["order_id"]
SCORE = pl.Schema(
    {
        "orders": pl.Int64,
        "asked_qty": pl.Int64,
        "allocated_qty": pl.Int64,
        "backordered_qty": pl.Int64,
        "fill_bp": pl.Int64,
        "whole_orders": pl.Int64,
        "split_orders": pl.Int64,
        "shipments": pl.Int64,
        "late_qty": pl.Int64,
        "worth_minor": pl.Int64,
        "cost_minor": pl.Int64,
        "cost_per_each_minor": pl.Int64,
    }
)

Dated = tuple[tuple[date, AllocationPolicy], ...]
"""Business dates from which rules are in force, oldest first, and the rules."""


@dataclass(frozen=True)
class Variant:
    """What is otherwise.

    Args:
        name: as people call it.
        policy: rules; None: those of the inputs.
        down: nodes that ship nothing.
        demand_percent: more orders than there are, at most twice as many, or
            (negative) fewer; evenly along the demand order, whole ones.
        freight_percent: dearer, or (negative) cheaper.
        is_unpinned: no line is pinned to a node.
        dated: rules that are others from some business date on, instead of
            ``policy``; ``on`` takes those of one.
        dated_by: the same, where a run is decided by rules that it kept, by their
            hash.
    """

    name: str
    policy: AllocationPolicy | None = None
    down: tuple[str, ...] = ()
    demand_percent: int = 0
    freight_percent: int = 0
    is_unpinned: bool = False
    dated: Dated = ()
    dated_by: Mapping[str, Dated] = field(default_factory=dict)

    def on(self, day: date, rules_hash: str = "") -> Self:
        """The variant with the rules that it has in force on a business date.

        Args:
            day: that date.
            rules_hash: of the rules that what is decided then was decided by.
        """
        dated = self.dated_by.get(rules_hash, self.dated)
        begun = [policy for since, policy in dated if since <= day]
        policy = begun[-1] if begun else self.policy
        return replace(self, policy=policy, dated=(), dated_by={})


class Asked(Protocol):
    """What was asked for: ``Inputs``, or what several runs were asked for."""

    @property
    def demand(self) -> pl.DataFrame:
        """``order_id, line_id, promise_date, open_qty``."""


class Given(Protocol):
    """What was given: ``Allocation``, or what several runs gave."""

    @property
    def allocations(self) -> pl.DataFrame:
        """ALLOCATIONS."""

    @property
    def backorders(self) -> pl.DataFrame:
        """BACKORDERS; of several runs those of the last."""


Decided = tuple[Asked, Given]
"""What was asked for, and what was given."""


@dataclass(frozen=True)
class WhatIf:
    """What variants come to, beside what nothing otherwise comes to.

    Args:
        scores: ``variant``, SCORE; ``AS_IT_IS`` first.
        nodes: ``variant``, what ``by_node`` says of it.
        changed: ``variant``, what ``changed_orders`` says of it.
        causes: ``variant``, what ``by_cause`` says of it.
    """

    scores: pl.DataFrame
    nodes: pl.DataFrame
    changed: pl.DataFrame
    causes: pl.DataFrame


def compared(base: Decided, others: Sequence[tuple[Variant, Decided]]) -> WhatIf:
    """Variants beside what nothing otherwise comes to.

    Args:
        base: as it is.
        others: each as it would be.
    """
    every = [(AS_IT_IS, base), *((variant.name, found) for variant, found in others)]
    changed = _named(
        (variant.name, changed_orders(base, found, variant))
        for variant, found in others
    )
    return WhatIf(
        _named((name, score(*found)) for name, found in every),
        _named((name, by_node(given)) for name, (_, given) in every).sort(
            "node_id", maintain_order=True
        ),
        changed,
        by_cause(changed),
    )


def under(variant: Variant, inputs: Inputs) -> Inputs:
    """The inputs as they would be.

    Raises:
        ValueError: the variant has rules of several dates: ``Variant.on``.
    """
    if variant.dated or variant.dated_by:
        raise ValueError(f"{variant.name}: rules of which date?")
    is_up = ~pl.col("node_id").is_in(variant.down)
    policy = variant.policy or inputs.policy
    demand = inputs.demand
    if policy != inputs.policy:
        demand = ranked(judged(demand, policy))
    return replace(
        inputs,
        policy=policy,
        nodes=inputs.nodes.with_columns(is_shipping=pl.col("is_shipping") & is_up),
        demand=_demanded(demand, variant.demand_percent),
        pins=inputs.pins.clear() if variant.is_unpinned else inputs.pins,
        rates=inputs.rates.with_columns(
            _percent_more(name, variant.freight_percent)
            for name in ("base_minor", "per_kg_minor")
        ),
    )


def score(inputs: Asked, decided: Given) -> pl.DataFrame:
    """One row of SCORE: how much of what was asked for goes out, how, at what cost.

    What waits has no cost. Cost per each, of those that go out, is rounded half up;
    null where none does.
    """
    orders = _by_order(inputs, decided)
    asked, given = (int(orders[name].sum()) for name in ("asked_qty", "given_qty"))
    wanted = inputs.demand.select("line_id", wanted="promise_date")
    late = decided.allocations.join(wanted, on="line_id").filter(
        pl.col("promise_date") > pl.col("wanted")
    )
    cost = int(orders["cost_minor"].sum())
    row = {
        "orders": orders.height,
        "asked_qty": asked,
        "allocated_qty": given,
        "backordered_qty": int(decided.backorders["qty"].sum()),
        "fill_bp": given * 10_000 // asked if asked else 10_000,
        "whole_orders": int((orders["given_qty"] == orders["asked_qty"]).sum()),
        "split_orders": int((orders["shipments"] > 1).sum()),
        "shipments": int(orders["shipments"].sum()),
        "late_qty": int(late["qty"].sum()),
        "worth_minor": int(decided.allocations["worth_minor"].sum()),
        "cost_minor": cost,
        "cost_per_each_minor": (2 * cost + given) // (2 * given) if given else None,
    }
    return pl.DataFrame([row], schema=SCORE)


def by_node(decided: Given) -> pl.DataFrame:
    """``node_id, qty, shipments, cost_minor`` of every node that ships, sorted."""
    return (
        decided.allocations.group_by("node_id")
        .agg(
            pl.col("qty").sum(),
            shipments=pl.struct("order_id", "ship_date").n_unique().cast(pl.Int64),
            cost_minor=pl.col("total_minor").sum(),
        )
        .sort("node_id")
    )


def changed_orders(
    base: tuple[Asked, Given], other: tuple[Asked, Given], variant: Variant
) -> pl.DataFrame:
    """Orders that are decided otherwise, and why, the greatest difference first.

    Args:
        base: as it is.
        other: as it would be.
        variant: what is otherwise.

    Returns:
        ``order_id, cause, was_nodes, now_nodes, was_qty, now_qty, was_minor,
        now_minor``. ``cause`` is the first that fits: NEW_ORDER, NO_ORDER (more or
        less demand), NODE_DOWN (it shipped from one that is shut), FEWER_EACHES and
        MORE_EACHES (what others no longer take, or take), OTHER_NODE, OTHER_COST.
        An order of which nothing ships has no cost (null) and no nodes (empty); one
        that is not there at all, null.
    """
    was, now = (_by_order(*side) for side in (base, other))
    both = was.join(now, on=ORDER, how="full", coalesce=True, suffix="_now")
    shut = pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col("nodes").str.split("|").list.contains(node) for node in variant.down),
    )
    cause = (
        pl.when(pl.col("asked_qty").is_null())
        .then(pl.lit("NEW_ORDER"))
        .when(pl.col("asked_qty_now").is_null())
        .then(pl.lit("NO_ORDER"))
        .when(shut)
        .then(pl.lit("NODE_DOWN"))
        .when(pl.col("given_qty_now") < pl.col("given_qty"))
        .then(pl.lit("FEWER_EACHES"))
        .when(pl.col("given_qty_now") > pl.col("given_qty"))
        .then(pl.lit("MORE_EACHES"))
        .when(pl.col("nodes_now") != pl.col("nodes"))
        .then(pl.lit("OTHER_NODE"))
        .when(pl.col("cost_minor_now") != pl.col("cost_minor"))
        .then(pl.lit("OTHER_COST"))
    )
    rows = both.with_columns(cause=cause).filter(pl.col("cause").is_not_null())
    told = rows.select(
        *ORDER,
        "cause",
        was_nodes="nodes",
        now_nodes="nodes_now",
        was_qty=pl.col("given_qty").fill_null(0),
        now_qty=pl.col("given_qty_now").fill_null(0),
        was_minor=_if_shipped("cost_minor", "given_qty"),
        now_minor=_if_shipped("cost_minor_now", "given_qty_now"),
    )
    was_cost, now_cost = (pl.col(n).fill_null(0) for n in ("was_minor", "now_minor"))
    difference = (now_cost - was_cost).abs()
    return told.sort(difference, "order_id", descending=[True, False])


def by_cause(changed: pl.DataFrame) -> pl.DataFrame:
    """Orders that are decided otherwise, by cause, each cost where it belongs.

    Args:
        changed: ``variant``, and what ``changed_orders`` says of it.

    Returns:
        ``variant, cause, orders, nothing_orders`` (ship nothing in the variant),
        ``more_qty, more_minor`` (of the others), ``unspent_minor`` (what those that
        ship nothing cost as it is: no saving, they wait or are not there).
        ``more_minor`` less ``unspent_minor`` is the difference of all costs.
    """
    is_nothing = pl.col("now_minor").is_null()
    was, now = (pl.col(name).fill_null(0) for name in ("was_minor", "now_minor"))
    return changed.group_by("variant", "cause", maintain_order=True).agg(
        orders=pl.len().cast(pl.Int64),
        nothing_orders=is_nothing.sum().cast(pl.Int64),
        more_qty=(pl.col("now_qty") - pl.col("was_qty")).sum(),
        more_minor=(now - was).filter(~is_nothing).sum(),
        unspent_minor=was.filter(is_nothing).sum(),
    )


def _if_shipped(cost: str, qty: str) -> pl.Expr:
    return pl.when(pl.col(qty) > 0).then(pl.col(cost))


def _named(frames: Iterable[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    return pl.concat(
        frame.select(pl.lit(name).alias("variant"), pl.all()) for name, frame in frames
    )


def _by_order(inputs: Asked, decided: Given) -> pl.DataFrame:
    asked = inputs.demand.group_by(ORDER).agg(asked_qty=pl.col("open_qty").sum())
    given = decided.allocations.group_by(ORDER).agg(
        given_qty=pl.col("qty").sum(),
        nodes=pl.col("node_id").unique().sort().str.join("|"),
        shipments=pl.struct("node_id", "ship_date").n_unique().cast(pl.Int64),
        cost_minor=pl.col("total_minor").sum(),
    )
    counts = ("given_qty", "shipments", "cost_minor")
    return asked.join(given, on=ORDER, how="left").with_columns(
        pl.col(counts).fill_null(0), pl.col("nodes").fill_null("")
    )


def _percent_more(column: str, percent: int) -> pl.Expr:
    """Rounded half up, in whole minor units."""
    return ((pl.col(column) * (ALL + percent) * 2 + ALL) // (2 * ALL)).alias(column)


def _demanded(demand: pl.DataFrame, percent: int) -> pl.DataFrame:
    """Some whole orders once more, or left out, evenly along the demand order."""
    if percent == 0:
        return demand
    number = pl.col("order_id").rle_id().cast(pl.Int64)
    share = abs(percent)
    numbered = demand.sort("demand_rank").with_columns(number=number)
    is_chosen = (pl.col("number") + 1) * share // ALL > pl.col("number") * share // ALL
    if percent < 0:
        return _ranked(numbered.filter(~is_chosen).with_columns(is_copy=False))
    names = ("order_id", "line_id", "kit_line_id")
    copies = numbered.filter(is_chosen).with_columns(
        *(pl.col(name) + COPY for name in names), is_copy=True
    )
    return _ranked(pl.concat([numbered.with_columns(is_copy=False), copies]))


def _ranked(numbered: pl.DataFrame) -> pl.DataFrame:
    ordered = numbered.sort("number", "is_copy", "demand_rank")
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return ordered.with_columns(demand_rank=rank).drop("number", "is_copy")
