"""Decoded JSON scalars → text columns, as they would be spelled in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl


def text_frame(
    numbers: Sequence[str], texts: Sequence[str], cells: list[Any]
) -> pl.DataFrame:
    """Cells row by row as columns: the first integers of ours, the others text.

    Text is stripped and null when empty. An object or a list where a scalar
    belongs is null.

    Args:
        numbers: names of the leading columns, 64-bit integers.
        texts: names of the others.
        cells: one row after the other, each as wide as both together; one long
            list costs half of what a tuple per row does.
    """
    names = [*numbers, *texts]
    columns = [cells[place :: len(names)] for place in range(len(names))]
    leading = [
        pl.Series(name, values, dtype=pl.Int64)
        for name, values in zip(numbers, columns, strict=False)
    ]
    spelled = [
        _text(name, values)
        for name, values in zip(texts, columns[len(numbers) :], strict=True)
    ]
    return pl.DataFrame([*leading, *spelled]).with_columns(
        pl.col(texts).str.strip_chars().replace("", None)
    )


def _text(name: str, values: Sequence[Any]) -> pl.Series:
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        return pl.Series(name, values, dtype=pl.String)
    if kinds == {int} and None not in values and _fit(values):
        return pl.Series(name, values, dtype=pl.Int64).cast(pl.String)
    return pl.Series(name, [_spelled(value) for value in values], dtype=pl.String)


def _fit(values: Sequence[int]) -> bool:
    """Whether all values fit 64 bits."""
    return min(values) >= -(1 << 63) and max(values) < 1 << 63


def _spelled(value: Any) -> str | None:  # noqa: ANN401 JSON knows no narrower type
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return None
