"""Spreading an amount over lines and eaches by largest remainder, to the last unit.

Every amount is a whole number of minor units; the parts add up to the whole. A line's
share depends on what was ordered only, so what is cancelled or sent back later never
spreads it again.
"""

from __future__ import annotations

import polars as pl


def spread(
    lines: pl.DataFrame, total: str, weight: str, by: str, tie: str
) -> pl.Series:
    """Each row's share of its group's total.

    Whole units go to the largest remainders first, ties by ``tie``.

    Args:
        lines: with the columns named.
        total: amount of the group, the same in each of its rows.
        weight: what a row counts, >= 0; all 0: the first row gets everything.
        by: group.
        tie: unique in a group.

    Example:
        >>> rows = {"o": ["a"] * 3, "t": [100] * 3, "w": [1] * 3, "l": ["1", "2", "3"]}
        >>> spread(pl.DataFrame(rows), "t", "w", "o", "l").to_list()
        [34, 33, 33]
    """
    weights = pl.col(weight).sum().over(by)
    is_first = pl.col(tie) == pl.col(tie).min().over(by)
    whole = pl.when(weights > 0).then(weights).otherwise(1)
    part = pl.when(weights > 0).then(pl.col(weight)).otherwise(is_first.cast(pl.Int64))
    shared = lines.with_columns(
        floor=pl.col(total) * part // whole, remainder=pl.col(total) * part % whole
    )
    left = pl.col(total) - pl.col("floor").sum().over(by)
    place = pl.struct(-pl.col("remainder"), pl.col(tie)).rank("ordinal").over(by)
    return shared.select(pl.col("floor") + (place <= left).cast(pl.Int64)).to_series()


def of_some(total: pl.Expr, qty: pl.Expr, of: pl.Expr) -> pl.Expr:
    """What the first eaches of a line are worth: the first have what does not divide.

    Args:
        total: of the whole line.
        qty: how many, at most ``of``.
        of: eaches of the line; a line without any is worth all of it.
    """
    eaches = pl.max_horizontal(of, 1)
    some = pl.min_horizontal(qty, of)
    return (total // eaches) * some + pl.min_horizontal(some, total % eaches)
