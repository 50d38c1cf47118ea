"""Rows that are numbered from 0, beside the rows that belong to them."""

from __future__ import annotations

from typing import Literal

import polars as pl


def beside(
    parts: pl.DataFrame,
    owner: pl.DataFrame,
    how: Literal["inner", "left"] = "inner",
) -> pl.DataFrame:
    """Parts with the columns of what they belong to, in the order of the parts.

    Objects taken apart are numbered without a gap. Where none of them has been
    refused, a part's number is the place of its owner, and to look there takes a
    tenth of the time of a join.

    Args:
        parts: with the owner's number, under the name it has there.
        owner: first its number, then columns that the parts do not have; no number
            twice.
        how: whether parts without an owner are left out or have nulls.

    Example:
        >>> parts = pl.DataFrame({"no": [1, 0, 1]})
        >>> beside(parts, pl.DataFrame({"no": [0, 1], "line": [7, 8]})).rows()
        [(1, 8), (0, 7), (1, 8)]
    """
    key = owner.columns[0]
    if _is_gapless(owner[key]) and _are_places(parts[key], owner.height):
        return parts.hstack(owner.drop(key)[parts[key]])
    return parts.join(owner, on=key, how=how, maintain_order="left")


def _is_gapless(numbers: pl.Series) -> bool:
    """Whether they are 0, 1, 2, …."""
    count = numbers.len()
    if not count or numbers[0] != 0 or numbers[-1] != count - 1:
        return False
    return bool((numbers == pl.int_range(count, eager=True)).all())


def _are_places(numbers: pl.Series, count: int) -> bool:
    if numbers.null_count():
        return False
    return not numbers.len() or bool(numbers.max() < count)  # type: ignore[operator]
