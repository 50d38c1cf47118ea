"""Spelling EDIFACT values in the canonical text of the documents.

Instants with an offset, dates, plain decimals. Not here: which element means
what (the formats).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from transforms.edi.values import day_text, instant_text

_FORMATS = {
    "101": "YYMMDD",
    "102": "CCYYMMDD",
    "201": "YYMMDDHHMM",
    "203": "CCYYMMDDHHMM",
    "204": "CCYYMMDDHHMMSS",
    "301": "YYMMDDHHMMZZZ",
    "303": "CCYYMMDDHHMMZZZ",
    "304": "CCYYMMDDHHMMSSZZZ",
}
"""Element 2379. Periods, weeks and months are no instants and not here."""

_BY_LENGTH = {8: "102", 12: "203", 14: "204"}
"""What a value without a format code is."""

_HOURS = {
    "BST": 1,
    "CES": 2,
    "CET": 1,
    "CST": -6,
    "CDT": -5,
    "EDT": -4,
    "EES": 3,
    "EET": 2,
    "EST": -5,
    "GMT": 0,
    "MDT": -6,
    "MES": 2,
    "MEZ": 1,
    "MST": -7,
    "PDT": -7,
    "PST": -8,
    "UTC": 0,
    "WET": 0,
}
"""Zones by three letters, as far as they are not read in two ways in practice."""

_DIGITS = re.compile("[0-9]+")
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})?")
_CENTURY_TURNS_AT = 80
"""Years of two digits: 80 … 99 are of the last century."""


@lru_cache(maxsize=65536)
def moment_text(value: str, code: str, zone: str) -> str:
    """A date/time of element 2380 as an instant, or as a date if it has no hour.

    Args:
        value: as sent, blanks stripped.
        code: element 2379; "" where the length tells.
        zone: IANA zone of values without a zone of their own.

    Raises:
        ValueError: no such day, hour, zone or format.

    Example:
        >>> moment_text("20171227", "102", "Europe/Berlin")
        '2017-12-27'
        >>> moment_text("201712271502+01", "303", "America/New_York")
        '2017-12-27T15:02:00+01:00'
    """
    layout = _FORMATS.get(code or _BY_LENGTH.get(len(value), ""))
    if layout is None:
        raise ValueError(f"date format {code!r} is not read")
    digits = layout.removesuffix("ZZZ")
    clock, zone_code = value[: len(digits)], value[len(digits) :]
    is_zoned = layout.endswith("ZZZ")
    is_whole = len(clock) == len(digits) and _DIGITS.fullmatch(clock) is not None
    if not is_whole or is_zoned != bool(zone_code):
        raise ValueError(f"{value!r} is not {layout}")
    if not layout.startswith("CC"):
        clock = _century(clock) + clock
    day, hour = clock[:8], clock[8:]
    if not hour:
        return day_text(day)
    return (
        _zoned(day, hour, zone_code) if zone_code else instant_text(day, hour, "", zone)
    )


def _century(clock: str) -> str:
    return "19" if int(clock[:2]) >= _CENTURY_TURNS_AT else "20"


def _zoned(day: str, hour: str, zone_code: str) -> str:
    offset = _OFFSET.fullmatch(zone_code)
    if offset:
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        shift = -size if offset[1] == "-" else size
    elif zone_code.upper() in _HOURS:
        shift = timedelta(hours=_HOURS[zone_code.upper()])
    else:
        raise ValueError(f"zone {zone_code!r} is not known")
    local = datetime.fromisoformat(instant_text(day, hour, "", "UTC"))
    return local.replace(tzinfo=timezone(shift)).isoformat()


def prepared_text(day: str, hour: str, zone: str) -> str:
    """The instant of a UNB's date and time, its century guessed if not sent.

    Raises:
        ValueError: no such day or hour.

    Example:
        >>> prepared_text("171227", "0905", "UTC")
        '2017-12-27T09:05:00+00:00'
    """
    whole = day if len(day) == len("CCYYMMDD") else _century(f"{day:0<2}") + day
    if not _DIGITS.fullmatch(whole + hour) or len(hour) != len("HHMM"):
        raise ValueError(f"{day}:{hour} is no date and time")
    return instant_text(whole, hour, "", zone)


def plain(number: str) -> str:
    """A checked number with a point, and a digit before it.

    Example:
        >>> plain("12,50"), plain("-.5"), plain("007")
        ('12.50', '-0.5', '7')
    """
    if number.isdecimal() and (number[0] != "0" or number == "0"):
        return number
    sign = "-" if number.startswith("-") else ""
    whole, mark, fraction = number.removeprefix("-").replace(",", ".").partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{mark}{fraction}"
