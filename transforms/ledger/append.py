"""Append-only books: what must be added so that postings say what they should.

A posting is never changed. When a document or a fold says something else than
before, the difference is appended under the next correction number of its
movement (``…#2``, ``…#3``).
"""

from __future__ import annotations

import polars as pl

CORRECTION = "#"


def difference(
    wanted: pl.DataFrame, existing: pl.DataFrame, movement: str, keys: list[str]
) -> pl.DataFrame:
    """Postings to append so that the sums of ``existing`` become ``wanted``.

    Args:
        wanted: one or more rows per (movement, keys) with ``qty`` and
            ``event_at``; movements without a correction number.
        existing: postings already made of exactly these movements and of those
            that should be reversed; others must not be handed in.
        movement: column that names the movement.
        keys: the other columns that tell postings of a movement apart.

    Returns:
        ``movement, keys, qty, event_at``, qty not 0; the movement carries its
        correction number. Each movement sums to zero if both inputs do. In the
        order of the rows handed in, those of keys that stand twice at the end.
    """
    columns = [movement, *keys]
    made = existing.with_columns(
        pl.col(movement).str.replace(r"#\d+$", "").alias("base")
    )
    if existing.is_empty():
        return _summed(wanted, columns)
    before = made.select(
        pl.col("base").alias(movement), *keys, -pl.col("qty"), "event_at"
    )
    asked = wanted.select(*columns, "qty", "event_at", is_wanted=pl.lit(value=True))
    told = before.select(*columns, "qty", "event_at", is_wanted=pl.lit(value=False))
    rest = _summed(pl.concat([asked, told]), columns)
    numbers = made.group_by("base").agg(made=pl.col(movement).n_unique())
    return _numbered(rest, numbers, movement)


def _summed(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """One row per key; of two times the wanted one counts.

    Nearly every key stands alone: grouping them all takes five times as long as
    finding those that do not.
    """
    names = [*columns, "qty", "event_at"]
    is_alone = rows.select(pl.struct(columns).is_unique()).to_series()
    if is_alone.all():
        return rows.select(names).filter(pl.col("qty") != 0)
    time = pl.col("event_at")
    if "is_wanted" in rows.columns:
        wanted = time.filter(pl.col("is_wanted")).max()
        time = pl.coalesce(wanted, time.max())
    else:
        time = time.max()
    shared = rows.filter(~is_alone).group_by(columns, maintain_order=True)
    summed = shared.agg(pl.col("qty").sum(), event_at=time)
    both = pl.concat([rows.filter(is_alone).select(names), summed.select(names)])
    return both.filter(pl.col("qty") != 0)


def _numbered(rest: pl.DataFrame, numbers: pl.DataFrame, movement: str) -> pl.DataFrame:
    named = rest.join(
        numbers, left_on=movement, right_on="base", how="left", maintain_order="left"
    )
    again = pl.format("{}{}{}", movement, pl.lit(CORRECTION), pl.col("made") + 1)
    name = pl.when(pl.col("made").is_null()).then(movement).otherwise(again)
    return named.with_columns(name.alias(movement)).drop("made")
