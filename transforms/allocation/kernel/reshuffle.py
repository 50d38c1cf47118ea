"""Orders that want the same SKU, lifted together and placed again in another turn.

Whatever costs no more is kept, so stock that is left over wanders until it is of
use to somebody. Turns are drawn from the SKU's number: same problem, same draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from transforms.allocation.compiled import compiled
from transforms.allocation.kernel.desk import Desk
from transforms.allocation.kernel.floor import Floor
from transforms.allocation.kernel.market import Market
from transforms.allocation.kernel.moves import (
    MOST_ORDERS,
    following,
    is_in,
    placed_again,
    shuffle,
)
from transforms.allocation.kernel.problem import Ints, Longs, Problem

TOGETHER = 12
"""Orders that are reshuffled at a time."""

BY_ID = -1
"""Instead of a salt: the orders of lowest ids, first come first. Of two that lose
as much by waiting, the one with the lower id has what there is."""


class Takers(NamedTuple):
    """Which orders have a line of each goods, or stand at each node.

    Args:
        start: one more than there are.
        order: in the order of ids; an order with two lines of them is there twice.
    """

    start: Longs
    order: Ints


def takers(problem: Problem) -> Takers:
    """The orders of each goods."""
    orders = np.arange(len(problem.region), dtype=np.int32)
    order = np.repeat(orders, np.diff(problem.line_start))
    counts = np.bincount(problem.goods, minlength=len(problem.cell_start) - 1)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Takers(start, order[np.argsort(problem.goods, kind="stable")])


@compiled
def reshuffle(  # noqa: PLR0913, PLR0917
    problem: Problem,
    laid: Market,
    desk: Desk,
    held: Floor,
    people: Takers,
    skus: Longs,
    rounds: int,
    salt: int,
) -> int:
    """Reshuffle the orders of each SKU ``rounds`` times; thousandths saved in all."""
    group = np.zeros(MOST_ORDERS, np.int64)
    kept = np.zeros((MOST_ORDERS, len(desk.choice)), np.int64)
    saved = 0
    for sku in skus:
        first, count = people.start[sku], people.start[sku + 1] - people.start[sku]
        if count <= 1:
            continue
        draw = np.uint64(sku * 1_000_003 + salt * 7919 + 12345)
        for _ in range(rounds):
            some = 0
            draw = following(draw)
            offset = 0 if salt == BY_ID else int(draw >> np.uint64(33)) % count
            for step in range(count):
                order = people.order[first + (offset + step) % count]
                if some == TOGETHER:
                    break
                if not problem.has_twins[order] and not is_in(group, some, order):
                    group[some] = order
                    some += 1
            if salt != BY_ID:
                draw = shuffle(group, 0, some, draw)
            saved += placed_again(problem, laid, desk, held, group, some, kept)
    return saved
