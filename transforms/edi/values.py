"""Spelling X12 elements in the canonical text of the documents.

Instants with an offset, money as plain decimals, eaches as digits. Not here:
which element means what (the formats).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from transforms.contracts.currencies import minor_digits

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


def cell(segment: Sequence[str], position: int) -> str | None:
    """An element without outer blanks; None when empty or missing."""
    if position >= len(segment):
        return None
    return segment[position].strip() or None


def qualified(
    segment: Sequence[str], start: int, qualifiers: Sequence[str]
) -> str | None:
    """The value of the best qualifier in (qualifier, value) pairs.

    Args:
        segment: its pairs begin at ``start`` and go on to its end.
        start: position of the first qualifier.
        qualifiers: most wanted first.

    Example:
        >>> qualified("PO1*1*2*EA*9**UP*0123*VP*A7".split("*"), 6, ("VP", "UP"))
        'A7'
    """
    found = dict(zip(segment[start::2], segment[start + 1 :: 2], strict=False))
    values = (found.get(qualifier, "").strip() for qualifier in qualifiers)
    return next((value for value in values if value), None)


def eaches(text: str | None) -> int:
    """A checked quantity as a number; 0 when missing.

    Example:
        >>> eaches("12.00"), eaches("-3"), eaches(None)
        (12, -3, 0)
    """
    return int(text.partition(".")[0]) if text else 0


@lru_cache(maxsize=65536)
def extended(price: str, qty: int, currency_code: str) -> str:
    """Price times quantity in the currency's precision, halves away from zero.

    Example:
        >>> extended("0.335", 3, "USD")
        '1.01'
    """
    step = Decimal(1).scaleb(-minor_digits(currency_code))
    amount = Decimal(price) * qty
    return format(amount.quantize(step, ROUND_HALF_UP), "f")


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


def local_parts(at: datetime, zone: str) -> datetime:
    """An instant as the clock on the wall of a zone shows it."""
    return at.astimezone(ZoneInfo(zone))


def _moment(day: str, hour: str) -> datetime:
    whole = hour.ljust(6, "0")[:6]
    # strptime alone would take "1 2" for a day; the maps allow digits only.
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
