"""Solve a posed problem: negotiated prices, a plan that fits, a proven bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from transforms.allocation.kernel.ascent import Asked, ascent, asked, dreams
from transforms.allocation.kernel.clearing import (
    Askers,
    asking,
    clear,
    in_turn,
    steps_worth,
)
from transforms.allocation.kernel.cost import Parts, bill, whole_lines
from transforms.allocation.kernel.crew import Crew, crew_for
from transforms.allocation.kernel.desk import EXACT, PATIENCE, Desk
from transforms.allocation.kernel.exact import BRANCHES, fits, is_small, optimum
from transforms.allocation.kernel.floor import Floor, wishing
from transforms.allocation.kernel.market import Market, contested, market, market_desk
from transforms.allocation.kernel.nearest import nearest_first
from transforms.allocation.kernel.negotiate import negotiated
from transforms.allocation.kernel.parting import in_parts
from transforms.allocation.kernel.problem import (
    IS_LINE_SPLIT,
    SCALE,
    Ints,
    Longs,
    Posed,
    Problem,
)
from transforms.allocation.kernel.rescue import rescue, standing
from transforms.allocation.kernel.reshuffle import BY_ID, reshuffle, takers
from transforms.allocation.kernel.split import with_parts
from transforms.allocation.kernel.survey import (
    Paper,
    Prices,
    Survey,
    cells_at,
    lanes_at,
    look,
    no_survey,
    paper_for,
    unproved,
)


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


NEGOTIATING = 7
"""Steps of one thread, with everybody moving, that take as long as a plan that fits."""
COMPARING = 7e-9
"""Seconds of a comparison in a search, and a reserve."""
LAST_LOOK = 1.3
"""Looks that take as long as the last, with nearest first beside it, and a reserve."""
MANY_LINES, FEW_LINES = 300_000, 20_000
WIDE, MUCH_WIDER = 1010, 1030
"""Cost to a thousand of the bound: what has a wider gap is tried once more, from
known prices only if it is much wider."""
NARROW, LOADING = 1001, 1.0
"""What has a wider gap and is small is solved exactly; seconds that loading takes."""


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
class _Work:
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
        work = _begun(problem, effort, crew, warm)
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


def is_wide(cost: int, bound: int, limit: int = WIDE) -> bool:
    """Whether the gap is worth another try."""
    return cost * 1000 > bound * limit


def _exact(work: _Work) -> list[Found]:
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


class Proof(NamedTuple):
    """A bound, with the prices that prove it and what each order pays at least."""

    bound: int
    prices: Prices
    least: Longs


class Found(NamedTuple):
    """A solution and its cost in minor units."""

    cost: int
    parts: Parts


def _by_cost(found: Found) -> int:
    return found.cost


def _tried(
    work: _Work, doing: Plan, *others: Callable[[], Found]
) -> tuple[Market, Proof, list[Found]]:
    """Prices moved as planned; the bound that they prove, and a plan made by them.

    The proof, the plan and ``others`` do not wait for each other.

    Returns:
        The shortlists, the proof, and what was found: the plan, unless there was no
        time for it, then what ``others`` found.
    """
    problem, crew = work.problem, work.crew
    laid = _priced(work, doing, others)
    chosen = asked(problem, laid, contested(laid, work.prices), crew)
    jobs: list[Callable[[], Found | None]] = [*others]
    if not work.must_end(work.plan_seconds / 2):
        dreamt = crew.begin(partial(dreams, problem, laid, crew.alone))

        def placed() -> Found:
            return _billed(problem, _placed(work, laid, doing, chosen, dreamt))

        jobs.insert(0, placed)
    paid = chosen.choices.paid
    must = unproved(problem, work.survey, work.shortlisted, work.prices, paid)
    looks = _looks(work, np.flatnonzero(must), is_final=True)
    done = crew.beside([*jobs, *looks])
    found = [one for one in done if one is not None]
    return laid, _proof(work), found


def _proof(work: _Work) -> Proof:
    """The bound at the prices at hand; 0, without prices, where they prove less."""
    bound, least = math.ceil(_dual(work) / SCALE), work.survey.least
    if bound < 0:
        nothing = Prices(*(np.zeros_like(price) for price in work.prices))
        return Proof(0, nothing, np.zeros_like(least))
    return Proof(bound, _copied(work.prices), least.copy())


def _billed(problem: Problem, parts: Parts) -> Found:
    return Found(int(bill(problem, parts).order.sum()), parts)


def _priced(work: _Work, doing: Plan, others: Iterable[Callable[[], Found]]) -> Market:
    """Shortlists at prices that were moved as planned, or while there was time.

    ``others``, which are reckoned once, are while a single thread moves the prices.
    """
    rounds = len(doing.steps)
    for number, steps in enumerate(doing.steps):
        if number > 0 and work.must_end(1.3 * work.look_seconds + work.plan_seconds):
            break
        _look(work)
        laid = market(work.problem, work.survey, work.prices, work.crew.spread)
        if _clear(work, laid, doing.clears, others):
            break
        share = (1 - doing.begins) / rounds
        places = [number + step / steps for step in range(steps)]
        _raise(work, laid, [_length(doing.begins + share * at) for at in places])
        if work.is_cut_short:
            break
    return laid


def _placed(
    work: _Work,
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


def _begun(problem: Problem, effort: Effort, crew: Crew, warm: Prices | None) -> _Work:
    nodes = len(problem.unit_cost)
    if warm is None:
        zeros = [np.zeros(n, np.int64) for n in (len(problem.cell_stock), nodes, nodes)]
        warm = Prices(*zeros)
    prices = _copied(warm)
    lines = np.diff(problem.line_start)
    large = lines[lines > EXACT]
    comparisons = np.minimum(PATIENCE, large * nodes * nodes).sum()
    return _Work(
        problem,
        effort,
        crew,
        prices,
        no_survey(problem),
        shortlisted=prices,
        large=len(large),
        comparisons=float(comparisons),
    )


def _look(work: _Work) -> None:
    """Make shortlists."""
    begun = work.effort.clock()
    work.crew.beside(_looks(work, np.arange(len(work.problem.region)), is_final=False))
    work.shortlisted = _copied(work.prices)
    work.look_seconds = work.effort.clock() - begun


def _looks(work: _Work, turn: Longs, *, is_final: bool) -> list[Callable[[], None]]:
    """Jobs: shortlists or, finally, what each order pays at least."""
    problem, pieces = work.problem, work.crew.pieces(turn)
    while len(work.papers) < len(pieces):
        work.papers.append(paper_for(problem))

    eaches, lanes = cells_at(problem, work.prices), lanes_at(problem, work.prices)
    patience = work.patience

    def look_at(paper: Paper, orders: Longs) -> None:
        look(
            problem,
            eaches,
            lanes,
            paper,
            work.survey,
            orders,
            int(is_final),
            patience,
        )

    pairs = zip(work.papers, pieces, strict=False)
    return [partial(look_at, *pair) for pair in pairs if len(pair[1])]


def _copied(prices: Prices) -> Prices:
    return Prices(*(price.copy() for price in prices))


def _length(at: float) -> float:
    """Of a step, in thousandths, when ``at`` of all is done."""
    return LONGEST * (0.5 + 0.5 * math.cos(math.pi * at)) + 1


LONGEST = 120.0 * SCALE


def _clear(
    work: _Work, laid: Market, clears: int, others: Iterable[Callable[[], object]]
) -> bool:
    """Clear contested cells while there is time; ``others`` are done beside it.

    One after the other, by one thread: each price depends on those before.

    Returns:
        Whether that was done: not where asking takes longer than steps would.
    """
    problem, crew, effort = work.problem, work.crew, work.effort
    moving, is_worth_it = contested(laid, work.prices), False
    for number in range(clears):
        begun = effort.clock()
        chosen = asked(problem, laid, moving, crew)
        work.was_step(effort.clock() - begun)
        askers = asking(laid, moving, chosen)
        is_worth_it = steps_worth(laid, askers) < MOST_ASKED
        if not is_worth_it:
            break
        desk = market_desk(problem, laid)

        def clear_all(chosen: Asked, askers: Askers, desk: Desk) -> None:
            parts = 1 if math.isinf(effort.seconds) else CHUNKS
            for some in in_turn(askers, parts):
                if work.must_end(work.plan_seconds):
                    break
                clear(problem, laid, moving, desk, chosen.choices, some)

        jobs: list[Callable[[], object]] = []
        jobs.append(partial(clear_all, chosen, askers, desk))
        crew.beside([*jobs, *others] if number == 0 else jobs)
    _kept(work, laid, moving)
    return is_worth_it


MOST_ASKED, CHUNKS = 13, 32
"""Steps that a pass may take as long as; parts of it between looks at the clock."""


def _raise(work: _Work, laid: Market, lengths: list[float]) -> None:
    """Move the prices; those of cells nobody contends for stay as they are."""
    problem, crew, moving = work.problem, work.crew, contested(laid, work.prices)
    begun, threads = work.effort.clock(), len(crew.slices)
    for steps in ascent(problem, laid, moving, lengths, crew):
        work.steps += steps
        work.was_step((work.effort.clock() - begun) / steps)
        if work.must_end(work.plan_seconds + work.step_seconds / threads):
            break
        begun = work.effort.clock()
    _kept(work, laid, moving)


def _kept(work: _Work, laid: Market, moved: Prices) -> None:
    """Prices of contested cells become prices of the problem."""
    work.prices.cell[laid.cell_of] = moved.cell[:-1]
    work.prices.shipment[:] = moved.shipment
    work.prices.unit[:] = moved.unit


def _dual(work: _Work) -> int:
    """What all pay at least, less what stock and room earn; thousandths."""
    problem, prices = work.problem, work.prices
    return (
        int(work.survey.least.sum())
        - int(prices.cell @ problem.cell_stock)
        - int(prices.shipment @ problem.cap_shipments)
        - int(prices.unit @ problem.cap_units)
    )
