"""Settlement reports: headings that speak for the lines below, amounts side by side.

A heading gives the number, the total and the day of what follows. Not here: what
a line means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from transforms.contracts.profile import Parsed
from transforms.contracts.table import Table
from transforms.feeds.reading import rejects
from transforms.feeds.reading.accounts import document_columns, settle
from transforms.feeds.reading.delimited import Delimited
from transforms.feeds.reading.rejects import PROBLEM


class Amount(NamedTuple):
    """An amount of a report, and what says its purpose.

    Args:
        column: where it stands.
        kind: its type, a column or one word.
        word: what it is for, a column or nothing.
    """

    column: str
    kind: pl.Expr
    word: pl.Expr

    @property
    def columns(self) -> list[str]:
        """The columns of the report that it is made of."""
        said = [*self.kind.meta.root_names(), *self.word.meta.root_names()]
        return [self.column, *said]


def apart(lines: pl.DataFrame, amounts: Sequence[Amount]) -> pl.DataFrame:
    """One row per amount of a line; one of zero for a line that has none.

    Args:
        lines: ``payload_line`` and cells.
        amounts: those that a line may have.

    Returns:
        The cells, with ``place`` (of the amount in ``amounts`` from 1, 0 for
        none), ``amount``, ``kind`` and ``word``, in file order.
    """
    nothing = pl.lit(None, pl.String)
    is_bare = pl.all_horizontal(pl.col(one.column).is_null() for one in amounts)
    rows = [
        lines.filter(is_bare).with_columns(
            place=pl.lit(0), amount=pl.lit("0"), kind=nothing, word=nothing
        )
    ]
    for place, one in enumerate(amounts, start=1):
        filled = lines.filter(pl.col(one.column).is_not_null())
        said = {"amount": pl.col(one.column), "kind": one.kind, "word": one.word}
        rows.append(filled.with_columns(place=pl.lit(place), **said))
    return pl.concat(rows).sort("payload_line", "place")


def under_headings(lines: pl.DataFrame, headings: pl.DataFrame) -> pl.DataFrame:
    """Lines with the cells of the heading above them, named ``heading.…``.

    Args:
        lines: ``payload_line`` and cells, in file order.
        headings: the same, broken ones too; lines above the first have nulls.
    """
    named = headings.rename(lambda name: f"heading.{name}").sort("heading.payload_line")
    return lines.join_asof(
        named.set_sorted("heading.payload_line"),
        left_on="payload_line",
        right_on="heading.payload_line",
        coalesce=False,
    )


def under_broken(
    lines: pl.DataFrame, problems: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out lines whose heading is broken: nobody knows what they are part of.

    Args:
        lines: of ``under_headings``.
        problems: ``rejects.PROBLEM`` of headings.

    Returns:
        (the other lines, ``rejects.PROBLEM`` of those taken out).
    """
    if problems.is_empty():
        return lines, rejects.none()
    broken = problems.select("code", heading=pl.col("payload_line"))
    taken = lines.join(
        broken, left_on="heading.payload_line", right_on="heading", how="inner"
    ).select(
        "payload_line",
        pl.lit("heading").alias("column_name"),
        "code",
        pl.lit("the heading of the line is broken").alias("detail"),
        pl.lit(None, pl.String).alias("value"),
    )
    kept = lines.join(taken, on="payload_line", how="anti", maintain_order="left")
    return kept, taken.select(list(PROBLEM))


def settle_report(
    read: Delimited,
    accepted: pl.DataFrame,
    rows: pl.DataFrame,
    problems: pl.DataFrame,
    document: Table,
) -> Parsed:
    """Close the accounts of a report whose lines are not its rows one by one.

    Args:
        read: what was read.
        accepted: ``payload_line`` of the lines that were taken, headings too.
        rows: the document's columns and ``payload_line``.
        problems: ``rejects.PROBLEM`` of the lines that were read and refused.
        document: whose columns the rows have.
    """
    names = document_columns(document)
    lines = accepted.select(
        "payload_line", *(pl.lit(None, pl.String).alias(name) for name in names)
    )
    settled = settle(read, lines, problems, document)
    return replace(settled, rows=rows.select("payload_line", *names))
