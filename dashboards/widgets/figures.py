"""Numbers as people read them, and the cards that show one figure each.

A figure that cannot be known is a dash with a reason, never a zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import streamlit as st

from dashboards.widgets.words import say

Colour = Literal["red", "orange", "blue", "green", "gray"]
"""Badges: red and orange need a person, green does not, gray is unknown."""

# Minor units per major unit, as a power of ten, where it is not two (ISO 4217).
_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "TND": 3}


def count(number: int) -> str:
    """A whole number with thousands marked."""
    return f"{number:,}"


def digits(currency_code: str) -> int:
    """Decimal places of a currency."""
    return _DIGITS.get(currency_code, 2)


def money(minor: int, currency_code: str) -> str:
    """An amount in major units, exact, with its currency."""
    places = digits(currency_code)
    whole, part = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    decimals = f".{part:0{places}d}" if places else ""
    return f"{sign}{currency_code} {whole:,}{decimals}"


def amounts(parts: Iterable[tuple[int, str]]) -> str:
    """Amounts of several currencies side by side, never added up."""
    return " · ".join(money(minor, currency) for minor, currency in parts)


def share(numerator: int, denominator: int) -> str | None:
    """A percentage with one decimal, or None when nothing was asked for.

    Rounded down: 99.96 % must not read as 100 %.

    Example:
        >>> share(9_996, 10_000)
        '99.9 %'
    """
    if not denominator:
        return None
    thousandths = 1000 * numerator // denominator
    return f"{thousandths // 10}.{thousandths % 10} %"


def card(name: str, value: str | None, /, **detail: object) -> None:
    """One figure: label, value, what it is made of, and its formula as help.

    Args:
        name: key under ``figures`` in the texts.
        value: the figure, or None when it is unknown.
        detail: values of the figure's detail text.
    """
    known = value is not None
    st.metric(
        say(f"figures.{name}.label"),
        value if known else say("state.unknown"),
        delta=say(f"figures.{name}.detail", **detail) if known else None,
        delta_color="off",
        delta_arrow="off",
        help=say(f"figures.{name}.help"),
        border=True,
    )
