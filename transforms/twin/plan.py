"""The calendar of a demo: which days are history, where the cut falls, what is played.

All instants of the twin come from here: it has no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "America/New_York"
CUT_DATE = date(2017, 12, 26)
PLAY_DATES = (date(2017, 12, 27), date(2017, 12, 28), date(2017, 12, 29))
FIRST_DATES: dict[str, date] = {
    "day": CUT_DATE,
    "week": date(2017, 12, 20),
    "eight_weeks": date(2017, 11, 1),
    "season": date(2017, 9, 27),
    "year": date(2017, 1, 1),
}
FAULTLESS_WEEK = "faultless_week"
"""A size of its own: a week whose partners make no mistake."""
_FAULTLESS_CUT = date(2017, 12, 3)
EXPORT_HOURS = (4, 8, 12, 16, 20, 24)
"""Local hours by which the channels' files of a played day arrive."""
EXPORT_LEAD = timedelta(minutes=10)
"""An export holds what happened up to ten minutes before its hour …"""
EXPORT_DELAY = timedelta(minutes=5)
"""… and arrives five minutes after that."""


@dataclass(frozen=True)
class Plan:
    """Which days are told as history and which are played.

    Args:
        first_date: first business date of the history.
        cut_date: last one; the old system ends at its end.
        play_dates: days after the cut that are played, in order; may be empty.
        has_faults: whether partners err and goods go missing; else all is
            told as it is, in time and once.
        one_product_in: so many is sold; 1 is every product.
        zone: IANA zone of the business dates.

    Raises:
        ValueError: dates are out of order.
    """

    first_date: date
    cut_date: date
    play_dates: tuple[date, ...] = ()
    has_faults: bool = True
    one_product_in: int = 1
    zone: str = ZONE

    def __post_init__(self) -> None:
        """Refuse calendars that run backwards."""
        days = [self.first_date, self.cut_date, *self.play_dates]
        if days != sorted(days) or self.cut_date in self.play_dates:
            raise ValueError(f"dates of the plan are out of order: {days}")

    def local(self, day: date, hour: int, minute: int = 0) -> datetime:
        """UTC instant of a local wall time; hour 24 is the next midnight."""
        wall = datetime.combine(day, time(), ZoneInfo(self.zone))
        wall = wall.replace(tzinfo=None) + timedelta(hours=hour, minutes=minute)
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def cut_at(self) -> datetime:
        """The cut-over: local midnight at the end of ``cut_date``, UTC."""
        return self.local(self.cut_date, 24)

    @property
    def last_date(self) -> date:
        """Last day anything is known of."""
        return self.play_dates[-1] if self.play_dates else self.cut_date

    def date_of(self, instant: datetime) -> date:
        """Business date of an instant."""
        return instant.astimezone(ZoneInfo(self.zone)).date()


def plan_for(size: str = "eight_weeks") -> Plan:
    """The demo's plan of a size: day, week, eight_weeks, season, year, faultless_week.

    Raises:
        ValueError: no such size.

    Example:
        >>> plan = plan_for("week")
        >>> (plan.cut_date - plan.first_date).days + 1
        7
    """
    if size == FAULTLESS_WEEK:
        return faultless_week()
    if size not in FIRST_DATES:
        known = ", ".join([*FIRST_DATES, FAULTLESS_WEEK])
        raise ValueError(f"size {size!r} is none of {known}")
    return Plan(FIRST_DATES[size], CUT_DATE, PLAY_DATES)


def faultless_week() -> Plan:
    """One day of history and the seven after it, in which nobody errs.

    Of one product in eight: enough to show that nothing is raised.
    """
    cut = _FAULTLESS_CUT
    days = tuple(cut + timedelta(days=number) for number in range(1, 8))
    return Plan(cut, cut, days, has_faults=False, one_product_in=8)


def everything() -> Plan:
    """The whole year as history, nothing played: what the benchmark loads."""
    return Plan(date(2017, 1, 1), date(2017, 12, 31))
