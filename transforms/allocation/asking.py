"""An order's question at its turn: which nodes could ship how much of it, at what cost.

Costs as the strategy weighs them; what stands in the allocations is money.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.bundles import whole_at
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.fresh import Fresh
from transforms.allocation.network import Network
from transforms.allocation.plan import Ask
from transforms.allocation.problem import Problem
from transforms.allocation.strategy import BY_RANK, weighed_rules


def ask_of(
    problem: Problem, network: Network, qty: Ints, order: int
) -> tuple[Ints, Ask, Flags]:
    """The order's candidate nodes, its question about them, and what age limits.

    A bundle may use nodes only that can give all of it.
    """
    lines = slice(problem.order_start[order], problem.order_start[order + 1])
    slots, slot = np.unique(problem.line_sku[lines], return_inverse=True)
    wants = np.bincount(slot, weights=qty).astype(np.int64)
    groups = problem.line_group[lines]
    first = [int(np.flatnonzero(slot == number)[0]) for number in range(len(slots))]
    caps = np.vstack(
        [
            network.book.obtainable(groups[line], want)
            for line, want in zip(first, wants, strict=True)
        ]
    )
    allowed = problem.group_allowed[groups]
    is_aged = _aged(network.fresh, caps, slot, lines.start)
    for bundle in problem.bundles_of(order):
        here = bundle - lines.start
        allowed[here] &= whole_at(here, qty, caps, slot, allowed)
    kind, late = problem.order_class[order], problem.late_cost[order]
    way = problem.strategy
    base, per_kg = way.freight * problem.base[kind], way.freight * problem.per_kg[kind]
    fixed = (
        base + (way.processing * problem.shipment_cost + way.dislike[order])[:, None]
    )
    late_days = way.lateness * late * problem.late_days[kind]
    per_each = way.processing * problem.unit_cost[:, None] + late_days
    grams = problem.line_grams[lines]
    cover = np.minimum(qty[:, None], caps[slot]) * allowed
    guess = fixed[:, 0] + (per_each[:, 0] * cover).sum(axis=0)
    worth = way.worth * problem.worth[slots]
    guess += (worth[slot] * cover).sum(axis=0)
    guess += (per_kg[:, 0] * (grams[:, None] * cover) // 1000).sum(axis=0)
    is_by_rank = way.name in BY_RANK
    limit = cover.shape[1] if is_by_rank else problem.max_candidates
    nodes = _shortlist(cover.sum(axis=0), guess, limit)
    ask = Ask(
        qty=qty,
        grams=grams,
        value=problem.line_value[lines],
        slot=slot.astype(np.int64),
        caps=np.ascontiguousarray(caps[:, nodes]),
        allowed=np.ascontiguousarray(allowed[:, nodes]),
        fixed=fixed[nodes],
        per_kg=per_kg[nodes],
        per_each=per_each[nodes],
        worth=np.ascontiguousarray(worth[:, nodes]),
        unit_room=network.unit_room[nodes],
        shipment_room=network.shipment_room[nodes],
        line_room=network.line_room[nodes],
        # In a line sets are tried only where it leaves something behind.
        sets=problem.sets[min(len(nodes), problem.max_candidates)],
        rules=weighed_rules(way, problem.rules),
    )
    return nodes, ask, is_aged


def _aged(fresh: Fresh | None, caps: Ints, slot: Ints, first: int) -> Flags:
    """Lower caps to what is fresh enough; lines that could have had more so."""
    is_aged = np.zeros(len(slot), np.bool_)
    if fresh is None:
        return is_aged
    for index, number in enumerate(slot):
        limit = fresh.left_for(first + index)
        if limit is not None:
            is_aged[slot == number] |= bool((limit < caps[number]).any())
            caps[number] = np.clip(np.minimum(caps[number], limit), 0, None)
    return is_aged


def _shortlist(cover: Ints, cost: Ints, limit: int) -> Ints:
    """Candidate nodes by number; the best covering, then cheapest, when many."""
    useful = np.flatnonzero(cover)
    if len(useful) > limit:
        ranked = useful[np.lexsort((useful, cost[useful], -cover[useful]))]
        useful = np.sort(ranked[:limit])
    return useful.astype(np.int64)
