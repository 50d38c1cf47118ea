"""Decoded JSON scalars → text columns, as they would be spelled in a cell.

A number keeps its digits: 0.1 is "0.1". One that was written with an exponent
keeps it ("1e2"), so that an order number which a spreadsheet has shortened can
be told from a whole one; ``plain_amounts`` writes it out where it is money.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

# Two digits of exponent: beyond, nothing is an amount.
_EXPONENT = r"^-?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,2}$"
_MANY = 10_000_000
"""From here on a float may have lost a digit."""

_WRITTEN = re.compile(_EXPONENT)


def text_frame(
    numbers: Mapping[str, Numbers], texts: Mapping[str, Sequence[Any]]
) -> pl.DataFrame:
    """Cells as columns: first integers of ours, then text.

    Text is stripped and null when empty. An object or a list where a scalar
    belongs is null.

    Args:
        numbers: by name of the column.
        texts: likewise, all of one length.
    """
    leading = [pl.Series(name, values) for name, values in numbers.items()]
    spelled = [_text(name, values) for name, values in texts.items()]
    filled = [one.name for one in spelled if one.null_count() < one.len()]
    return pl.DataFrame([*leading, *spelled]).with_columns(
        pl.col(filled).str.strip_chars().replace("", None)
    )


def plain_amounts(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """With amounts that were written with an exponent written out.

    Example:
        >>> plain_amounts(pl.DataFrame({"price": ["1e2", "0.1"]}), ["price"]).rows()
        [('100',), ('0.1',)]
    """
    if not names:
        return frame
    odd = frame.select(pl.col(names).str.contains(_EXPONENT).any())
    written = [name for name in names if odd[name].item()]
    return frame.with_columns(
        pl.Series(name, [_plain(cell) for cell in frame[name]], dtype=pl.String)
        for name in written
    )


def _plain(cell: str | None) -> str | None:
    return f"{Decimal(cell):f}" if cell and _WRITTEN.match(cell) else cell


def _text(name: str, values: Sequence[Any]) -> pl.Series:
    first = next((value for value in values if value is not None), None)
    if first is None:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(values))
    spelled = _as_texts(name, values) if type(first) is str else _as_one(name, values)
    if spelled is None:
        cells = [_spelled(value) for value in values]
        spelled = pl.Series(name, cells, dtype=pl.String)
    return spelled


def _as_texts(name: str, values: Sequence[Any]) -> pl.Series | None:
    try:
        return pl.Series(name, values, dtype=pl.String)
    except TypeError:
        return None


def _as_one(name: str, values: Sequence[Any]) -> pl.Series | None:
    """Scalars that Polars spells as we do, or None if there are others."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {bool}:
        return pl.Series(name, values, dtype=pl.Boolean).cast(pl.String)
    if kinds == {int}:
        return _whole(name, values)
    if not kinds <= {int, float}:
        return None
    return _numbers(name, values, has_whole=int in kinds)


def _whole(name: str, values: Sequence[int | None]) -> pl.Series | None:
    try:
        return pl.Series(name, values, dtype=pl.Int64).cast(pl.String)
    except TypeError:
        # One does not fit 64 bits.
        return None


def _numbers(
    name: str, values: Sequence[float | None], *, has_whole: bool
) -> pl.Series | None:
    """Numbers, some with a fraction, unless one has an exponent or many digits."""
    numbers = pl.Series(name, values, dtype=pl.Float64)
    if not numbers.abs().max() < _MANY:  # type: ignore[operator]
        return None
    if not has_whole:
        return numbers.cast(pl.String)
    is_whole = pl.Series([type(value) is int for value in values], dtype=pl.Boolean)
    text = pl.col(name).cast(pl.String)
    whole = pl.when(is_whole).then(text.str.strip_suffix(".0")).otherwise(text)
    return numbers.to_frame().select(whole.alias(name)).to_series()


def _spelled(value: Any) -> str | None:  # noqa: ANN401 JSON knows no narrower type
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = str(value)
        return f"{Decimal(text):f}" if "e" in text else text
    if isinstance(value, str | int):
        return str(value)
    return None
