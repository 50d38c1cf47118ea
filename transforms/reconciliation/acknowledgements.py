"""Which instructions a partner is known to have read."""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import ENVELOPE

ACKS = "(partner_id, interchange_ref) in (select (partner_id, control_ref) from told)"
"""Of FCT_ACKNOWLEDGEMENTS what may be about instructions in files ``told``."""


def acknowledged(orders: pl.DataFrame, acks: pl.DataFrame) -> pl.DataFrame:
    """Orders that were acknowledged, with ``status_code``, ``reason`` and hour.

    What is said of an order's own set counts, else what is said of its whole
    group or file, else that its envelope was refused. An envelope that was
    accepted says nothing of what is in it.
    """
    said = acks.select(
        "partner_id",
        "set_ref",
        "status_code",
        "reason",
        "acknowledged_at",
        control_ref="interchange_ref",
    )
    is_envelope = pl.col("set_ref") == ENVELOPE
    whole = said.filter(pl.col("set_ref") == pl.col("control_ref"))
    refused = said.filter(is_envelope & (pl.col("status_code") == "R"))
    file = ["partner_id", "control_ref"]
    found = [
        orders.join(said, on=[*file, "set_ref"]),
        *(orders.join(rows.drop("set_ref"), on=file) for rows in (whole, refused)),
    ]
    both = pl.concat(found, how="diagonal_relaxed")
    return both.unique("instruction_id", keep="first", maintain_order=True)


def released_eaches(
    orders: pl.DataFrame, lines: pl.DataFrame, acks: pl.DataFrame
) -> pl.DataFrame:
    """Eaches of instructions, and since when their node is known to have read them.

    Args:
        orders: FULFILMENT_ORDERS.
        lines: INSTRUCTION_LINES of them.
        acks: FCT_ACKNOWLEDGEMENTS.

    Returns:
        ``node_id, sku_id, qty, read_at``; null where nothing was heard, or that
        it could not be read.
    """
    heard = acknowledged(orders, acks).filter(pl.col("status_code") != "R")
    return (
        lines.join(orders.select("instruction_id", "node_id"), on="instruction_id")
        .join(
            heard.select("instruction_id", read_at="acknowledged_at"),
            on="instruction_id",
            how="left",
        )
        .select("node_id", "sku_id", "qty", "read_at")
    )
