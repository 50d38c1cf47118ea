"""Pins: the one node that somebody wants a line to ship from, and until when."""

from __future__ import annotations

import polars as pl

PINS = pl.Schema({"line_id": pl.String, "node_id": pl.String})
"""What the allocation is told: a line and its node."""

SAID = pl.Schema(
    [
        *PINS.items(),
        ("author", pl.String()),
        ("reason_code", pl.String()),
        ("until_date", pl.Date()),
    ]
)
"""What people are told: who wants it, why, and its last business date."""
