"""What makes one plan of an order better than another: the ways merchants know.

Two families. By cost: every set of nodes is tried, and the cheapest plan wins; what
is dear is a matter of weights (``cheapest``, ``fewest_parcels``, ``weighted``). By
rank: nodes stand in a line, and the first that has something gives it (``nearest``,
``priority_list``, ``most_stock``). Whatever chooses, what is written down of a
shipment is what it costs in money.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from transforms.allocation.compiled import Flags, Ints, compiled
from transforms.allocation.plan import (
    IS_LINE_SPLIT,
    MIN_VALUE,
    SPLIT_COST,
    Ask,
    Plan,
    best_plan,
    day_of,
    first_day,
    room_for_more,
)
from transforms.allocation.policy import AllocationPolicy

BY_RANK = ("nearest", "priority_list", "most_stock")
WEIGHED = ("freight", "processing", "lateness", "split", "worth")
PERCENT = 100
DEAR = 10**12
"""More than any order costs: a parcel fewer is worth all else."""

NOWHERE = 10**6
"""Kilometres to where no lane leads."""


class Strategy(NamedTuple):
    """How an order in its turn chooses among plans.

    Args:
        name: one of ``policy.SOURCINGS``.
        freight: how much a minor unit of freight weighs.
        processing: the same of handling.
        lateness: the same of being late.
        split: the same of a further shipment.
        worth: the same of what eaches would earn where they lie.
        dislike: O × N, what a shipment weighs for its distance and its node's place
            in the operator's list.
        km: O × N, distance.
        place: N, the node's place in the operator's list, 0 first.
    """

    name: str
    freight: int
    processing: int
    lateness: int
    split: int
    worth: int
    dislike: Ints
    km: Ints
    place: Ints


def strategy_of(
    policy: AllocationPolicy, pairs: pl.DataFrame, starts: Ints, node_ids: list[str]
) -> Strategy:
    """The strategy that a policy names.

    Args:
        policy: ``sourcing``, ``weights``, ``node_order``.
        pairs: ``eligibility``, sorted by (demand_rank, node_id).
        starts: O + 1, the first line of each order.
        node_ids: in the order of the node arrays.
    """
    far = pairs["distance_km"].fill_null(NOWHERE).to_numpy().astype(np.int64)
    km = far.reshape(int(starts[-1]), len(node_ids))[starts[:-1]]
    listed = {node: number for number, node in enumerate(policy.node_order)}
    # Whoever is not listed comes after all who are.
    place = np.array([listed.get(n, len(listed)) for n in node_ids], np.int64)
    weigh = dict.fromkeys(WEIGHED, 1)
    dislike = np.zeros_like(km)
    if policy.sourcing == "weighted":
        weigh = {part: policy.weights.get(part, PERCENT) for part in weigh}
        per_km, per_place = (policy.weights.get(k, 0) for k in ("km", "place"))
        dislike = PERCENT * (km * per_km + place * per_place)
    return Strategy(policy.sourcing, **weigh, dislike=dislike, km=km, place=place)


def plan_for(strategy: Strategy, ask: Ask, nodes: Ints, order: int) -> Plan:
    """The plan that the strategy prefers of an order; empty if none is legal.

    Where the line would leave something behind, because too few nodes may share an
    order or a part is worth too little, one node that has all of it goes first, then
    whatever places most.
    """
    if strategy.name not in BY_RANK:
        return best_plan(ask)
    ranks = _ranks(strategy, ask, nodes, order)
    plan = _by_rank(ask, ranks, is_whole_first=strategy.name == "nearest")
    if plan.placed < ask.qty.sum():
        others = _by_rank(ask, ranks, is_whole_first=True), best_plan(ask)
        plan = max((plan, *others), key=lambda each: each.placed)
    return plan


def in_line(strategy: Strategy, ask: Ask, nodes: Ints, order: int, line: int) -> Ints:
    """Positions among the candidates, the strategy's first choice for a line first.

    Of one that goes by cost as they come.
    """
    if strategy.name not in BY_RANK:
        return np.arange(len(nodes))
    return np.asarray(_ranks(strategy, ask, nodes, order)[line])


def _by_rank(ask: Ask, ranks: Ints, *, is_whole_first: bool) -> Plan:
    """From the first in line, but for parts that are worth too little."""
    shut = np.zeros(ask.allowed.shape[1], np.bool_)
    while True:
        qty, day = _in_line(ask, ranks, shut, is_whole_first=is_whole_first)
        poor = _poor(ask, qty, ranks)
        if poor < 0:
            return Plan(qty, day, int(qty.sum()), 0)
        shut[poor] = True


def weighed_rules(strategy: Strategy, rules: Ints) -> Ints:
    """The rules of an order's question, with what a further shipment weighs."""
    weighed = rules.copy()
    if strategy.name == "fewest_parcels":
        weighed[SPLIT_COST] = DEAR
    else:
        weighed[SPLIT_COST] *= strategy.split
    return weighed


