"""Card numbers in what people write: the rows that hold one are refused."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.feeds.reading import cards, rejects


def refuse_cards(
    good: pl.DataFrame, columns: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out rows with a card number in their free text.

    Args:
        good: ``payload_line`` and text columns.
        columns: those that people write into.

    Returns:
        (rows without one, ``rejects.PROBLEM`` of the others).
    """
    found = cards.in_free_text(good, columns)
    if not found.height:
        return good, rejects.none()
    problems = found.select(
        "payload_line",
        pl.lit("line").alias("column_name"),
        pl.lit("CARD_NUMBER").alias("code"),
        pl.lit("").alias("detail"),
        pl.col("number").alias("value"),
    )
    kept = good.join(found, on="payload_line", how="anti", maintain_order="left")
    return kept, problems
