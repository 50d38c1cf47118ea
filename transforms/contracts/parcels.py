"""What makes two words of a node about a parcel one fact.

Not here: what the fold and the ledger of units make of them.
"""

from __future__ import annotations

import polars as pl

SENT = ("SHIPPED", "SUBSTITUTED_BY_NODE")
"""Events with which a node says that eaches left in a parcel."""

ONE_FACT = ["instruction_id", "instruction_line_ref", "sku_id", "parcel"]
IN_TIME = ["effective_at", "source_rank", "event_id"]

TOLD = pl.Struct({"tracking_ref": pl.String()})
"""What the ``detail`` of such an event, or of a scan, says of its parcel. Several
parcels of one confirmation stand in one text, with blanks between them."""


def parcel() -> pl.Expr:
    """The parcel that an event of SENT names; none named, its eaches and time."""
    named = pl.col("detail").str.json_decode(TOLD).struct.field("tracking_ref")
    return pl.coalesce(named, pl.format("{} {}", "qty", "event_at"))
