"""What lines of an order that wait could be sent instead."""

from __future__ import annotations

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table, worded


def show_substitutes(offers: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Each offer and what a person may do with it; nothing where there is none."""
    if offers.is_empty():
        return
    show_section("substitutes")
    named = offers.join(
        lines.select("line_id", "line_no", "product_name"), on="line_id"
    )
    shown = named.sort("line_no", "line_id", "substitute_rank").select(
        "line_no",
        "product_name",
        "substitute_rank",
        "alternative_name",
        "alternative_sku_id",
        "policy",
        "ratio",
        "covered_qty",
        "decided_qty",
        "available_qty",
        "node_id",
        "delta_minor",
        "currency_code",
    )
    show_table("substitutes", worded(shown, policy="substitution"))
