"""WHO and WHERE of a queue: what is confirmed, and the placement that serves it best.

The plan for all orders knows not all that binds them: kits, lines that are kept
together, lines to be picked. Orders that go otherwise take room that was planned for
others, and where room is short the plan would choose whom to serve. Where turns are
fairer or cheaper for that, who goes otherwise has the place that turns give it, and
the plan is made anew for the others.
What is taken in the end serves no order that lacks room worse than its turn, and costs
no more than turns do where it serves as much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from transforms.allocation.book import Book
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.confirm import confirm
from transforms.allocation.cost import costed
from transforms.allocation.failure import CAPACITY
from transforms.allocation.fresh import Fresh
from transforms.allocation.network import Network
from transforms.allocation.place import Placement, place
from transforms.allocation.problem import Posed
from transforms.allocation.sourcing import Apart, Proposal, no_proposal, proposed
from transforms.allocation.tariff import Tariff

Settled = tuple[Placement, Proposal]
"""A placement, and the plan that it follows."""


def settled(
    posed: Posed,
    tariff: Tariff,
    fresh: Callable[[], Fresh | None],
    *,
    is_negotiated: bool,
) -> Settled:
    """Confirm in demand order, then place.

    Args:
        posed: the problem.
        tariff: its prices.
        fresh: gives what of the stock is too old for whom, as before the run.
        is_negotiated: whether a plan for all orders says where each ships from.

    Returns:
        The placement, and the plan that it follows: none where turns are as good.
    """
    planner = Planner(posed, tariff, fresh)
    if not is_negotiated:
        return planner.placed(planner.in_turn)
    found = [planner.placed(planner.together)]
    strays = _strays(posed, *found[0])
    if not strays.any():
        return found[0]
    in_turn = planner.placed(planner.in_turn)
    best = partial(_best, posed, tariff, in_turn)
    is_apart = np.zeros(len(strays), np.bool_)
    for _ in range(ROUNDS):
        if best(found) is not in_turn or not (strays & ~is_apart).any():
            break
        is_apart |= strays
        others = apart(posed, in_turn[0], is_apart)
        found.append(planner.placed(partial(planner.together, apart=others)))
        strays = _strays(posed, *found[-1])
    return best(found)


ROUNDS = 3
"""Times at most that orders which do not go as the plan says are set apart."""


def _strays(posed: Posed, placement: Placement, plan: Proposal) -> Flags:
    """O: the order went otherwise than the plan has it, or lacks confirmed eaches."""
    is_other = (placement.qty != plan.qty).any(axis=1)
    is_other |= placement.qty.sum(axis=1) < placement.confirmed
    starts = posed.problem.order_start[:-1]
    return np.asarray(np.logical_or.reduceat(is_other, starts), np.bool_)


def _best(
    posed: Posed, tariff: Tariff, in_turn: Settled, found: list[Settled]
) -> Settled:
    """What serves most, then costs least; turns where nothing is as good and fair.

    A confirmed each is never left behind to save money.
    """

    def eaches_then_cost(one: Settled) -> tuple[int, int]:
        cost = costed(posed, tariff, one[0])["total_minor"].sum()
        return -int(one[0].qty.sum()), int(cost)

    fair = [one for one in found if not _is_worse(posed, in_turn[0], one[0])]
    return min([*fair, in_turn], key=eaches_then_cost)


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

    def placed(self, plan_of: Callable[[Ints], Proposal]) -> Settled:
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


def _is_worse(posed: Posed, in_turn: Placement, other: Placement) -> bool:
    """Whether the first order that lacks room in either has more in its turn.

    What else keeps an order short depends on where all before it stand, and no order
    takes it from another.
    """
    starts = posed.problem.order_start[:-1]
    mine, theirs = (
        np.add.reduceat(p.qty.sum(axis=1), starts) for p in (in_turn, other)
    )
    lacks = _lacks_room(posed, in_turn) | _lacks_room(posed, other)
    differs = np.flatnonzero((mine != theirs) & lacks)
    return bool(len(differs) and mine[differs[0]] > theirs[differs[0]])
