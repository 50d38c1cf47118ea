"""Goods on the way to a node, as physical movements.

A notice (856, 943, DESADV) puts its eaches into IN_TRANSIT at the node they go
to: a supplier's come from SUPPLIER, those of a transfer off the shelf of the node
they leave. A receipt that answers the notice, or the order it is of, takes them
from there; what nobody advised comes from SUPPLIER, as ever. Not here: when they
are expected.
"""

from __future__ import annotations

import polars as pl

POOL = ["node_id", "sku_id", "ref"]
IN_TIME = ["event_at", "receipt_id"]


def notice_movement() -> pl.Expr:
    """The movement of a notice's line, whatever goods it names."""
    return pl.format("NOTICE/{}", "notice_line_id")


def transit_movements(notices: pl.DataFrame) -> pl.DataFrame:
    """Movements of FCT_SHIP_NOTICES; of what was taken back none."""
    is_ours = pl.col("from_node_id").is_not_null()
    return notices.select(
        movement_id=notice_movement(),
        movement_type=pl.lit("TRANSIT"),
        from_account=pl.when(is_ours)
        .then(pl.lit("ON_HAND"))
        .otherwise(pl.lit("SUPPLIER")),
        to_account=pl.lit("IN_TRANSIT"),
        node_id="node_id",
        from_node_id="from_node_id",
        sku_id="sku_id",
        from_status=pl.lit("AVAILABLE"),
        to_status=pl.lit("AVAILABLE"),
        lot_ref="lot_ref",
        qty=pl.when("is_taken_back").then(0).otherwise("qty"),
        event_at="event_at",
        is_date_only="is_date_only",
    )


def by_source(receipts: pl.DataFrame, notices: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Receipts by the account that their eaches come from, ``qty`` what does.

    Args:
        receipts: FCT_RECEIPTS: those of an advised order all.
        notices: FCT_SHIP_NOTICES: of an order that a receipt answers all.
    """
    advised = _advised(notices)
    told = receipts.join(
        advised, left_on=["node_id", "sku_id", "po_ref"], right_on=NAMED, how="left"
    )
    before = pl.col("qty").cum_sum().over(POOL, order_by=IN_TIME) - pl.col("qty")
    left = pl.max_horizontal(pl.col("advised_qty").fill_null(0) - before, 0)
    on_its_way = pl.min_horizontal("qty", left)
    parts = {"IN_TRANSIT": on_its_way, "SUPPLIER": pl.col("qty") - on_its_way}
    return {
        account: told.with_columns(qty=qty).select(receipts.columns)
        for account, qty in parts.items()
    }


NAMED = ["node_id", "sku_id", "name"]


def _advised(notices: pl.DataFrame) -> pl.DataFrame:
    """What is advised under each name that a receipt may call it by."""
    live = notices.filter(~pl.col("is_taken_back")).with_columns(
        ref=pl.coalesce("po_ref", "notice_ref")
    )
    sums = live.group_by(POOL).agg(advised_qty=pl.col("qty").sum())
    names = pl.concat(
        [live.select(*POOL, name=column) for column in ("notice_ref", "po_ref")]
    )
    known = names.drop_nulls().sort(*NAMED, "ref").unique(NAMED, keep="first")
    return known.join(sums, on=POOL)
