"""Time, as the house sees it.

Only here is a clock read. Decisions get ``as_of`` as an argument; a file's
``received_at`` is the time stamp of its arrival in the drop, which the demo
sets from the twin's timetable.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


def received_at(path: Path) -> datetime:
    """When the file arrived: its modification time, UTC, whole seconds."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), tz=UTC)


def now() -> datetime:
    """The wall clock, UTC; for progress and logs, never for decisions."""
    return datetime.now(tz=UTC)


def end_of(business_date: date, zone: str) -> datetime:
    """First instant after ``business_date`` in ``zone``, as UTC."""
    midnight = datetime.combine(
        business_date + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)
    )
    return midnight.astimezone(UTC)


def business_date_of(as_of: datetime, zone: str) -> date:
    """The business date that ``as_of`` belongs to; a day's end belongs to it."""
    return (as_of - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
