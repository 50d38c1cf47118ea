"""Solve a posed problem: negotiated prices, a plan that fits, a proven bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from transforms.allocation.kernel.ascent import Asked, asked, dreams
from transforms.allocation.kernel.cost import Parts, bill, whole_lines
from transforms.allocation.kernel.crew import crew_for
from transforms.allocation.kernel.desk import Desk
from transforms.allocation.kernel.effort import (
    MUCH_WIDER,
    Effort,
    Plan,
    further,
    is_wide,
    plan_for,
)
from transforms.allocation.kernel.exact import BRANCHES, fits, is_small, optimum
from transforms.allocation.kernel.floor import Floor, wishing
from transforms.allocation.kernel.market import Market, contested, market_desk
from transforms.allocation.kernel.nearest import nearest_first
from transforms.allocation.kernel.negotiate import negotiated
from transforms.allocation.kernel.parting import in_parts
from transforms.allocation.kernel.pricing import Proof, looks, priced, proof_of
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    Ints,
    Longs,
    Posed,
    Problem,
)
from transforms.allocation.kernel.rescue import rescue, standing
from transforms.allocation.kernel.reshuffle import BY_ID, reshuffle, takers
from transforms.allocation.kernel.split import with_parts
from transforms.allocation.kernel.survey import (
    Prices,
    unproved,
)
from transforms.allocation.kernel.work import Work, begun

NARROW, LOADING = 1001, 1.0
"""What has a wider gap and is small is solved exactly; seconds that loading takes."""


@dataclass(frozen=True)
class Solution:
    """Who ships what, and the proof.

    Args:
        parts: the solution.
        prices: of cells, shipments and units, in thousandths.
        laid: the shortlists.
        least: O thousandths that no plan of an order falls below at these prices.
        cost: minor units.
        bound: minor units that no solution falls below.
        nearest: minor units of nearest first.
        steps: of the prices that were made.
        is_cut_short: the budget ended before the work.
    """

    parts: Parts
    prices: Prices
    laid: Market
    least: Longs
    cost: int
    bound: int
    nearest: int
    steps: int
    is_cut_short: bool


def solve_fast(posed: Posed) -> Parts:
    """Nearest first."""
    return whole_lines(posed.problem, nearest_first(posed))


def solve(posed: Posed, effort: Effort, warm: Prices | None = None) -> Solution:
    """The best solution found within the effort, and its bound.

    Args:
        posed: the problem.
        effort: how hard to try.
        warm: prices of a problem much like it; without them none has a price.
    """
    problem = posed.problem

    @cache
    def plain() -> Found:
        return _billed(problem, solve_fast(posed))

    doing = plan_for(problem, is_warm=warm is not None)
    with crew_for(problem, effort.threads) as crew:
        work = begun(problem, effort, crew, warm)
        laid, proof, found = _tried(work, doing, plain)
        nearest, best = found[-1].cost, min(found, key=_by_cost)
        is_far = is_wide(best.cost, proof.bound, MUCH_WIDER)
        for limit, again in further(problem, is_warm=warm is not None, is_far=is_far):
            needed = 2 * work.look_seconds + work.plan_seconds
            if not is_wide(best.cost, proof.bound, limit) or work.must_end(needed):
                break
            later, other, found = _tried(work, again)
            if other.bound > proof.bound:
                laid, proof = later, other
            best = min(*found, best, key=_by_cost) if found else best
    if is_wide(best.cost, proof.bound, NARROW) and is_small(problem):
        best = min([best, *_exact(work)], key=_by_cost)
    return Solution(
        parts=best.parts,
        prices=proof.prices,
        laid=laid,
        least=proof.least,
        cost=best.cost,
        bound=proof.bound,
        nearest=nearest,
        steps=work.steps,
        is_cut_short=work.is_cut_short,
    )


def _exact(work: Work) -> list[Found]:
    """The optimum of a small problem, if there is time for it.

    What a clock kept from being found is said (``is_cut_short``).
    """
    seconds, rest = None, work.effort.seconds - work.effort.clock()
    is_timed = math.isfinite(rest)
    if is_timed:
        if rest < LOADING:
            work.is_cut_short = True
            return []
        seconds = rest - LOADING / 2
    best = optimum(work.problem, seconds, BRANCHES)
    if is_timed and not best.is_proven:
        work.is_cut_short = True
    if best.parts is None or not fits(work.problem, best.parts):
        return []
    return [_billed(work.problem, best.parts)]


class Found(NamedTuple):
    """A solution and its cost in minor units."""

    cost: int
    parts: Parts


def _by_cost(found: Found) -> int:
    return found.cost


def _tried(
    work: Work, doing: Plan, *others: Callable[[], Found]
) -> tuple[Market, Proof, list[Found]]:
    """Prices moved as planned; the bound that they prove, and a plan made by them.

    The proof, the plan and ``others`` do not wait for each other.

    Returns:
        The shortlists, the proof, and what was found: the plan, unless there was no
        time for it, then what ``others`` found.
    """
    problem, crew = work.problem, work.crew
    laid = priced(work, doing, others)
    chosen = asked(problem, laid, contested(laid, work.prices), crew)
    jobs: list[Callable[[], Found | None]] = [*others]
    if not work.must_end(work.plan_seconds / 2):
        dreamt = crew.begin(partial(dreams, problem, laid, crew.alone))

        def placed() -> Found:
            return _billed(problem, _placed(work, laid, doing, chosen, dreamt))

        jobs.insert(0, placed)
    paid = chosen.choices.paid
    must = unproved(problem, work.survey, work.shortlisted, work.prices, paid)
    proving = looks(work, np.flatnonzero(must), is_final=True)
    done = crew.beside([*jobs, *proving])
    found = [one for one in done if one is not None]
    return laid, proof_of(work), found


def _billed(problem: Problem, parts: Parts) -> Found:
    return Found(int(bill(problem, parts).order.sum()), parts)


def _placed(
    work: Work,
    laid: Market,
    doing: Plan,
    chosen: Asked,
    dreamt: Callable[[], Longs],
) -> Parts:
    """A plan that fits, then made cheaper."""
    problem, desk = work.problem, market_desk(work.problem, laid)
    prices = contested(laid, work.prices)
    held = negotiated(problem, laid, prices, desk, dreamt, chosen)
    if doing.rescues == 0:
        return _parts(problem, laid, prices, desk, held)
    people = takers(problem)
    dreamed = dreamt()
    order_of = np.repeat(np.arange(len(dreamed)), np.diff(problem.line_start))
    taken, skus = work.plan_seconds, np.empty(0, np.int64)
    for salt in range(doing.rescues):
        begun = work.effort.clock()
        if work.must_end(taken):
            break
        wishes = wishing(problem, laid, held, dreamed)
        turn = np.flatnonzero(wishes)
        skus = np.unique(problem.goods[wishes[order_of]]).astype(np.int64)
        there = standing(problem, laid, held)
        weight = WEIGHTS[salt % len(WEIGHTS)]
        rescue(problem, laid, prices, desk, held, people, there, turn, weight)
        reshuffle(problem, laid, desk, held, people, skus, doing.shuffles, salt)
        taken = work.effort.clock() - begun
    if doing.shuffles > 0:
        reshuffle(problem, laid, desk, held, people, skus, 1, BY_ID)
    return _parts(problem, laid, prices, desk, held)


def _parts(
    problem: Problem, laid: Market, prices: Prices, desk: Desk, held: Floor
) -> Parts:
    """What each order holds, and where lines may be split what else it can have."""
    whole = whole_lines(problem, node_of(problem, laid, held.choice))
    if not problem.rules[IS_LINE_SPLIT]:
        return whole
    tried = whole, in_parts(problem, laid, prices, desk, held)
    found = [_billed(problem, with_parts(problem, parts)) for parts in tried]
    return min(found, key=_by_cost).parts


WEIGHTS = (16, 8, 14, 4)
"""Of 16: at how much of its price an order may have what others hold."""


def node_of(problem: Problem, laid: Market, choice: Longs) -> Ints:
    """The node of each line by its position on the shortlist."""
    order = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    is_shipped = choice >= 0
    at = np.where(is_shipped, laid.node_start[order] + choice, 0)
    if len(laid.node) == 0:
        return np.full(len(choice), -1, np.int32)
    return np.where(is_shipped, laid.node[at], np.int32(-1))
