"""Bundles in WHO and WHERE: held at one node, and sent from one.

A bundle is held where it would ship cheapest alone among the nodes that can hold all
of it, and stays there until its order's turn: so no later line stands on eaches that
it has nowhere else. At its turn it goes from whichever node is best for its order.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.book import Book
from transforms.allocation.bundles import bundles_among
from transforms.allocation.compiled import Ints
from transforms.allocation.plan import Ask, Plan
from transforms.allocation.problem import Problem
from transforms.allocation.strategy import Strategy, in_line, plan_for

FEWEST_PLANS = 100
"""Plans of an order that are looked at, and two more for each of its bundles."""


def hold_together(problem: Problem, book: Book, confirmed: Ints, bundle: Ints) -> None:
    """Hold all of a bundle at one node, or nothing of it.

    Args:
        problem: the arrays.
        book: eaches free and held.
        confirmed: eaches confirmed per line; changed in place.
        bundle: numbers of its lines.
    """
    groups, wanted = problem.line_group[bundle], problem.line_qty[bundle]
    if (confirmed[bundle] == wanted).all():
        return
    memory = book.remembered(groups)
    asked = list(zip(groups.tolist(), wanted.tolist(), strict=True))
    for node in _cheapest_first(problem, bundle):
        for group in groups:
            book.bind(group, int(node))
        if all(book.hold(group, qty) == qty for group, qty in asked):
            confirmed[bundle] = wanted
            return
        book.restore(memory)
    for group in groups:
        book.bind(group, None)


def _cheapest_first(problem: Problem, bundle: Ints) -> Ints:
    """Nodes that all of a bundle may use, by what it costs alone on their first day."""
    order = problem.line_order[bundle[0]]
    kind, qty = problem.order_class[order], problem.line_qty[bundle]
    may = problem.group_allowed[problem.line_group[bundle]].all(axis=0)
    late = problem.late_cost[order] * problem.late_days[kind, :, 0]
    grams = int(problem.line_grams[bundle] @ qty)
    weight = problem.per_kg[kind, :, 0] * grams // 1000
    each = (problem.unit_cost + late) * int(qty.sum())
    each += qty @ problem.worth[problem.line_sku[bundle]]
    cost = problem.base[kind, :, 0] + problem.shipment_cost + weight + each
    nodes = np.flatnonzero(may)
    return nodes[np.argsort(cost[nodes], kind="stable")]


def plan_together(
    strategy: Strategy, ask: Ask, nodes: Ints, order: int, codes: Ints
) -> Plan:
    """The plan that the strategy prefers of an order and that tears no bundle.

    The plan that asks for no bundle is no worse than any that does. Where it tears
    one, the bundle is tried at each node, and left out. Exact as plans themselves are,
    up to a bound on how many are looked at.

    Args:
        strategy: what makes a plan better.
        ask: the order's question.
        nodes: its candidates.
        order: its number.
        codes: number of each line's bundle.
    """
    # Whoever may stand at one node only takes room before those who may go elsewhere.
    turn = np.concatenate([*bundles_among(codes), np.flatnonzero(codes < 0)])
    bundles = bundles_among(codes[turn])
    best = Plan(np.zeros(ask.allowed.shape, np.int64), np.full(len(nodes), -1), 0, 0)
    asked, looks = [_in_turn(ask, turn)], FEWEST_PLANS + 2 * len(bundles)
    while asked and looks:
        looks -= 1
        tried = asked.pop()
        plan = plan_for(strategy, tried, nodes, order)
        if (plan.placed, -plan.cost) <= (best.placed, -best.cost):
            continue
        torn = _torn(plan, tried, bundles)
        if torn is None:
            best = plan
            continue
        choices = in_line(strategy, tried, nodes, order, int(torn[0]))
        asked += [_left_out(tried, torn), *_at_each(tried, torn, choices)]
    back = np.argsort(turn)
    return Plan(best.qty[back], best.day, best.placed, best.cost)


def _in_turn(ask: Ask, turn: Ints) -> Ask:
    return ask._replace(
        qty=ask.qty[turn],
        grams=ask.grams[turn],
        value=ask.value[turn],
        slot=ask.slot[turn],
        allowed=np.ascontiguousarray(ask.allowed[turn]),
    )


def _torn(plan: Plan, ask: Ask, bundles: list[Ints]) -> Ints | None:
    """The first bundle of which a part goes, or that goes from several nodes."""
    for bundle in bundles:
        given = plan.qty[bundle]
        is_part = bool(np.any(given.sum(axis=1) != ask.qty[bundle]))
        if given.any() and (is_part or np.count_nonzero(given.sum(axis=0)) > 1):
            return bundle
    return None


def _left_out(ask: Ask, bundle: Ints) -> Ask:
    qty = ask.qty.copy()
    qty[bundle] = 0
    return ask._replace(qty=qty)


def _at_each(ask: Ask, bundle: Ints, choices: Ints) -> list[Ask]:
    """The question with a bundle at one node only, the best choice last."""
    # What all of its lines may use (``ask_of``), or the one that was tried already.
    may = ask.allowed[bundle[0]]
    places = [node for node in choices[::-1] if may[node]]
    if len(places) == 1:
        return []
    bound = []
    for node in places:
        allowed = ask.allowed.copy()
        allowed[bundle] = False
        allowed[bundle, node] = True
        bound.append(ask._replace(allowed=allowed))
    return bound
