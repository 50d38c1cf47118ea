"""Rows of one file that go by the same numbers: one would be lost in silence.

Silver keeps one row of what goes by one number, the newest. Of two rows of a file
neither is newer: they are refused, unless they say the same. Counts of stock that
say the same are refused too, for nobody can tell two bins of five from five told
twice; option ``repeated_rows: add`` of a profile says that a node counts by bin,
and adds them up.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.contracts.documents import OPENING_STOCK, STOCK_SNAPSHOTS
from transforms.contracts.profile import Profile
from transforms.contracts.table import Table
from transforms.feeds.reading import rejects
from transforms.feeds.reading.accounts import document_columns
from transforms.feeds.reading.rejects import PROBLEM

_COUNTS = (STOCK_SNAPSHOTS.name, OPENING_STOCK.name)


def judge_repeats(
    good: pl.DataFrame, document: Table, profile: Profile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part rows that stand alone from those that another one contradicts.

    Args:
        good: ``payload_line`` and the document's columns, judged.
        document: whose rows they are; not every one numbers its rows.
        profile: option ``repeated_rows``; ``add`` makes counts of stock one row,
            that of the first line.

    Returns:
        (rows, ``rejects.PROBLEM`` of the others).
    """
    key = document.numbers
    if not key or _stand_alone(good, key):
        return good, rejects.none()
    if document.name in _COUNTS and profile.options.get("repeated_rows") == "add":
        return _added(good, list(key)), rejects.none()
    keys = _mark(good, key)
    is_bad = keys.is_duplicated()
    if document.name not in _COUNTS:
        said = [c for c in document_columns(document) if c in good.columns]
        is_bad &= _contradict(keys, _mark(good, said))
    name = "line_ref" if "line_ref" in key else "sku_ref"
    problems = good.filter(is_bad).select(
        "payload_line",
        pl.lit(name).alias("column_name"),
        pl.lit("REPEATED_LINE").alias("code"),
        pl.lit(", ".join(key)).alias("detail"),
        pl.col(name).alias("value"),
    )
    return good.filter(~is_bad), problems.select(list(PROBLEM))


def _stand_alone(good: pl.DataFrame, key: tuple[str, ...]) -> bool:
    """Whether no two rows go by the same; mostly one column says so by itself."""
    is_fine = any(good[name].n_unique() == good.height for name in key[1::-1])
    return is_fine or not _mark(good, key).is_duplicated().any()


def _contradict(keys: pl.Series, said: pl.Series) -> pl.Series:
    """Whether rows of one key say more than one thing."""
    told = pl.DataFrame([keys.alias("key"), said.alias("said")]).unique()["key"]
    return keys.is_in(told.filter(told.is_duplicated()).unique().implode())


def _mark(rows: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """What rows say there, in 64 bits: all that a file says would fill a gigabyte.

    That of a million rows two which differ have one mark comes once in 40 million
    files, and then costs what it costs to take the newer of two rows for the truth.
    """
    return rows.select(columns).hash_rows(1)


def _added(counts: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Counts with the sum of those that go by the same numbers."""
    total = pl.col("qty").cast(pl.Int64).sum().over(key).cast(pl.String)
    return counts.with_columns(qty=total).unique(key, keep="first", maintain_order=True)
