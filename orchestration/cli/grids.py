"""Frames as the tables that a command prints."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import polars as pl
from rich import box
from rich.table import Table as Grid

from transforms.contracts.currencies import major_text

NONE = "–"
"""What is told where there is nothing to tell."""


def framed(title: str, rows: pl.DataFrame, digits: int | None = None) -> Grid:
    """A frame with its columns by name, figures to the right.

    Args:
        title: above it.
        rows: what it holds.
        digits: of money after the point: each ``…_minor`` is told as ``why`` tells
            it, each ``…_bp`` as per cent; None: both as they are kept.
    """
    numbers = {place for place, kind in enumerate(rows.dtypes) if kind.is_numeric()}
    endings = ("_qty",) if digits is None else ("_qty", "_minor", "_bp")
    names = [_without(name, endings).replace("_", " ") for name in rows.columns]
    grid = ruled(title, names, numbers)
    tell = [_told_as(name, digits) for name in rows.columns]
    for row in rows.iter_rows():
        grid.add_row(*(told(value) for told, value in zip(tell, row, strict=True)))
    return grid


def money(minor: int, digits: int) -> str:
    """An amount in minor units as people read it.

    Example:
        >>> money(123456, 2), money(-7, 2), money(1500, 0)
        ('1,234.56', '-0.07', '1,500')
    """
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f}"


def percent(basis_points: int) -> str:
    """A share as the pages show it: rounded down, 99.96 % is not all.

    Example:
        >>> percent(9996), percent(10_000)
        ('99.9 %', '100.0 %')
    """
    return f"{basis_points // 100}.{basis_points % 100 // 10} %"


def in_money(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their amounts as people write them, beside ``currency_code``.

    Every ``…_minor`` becomes a text of that name without its ending.
    """
    named = {n: n.removesuffix("_minor") for n in rows.columns if n.endswith("_minor")}
    return rows.with_columns(major_text(n).alias(n) for n in named).rename(named)


def ruled(title: str, names: Sequence[str], numbers: Collection[int]) -> Grid:
    """An empty table with these columns; those at ``numbers`` hold figures."""
    grid = Grid(title=title, box=box.SIMPLE_HEAD, title_justify="left", padding=0)
    for place, name in enumerate(names):
        side: Literal["left", "right"] = "right" if place in numbers else "left"
        grid.add_column(name, justify=side)
    return grid


def in_utc(moment: object) -> str:
    """An instant to the minute."""
    assert isinstance(moment, datetime)  # noqa: S101 for the type checker
    return f"{moment.astimezone(UTC):%F %R}Z"


def _without(name: str, endings: Sequence[str]) -> str:
    ending = next((one for one in endings if name.endswith(one)), "")
    return name.removesuffix(ending)


def _told_as(name: str, digits: int | None) -> Callable[[object], str]:
    """How the cells of a column are told."""
    if digits is not None and name.endswith("_minor"):
        return lambda value: money(value, digits) if isinstance(value, int) else NONE
    if digits is not None and name.endswith("_bp"):
        return lambda value: percent(value) if isinstance(value, int) else NONE
    return _cell


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return NONE if value is None else str(value)
