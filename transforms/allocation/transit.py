"""From hand-over to the door: days on which carriers move and doors are open.

Without any such rule transit days are calendar days. Not here: which service is
taken (``tariff``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from transforms.allocation.compiled import Flags, Ints
from transforms.contracts.services import PICK_UP

EPOCH = date(1970, 1, 1)
THURSDAY = 3
"""Weekday of the epoch, Monday 0."""
LONGEST = 366
"""Transit days that are counted one by one; what takes longer never arrives."""
WEEK = 7


@dataclass(frozen=True)
class Carriers:
    """When carriers move and where nobody takes a parcel in.

    Args:
        weekdays: service → ISO weekdays it moves and delivers on; others every day.
        closed_dates: dates on which no service does.
        holidays: destination region → dates on which nothing is delivered there;
            carriers move.
    """

    weekdays: Mapping[str, str] = field(default_factory=dict)
    closed_dates: Collection[date] = ()
    holidays: Mapping[str, Collection[date]] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether every day is like the others."""
        return not (self.weekdays or self.closed_dates or self.holidays)


def door_days(
    ship_day: Ints,
    transit: Ints,
    regions: Sequence[str],
    services: Sequence[str],
    carriers: Carriers,
) -> Ints:
    """The day at the door of every possible shipment.

    Transit days are days on which the service moves, the first one after the
    hand-over; a door that is closed on the last waits for the next that is not.

    Args:
        ship_day: N × D days since 1970; -1 where there is none.
        transit: C × N × S days.
        regions: C destinations.
        services: S names.
        carriers: the rules.

    Returns:
        C × N × D × S days since 1970.
    """
    door = ship_day[None, :, :, None] + transit[:, :, None, :]
    real = ship_day >= 0
    if carriers.is_plain or not real.any():
        return door
    first = int(ship_day[real].min())
    last = int(ship_day.max()) + _reach(transit, carriers)
    days: Ints = np.arange(first, last + 1, dtype=np.int64)
    for number, service in enumerate(services):
        if service == PICK_UP:
            continue
        moves = days[_moves(days, service, carriers)]
        for kind, region in enumerate(regions):
            opens = moves[~np.isin(moves, _numbers(carriers.holidays.get(region, ())))]
            takes = transit[kind, :, number]
            found = _arrival(ship_day, takes, moves, opens)
            is_known = real & (takes <= LONGEST)[:, None]
            door[kind, :, :, number] = np.where(
                is_known, found, door[kind, :, :, number]
            )
    return door


def _arrival(ship_day: Ints, takes: Ints, moves: Ints, opens: Ints) -> Ints:
    """The first open door on or after the last of the days that it takes."""
    taken = np.clip(takes, 0, LONGEST)[:, None]
    after = np.searchsorted(moves, ship_day, side="right") + taken - 1
    moved = moves[np.clip(after, 0, len(moves) - 1)]
    there = np.where(taken == 0, ship_day, moved)
    waits = np.searchsorted(opens, there, side="left")
    arrival: Ints = opens[np.clip(waits, 0, len(opens) - 1)]
    return arrival


def _reach(transit: Ints, carriers: Carriers) -> int:
    """Days after the last hand-over within which everything has arrived."""
    longest = int(transit[transit <= LONGEST].max(initial=0))
    shut = len(carriers.closed_dates) + sum(map(len, carriers.holidays.values()))
    return (longest + shut + 2) * WEEK


def _moves(days: Ints, service: str, carriers: Carriers) -> Flags:
    weekday = (days + THURSDAY) % WEEK + 1
    told = np.array([int(digit) for digit in carriers.weekdays.get(service, "1234567")])
    moves: Flags = np.isin(weekday, told) & ~np.isin(
        days, _numbers(carriers.closed_dates)
    )
    return moves


def _numbers(dates: Collection[date]) -> Ints:
    return np.array(sorted((day - EPOCH).days for day in dates), np.int64)
