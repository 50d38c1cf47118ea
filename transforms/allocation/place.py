"""WHERE: give every confirmed each a node, order by order, at least cost.

First form: orders in demand order, each at its own cheapest plan. A plan may
only use eaches that later confirmed lines can do without; room at the nodes
is consumed as the run goes. Another kernel with the same ``Problem`` and
``Placement`` can take this one's place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import Flags, Ints, compiled
from transforms.allocation.confirm import Book, confirm_order, let_go, make_room
from transforms.allocation.plan import Ask, Plan, best_plan, line_cost
from transforms.allocation.problem import Problem

PLACED, CAPACITY, MAX_SHIPMENTS, LINE_SPLIT, SHIPMENT_VALUE, SHIP_COMPLETE = range(6)
FAILURES = (
    "",
    "CAPACITY",
    "MAX_SHIPMENTS",
    "LINE_SPLIT",
    "SHIPMENT_VALUE",
    "SHIP_COMPLETE",
)
ENDLESS = 1 << 40


class Placement(NamedTuple):
    """What was placed, and what each order saw at its turn.

    Args:
        qty: L × N eaches.
        day: O × N, which of the node's ship days.
        confirmed: L eaches confirmed when the line's turn came.
        failure: L index into FAILURES: why confirmed eaches were not placed.
        stock_left: L × N eaches not yet placed at the line's turn.
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
    problem: Problem,
    book: Book,
    confirmed: Ints,
    stock: Ints,
    unit_room: Ints,
    shipment_room: Ints,
) -> Placement:
    """Place all orders in demand order.

    Args:
        problem: the arrays.
        book: as ``confirm`` left it; emptied of holds on the way.
        confirmed: eaches confirmed per line; may grow where an order before
            could not be placed.
        stock: S × N eaches that may be promised.
        unit_room: N × D eaches the nodes take.
        shipment_room: N × D shipments the nodes take.
    """
    lines, orders, nodes = len(confirmed), len(problem.is_complete), stock.shape[1]
    result = Placement(
        qty=np.zeros((lines, nodes), np.int64),
        day=np.zeros((orders, nodes), np.int64),
        confirmed=confirmed.copy(),
        failure=np.zeros(lines, np.int64),
        stock_left=np.zeros((lines, nodes), np.int64),
        has_room=np.zeros((orders, nodes), np.bool_),
        is_shortlisted=np.zeros((orders, nodes), np.bool_),
    )
    rooms = unit_room.copy(), shipment_room.copy()
    _place_all(problem, book, result, stock.copy(), *rooms)
    return result


@compiled
def _place_all(  # noqa: PLR0917
    problem: Problem,
    book: Book,
    result: Placement,
    stock: Ints,
    unit_room: Ints,
    shipment_room: Ints,
) -> None:
    for order in range(len(problem.is_complete)):
        first, last = problem.order_start[order], problem.order_start[order + 1]
        for line in range(first, last):
            result.stock_left[line] = stock[problem.line_sku[line]]
            let_go(problem, book, line, result.confirmed[line])
        for node in range(stock.shape[1]):
            result.has_room[order, node] = (
                np.minimum(unit_room[node], shipment_room[node]).max() > 0
            )
        ask = _ask(problem, book, result.confirmed, order, unit_room, shipment_room)
        for node in ask.nodes:
            result.is_shortlisted[order, node] = True
        plan = _committed(problem, book, ask)
        _enter(problem, result, ask, plan, stock)
        if plan.placed < ask.qty.sum():
            _offer_again(problem, book, result, order)


@compiled
def _ask(
    problem: Problem,
    book: Book,
    confirmed: Ints,
    order: int,
    unit_room: Ints,
    shipment_room: Ints,
) -> Ask:
    first, last = problem.order_start[order], problem.order_start[order + 1]
    qty = confirmed[first:last].copy()
    slot = np.zeros(last - first, np.int64)
    for index in range(last - first):
        slot[index] = index
        for other in range(index):
            if problem.line_sku[first + other] == problem.line_sku[first + index]:
                slot[index] = slot[other]
                break
    caps = np.zeros((last - first, book.free.shape[1]), np.int64)
    allowed = problem.group_allowed[problem.line_group[first:last]]
    for index in range(last - first):
        if slot[index] == index:
            want = qty[slot == index].sum()
            for node in range(caps.shape[1]):
                caps[index, node] = _obtainable(
                    problem, book, problem.line_sku[first + index], node, want
                )
    nodes = _shortlist(problem, order, qty, caps, slot, allowed)
    return Ask(order, qty, caps, slot, allowed, nodes, unit_room, shipment_room)


@compiled
def _obtainable(problem: Problem, book: Book, sku: int, node: int, want: int) -> int:
    """Eaches, up to ``want``, that this node can give and nobody else misses."""
    if book.free[sku, node] >= want:
        return want
    start, stop = problem.group_start[sku], problem.group_start[sku + 1]
    free, held = book.free[sku].copy(), book.held[start:stop].copy()
    got = _take(problem, book, sku, node, want)
    book.free[sku] = free
    book.held[start:stop] = held
    return got


@compiled
def _take(problem: Problem, book: Book, sku: int, node: int, want: int) -> int:
    wanted = np.zeros(book.free.shape[1], np.bool_)
    wanted[node] = True
    got = 0
    while got < want:
        _, taken = make_room(problem, book, sku, wanted, want - got)
        if taken == 0:
            break
        got += taken
    return got


