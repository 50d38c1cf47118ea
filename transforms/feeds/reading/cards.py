"""Lines and cells that hold a payment card number, by the nets of ``contracts``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from transforms.contracts.cards import (
    FINE_FILTER,
    LONGEST,
    SHORTEST,
    find,
    find_in_free_texts,
)

# Of whole groups, and not from a zero on: hardly any long number gets through.
_WIDE_FILTER = (
    rf"(?:^|[^0-9])[1-9](?:[ -]?[0-9]){{{SHORTEST - 1},{LONGEST - 1}}}(?:[^0-9]|$)"
)


def flag(lines: pl.DataFrame) -> pl.DataFrame:
    """Give lines that hold a card number the code and the number as value.

    Args:
        lines: ``payload_line, text, code, value``; lines with a code stay.
    """
    is_suspect = pl.col("code").is_null() & pl.col("text").str.contains(FINE_FILTER)
    suspects = lines.filter(is_suspect)
    found = _numbers(
        suspects["payload_line"],
        ((place, find(text)) for place, text in enumerate(suspects["text"])),
    )
    if not found.height:
        return lines
    return (
        lines.join(found, on="payload_line", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("number").is_not_null())
            .then(pl.lit("CARD_NUMBER"))
            .otherwise("code")
            .alias("code"),
            pl.coalesce("number", "value").alias("value"),
        )
        .drop("number")
    )


def in_free_text(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Rows whose free text holds a card number by the wide net.

    Args:
        rows: ``payload_line`` and text columns.
        columns: those that people write into.

    Returns:
        ``payload_line, number``, one row per line.
    """
    text = pl.concat_str(columns, separator="\t", ignore_nulls=True)
    suspects = rows.select("payload_line", text.alias("text")).filter(
        pl.col("text").str.contains(_WIDE_FILTER)
    )
    found = _numbers(
        suspects["payload_line"], find_in_free_texts(suspects["text"].to_list())
    )
    return found.unique("payload_line", keep="first", maintain_order=True)


def _numbers(lines: pl.Series, found: Iterable[tuple[int, str | None]]) -> pl.DataFrame:
    """``payload_line, number`` by positions in ``lines``."""
    return pl.DataFrame(
        [(lines[place], number) for place, number in found if number],
        schema={"payload_line": pl.Int64, "number": pl.String},
        orient="row",
    )