def _ranks(strategy: Strategy, ask: Ask, nodes: Ints, order: int) -> Ints:
    """Positions among the candidates by line, first choice first; ties by node."""
    if strategy.name == "most_stock":
        wish = -ask.caps[ask.slot]
    else:
        by_node = strategy.km[order] if strategy.name == "nearest" else strategy.place
        wish = np.broadcast_to(by_node[nodes], ask.allowed.shape)
    return np.argsort(wish, axis=1, kind="stable").astype(np.int64)


def _poor(ask: Ask, qty: Ints, ranks: Ints) -> int:
    """The first in line of the parts that are worth less than the policy wants; or -1.

    It gives all that it has and can never be worth more; the last may only have got
    what was left to get. A plan of one shipment has no such part.
    """
    is_used = qty.any(axis=0)
    value = (qty * ask.value[:, None]).sum(axis=0)
    is_poor = is_used & (value < ask.rules[MIN_VALUE])
    if is_used.sum() <= 1 or not is_poor.any():
        return -1
    return int(next(position for position in ranks[0] if is_poor[position]))


def _in_line(
    ask: Ask, ranks: Ints, shut: Flags, *, is_whole_first: bool
) -> tuple[Ints, Ints]:
    """(l × m eaches, m ship days): each line from the first nodes in its line.

    Args:
        ask: the order's question.
        ranks: as ``_ranks`` says.
        shut: m, candidates that are left out.
        is_whole_first: one node that has all of the order goes before any two, and
            one that has all of a line before any two of that line.
    """
    qty = np.zeros(ask.allowed.shape, np.int64)
    open_ranks = [rank[~shut[rank]] for rank in ranks]
    whole = [n for n in open_ranks[0] if is_whole_first and _holds_all(ask, n)]
    if whole:
        qty[:, whole[0]] = ask.qty
    else:
        for line in range(len(qty)):
            _serve(ask, open_ranks[line], qty, line, is_whole_first)
    units = qty.sum(axis=0)
    day = [day_of(ask, n, qty[:, n]) if units[n] else -1 for n in range(len(shut))]
    return qty, np.array(day, np.int64)


@compiled
def _holds_all(ask: Ask, node: int) -> bool:
    total, lines = 0, 0
    for line in range(len(ask.qty)):
        want = 0
        for other in range(line + 1):
            if ask.slot[other] == ask.slot[line]:
                want += ask.qty[other]
        if want > ask.caps[ask.slot[line], node]:
            return False
        if ask.qty[line] > 0 and not ask.allowed[line, node]:
            return False
        total += ask.qty[line]
        lines += ask.qty[line] > 0
    return total > 0 and first_day(ask, node, total, lines) >= 0


@compiled
def _serve(
    ask: Ask,
    rank: Ints,
    qty: Ints,
    line: int,
    is_whole_first: bool,  # noqa: FBT001 numba takes no keywords
) -> None:
    """One line, as far as its nodes have eaches, room, and the order shipments."""
    need = ask.qty[line]
    if is_whole_first or not ask.rules[IS_LINE_SPLIT]:
        for node in rank:
            if need <= _obtainable(ask, qty, line, node):
                qty[line, node] = need
                return
    for node in rank:
        taken = min(need, _obtainable(ask, qty, line, node))
        qty[line, node] += taken
        need -= taken
        if need == 0 or (taken > 0 and not ask.rules[IS_LINE_SPLIT]):
            return


@compiled
def _obtainable(ask: Ask, qty: Ints, line: int, node: int) -> int:
    """Eaches of the line's SKU that the order may still have from the node."""
    used, lines = qty[:, node].sum(), int(np.count_nonzero(qty[:, node]))
    is_new = used == 0 and _opened(qty) >= ask.sets.shape[1]
    if is_new or not ask.allowed[line, node]:
        return 0
    left = ask.caps[ask.slot[line], node]
    for other in range(len(ask.qty)):
        if ask.slot[other] == ask.slot[line]:
            left -= qty[other, node]
    return max(0, min(left, room_for_more(ask, node, used, lines)))  # type: ignore[no-any-return]


@compiled
def _opened(qty: Ints) -> int:
    """Nodes that give something."""
    count = 0
    for node in range(qty.shape[1]):
        if qty[:, node].sum() > 0:
            count += 1
    return count
