"""Work in progress: prices, shortlists, and the time that is left."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from transforms.allocation.kernel.crew import Crew
from transforms.allocation.kernel.desk import EXACT, PATIENCE
from transforms.allocation.kernel.effort import Effort
from transforms.allocation.kernel.problem import IS_LINE_SPLIT, Problem
from transforms.allocation.kernel.survey import Paper, Prices, Survey, no_survey

NEGOTIATING = 7
"""Steps of one thread, with everybody moving, that take as long as a plan that fits."""
COMPARING = 7e-9
"""Seconds of a comparison in a search, and a reserve."""
LAST_LOOK = 1.3
"""Looks that take as long as the last, with nearest first beside it, and a reserve."""


@dataclass
class Work:
    """Work in progress.

    Orders of more lines than are planned exactly, and the comparisons that searches
    for them may take; seconds that a look took, and by one thread a long step.
    """

    problem: Problem
    effort: Effort
    crew: Crew
    prices: Prices
    survey: Survey
    shortlisted: Prices
    large: int
    comparisons: float
    papers: list[Paper] = field(default_factory=list)
    steps: int = 0
    is_cut_short: bool = False
    look_seconds: float = 0.0
    step_seconds: float = 0.0

    @property
    def more(self) -> int:
        """Times as long that a plan and the last look take with parts of lines."""
        return 1 + int(self.problem.rules[IS_LINE_SPLIT])

    @property
    def plan_seconds(self) -> float:
        """What a first plan that fits takes."""
        return NEGOTIATING * self.step_seconds * self.more

    @property
    def search_seconds(self) -> float:
        """What the proof of orders of many lines may take, of a budget a fifth."""
        most = self.comparisons * COMPARING / len(self.crew.slices)
        return min(most, self.effort.seconds / 5)

    @property
    def patience(self) -> int:
        """Comparisons in each search of the last look that the time at hand allows."""
        seconds = self.effort.seconds - self.effort.clock()
        all_seconds = self.comparisons * COMPARING / len(self.crew.slices)
        if self.large == 0 or all_seconds <= min(seconds, self.search_seconds):
            return PATIENCE
        seconds = max(0.0, min(seconds, self.search_seconds))
        each = seconds * len(self.crew.slices) / self.large
        return min(PATIENCE, int(each / COMPARING))

    def was_step(self, seconds: float) -> None:
        """All threads looked at all orders once; what that takes one of them."""
        seconds *= len(self.crew.slices)
        self.step_seconds = max(self.step_seconds, seconds)

    def must_end(self, needed: float) -> bool:
        """Whether what is to come, ``needed`` and a last look, ends too late."""
        last_look = LAST_LOOK * self.look_seconds * self.more + self.search_seconds
        ends = self.effort.clock() + needed + last_look
        is_late = ends > self.effort.seconds
        self.is_cut_short = self.is_cut_short or is_late
        return is_late


def begun(problem: Problem, effort: Effort, crew: Crew, warm: Prices | None) -> Work:
    """Work at the start: prices as they are known, nothing seen yet."""
    nodes = len(problem.unit_cost)
    if warm is None:
        zeros = [np.zeros(n, np.int64) for n in (len(problem.cell_stock), nodes, nodes)]
        warm = Prices(*zeros)
    prices = copied(warm)
    lines = np.diff(problem.line_start)
    large = lines[lines > EXACT]
    comparisons = np.minimum(PATIENCE, large * nodes * nodes).sum()
    return Work(
        problem,
        effort,
        crew,
        prices,
        no_survey(problem),
        shortlisted=prices,
        large=len(large),
        comparisons=float(comparisons),
    )


def copied(prices: Prices) -> Prices:
    """The same prices, which may go elsewhere from here."""
    return Prices(*(price.copy() for price in prices))
