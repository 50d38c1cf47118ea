"""Room after nodes' first ship days: when what found none in this run may leave.

What waits for room takes it up in demand order, so that two lines never count on the
same. Not here: which eaches lie there (``shortage``), room that is given (``place``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import polars as pl

ENDLESS = 1 << 62
LATER_SHIP_DAYS = 31
"""Ship days of a node that are looked at; what finds no room on them has no date."""


class LaterRoom:
    """Eaches, shipments and lines that nodes still take on later ship days."""

    def __init__(self, rooms: pl.DataFrame) -> None:
        """Begin with what is left on these days.

        Args:
            rooms: ``room()`` of ``dates``, of ship days on which a later run sends.
        """
        self._days: dict[str, list[tuple[date, list[int]]]] = defaultdict(list)
        self._shipments: set[tuple[str, date, str]] = set()
        days = rooms.sort("node_id", "day_no").select(
            "node_id",
            "ship_date",
            "unit_room",
            "shipment_room",
            # Without a limit it is null.
            pl.col("line_room").fill_null(ENDLESS),
        )
        for node, day, *left in days.iter_rows():
            self._days[node].append((day, left))

    def first(self, nodes: Iterable[str]) -> date | None:
        """The first day on which one of some nodes takes anything."""
        days = (self._first(node) for node in nodes)
        return min((day for day in days if day is not None), default=None)

    def take(
        self, node: str, order: str, qty: int, latest: date, *, is_whole: bool
    ) -> tuple[tuple[date, int], ...]:
        """Take room for up to ``qty`` eaches of a line, soonest first.

        Args:
            node: where they lie.
            order: of which all that leaves on a day is one shipment.
            qty: eaches of the line.
            latest: the last day that will do.
            is_whole: whether all of it leaves on one day, or nothing.

        Returns:
            Day and eaches; fewer than ``qty`` where the days that are known are full.
        """
        taken: list[tuple[date, int]] = []
        for day, left in self._days.get(node, ()):
            units, shipments, lines = left
            is_begun = (node, day, order) in self._shipments
            if not qty or day > latest:
                break
            least = qty if is_whole else 1
            if units < least or lines <= 0 or not (is_begun or shipments > 0):
                continue
            now = min(qty, units)
            left[:] = units - now, shipments - (not is_begun), lines - 1
            self._shipments.add((node, day, order))
            taken.append((day, now))
            qty -= now
        return tuple(taken)

    def _first(self, node: str) -> date | None:
        days = self._days.get(node, ())
        return next((day for day, left in days if min(left) > 0), None)
