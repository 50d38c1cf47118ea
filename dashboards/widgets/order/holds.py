"""Why lines of an order are held, since when, and who holds them."""

from __future__ import annotations

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded


def show_holds(holds: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Why, by whom, since and until when, of each hold; nothing where there is none."""
    if holds.is_empty():
        return
    show_section("holds")
    named = holds.join(lines.select("line_id", "line_no", "product_name"), on="line_id")
    shown = named.sort("line_no", "held_at", "reason_code").select(
        "line_no",
        "product_name",
        "reason_code",
        "placed_by",
        "held_at",
        "until_date",
        "age_days",
        "qty",
        "value_minor",
        "currency_code",
    )
    show_table("holds", worded(shown, reason_code="hold"))
