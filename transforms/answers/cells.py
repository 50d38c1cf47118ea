"""Rows as CSV text: for people with a spreadsheet, and for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from types import SimpleNamespace

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def written(rows: Iterable[Sequence[object]], newline: str = "\n") -> str:
    r"""Rows as CSV, cells quoted where they must be.

    Example:
        >>> written([["a", "b"], [1, "x, y"]])
        'a,b\n1,"x, y"\n'
    """
    lines: list[str] = []
    # The writer wants a file; a list is one, and nothing is opened.
    csv.writer(SimpleNamespace(write=lines.append), lineterminator=newline).writerows(
        rows
    )
    return "".join(lines)


def harmless(value: str | int) -> str | int:
    """A cell that no spreadsheet calculates.

    Example:
        >>> harmless("=1+1"), harmless("DC-1"), harmless(-3)
        ("'=1+1", 'DC-1', -3)
    """
    is_text = isinstance(value, str)
    return f"'{value}" if is_text and str(value).startswith(FORMULA_STARTS) else value
