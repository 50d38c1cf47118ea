"""Prices on the move: shortlists at them, steps, and the bound that they prove."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from transforms.allocation.kernel.ascent import Asked, ascent, asked
from transforms.allocation.kernel.clearing import (
    Askers,
    asking,
    clear,
    in_turn,
    steps_worth,
)
from transforms.allocation.kernel.desk import Desk
from transforms.allocation.kernel.effort import Plan
from transforms.allocation.kernel.market import Market, contested, market, market_desk
from transforms.allocation.kernel.problem import SCALE, Longs
from transforms.allocation.kernel.survey import (
    Paper,
    Prices,
    cells_at,
    lanes_at,
    look,
    paper_for,
)
from transforms.allocation.kernel.work import Work, copied


class Proof(NamedTuple):
    """A bound, with the prices that prove it and what each order pays at least."""

    bound: int
    prices: Prices
    least: Longs


def proof_of(work: Work) -> Proof:
    """The bound at the prices at hand; 0, without prices, where they prove less."""
    bound, least = math.ceil(_dual(work) / SCALE), work.survey.least
    if bound < 0:
        nothing = Prices(*(np.zeros_like(price) for price in work.prices))
        return Proof(0, nothing, np.zeros_like(least))
    return Proof(bound, copied(work.prices), least.copy())


def priced(work: Work, doing: Plan, others: Iterable[Callable[[], object]]) -> Market:
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


def _look(work: Work) -> None:
    """Make shortlists."""
    begun = work.effort.clock()
    work.crew.beside(looks(work, np.arange(len(work.problem.region)), is_final=False))
    work.shortlisted = copied(work.prices)
    work.look_seconds = work.effort.clock() - begun


def looks(work: Work, turn: Longs, *, is_final: bool) -> list[Callable[[], None]]:
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


def _length(at: float) -> float:
    """Of a step, in thousandths, when ``at`` of all is done."""
    return LONGEST * (0.5 + 0.5 * math.cos(math.pi * at)) + 1


LONGEST = 120.0 * SCALE


def _clear(
    work: Work, laid: Market, clears: int, others: Iterable[Callable[[], object]]
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


def _raise(work: Work, laid: Market, lengths: list[float]) -> None:
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


def _kept(work: Work, laid: Market, moved: Prices) -> None:
    """Prices of contested cells become prices of the problem."""
    work.prices.cell[laid.cell_of] = moved.cell[:-1]
    work.prices.shipment[:] = moved.shipment
    work.prices.unit[:] = moved.unit


def _dual(work: Work) -> int:
    """What all pay at least, less what stock and room earn; thousandths."""
    problem, prices = work.problem, work.prices
    return (
        int(work.survey.least.sum())
        - int(prices.cell @ problem.cell_stock)
        - int(prices.shipment @ problem.cap_shipments)
        - int(prices.unit @ problem.cap_units)
    )
