"""What is left in the network while orders are placed in their turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.allocation.book import Book
from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.fresh import Fresh
from transforms.allocation.problem import Problem


@dataclass(frozen=True)
class Network:
    """What is left in the network while orders are placed; changed in place.

    Args:
        book: eaches free and held.
        stock: S × N eaches not yet placed.
        unit_room: N × D eaches.
        shipment_room: N × D shipments.
        line_room: N × D lines to be picked.
        fresh: what of the stock is too old for whom; None: nothing.
    """

    book: Book
    stock: Ints
    unit_room: Ints
    shipment_room: Ints
    line_room: Ints
    fresh: Fresh | None = None

    @property
    def has_room(self) -> Flags:
        """N × D: whether a node takes anything more on a day."""
        rooms = np.stack((self.unit_room, self.shipment_room, self.line_room))
        return np.asarray((rooms > 0).all(axis=0), np.bool_)

    def left_for(self, problem: Problem, line: int) -> Ints:
        """Per node the eaches that a line could have, were nobody before it."""
        left: Ints = self.stock[problem.line_sku[line]]
        limit = self.fresh.left_for(line) if self.fresh else None
        return left if limit is None else np.minimum(left, limit).astype(np.int64)