@compiled
def _shortlist(
    problem: Problem, order: int, qty: Ints, caps: Ints, slot: Ints, allowed: Flags
) -> Ints:
    """Candidate nodes by number; the best covering, then cheapest, when many."""
    count = caps.shape[1]
    cover, cost = np.zeros(count, np.int64), np.zeros(count, np.int64)
    kind, start = problem.order_class[order], problem.order_start[order]
    for node in range(count):
        cost[node] = problem.base[kind, node, 0] + problem.shipment_cost[node]
        for index in range(len(qty)):
            if allowed[index, node]:
                take = min(qty[index], caps[slot[index], node])
                cover[node] += take
                cost[node] += line_cost(problem, order, start + index, node, 0, take)
    kept = np.zeros(count, np.bool_)
    for _ in range(min(count, problem.max_candidates)):
        best = -1
        for node in range(count):
            if kept[node] or cover[node] == 0:
                continue
            if best < 0 or (cover[node], -cost[node]) > (cover[best], -cost[best]):
                best = node
        if best < 0:
            break
        kept[best] = True
    return np.flatnonzero(kept)


@compiled
def _committed(problem: Problem, book: Book, ask: Ask) -> Plan:
    """The best plan, its eaches taken from the book; empty if it may not be.

    The caps of two nodes can lean on the same free each; where both are used,
    the cap that could not be kept is lowered and the order planned again.
    """
    total = ask.qty.sum()
    while True:
        plan = best_plan(problem, ask)
        if plan.placed <= 0 or (
            problem.is_complete[ask.order] and plan.placed < total
        ):
            return Plan(np.zeros_like(plan.qty), plan.day, 0, 0, 0)
        if _taken_from(problem, book, ask, plan):
            return plan


@compiled
def _taken_from(problem: Problem, book: Book, ask: Ask, plan: Plan) -> bool:
    first = problem.order_start[ask.order]
    skus = problem.line_sku[first : first + len(ask.qty)]
    groups = _groups_of(problem, skus)
    free, held = book.free[skus], book.held[groups]
    for index in range(len(ask.qty)):
        for node in ask.nodes:
            want = plan.qty[index, node]
            missing = want - _take(problem, book, skus[index], node, want)
            if missing > 0:
                ask.caps[ask.slot[index], node] -= missing
                for row in range(len(skus)):
                    book.free[skus[row]] = free[row]
                for row in range(len(groups)):
                    book.held[groups[row]] = held[row]
                return False
    return True


@compiled
def _groups_of(problem: Problem, skus: Ints) -> Ints:
    total = 0
    for sku in skus:
        total += problem.group_start[sku + 1] - problem.group_start[sku]
    groups = np.empty(total, np.int64)
    filled = 0
    for sku in skus:
        for group in range(problem.group_start[sku], problem.group_start[sku + 1]):
            groups[filled] = group
            filled += 1
    return groups


@compiled
def _enter(
    problem: Problem, result: Placement, ask: Ask, plan: Plan, stock: Ints
) -> None:
    first = problem.order_start[ask.order]
    if plan.placed < ask.qty.sum():
        _explain_failure(problem, result, ask, plan)
    for index in range(len(ask.qty)):
        result.qty[first + index] = plan.qty[index]
        stock[problem.line_sku[first + index]] -= plan.qty[index]
    for node in ask.nodes:
        units = plan.qty[:, node].sum()
        if units > 0:
            day = plan.day[node]
            result.day[ask.order, node] = day
            ask.unit_room[node, day] -= units
            ask.shipment_room[node, day] -= 1


@compiled
def _explain_failure(
    problem: Problem, result: Placement, ask: Ask, plan: Plan
) -> None:
    """Name what held each line back: the first limit whose lifting helps."""
    first = problem.order_start[ask.order]
    tight = best_plan(problem, ask)
    endless = np.full(ask.unit_room.shape, ENDLESS, np.int64)
    roomy = best_plan(
        problem,
        Ask(
            ask.order,
            ask.qty,
            ask.caps,
            ask.slot,
            ask.allowed,
            ask.nodes,
            endless,
            endless,
        ),
    )
    for index in range(len(ask.qty)):
        placed = tight.qty[index].sum()
        if plan.qty[index].sum() == ask.qty[index]:
            continue
        if placed == ask.qty[index]:
            result.failure[first + index] = SHIP_COMPLETE
        elif roomy.placed > tight.placed:
            result.failure[first + index] = CAPACITY
        elif problem.min_value > 0:
            result.failure[first + index] = SHIPMENT_VALUE
        elif not problem.is_line_split and not _fits_one(ask, index):
            result.failure[first + index] = LINE_SPLIT
        else:
            result.failure[first + index] = MAX_SHIPMENTS


@compiled
def _fits_one(ask: Ask, index: int) -> bool:
    for node in ask.nodes:
        cap = ask.caps[ask.slot[index], node]
        if ask.allowed[index, node] and cap >= ask.qty[index]:
            return True
    return False


@compiled
def _offer_again(problem: Problem, book: Book, result: Placement, order: int) -> None:
    """Eaches that could not be placed go to the next lines that want them."""
    for line in range(problem.order_start[order], problem.order_start[order + 1]):
        sku = problem.line_sku[line]
        start, stop = problem.sku_line_start[sku], problem.sku_line_start[sku + 1]
        for position in range(start, stop):
            other = problem.sku_lines[position]
            lacks = result.confirmed[other] < problem.line_qty[other]
            if problem.line_order[other] > order and lacks:
                confirm_order(
                    problem, book, result.confirmed, problem.line_order[other]
                )
