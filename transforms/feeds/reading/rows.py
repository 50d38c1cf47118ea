"""The last step of a format: what it has found, as the document's columns."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.contracts.table import Table
from transforms.feeds.reading.accounts import document_columns


def filled_out(
    good: pl.DataFrame, columns: Mapping[str, pl.Expr | pl.Series], document: Table
) -> pl.DataFrame:
    """The document's columns with ``payload_line``; null where none is named."""
    nothing = pl.lit(None, pl.String)
    names = document_columns(document)
    return good.select(
        "payload_line", **{name: columns.get(name, nothing) for name in names}
    )
