"""How hard to try: what is done for a problem of a size, and what is tried again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from transforms.allocation.kernel.desk import EXACT
from transforms.allocation.kernel.exact import is_small
from transforms.allocation.kernel.problem import IS_LINE_SPLIT, Problem


def no_clock() -> float:
    """Time stands still: the budget never ends."""
    return 0.0


@dataclass(frozen=True)
class Effort:
    """How hard to try. The answer does not depend on threads.

    Args:
        threads: slices of the orders that are worked on at once.
        seconds: budget; before it is used up the plan at hand is finished.
        clock: seconds since the budget began.
    """

    threads: int = 1
    seconds: float = math.inf
    clock: Callable[[], float] = no_clock


class Plan(NamedTuple):
    """What is to be done for a problem of a size.

    Args:
        steps: of the prices, in each round; before each, shortlists are made.
        begins: where in the cosine of step lengths the first round begins.
        clears: passes over contested cells instead of steps where that is worth it.
        rescues: times that orders which stand badly are placed again.
        shuffles: rounds of the orders of each SKU after that.
        more: steps of one more round from the prices at hand where the gap stayed
            WIDE.
    """

    steps: tuple[int, ...]
    begins: float
    clears: int
    rescues: int
    shuffles: int
    more: int


MANY_LINES, FEW_LINES = 300_000, 20_000
WIDE, MUCH_WIDER = 1010, 1030
"""Cost to a thousand of the bound: what has a wider gap is tried once more, from
known prices only if it is much wider."""


def plan_for(problem: Problem, *, is_warm: bool) -> Plan:
    """More for small problems, where it costs little; less from known prices."""
    lines = len(problem.qty)
    if is_warm:
        of_order = np.diff(problem.line_start)
        large = int(of_order[of_order > EXACT].sum())
        if problem.rules[IS_LINE_SPLIT] or large * FEW > lines:
            return Plan((13,), 0.3, 0, 0, 0, 0)
        return Plan((13,), 0.3, 1, 1, 0, 0)
    if lines > MANY_LINES:
        return Plan((24,), 0.0, 0, 1, 3, 16)
    rescues = max(2, min(4, 120_000 // max(1, lines)))
    steps = (40, 40) if lines < FEW_LINES else (24, 16)
    return Plan(steps, 0.0, 0, rescues, 3, 30)


FAR, ONCE_MORE = (40, 40, 40, 40), (40,)
"""Steps where the prices have far to go, as where all room is wanted; before each
round shortlists are made, for whoever is crowded out goes where nobody would look at
first. And steps of each try that ends it."""
MOST_TRIES, TRIED_LINES, RESCUES = 6, 12_000, 16
"""Such tries at most, and of how many lines in all; placings anew in each."""


def further(
    problem: Problem, *, is_warm: bool, is_far: bool
) -> tuple[tuple[int, Plan], ...]:
    """What is tried from the prices at hand, and the gap that it is worth it for.

    Args:
        problem: the problem.
        is_warm: it began from known prices. Where much has changed since, it goes on
            as if nothing was known.
        is_far: the gap is much wider.
    """
    cold = plan_for(problem, is_warm=False)
    far = cold._replace(steps=FAR, begins=0.0)
    if is_warm:
        return (MUCH_WIDER, cold), (MUCH_WIDER, far)
    if is_far:
        # What is left is who fits in beside whom: other prices, other places.
        tries = max(1, min(MOST_TRIES, TRIED_LINES // max(1, len(problem.qty))))
        # A small problem ends in an exact solution, and parts fit in anywhere.
        tries *= not (is_small(problem) or problem.rules[IS_LINE_SPLIT])
        end = cold._replace(steps=ONCE_MORE, begins=0.9, rescues=RESCUES)
        return *[(MUCH_WIDER, far)] * 2, *[(MUCH_WIDER, end)] * tries
    return ((WIDE, cold._replace(steps=(cold.more,), begins=0.5)),)


FEW = 10
"""Of so many lines at most one may be in an order of more lines than are exact."""


def is_wide(cost: int, bound: int, limit: int = WIDE) -> bool:
    """Whether the gap is worth another try."""
    return cost * 1000 > bound * limit
