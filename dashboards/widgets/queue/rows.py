"""The queue itself: what to do first, and how each is mended."""

from __future__ import annotations

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table
from dashboards.widgets.words import code_remedy, code_sentence, language


def show_queue(rows: pl.DataFrame) -> None:
    """Open exceptions in the order in which they ask for somebody."""
    show_section("queue")
    codes = rows["code"].to_list()
    shown = rows.select(
        "owner",
        pl.Series("what", [code_sentence(code) for code in codes], pl.String),
        "order_id",
        "order_name",
        "subject",
        "value_minor",
        "currency_code",
        "age_days",
        "detail",
        "cause_code",
        pl.Series("remedy", [code_remedy(code) for code in codes], pl.String),
        "code",
        "opened_at",
        "found_count",
    )
    # One Chinese sentence says both, so the column would be empty.
    show_table("queue", shown.drop("remedy") if language() == "zh" else shown)
