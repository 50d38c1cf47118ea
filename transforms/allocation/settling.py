"""WHO and WHERE of a queue: what is confirmed, and the placement that serves it best.

A plan for all orders at once may serve one for another where nodes have no room for
all. Who gets room is no question of cost either: where an earlier order would have
more in turns than by the plan, the plan is made anew, for what turns serve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from transforms.allocation.book import Book
from transforms.allocation.compiled import Ints
from transforms.allocation.confirm import confirm
from transforms.allocation.fresh import Fresh
from transforms.allocation.network import Network
from transforms.allocation.place import Placement, place
from transforms.allocation.problem import Posed
from transforms.allocation.sourcing import Proposal, no_proposal, proposed
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
    if (together[0].qty.sum(axis=1) >= together[0].confirmed).all():
        return together
    in_turn = planner.placed(planner.in_turn)
    if not _is_fairer(posed, in_turn[0], together[0]):
        return together
    served = in_turn[0].qty.sum(axis=1)
    together = planner.placed(lambda _: planner.together(served))
    return in_turn if _is_fairer(posed, in_turn[0], together[0]) else together


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

    def together(self, eaches: Ints) -> Proposal:
        """A plan for all orders of so many eaches of each line."""
        return proposed(self.posed, self.tariff, eaches)

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


def _is_fairer(posed: Posed, one: Placement, other: Placement) -> bool:
    """Whether the first order that they serve differently has more in ``one``."""
    starts = posed.problem.order_start[:-1]
    mine, theirs = (np.add.reduceat(p.qty.sum(axis=1), starts) for p in (one, other))
    differs = np.flatnonzero(mine != theirs)
    return bool(len(differs) and mine[differs[0]] > theirs[differs[0]])
