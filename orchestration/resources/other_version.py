"""A lake that another version made: what does not fit, and what to do about it."""

from __future__ import annotations

import duckdb

from orchestration.resources.home import Home
from orchestration.resources.lakehouse import PYTHON_TABLES, Lakehouse
from transforms.contracts.gold import GOLD


def of_other_version(lake: Lakehouse) -> str | None:
    """What tables have other columns than this version's, with the remedy; or None."""
    others = lake.misshapen([*PYTHON_TABLES, *GOLD.values()])
    if not others:
        return None
    return (
        f"{len(others)} tables have the columns of another version,"
        f" {others[0]} first: make them again: orderhouse rebuild"
    )


def explained(error: Exception) -> str | None:
    """Why a question to the lake made no sense to it, if its version is the reason.

    Args:
        error: what DuckDB said: no such column, no such table.
    """
    home = Home.at(None)
    if not home.catalog.exists():
        return None
    try:
        lake = Lakehouse(home, is_reader=True)
    except (duckdb.Error, OSError):
        return None
    try:
        told = of_other_version(lake)
        missing = [table.path for table in GOLD.values() if not lake.has(table.path)]
    finally:
        lake.close()
    named = [path for path in missing if path.partition(".")[2] in str(error)]
    if told is None and named and len(missing) < len(GOLD):
        return (
            f"the lake has no table {named[0]}, which this version reads: the next"
            " run makes it (orderhouse run), for all of history orderhouse rebuild"
        )
    return told
