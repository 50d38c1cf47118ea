"""WHERE: give every confirmed each a node, order by order, at least cost.

Orders in demand order, each as a plan for all of them says (``sourcing``), else at
its own best plan (``strategy``). A plan may only use eaches that later confirmed
lines can do without; room at the nodes is consumed as the run goes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.allocation.asking import ask_of
from transforms.allocation.book import Book
from transforms.allocation.bundles import NO_BUNDLE
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.confirm import confirm_order
from transforms.allocation.failure import (
    KEEP_TOGETHER,
    SHIP_COMPLETE,
    SHIPMENT_VALUE,
    TOO_OLD,
    failures,
)
from transforms.allocation.network import Network
from transforms.allocation.plan import MIN_VALUE, Ask, Plan, best_plan, fits
from transforms.allocation.problem import Problem
from transforms.allocation.sourcing import Proposal
from transforms.allocation.strategy import plan_for
from transforms.allocation.together import plan_together


@dataclass(frozen=True)
class Placement:
    """What was placed, and what each order saw at its turn.

    Args:
        qty: L × N eaches.
        day: O × N, which of the node's ship days.
        confirmed: L eaches confirmed when the line's turn came.
        failure: L index into ``failure.FAILURES``.
        stock_left: L × N eaches not yet placed at the line's turn, that are fresh
            enough for it.
        has_room: O × N whether the node took anything more then.
        is_shortlisted: O × N whether the node was tried.
    """

    qty: Ints
    day: Ints
    confirmed: Ints
    failure: Ints
    stock_left: Ints
    has_room: Flags
    is_shortlisted: Flags


def place(
    problem: Problem, network: Network, confirmed: Ints, proposal: Proposal
) -> Placement:
    """Place all orders in demand order.

    Args:
        problem: the arrays.
        network: as ``confirm`` left it; used up on the way.
        confirmed: eaches confirmed per line; may grow where an order before
            could not be placed.
        proposal: a plan for all orders; an order whose eaches are all in it
            follows it if it can, every other one takes its best plan.
    """
    lines, nodes = len(confirmed), network.stock.shape[1]
    orders = len(problem.is_complete)
    result = Placement(
        qty=np.zeros((lines, nodes), np.int64),
        day=np.zeros((orders, nodes), np.int64),
        confirmed=confirmed.copy(),
        failure=np.zeros(lines, np.int64),
        stock_left=np.zeros((lines, nodes), np.int64),
        has_room=np.zeros((orders, nodes), np.bool_),
        is_shortlisted=np.zeros((orders, nodes), np.bool_),
    )
    for order in range(orders):
        _place_order(problem, network, result, proposal, order)
    return result


def _place_order(
    problem: Problem,
    network: Network,
    result: Placement,
    proposal: Proposal,
    order: int,
) -> None:
    here = slice(problem.order_start[order], problem.order_start[order + 1])
    result.stock_left[here] = network.stock[problem.line_sku[here]]
    if network.fresh:
        for line in problem.lines_of(order):
            result.stock_left[line] = network.left_for(problem, line)
    result.has_room[order] = network.has_room.any(axis=1)
    wanted = result.confirmed[here]
    if not wanted.any():
        return
    _let_go(problem, network.book, result.confirmed, order)
    nodes, ask, is_aged = ask_of(problem, network, wanted, order)
    result.is_shortlisted[order, nodes] = True
    plan = _agreed(problem, network.book, ask, nodes, proposal, order)
    if plan is None:
        plan = _committed(problem, network.book, ask, nodes, order)
    if plan.placed < wanted.sum():
        lacks = wanted < problem.line_qty[here]
        result.failure[here] = _why_it_waits(problem, ask, plan, lacks, order)
        is_short = plan.qty.sum(axis=1) < wanted
        result.failure[here][is_aged & is_short] = TOO_OLD
    _enter(problem, network, result, nodes, plan, order)
    if plan.placed < wanted.sum():
        _offer_again(problem, network.book, result, order)


def _let_go(problem: Problem, book: Book, confirmed: Ints, order: int) -> None:
    """Free what is held for an order; what it takes may come from anywhere."""
    for line in problem.lines_of(order):
        book.let_go(problem.line_group[line], confirmed[line])
    for bundle in problem.bundles_of(order):
        for group in problem.line_group[bundle]:
            book.bind(group, None)


def _why_it_waits(
    problem: Problem, ask: Ask, plan: Plan, lacks: Flags, order: int
) -> Ints:
    """An index into FAILURES per line; of what waits so that the rest is worth it, too.

    Without that rule it would be companions that such a line waits for. A line of a
    bundle waits for the others of it, but in an order that goes in one go.
    """
    found = failures(ask, plan, lacks)
    lines = slice(problem.order_start[order], problem.order_start[order + 1])
    if ask.rules[MIN_VALUE] and not problem.is_complete[order]:
        best = best_plan(ask).qty.sum(axis=1)
        if _with_rest(problem, ask, best, lines) is not None:
            found[found == SHIP_COMPLETE] = SHIPMENT_VALUE
    if not problem.is_complete[order]:
        is_bundled = problem.line_bundle[lines] != NO_BUNDLE
        found[is_bundled & (found == SHIP_COMPLETE)] = KEEP_TOGETHER
    return found


def _committed(problem: Problem, book: Book, ask: Ask, nodes: Ints, order: int) -> Plan:
    """The best plan, its eaches taken from the book; empty if it may not be.

    The caps of two nodes can lean on the same free each; where both are used,
    the cap that could not be kept is lowered and the order planned again. So it is
    where a plan halves kits, or leaves a part of a bundle: for whole ones only.
    """
    lines = slice(problem.order_start[order], problem.order_start[order + 1])
    groups, wanted = problem.line_group[lines], ask.qty.sum()
    while True:
        plan = _planned(problem, ask, nodes, order)
        if problem.has_kits or problem.has_bundles:
            placed = plan.qty.sum(axis=1)
            whole = problem.whole(lines, placed)
            if (whole < placed).any():
                ask = ask._replace(qty=np.minimum(ask.qty, whole))
                continue
        fewer = _with_rest(problem, ask, plan.qty.sum(axis=1), lines)
        if fewer is not None and fewer.any():
            ask = ask._replace(qty=fewer)
            continue
        is_partial = plan.placed < wanted
        is_empty = plan.placed == 0 or fewer is not None
        if is_empty or (is_partial and problem.is_complete[order]):
            return Plan(np.zeros_like(plan.qty), plan.day, 0, 0)
        if _taken(book, ask, plan, nodes, groups):
            return plan


def _planned(problem: Problem, ask: Ask, nodes: Ints, order: int) -> Plan:
    if not problem.bundles_of(order):
        return plan_for(problem.strategy, ask, nodes, order)
    codes = problem.line_bundle[slice(*problem.order_start[order : order + 2])]
    return plan_together(problem.strategy, ask, nodes, order, codes)


def _agreed(
    problem: Problem, book: Book, ask: Ask, nodes: Ints, proposal: Proposal, order: int
) -> Plan | None:
    """The proposed plan, its eaches taken from the book; None if it cannot be kept."""
    lines = slice(problem.order_start[order], problem.order_start[order + 1])
    here, day = proposal.qty[lines][:, nodes], proposal.day[order, nodes]
    groups = problem.line_group[lines]
    is_all = (here.sum(axis=1) == ask.qty).all()
    if not is_all or _with_rest(problem, ask, ask.qty, lines) is not None:
        return None
    chosen = np.flatnonzero(here.any(axis=0))
    if len(chosen) > ask.sets.shape[1] or not _is_worth(ask, here, chosen):
        return None
    plan = Plan(here, day, int(here.sum()), 0)
    has_room = all(fits(ask, int(at), int(day[at]), here[:, at]) for at in chosen)
    if not has_room or _is_above(ask, here):
        return None
    # What could not be kept lowers the caps it is asked with, not the order's own.
    copy = ask._replace(caps=ask.caps.copy())
    return plan if _taken(book, copy, plan, nodes, groups) else None


def _is_above(ask: Ask, here: Ints) -> bool:
    """Whether more of a SKU is proposed at a node than the order may have there."""
    asked = np.zeros_like(ask.caps)
    np.add.at(asked, ask.slot, here)
    return bool((asked > ask.caps).any())


def _is_worth(ask: Ask, here: Ints, chosen: Ints) -> bool:
    """Whether each part of a split is worth as much as the policy wants."""
    worth = (here[:, chosen] * ask.value[:, None]).sum(axis=0)
    return len(chosen) == 1 or bool(worth.min() >= ask.rules[MIN_VALUE])


def _with_rest(problem: Problem, ask: Ask, placed: Ints, lines: slice) -> Ints | None:
    """Eaches of each line that go now, so that the rest is worth a shipment too.

    What waits goes in a shipment of its own later. Of a part that leaves too little,
    the last lines wait with the rest; where then the part is worth too little, all
    of the order waits.

    Returns:
        None where ``placed`` may go as it is; all 0 where nothing may.
    """
    least, left = int(ask.rules[MIN_VALUE]), problem.line_qty[lines] - placed
    if not least or not placed.any() or not left.any():
        return None
    fewer, rest = placed.copy(), int(left @ ask.value)
    for line in reversed(range(len(fewer))):
        if rest < least and ask.value[line] > 0:
            more = min(int(fewer[line]), -((rest - least) // int(ask.value[line])))
            fewer[line] -= more
            rest += more * int(ask.value[line])
    if rest < least or fewer @ ask.value < least:
        return np.zeros_like(fewer)
    return None if (fewer == placed).all() else fewer


def _taken(book: Book, ask: Ask, plan: Plan, nodes: Ints, groups: Ints) -> bool:
    memory = book.remembered(groups)
    for line, position in np.argwhere(plan.qty):
        want = plan.qty[line, position]
        missing = want - book.take(groups[line], nodes[position], want)
        if missing > 0:
            ask.caps[ask.slot[line], position] -= missing
            book.restore(memory)
            return False
    return True


def _enter(
    problem: Problem,
    network: Network,
    result: Placement,
    nodes: Ints,
    plan: Plan,
    order: int,
) -> None:
    lines = problem.lines_of(order)
    result.qty[lines.start : lines.stop, nodes] = plan.qty
    for index, line in enumerate(lines):
        # A second line of a SKU sees what the first has left.
        result.stock_left[line] = network.left_for(problem, line)
        network.stock[problem.line_sku[line], nodes] -= plan.qty[index]
        if network.fresh:
            network.fresh.take(line, nodes, plan.qty[index])
    for position in np.flatnonzero(plan.qty.sum(axis=0)):
        node, day = nodes[position], plan.day[position]
        result.day[order, node] = day
        network.unit_room[node, day] -= plan.qty[:, position].sum()
        network.shipment_room[node, day] -= 1
        network.line_room[node, day] -= np.count_nonzero(plan.qty[:, position])


def _offer_again(problem: Problem, book: Book, result: Placement, order: int) -> None:
    """Eaches that could not be placed go to the next orders that want them.

    In demand order over all SKUs at once: SKU by SKU, an order asked for one
    would take the other before its turn. Before the eaches came free, nobody later
    could have had more; so once as many are confirmed again, nobody can.
    """
    here = slice(problem.order_start[order], problem.order_start[order + 1])
    left = result.confirmed[here] - result.qty[here].sum(axis=1)
    free = dict.fromkeys(problem.line_sku[here].tolist(), 0)
    for sku, qty in zip(problem.line_sku[here].tolist(), left.tolist(), strict=True):
        free[sku] += qty
    wanting = _wanting(problem, result, order, [sku for sku in free if free[sku]])
    for later in sorted(wanting):
        if any(free[sku] > 0 for sku in wanting[later]):
            lines = slice(problem.order_start[later], problem.order_start[later + 1])
            had = result.confirmed[lines].copy()
            confirm_order(problem, book, result.confirmed, later)
            gained = (result.confirmed[lines] - had).tolist()
            for sku, qty in zip(problem.line_sku[lines].tolist(), gained, strict=True):
                if sku in free:
                    free[sku] -= qty
        elif not any(qty > 0 for qty in free.values()):
            return


def _wanting(
    problem: Problem, result: Placement, order: int, skus: list[int]
) -> dict[int, list[int]]:
    """Later orders that lack eaches of some of the SKUs, and of which."""
    after, orders = problem.order_start[order + 1], dict[int, list[int]]()
    for sku in skus:
        lines = problem.sku_lines[
            problem.sku_line_start[sku] : problem.sku_line_start[sku + 1]
        ]
        lines = lines[np.searchsorted(lines, after) :]
        lacks = result.confirmed[lines] < problem.line_qty[lines]
        for later in problem.line_order[lines[lacks]].tolist():
            orders.setdefault(later, []).append(sku)
    return orders
