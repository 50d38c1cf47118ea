"""Frames as the tables that a command prints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Literal

import polars as pl
from rich import box
from rich.table import Table as Grid

from transforms.contracts.currencies import major_text


def framed(title: str, rows: pl.DataFrame) -> Grid:
    """A frame with its columns by name, figures to the right."""
    numbers = {place for place, kind in enumerate(rows.dtypes) if kind.is_numeric()}
    names = [name.removesuffix("_qty").replace("_", " ") for name in rows.columns]
    grid = ruled(title, names, numbers)
    for row in rows.iter_rows():
        grid.add_row(*map(_cell, row))
    return grid


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


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "–" if value is None else str(value)
