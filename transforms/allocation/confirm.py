"""WHO: confirm eaches network-wide, strictly in demand order, before any node.

A confirmed each is held at *some* node its line may use; which one is open
until the line is placed, and held eaches move between nodes to make room for
each other (augmenting paths). So a line is refused an each only when every
way of serving the lines before it leaves none: the greedy of a matroid, which
also confirms as many eaches as any order of service could.

Not here: what a node costs (``plan``, ``place``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import Flags, Ints, compiled
from transforms.allocation.problem import Problem


class Book(NamedTuple):
    """The eaches of the network while the run decides; changed in place.

    Args:
        free: S × N held by nobody.
        held: G × N held for the confirmed, unplaced eaches of a group.
    """

    free: Ints
    held: Ints


def open_book(problem: Problem, stock: Ints) -> Book:
    """All of ``stock`` (S × N) free, nothing held."""
    return Book(stock.copy(), np.zeros(problem.group_allowed.shape, np.int64))


def confirm(problem: Problem, book: Book) -> Ints:
    """Confirm every order in turn, holding its eaches in ``book``.

    Returns:
        Eaches confirmed per line; a ship-complete order has all or none.
    """
    confirmed = np.zeros(len(problem.line_qty), np.int64)
    _confirm_all(problem, book, confirmed)
    return confirmed


@compiled
def _confirm_all(problem: Problem, book: Book, confirmed: Ints) -> None:
    for order in range(len(problem.is_complete)):
        confirm_order(problem, book, confirmed, order)


@compiled
def confirm_order(problem: Problem, book: Book, confirmed: Ints, order: int) -> None:
    """Hold what the order still lacks; a ship-complete one holds all or none."""
    is_short = False
    first, last = problem.order_start[order], problem.order_start[order + 1]
    for line in range(first, last):
        group = problem.line_group[line]
        lack = problem.line_qty[line] - confirmed[line]
        confirmed[line] += hold(problem, book, problem.line_sku[line], group, lack)
        is_short = is_short or confirmed[line] < problem.line_qty[line]
    if is_short and problem.is_complete[order]:
        for line in range(first, last):
            let_go(problem, book, line, confirmed[line])
            confirmed[line] = 0


@compiled
def hold(problem: Problem, book: Book, sku: int, group: int, qty: int) -> int:
    """Hold up to ``qty`` eaches for a group; the eaches held."""
    got = 0
    while got < qty:
        allowed = problem.group_allowed[group]
        node, taken = make_room(problem, book, sku, allowed, qty - got)
        if taken == 0:
            break
        book.held[group, node] += taken
        got += taken
    return got


@compiled
def let_go(problem: Problem, book: Book, line: int, qty: int) -> None:
    """Free ``qty`` eaches that are held for the line's group."""
    group, sku = problem.line_group[line], problem.line_sku[line]
    for node in range(book.free.shape[1]):
        freed = min(qty, book.held[group, node])
        book.held[group, node] -= freed
        book.free[sku, node] += freed
        qty -= freed


@compiled
def make_room(
    problem: Problem, book: Book, sku: int, wanted: Flags, qty: int
) -> tuple[int, int]:
    """Take up to ``qty`` eaches at one of the ``wanted`` nodes.

    Where none is free, held eaches move along the shortest chain of nodes
    that ends at a free one; nobody loses an each.

    Returns:
        (node, eaches taken there: no longer free, not yet held), 0 eaches
        when no chain is left.
    """
    count = book.free.shape[1]
    queue = np.empty(count, np.int64)
    before = np.full(count, -2, np.int64)
    mover = np.full(count, -1, np.int64)
    head, tail = 0, 0
    for node in range(count):
        if wanted[node]:
            queue[tail], before[node], tail = node, -1, tail + 1
    while head < tail:
        node = queue[head]
        head += 1
        if book.free[sku, node] > 0:
            return _shift(book, sku, before, mover, node, qty)
        for group in range(problem.group_start[sku], problem.group_start[sku + 1]):
            if book.held[group, node] > 0:
                for other in range(count):
                    if problem.group_allowed[group, other] and before[other] == -2:
                        queue[tail], before[other], mover[other] = other, node, group
                        tail += 1
    return -1, 0


@compiled
def _shift(
    book: Book, sku: int, before: Ints, mover: Ints, end: int, qty: int
) -> tuple[int, int]:
    moved = min(qty, book.free[sku, end])
    node = end
    while before[node] >= 0:
        moved = min(moved, book.held[mover[node], before[node]])
        node = before[node]
    book.free[sku, end] -= moved
    start, node = node, end
    while before[node] >= 0:
        book.held[mover[node], before[node]] -= moved
        book.held[mover[node], node] += moved
        node = before[node]
    return start, moved
