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
from transforms.allocation.bundles import NO_BUNDLE
from transforms.allocation.compiled import Ints
from transforms.allocation.problem import Problem
from transforms.allocation.together import hold_together


def confirm(problem: Problem, book: Book) -> Ints:
    """Confirm every order in turn, holding its eaches in ``book``.

    Returns:
        Eaches confirmed per line; a ship-complete order has all or none, and so has a
        bundle, at one node; a kit's components make whole kits.
    """
    confirmed = np.zeros(len(problem.line_qty), np.int64)
    for order in range(len(problem.is_complete)):
        confirm_order(problem, book, confirmed, order)
    return confirmed


def confirm_order(problem: Problem, book: Book, confirmed: Ints, order: int) -> None:
    """Hold what the order still lacks; a ship-complete one holds all or none.

    A bundle asks at its last line, so no line before that goes behind it. A kit's
    components are neighbours: what would halve one is let go before the next line asks.
    """
    lines = problem.lines_of(order)
    bundles = {int(bundle[-1]): bundle for bundle in problem.bundles_of(order)}
    for line in lines:
        if line in bundles:
            hold_together(problem, book, confirmed, bundles[line])
        if problem.line_bundle[line] != NO_BUNDLE:
            continue
        lack = problem.line_qty[line] - confirmed[line]
        confirmed[line] += book.hold(problem.line_group[line], lack)
        kit = problem.line_kit[line]
        if kit >= 0 and (line + 1 == lines.stop or problem.line_kit[line + 1] != kit):
            _let_go_of_halves(problem, book, confirmed, lines, line)
    here = slice(lines.start, lines.stop)
    is_short = (confirmed[here] < problem.line_qty[here]).any()
    if is_short and problem.is_complete[order]:
        for line in lines:
            book.let_go(problem.line_group[line], confirmed[line])
            confirmed[line] = 0


def _let_go_of_halves(
    problem: Problem, book: Book, confirmed: Ints, lines: range, last: int
) -> None:
    first = last
    while first > lines.start and problem.line_kit[first - 1] == problem.line_kit[last]:
        first -= 1
    kit = slice(first, last + 1)
    whole = problem.whole(kit, confirmed[kit])
    for line, keeps in zip(range(first, last + 1), whole, strict=True):
        book.let_go(problem.line_group[line], confirmed[line] - keeps)
        confirmed[line] = keeps
