"""WHO: confirm eaches network-wide, strictly in demand order, before any node.

A confirmed each is held at *some* node its line may use; which one is open
until the line is placed, and held eaches move between nodes to make room for
each other (augmenting paths). So a line is refused an each only when every
way of serving the lines before it leaves none: the greedy of a matroid, which
also confirms as many eaches as any order of service could.

Not here: what a node costs (``plan``, ``place``).
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.book import Book
from transforms.allocation.compiled import Ints
from transforms.allocation.problem import Problem


def confirm(problem: Problem, book: Book) -> Ints:
    """Confirm every order in turn, holding its eaches in ``book``.

    Returns:
        Eaches confirmed per line; a ship-complete order has all or none.
    """
    confirmed = np.zeros(len(problem.line_qty), np.int64)
    for order in range(len(problem.is_complete)):
        confirm_order(problem, book, confirmed, order)
    return confirmed


def confirm_order(problem: Problem, book: Book, confirmed: Ints, order: int) -> None:
    """Hold what the order still lacks; a ship-complete one holds all or none."""
    lines = problem.lines_of(order)
    for line in lines:
        lack = problem.line_qty[line] - confirmed[line]
        confirmed[line] += book.hold(problem.line_group[line], lack)
    here = slice(lines.start, lines.stop)
    is_short = (confirmed[here] < problem.line_qty[here]).any()
    if is_short and problem.is_complete[order]:
        for line in lines:
            book.let_go(problem.line_group[line], confirmed[line])
            confirmed[line] = 0
