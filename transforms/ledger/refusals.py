"""What a refusal says about stock: its ``stock_effect`` as physical movements.

``minus_rejected``: the refused eaches cannot be sold. ``zero_sku``: nothing
sound of the SKU is left at the node. Damaged goods change their status, all
others go to VARIANCE, where a later snapshot that finds them brings them back;
parked on HOLD they would be counted twice. ``none`` moves nothing.
"""

from __future__ import annotations

import polars as pl

EFFECTS = pl.Struct({"stock_effect": pl.String()})


def rejection_movements(events: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """Movements of the refusals among ``events``.

    Args:
        events: ``Folded.events``; ``detail`` is JSON with ``stock_effect``.
        booked: all other unit postings, for what the node held at that moment.
    """
    refused = events.filter(pl.col("event_type") == "REJECTED").with_columns(
        movement_id="event_id",
        effect=pl.col("detail")
        .str.json_decode(EFFECTS)
        .struct.field("stock_effect")
        .fill_null("none"),
        sku_id=pl.coalesce("sku_id", "line_sku_id", pl.lit("UNKNOWN")),
        node_id=pl.col("node_id").fill_null("UNKNOWN"),
        event_at="effective_at",
    )
    minus = refused.filter(pl.col("effect") == "minus_rejected")
    zeroed = _left_at(refused.filter(pl.col("effect") == "zero_sku"), booked)
    columns = ["movement_id", "node_id", "sku_id", "reason_code", "qty", "event_at"]
    both = [f.select(*columns, "is_date_only") for f in (minus, zeroed)]
    return _shaped(pl.concat(both))


def _left_at(zeroed: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """One movement per node, SKU and moment, of all that was left then."""
    first = zeroed.sort("movement_id").unique(
        ["node_id", "sku_id"], keep="first", maintain_order=True
    )
    sound = booked.filter(
        pl.col("account") == "ON_HAND", pl.col("stock_status") == "AVAILABLE"
    ).select("node_id", "sku_id", "movement_id", "qty", at="event_at")
    earlier = first.join(sound, on=["node_id", "sku_id"], suffix="_of").filter(
        pl.col("at") <= pl.col("event_at"),
        ~pl.col("movement_id_of").str.starts_with(pl.col("movement_id")),
    )
    left = earlier.group_by("movement_id").agg(left=pl.col("qty_of").sum())
    found = first.drop("qty").join(left, on="movement_id")
    return found.rename({"left": "qty"}).filter(pl.col("qty") > 0)


def _shaped(refused: pl.DataFrame) -> pl.DataFrame:
    is_damaged = pl.col("reason_code").fill_null("") == "DAMAGED"
    account = pl.when(is_damaged).then(pl.lit("ON_HAND")).otherwise(pl.lit("VARIANCE"))
    status = pl.when(is_damaged).then(pl.lit("DAMAGED")).otherwise(pl.lit("AVAILABLE"))
    return refused.with_columns(
        movement_type=pl.lit("REJECTION"),
        from_account=pl.lit("ON_HAND"),
        to_account=account,
        from_status=pl.lit("AVAILABLE"),
        to_status=status,
    )
