"""Moments in the company's zone, and how old the published figures are.

The only clock of the dashboards; ``ORDERHOUSE_NOW`` replaces it in tests and
demonstrations.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = os.environ.get("ORDERHOUSE_ZONE", "America/New_York")
# A daily run that fails once is late by noon of the second day.
STALE_AFTER_HOURS = 36
# Nobody mistakes figures this old for today's: they are a replay of history.
HISTORY_AFTER_DAYS = 60


@dataclass(frozen=True)
class Age:
    """How far the figures lie back, and what that means."""

    verdict: Literal["fresh", "stale", "history"]
    hours: int

    @property
    def days(self) -> int:
        """Whole days."""
        return self.hours // 24


def now() -> datetime:
    """The wall clock, or ``ORDERHOUSE_NOW``."""
    fixed = os.environ.get("ORDERHOUSE_NOW")
    return datetime.fromisoformat(fixed) if fixed else datetime.now(tz=UTC)


def age(as_of: datetime, moment: datetime) -> Age:
    """Age of figures of ``as_of`` at ``moment``."""
    elapsed = moment - as_of
    hours = int(elapsed / timedelta(hours=1))
    if elapsed <= timedelta(hours=STALE_AFTER_HOURS):
        return Age("fresh", hours)
    if elapsed <= timedelta(days=HISTORY_AFTER_DAYS):
        return Age("stale", hours)
    return Age("history", hours)


def local(moment: datetime) -> datetime:
    """The moment on the company's clocks."""
    return moment.astimezone(ZoneInfo(ZONE))


def spell(moment: datetime) -> str:
    """Date and time to the minute, company zone."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def day_that_ends(moment: datetime) -> str | None:
    """The business date that ends at ``moment``, or None inside a day.

    Example:
        >>> day_that_ends(datetime(2017, 12, 30, 5, tzinfo=UTC))
        '2017-12-29'
    """
    there = local(moment)
    if (there.hour, there.minute, there.second) != (0, 0, 0):
        return None
    return f"{there - timedelta(days=1):%Y-%m-%d}"
