"""Days and hours of X12 elements as the ISO text of the documents.

Not here: which element means what (the formats), money (``columns.amounts``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = 8
_FIXED_HOURS = {
    "UT": 0,
    "GM": 0,
    "ES": -5,
    "ED": -4,
    "CS": -6,
    "CD": -5,
    "MS": -7,
    "MD": -6,
    "PS": -8,
    "PD": -7,
}
_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}


@lru_cache(maxsize=4096)
def day_text(day: str) -> str:
    """CCYYMMDD as an ISO date.

    Raises:
        ValueError: there is no such day.

    Example:
        >>> day_text("20171227")
        '2017-12-27'
    """
    return _moment(day, "").date().isoformat()


@lru_cache(maxsize=65536)
def instant_text(day: str, hour: str, zone_code: str, zone: str) -> str:
    """A day and an hour as an ISO instant with offset.

    Args:
        day: CCYYMMDD.
        hour: HHMM, HHMMSS or HHMMSSdd; "" is the start of the day.
        zone_code: X12 time code (ET, UT …); "" or LT is local time.
        zone: IANA zone of local time; of two equal local times the first.

    Raises:
        ValueError: no such day, hour or time code.

    Example:
        >>> instant_text("20171227", "1502", "", "America/New_York")
        '2017-12-27T15:02:00-05:00'
    """
    clock = _clock(zone_code, zone)
    return _moment(day, hour).replace(tzinfo=clock).isoformat()


def _moment(day: str, hour: str) -> datetime:
    if len(day) != _DAY or not f"{day}{hour}".isdecimal():
        raise ValueError(f"{day!r} is no CCYYMMDD, or {hour!r} no HHMM")
    whole = hour.ljust(6, "0")[:6]
    # strptime alone would take "1 2" for a day.
    return datetime.strptime(f"{day}{whole}", "%Y%m%d%H%M%S")  # noqa: DTZ007


def _clock(zone_code: str, zone: str) -> tzinfo:
    if zone_code in {"", "LT"}:
        return ZoneInfo(zone)
    if zone_code in _ZONES:
        return ZoneInfo(_ZONES[zone_code])
    hours = _FIXED_HOURS.get(zone_code)
    if hours is None:
        raise ValueError(f"time code {zone_code!r} is not known")
    return timezone(timedelta(hours=hours)) if hours else UTC
