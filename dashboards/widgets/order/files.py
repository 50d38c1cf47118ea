"""The landed files that an order's events come from."""

from __future__ import annotations

import polars as pl

from dashboards.widgets.page import show_section
from dashboards.widgets.table import show_table


def show_files(files: pl.DataFrame) -> None:
    """File, partner, verdict, counts and hash."""
    show_section("files")
    shown = files.select(
        "file_name",
        "partner_id",
        "document",
        "format",
        "verdict",
        "received_at",
        "physical_lines",
        "accepted_lines",
        "quarantined_lines",
        "payload_sha256",
    )
    show_table("files", shown)
