"""Open exceptions: counted per owner and code, and the rows behind."""

from __future__ import annotations

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table
from dashboards.widgets.words import code_meaning, code_remedy, language


def show_exception_counts(counts: pl.DataFrame) -> None:
    """Per owner and code: how many, how old, what it means, how to mend it."""
    show_section("exceptions")
    show_table("exceptions_by_owner", explained(counts))


def show_exception_rows(rows: pl.DataFrame) -> None:
    """The exceptions of the chosen owner and code."""
    shown = rows.select(
        "owner",
        "code",
        "order_id",
        "order_name",
        "subject",
        "detail",
        "opened_at",
        "age_days",
        "found_count",
    )
    show_table("exceptions", shown)


def explained(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts with the sentence and the remedy of their codes."""
    codes = counts["code"].to_list()
    said = counts.select(
        "owner",
        "code",
        "exception_count",
        "age_days",
        pl.Series("what", [code_meaning(code) for code in codes], pl.String),
        pl.Series("remedy", [code_remedy(code) for code in codes], pl.String),
    )
    # One Chinese sentence says both, so the column would be empty.
    return said.drop("remedy") if language() == "zh" else said
