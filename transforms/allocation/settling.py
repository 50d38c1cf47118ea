"""WHO and WHERE of a queue: what is confirmed, and the placement that serves it best.

A plan for all orders at once may serve one for another where nodes have no room for
all. Who gets room is no question of cost either: where an earlier order would have
more in turns than by the plan, those that would have their place as in turns, and the
plan is made anew for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from transforms.allocation.book import Book
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.confirm import confirm
from transforms.allocation.failure import CAPACITY
from transforms.allocation.fresh import Fresh
from transforms.allocation.network import Network
from transforms.allocation.place import Placement, place
from transforms.allocation.problem import Posed
from transforms.allocation.sourcing import (
    Apart,
    Proposal,
    no_proposal,
    proposed,
)
from transforms.allocation.tariff import Tariff


def settled(
    posed: Posed,
    tariff: Tariff,
    fresh: Callable[[], Fresh | None],
    *,
    is_negotiated: bool,
) -> tuple[Placement, Proposal]:
    """Confirm in demand order, then place.

    Args:
        posed: the problem.
        tariff: its prices.
        fresh: gives what of the stock is too old for whom, as before the run.
        is_negotiated: whether a plan for all orders says where each ships from.

    Returns:
        The placement, and the plan that it follows.
    """
    planner = Planner(posed, tariff, fresh)
    if not is_negotiated:
        return planner.placed(planner.in_turn)
    together = planner.placed(planner.together)
    if not _lacks_room(posed, together[0]).any():
        return together
    in_turn = planner.placed(planner.in_turn)
    is_apart = np.zeros(len(posed.problem.is_complete), np.bool_)
    for _ in range(ROUNDS):
        more = _more_room(posed, in_turn[0], together[0])
        if not _is_first(more):
            return together
        is_apart |= more > 0
        together = planner.placed(
            partial(planner.together, apart=apart(posed, in_turn[0], is_apart))
        )
    more = _more_room(posed, in_turn[0], together[0])
    return in_turn if _is_first(more) else together


ROUNDS = 4
"""Times at most that orders which lack room by the plan alone are set apart."""


def apart(posed: Posed, placement: Placement, is_apart: Flags) -> Apart:
    """Orders that have their place where a placement gave it to them."""
    lines = is_apart[posed.problem.line_order]
    qty = np.where(lines[:, None], placement.qty, 0)
    ships = np.logical_or.reduceat(qty > 0, posed.problem.order_start[:-1], axis=0)
    return Apart(is_apart, qty, np.where(ships, placement.day, -1))


@dataclass(frozen=True)
class Planner:
    """Places all orders, by whatever plan, in a network as before the run.

    Args:
        posed: the problem.
        tariff: its prices.
        fresh: as ``settled`` has it.
    """

    posed: Posed
    tariff: Tariff
    fresh: Callable[[], Fresh | None]

    def together(self, eaches: Ints, apart: Apart | None = None) -> Proposal:
        """A plan for all orders of so many eaches of each line."""
        return proposed(self.posed, self.tariff, eaches, apart)

    def in_turn(self, _: Ints) -> Proposal:
        """No plan for all: each order has its own."""
        return no_proposal(self.posed)

    def placed(self, plan_of: Callable[[Ints], Proposal]) -> tuple[Placement, Proposal]:
        """The placement that follows a plan for what is confirmed, and the plan."""
        posed, problem = self.posed, self.posed.problem
        book = Book(posed.stock, problem.group_allowed, problem.group_start)
        confirmed = confirm(problem, book)
        plan = plan_of(confirmed)
        network = Network(
            book,
            posed.stock.copy(),
            posed.unit_room.copy(),
            posed.shipment_room.copy(),
            posed.line_room.copy(),
            self.fresh(),
        )
        return place(problem, network, confirmed, plan), plan


def _lacks_room(posed: Posed, placement: Placement) -> Flags:
    """O: something of it found no room."""
    starts = posed.problem.order_start[:-1]
    is_full = placement.failure == CAPACITY
    return np.asarray(np.logical_or.reduceat(is_full, starts), np.bool_)


def _more_room(posed: Posed, one: Placement, other: Placement) -> Ints:
    """O: eaches that an order got more of in ``one``, for want of room in either.

    What else keeps an order short depends on where all before it stand, and no order
    takes it from another.
    """
    starts = posed.problem.order_start[:-1]
    mine, theirs = (np.add.reduceat(p.qty.sum(axis=1), starts) for p in (one, other))
    is_short = _lacks_room(posed, one) | _lacks_room(posed, other)
    return np.where(is_short, mine - theirs, 0).astype(np.int64)


def _is_first(more: Ints) -> bool:
    """Whether the first order that is served otherwise has more."""
    differs = np.flatnonzero(more)
    return bool(len(differs) and more[differs[0]] > 0)
