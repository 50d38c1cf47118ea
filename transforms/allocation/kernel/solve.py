"""Solve a posed problem: negotiated prices, a plan that fits, a proven bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from transforms.allocation.kernel.ascent import Spread, ascent
from transforms.allocation.kernel.cost import Parts, bill, whole_lines
from transforms.allocation.kernel.market import (
    Market,
    contested,
    market,
    market_desk,
)
from transforms.allocation.kernel.nearest import nearest_first
from transforms.allocation.kernel.negotiate import Floor, negotiated
from transforms.allocation.kernel.problem import SCALE, Ints, Longs, Posed, Problem
from transforms.allocation.kernel.reshuffle import reshuffle, takers
from transforms.allocation.kernel.survey import (
    WIDEST,
    Paper,
    Prices,
    Survey,
    look,
    paper_for,
)


def no_clock() -> float:
    """Time stands still: the budget never ends."""
    return 0.0


@dataclass(frozen=True)
class Effort:
    """How hard to try. The answer does not depend on threads.

    Args:
        steps: of the prices, in each round.
        threads: slices of the orders that are worked on at once.
        seconds: budget; when it is used up the plan at hand is finished.
        clock: seconds since the solver was called.
    """

    steps: tuple[int, ...] = (30, 20, 20)
    threads: int = 1
    seconds: float = math.inf
    clock: Callable[[], float] = no_clock


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


@dataclass
class _Desk:
    """Work in progress."""

    problem: Problem
    effort: Effort
    prices: Prices
    survey: Survey
    papers: list[Paper] = field(default_factory=list)
    steps: int = 0
    is_cut_short: bool = False


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
    work = _begun(problem, effort, warm)
    rounds = effort.steps if warm is None else effort.steps[-1:]
    nearest = solve_fast(posed)
    laid = None
    for number, steps in enumerate(rounds):
        _look(work, is_final=False)
        laid = market(problem, work.survey, work.prices)
        _raise(work, laid, _lengths(number, len(rounds), steps))
    assert laid is not None  # noqa: S101 there is at least one round
    held = _placed(work, laid)
    _look(work, is_final=True)
    found = whole_lines(problem, node_of(problem, laid, held.choice))
    costs = [int(bill(problem, parts).order.sum()) for parts in (found, nearest)]
    if costs[1] < costs[0]:
        found = nearest
    return Solution(
        parts=found,
        prices=work.prices,
        laid=laid,
        least=work.survey.least,
        cost=min(costs),
        bound=math.ceil(_dual(work) / SCALE),
        nearest=costs[1],
        steps=work.steps,
        is_cut_short=work.is_cut_short,
    )


def _placed(work: _Desk, laid: Market) -> Floor:
    """A plan that fits, then made cheaper until little is saved."""
    problem, desk = work.problem, market_desk(work.problem, laid)
    held = negotiated(problem, laid, contested(laid, work.prices), desk)
    people = takers(problem)
    skus = np.arange(len(people.start) - 1)
    for salt in range(RESHUFFLES):
        reshuffle(problem, laid, desk, held, people, skus, 3, salt)
        if work.effort.clock() > work.effort.seconds:
            work.is_cut_short = True
            break
    return held


RESHUFFLES = 4
"""Times that the orders of every SKU are placed anew."""


def node_of(problem: Problem, laid: Market, choice: Longs) -> Ints:
    """The node of each line by its position on the shortlist."""
    order = np.repeat(np.arange(len(problem.region)), np.diff(problem.line_start))
    is_shipped = choice >= 0
    at = np.where(is_shipped, laid.node_start[order] + choice, 0)
    if len(laid.node) == 0:
        return np.full(len(choice), -1, np.int32)
    return np.where(is_shipped, laid.node[at], np.int32(-1))


def _begun(problem: Problem, effort: Effort, warm: Prices | None) -> _Desk:
    orders, nodes = len(problem.region), len(problem.unit_cost)
    if warm is None:
        zeros = [np.zeros(n, np.int64) for n in (len(problem.cell_stock), nodes, nodes)]
        warm = Prices(*zeros)
    survey = Survey(
        np.zeros(orders, np.int64),
        np.zeros((orders, WIDEST), np.int16),
        np.zeros(orders, np.int32),
    )
    return _Desk(problem, effort, warm, survey)


def _spread(work: _Desk) -> Spread:
    """Run slices of the orders, of about as many lines each, side by side."""
    problem = work.problem
    lines = len(problem.qty)
    threads = work.effort.threads
    marks = np.linspace(0, lines, threads + 1)
    edges = np.searchsorted(problem.line_start, marks)
    edges[-1] = len(problem.region)
    slices = [(n, int(edges[n]), int(edges[n + 1])) for n in range(threads)]

    def run(function: Callable[[int, int, int], None]) -> None:
        if threads == 1:
            function(*slices[0])
            return
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(function, *part) for part in slices]:
                done.result()

    return run


def _look(work: _Desk, *, is_final: bool) -> None:
    while len(work.papers) < work.effort.threads:
        work.papers.append(paper_for(work.problem))

    def slice_of(number: int, first: int, last: int) -> None:
        paper = work.papers[number]
        look(work.problem, work.prices, paper, work.survey, first, last, int(is_final))

    _spread(work)(slice_of)


def _lengths(number: int, rounds: int, steps: int) -> list[float]:
    """Lengths of a round's steps in thousandths: a cosine over all rounds."""
    begun = [(number + step / steps) / rounds for step in range(steps)]
    return [LONGEST * (0.5 + 0.5 * math.cos(math.pi * at)) + 1 for at in begun]


LONGEST = 120.0 * SCALE


def _raise(work: _Desk, laid: Market, lengths: Iterable[float]) -> None:
    """Move the prices; those of cells nobody contends for stay as they are."""
    moving = contested(laid, work.prices)
    for _ in ascent(work.problem, laid, moving, list(lengths), _spread(work)):
        work.steps += 1
        if work.effort.clock() > work.effort.seconds:
            work.is_cut_short = True
            break
    work.prices.cell[laid.cell_of] = moving.cell[:-1]
    work.prices.shipment[:] = moving.shipment
    work.prices.unit[:] = moving.unit


def _dual(work: _Desk) -> int:
    """What all pay at least, less what stock and room earn; thousandths."""
    problem, prices = work.problem, work.prices
    return (
        int(work.survey.least.sum())
        - int(prices.cell @ problem.cell_stock)
        - int(prices.shipment @ problem.cap_shipments)
        - int(prices.unit @ problem.cap_units)
    )
