"""The problem as arrays: what the sequential kernels read, in demand order.

A structure of arrays, so that another kernel can take the place of ``place``
without a second way of building its input. Nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import polars as pl

from transforms.allocation.bundles import (
    NO_BUNDLE,
    bundle_codes,
    bundles_among,
    whole_bundles,
)
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.kits import kit_codes, whole_kits
from transforms.allocation.plan import IS_LINE_SPLIT, MIN_VALUE, SPLIT_COST
from transforms.allocation.policy import AllocationPolicy, PolicyError
from transforms.allocation.strategy import Strategy, strategy_of
from transforms.allocation.tariff import SERVICE_KEY, Tariff


class Problem(NamedTuple):
    """Arrays over lines L, orders O, SKUs S, groups G, nodes N, days D.

    A *group* is the lines of one SKU that may use the same nodes: only between
    groups can one line stand on eaches that another has nowhere else. A line of a
    bundle is a group of its own: where the bundle is held is its own affair.
    """

    order_start: Ints  # O + 1: lines of order o are order_start[o] … [o + 1]
    line_sku: Ints  # L
    line_group: Ints  # L
    line_qty: Ints  # L eaches wanted
    line_grams: Ints  # L of one each
    line_value: Ints  # L minor units of one each
    line_kit: Ints  # L number of the kit it is a component of; -1 none
    line_per_kit: Ints  # L eaches in one kit
    has_kits: bool  # whether there is one at all
    line_bundle: Ints  # L number of the bundle it belongs to; -1 none
    has_bundles: bool  # whether there is one at all
    is_complete: Flags  # O ship-complete
    order_class: Ints  # O row of the tariff
    late_cost: Ints  # O per each and day
    group_allowed: Flags  # G × N
    group_start: Ints  # S + 1
    sku_line_start: Ints  # S + 1 into sku_lines
    sku_lines: Ints  # L lines by SKU, in demand order
    line_order: Ints  # L
    base: Ints  # C × N × D per shipment
    per_kg: Ints  # C × N × D
    late_days: Ints  # C × N × D
    shipment_cost: Ints  # N
    unit_cost: Ints  # N
    worth: Ints  # S × N of one each where it lies
    sets: tuple[Ints, ...]  # per candidate count: T × max shipments positions
    rules: Ints  # as plan.Ask has them, in money
    strategy: Strategy
    max_candidates: int

    @property
    def group_sku(self) -> Ints:
        """G: the SKU of each group of lines that may use the same nodes."""
        return np.repeat(
            np.arange(len(self.group_start) - 1), np.diff(self.group_start)
        )

    def lines_of(self, order: int) -> range:
        """The lines of an order."""
        return range(self.order_start[order], self.order_start[order + 1])

    def bundles_of(self, order: int) -> list[Ints]:
        """The lines of each bundle of an order, by its first line."""
        if not self.has_bundles:
            return []
        lines = self.lines_of(order)
        here = self.line_bundle[lines.start : lines.stop]
        return [lines.start + bundle for bundle in bundles_among(here)]

    def whole(self, lines: slice, given: Ints) -> Ints:
        """The most that halves no kit and tears no bundle of what is given.

        Args:
            lines: neighbouring lines, with all of each kit and bundle.
            given: eaches of each.
        """
        wanted, whole = self.line_qty[lines], given
        if self.has_kits:
            per_kit = self.line_per_kit[lines]
            whole = whole_kits(whole, wanted, self.line_kit[lines], per_kit)
        if self.has_bundles:
            whole = whole_bundles(whole, wanted, self.line_bundle[lines])
        return whole


@dataclass(frozen=True)
class Posed:
    """A problem with what it takes to read its answer.

    Args:
        problem: the arrays.
        demand: OPEN_DEMAND in the order of the line arrays.
        node_ids: in the order of the node arrays.
        stock: S × N eaches that may be promised.
        unit_room: N × D eaches.
        shipment_room: N × D shipments.
        line_room: N × D lines to be picked.
    """

    problem: Problem
    demand: pl.DataFrame
    node_ids: list[str]
    stock: Ints
    unit_room: Ints
    shipment_room: Ints
    line_room: Ints

    @property
    def first_open(self) -> Ints:
        """N: the first ship day with room before the run; the first where none has."""
        shipments = np.minimum(self.shipment_room, self.line_room)
        return np.asarray(((self.unit_room > 0) & (shipments > 0)).argmax(axis=1))

    def on_first_open(self, table: Ints) -> Ints:
        """C × N: what a table of classes, nodes and days says of ``first_open``."""
        return np.asarray(table[:, np.arange(table.shape[1]), self.first_open])

    def shipments_on(self, node: Ints, day: Ints) -> Ints:
        """Shipments that a node takes at most on one of its days: none has no line."""
        return np.minimum(self.shipment_room[node, day], self.line_room[node, day])


def pose(
    demand: pl.DataFrame,
    pairs: pl.DataFrame,
    nodes: pl.DataFrame,
    tariff: Tariff,
    policy: AllocationPolicy,
    worths: pl.DataFrame,
) -> Posed:
    """Write frames as arrays.

    Args:
        demand: OPEN_DEMAND ``with_class_keys``, sorted by ``demand_rank``; an
            order's lines are neighbours.
        pairs: ``eligibility`` of the same lines.
        nodes: DIM_NODES sorted by ``node_id``.
        tariff: prices and rooms by destination class, node and day.
        policy: split rules and costs.
        worths: DIM_STOCK_WORTHS.

    Raises:
        PolicyError: the lines of one order are not neighbours in demand order.
    """
    shape = (demand.height, nodes.height)
    starts = _order_starts(demand)
    line_order = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    sku_ids = demand["sku_id"].unique().sort()
    line_sku = _codes(demand["sku_id"], sku_ids)
    allowed = pairs["failed_mask"].to_numpy().reshape(shape) == 0
    line_bundle = bundle_codes(demand)
    line_group, group_allowed, group_start = _groups(
        line_sku, line_bundle, allowed, len(sku_ids)
    )
    by_sku = np.argsort(line_sku, kind="stable")
    line_kit, line_per_kit = kit_codes(demand)
    first = demand[starts[:-1].tolist()] if demand.height else demand
    problem = Problem(
        order_start=starts,
        line_sku=line_sku,
        line_group=line_group,
        line_qty=_ints(demand["open_qty"]),
        line_grams=_ints(demand["grams"]),
        line_value=_ints(demand["unit_value_minor"]),
        line_kit=line_kit,
        line_per_kit=line_per_kit,
        has_kits=bool((line_kit >= 0).any()),
        line_bundle=line_bundle,
        has_bundles=bool((line_bundle != NO_BUNDLE).any()),
        is_complete=first["is_ship_complete"].to_numpy().astype(np.bool_),
        order_class=tariff.class_of(first),
        late_cost=np.array(policy.late_cost_minor, np.int64)[_ints(first["priority"])],
        group_allowed=group_allowed,
        group_start=group_start,
        sku_line_start=_starts(line_sku, len(sku_ids)),
        sku_lines=by_sku.astype(np.int64),
        line_order=line_order.astype(np.int64),
        base=tariff.base,
        per_kg=tariff.per_kg,
        late_days=tariff.late_days,
        shipment_cost=_ints(nodes["shipment_cost_minor"]),
        unit_cost=_ints(nodes["unit_cost_minor"]),
        worth=_worth(worths, sku_ids, nodes["node_id"]),
        sets=_sets(policy),
        rules=_rules(policy),
        strategy=strategy_of(policy, pairs, starts, nodes["node_id"].to_list()),
        max_candidates=policy.max_candidate_nodes,
    )
    stock = _stock(pairs, line_sku, len(sku_ids), shape)
    return Posed(
        problem,
        demand.drop(SERVICE_KEY),
        nodes["node_id"].to_list(),
        stock,
        tariff.unit_room,
        tariff.shipment_room,
        tariff.line_room,
    )


def _ints(series: pl.Series) -> Ints:
    return np.ascontiguousarray(series.to_numpy(), dtype=np.int64)


def _codes(values: pl.Series, sorted_values: pl.Series) -> Ints:
    return _ints(sorted_values.search_sorted(values))


def _order_starts(demand: pl.DataFrame) -> Ints:
    runs = (
        demand["order_id"].rle_id() if demand.height else pl.Series([], dtype=pl.Int64)
    )
    if runs.n_unique() != demand["order_id"].n_unique():
        raise PolicyError("demand_rank: an order's lines must be neighbours")
    return _starts(_ints(runs), runs.n_unique())


def _starts(sorted_or_not: Ints, count: int) -> Ints:
    sizes = np.bincount(sorted_or_not, minlength=count)
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _groups(
    line_sku: Ints, line_bundle: Ints, allowed: Flags, skus: int
) -> tuple[Ints, Flags, Ints]:
    line = np.arange(1, len(line_sku) + 1)
    own = np.where(line_bundle == NO_BUNDLE, 0, line)
    keys = np.column_stack((line_sku, own, allowed.astype(np.int64)))
    if not len(keys):
        empty = np.zeros((0, allowed.shape[1]), np.bool_)
        return np.zeros(0, np.int64), empty, np.zeros(skus + 1, np.int64)
    distinct, line_group = np.unique(keys, axis=0, return_inverse=True)
    group_allowed = np.ascontiguousarray(distinct[:, 2:] > 0)
    group_start = _starts(distinct[:, 0].astype(np.int64), skus)
    return line_group.reshape(-1).astype(np.int64), group_allowed, group_start


def _stock(
    pairs: pl.DataFrame, line_sku: Ints, skus: int, shape: tuple[int, int]
) -> Ints:
    # Eaches at closed or full nodes count: which line may use them is in the
    # groups, and the trace shows them.
    atp = pairs["stock_qty"].to_numpy().reshape(shape)
    stock = np.zeros((skus, shape[1]), np.int64)
    stock[line_sku] = atp
    return stock


def _worth(worths: pl.DataFrame, sku_ids: pl.Series, node_ids: pl.Series) -> Ints:
    told = worths.filter(
        pl.col("sku_id").is_in(sku_ids.implode()),
        pl.col("node_id").is_in(node_ids.implode()),
    )
    worth = np.zeros((len(sku_ids), len(node_ids)), np.int64)
    cell = _codes(told["sku_id"], sku_ids), _codes(told["node_id"], node_ids)
    worth[cell] = _ints(told["worth_minor"])
    return worth


def _rules(policy: AllocationPolicy) -> Ints:
    rules = np.zeros(3, np.int64)
    rules[SPLIT_COST] = policy.split_cost_minor
    rules[MIN_VALUE] = policy.min_shipment_value_minor
    rules[IS_LINE_SPLIT] = policy.is_line_split_allowed
    return rules


def _sets(policy: AllocationPolicy) -> tuple[Ints, ...]:
    """All node combinations by size, then position, per number of candidates."""
    return tuple(
        _combinations(count, policy.max_shipments)
        for count in range(policy.max_candidate_nodes + 1)
    )


def _combinations(count: int, width: int) -> Ints:
    rows = [
        row + (-1,) * (width - size)
        for size in range(1, width + 1)
        for row in combinations(range(count), size)
    ]
    return np.array(rows, np.int64).reshape(-1, width)
