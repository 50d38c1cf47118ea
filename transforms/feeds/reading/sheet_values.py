"""What a number in a spreadsheet's cell says: a count, a price, a day, a code.

Not here: where cells stand (``sheet``).

Source:
    ECMA-376, part 1, 18.8.30 (number formats) and 18.17.4 (dates).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
"""Built-in formats of days and hours, the East Asian ones too."""

_NO_LETTERS = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]')
_DAY_LETTERS = re.compile("[dmyhs]", re.IGNORECASE)
_ZEROS = re.compile("0{2,}")
_EXACT_DIGITS = 15
_INEXACT = 10**_EXACT_DIGITS
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 a sheet knows no zone
_LEAP_DAY_1900 = 60
"""Spreadsheets count 29 February 1900, a day that never was."""

_LAST_DAY = 2_958_465
"""31 December 9999."""


class Style(NamedTuple):
    """What a number format makes of a number.

    Args:
        is_date: whether it is a day or an hour.
        zeros: digits it is filled up to, 0 for none: postal codes.
    """

    is_date: bool = False
    zeros: int = 0


PLAIN = Style()


def style_of(number_format: int, code: str | None) -> Style:
    """What a number format does.

    Args:
        number_format: its id.
        code: how the workbook spells it; None for a built-in one.

    Example:
        >>> style_of(164, "dd/mm/yyyy hh:mm").is_date
        True
        >>> style_of(165, '0.00 "days"').is_date, style_of(166, "00000").zeros
        (False, 5)
    """
    if code is None:
        return Style(is_date=number_format in _DATE_FORMATS)
    first, _, _ = code.partition(";")
    if _ZEROS.fullmatch(first):
        return Style(zeros=len(first))
    is_date = _DAY_LETTERS.search(_NO_LETTERS.sub("", first)) is not None
    return Style(is_date=is_date and first.lower() != "general")


def number_text(value: str, style: Style = PLAIN, *, is_1904: bool = False) -> str:
    """A number as text: shortest of the fifteen digits a spreadsheet keeps.

    A longer number has lost digits and is spelled as the spreadsheet shows it,
    so that nobody takes it for an order's number. What is no number stays.

    Args:
        value: as the sheet stores it.
        style: of the cell.
        is_1904: whether days count from 1904.

    Example:
        >>> number_text("0.30000000000000004"), number_text("1234567890123")
        ('0.3', '1234567890123')
        >>> number_text("1.2345678901234567E+18")
        '1.23456789012346E+18'
        >>> number_text("43096.626516203703", Style(is_date=True))
        '2017-12-27T15:02:11'
    """
    is_plain = not style.is_date and value.isascii() and value.isdigit()
    if is_plain and len(value) <= _EXACT_DIGITS and (value[0] != "0" or value == "0"):
        return value.zfill(style.zeros)
    try:
        number = float(value)
    except ValueError:
        return value
    digits = f"{number:.{_EXACT_DIGITS}g}"
    if style.is_date and 0 <= number < _LAST_DAY + 1:
        text = _moment(number, is_1904=is_1904)
    elif abs(number) < _INEXACT:
        text = format(Decimal(digits), "f").zfill(style.zeros)
    else:
        text = digits.upper()
    return text


def _moment(number: float, *, is_1904: bool) -> str:
    """A day and hour; an hour alone where no day is counted."""
    moment = timedelta(seconds=round(number * 86400))
    if number < 1 and not is_1904:
        return f"{_EPOCH + moment:%H:%M:%S}"
    if is_1904:
        return (_EPOCH_1904 + moment).isoformat()
    shift = timedelta(days=1 if number < _LEAP_DAY_1900 else 0)
    return (_EPOCH + moment + shift).isoformat()
