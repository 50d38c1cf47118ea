"""When a node hands shipments over: cut-offs and open days in its own zone.

Not here: room on a day (``dates``); what a carrier does from then on (``transit``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import dropwhile, islice
from zoneinfo import ZoneInfo

import polars as pl

ONE_DAY = timedelta(days=1)
A_YEAR = 366
EVERY_DAY = "1234567"


@dataclass(frozen=True)
class OwnDay:
    """A day that is not like its weekday.

    Args:
        is_open: whether the node ships on it.
        cutoff_local: "HH:MM"; None: as on its weekday.
    """

    is_open: bool
    cutoff_local: str | None = None


@dataclass(frozen=True)
class NodeCalendar:
    """When a node hands shipments over.

    Args:
        zone: IANA zone.
        cutoff_local: "HH:MM", last release that still leaves the same day.
        open_weekdays: ISO weekdays as digits, "12345".
        lead_days: open days from release to hand-over.
        closed_dates: local dates it does not ship on.
        weekday_cutoffs: ISO weekday → its cut-off, where it differs.
        pickup_weekdays: ISO weekdays on which a carrier comes.
        delivery_lag: from the decision until what was decided is in its queue.
        own_days: local date → what holds on it, whatever its weekday and the
            company's holidays say.
    """

    zone: str
    cutoff_local: str
    open_weekdays: str
    lead_days: int
    closed_dates: frozenset[date] = frozenset()
    weekday_cutoffs: Mapping[int, str] = field(default_factory=dict)
    pickup_weekdays: str = EVERY_DAY
    delivery_lag: timedelta = timedelta()
    own_days: Mapping[date, OwnDay] = field(default_factory=dict)

    def is_open(self, day: date) -> bool:
        """Whether the node works on its local ``day``."""
        own = self.own_days.get(day)
        if own is not None:
            return own.is_open
        return (
            str(day.isoweekday()) in self.open_weekdays and day not in self.closed_dates
        )

    def has_pickup(self, day: date) -> bool:
        """Whether a carrier comes on its local ``day``."""
        return str(day.isoweekday()) in self.pickup_weekdays

    def cutoff_at(self, day: date) -> datetime:
        """The UTC instant of the cut-off on local ``day``, both DST switches kept.

        A cut-off in the hour that the clocks skip is as long after midnight as it
        says; one in the hour they repeat is meant the first time.

        Example:
            >>> new_york = NodeCalendar("America/New_York", "15:00", "12345", 0)
            >>> new_york.cutoff_at(date(2017, 3, 10)).hour
            20
            >>> new_york.cutoff_at(date(2017, 3, 13)).hour
            19
        """
        own = self.own_days.get(day)
        usual = self.weekday_cutoffs.get(day.isoweekday(), self.cutoff_local)
        cutoff = usual if own is None else own.cutoff_local or usual
        local = datetime.combine(day, time.fromisoformat(cutoff))
        # Aware values of one zone compare by wall clock: go to UTC first.
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def ship_days(self, decided_at: datetime, count: int) -> list[date]:
        """The first ``count`` local days on which eaches decided now can leave.

        They are ready when the node knows of them, ``delivery_lag`` later. Work
        begins on the first open day whose cut-off is not before that and takes
        ``lead_days`` open days; they leave on the open days with a pickup from then.

        Returns:
            Rising dates; fewer than ``count`` when a year has no more of them.
        """
        ready_at = decided_at + self.delivery_lag
        days = dropwhile(
            lambda day: self.cutoff_at(day) < ready_at, self._open_from(ready_at, count)
        )
        leaving = filter(self.has_pickup, islice(days, self.lead_days, None))
        return list(islice(leaving, count))

    def _open_from(self, ready_at: datetime, count: int) -> Iterator[date]:
        day = ready_at.astimezone(ZoneInfo(self.zone)).date()
        for _ in range(A_YEAR + 7 * (self.lead_days + count)):
            if self.is_open(day):
                yield day
            day += ONE_DAY


def calendars(
    nodes: pl.DataFrame, closed: Collection[date], own_days: pl.DataFrame
) -> dict[str, NodeCalendar]:
    """Node → calendar.

    Args:
        nodes: DIM_NODES.
        closed: the company's holidays.
        own_days: DIM_NODE_CALENDARS.
    """
    closed_dates = frozenset(closed)
    days = _by_node(own_days)
    return {
        row["node_id"]: NodeCalendar(
            row["zone"],
            row["cutoff_local"],
            row["open_weekdays"],
            row["lead_days"],
            closed_dates,
            weekday_cutoffs(row["weekday_cutoffs"]),
            row["pickup_weekdays"] or EVERY_DAY,
            timedelta(minutes=row["delivery_lag_minutes"] or 0),
            days.get(row["node_id"], {}),
        )
        for row in nodes.iter_rows(named=True)
    }


def weekday_cutoffs(told: str | None) -> dict[int, str]:
    """ISO weekday → cut-off, as ``csv_nodes`` spells them.

    Example:
        >>> weekday_cutoffs("5=12:00|6=10:30")
        {5: '12:00', 6: '10:30'}
    """
    pairs = (pair.split("=") for pair in (told or "").split("|") if pair)
    return {int(weekday): cutoff for weekday, cutoff in pairs}


def _by_node(own_days: pl.DataFrame) -> dict[str, dict[date, OwnDay]]:
    names = ("node_id", "calendar_date", "is_open", "cutoff_local")
    found: dict[str, dict[date, OwnDay]] = {}
    for node_id, day, is_open, cutoff in own_days.select(names).iter_rows():
        found.setdefault(node_id, {})[day] = OwnDay(is_open, cutoff)
    return found
