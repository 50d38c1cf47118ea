"""Goods on the way to a node, as physical movements.

A notice (856, 943, DESADV) puts its eaches into IN_TRANSIT at the node they go
to: a supplier's come from SUPPLIER, those of a transfer off the shelf of the node
they leave. A receipt that answers the notice, or the order it is of, takes them
from there, and so does what its node corrects of it later; what nobody advised comes
from SUPPLIER, as ever. Not here: when they are expected.
"""

from __future__ import annotations

from typing import Any

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


def found_later(
    adjustments: pl.DataFrame, receipts: pl.DataFrame, notices: pl.DataFrame
) -> pl.DataFrame:
    """What a node says it received after all, as far as it was still on its way.

    That is of orders of which something came already, and that left before.

    Args:
        adjustments: FCT_STOCK_ADJUSTMENTS: RECEIVING_ERROR of a place and SKU all.
        receipts: FCT_RECEIPTS: those of its advised orders all.
        notices: FCT_SHIP_NOTICES: of its place and SKU all.

    Returns:
        ``adjustment_id, way_qty``, above 0.
    """
    found = adjustments.filter(
        pl.col("reason_code") == "RECEIVING_ERROR", pl.col("qty") > 0
    ).sort("event_at", "adjustment_id")
    if found.is_empty() or notices.is_empty():
        return pl.DataFrame(schema=FOUND)
    pools: dict[tuple[str, str], list[list[Any]]] = {}
    for node, sku, *pool in _partly_come(receipts, notices).iter_rows():
        pools.setdefault((node, sku), []).append(pool)
    rows = [
        (
            row["adjustment_id"],
            _take(pools.get((row["node_id"], row["sku_id"]), []), row),
        )
        for row in found.iter_rows(named=True)
    ]
    told = pl.DataFrame(rows, schema=FOUND, orient="row")
    return told.filter(pl.col("way_qty") > 0)


def _partly_come(receipts: pl.DataFrame, notices: pl.DataFrame) -> pl.DataFrame:
    """``node_id, sku_id, since, left`` of orders that came in part, oldest first."""
    named = receipts.join(
        _advised(notices),
        left_on=["node_id", "sku_id", "po_ref"],
        right_on=NAMED,
    )
    came = named.group_by(POOL).agg(
        left=pl.col("advised_qty").first() - pl.col("qty").sum()
    )
    since = _live(notices).group_by(POOL).agg(since=pl.col("event_at").min())
    open_ = came.filter(pl.col("left") > 0).join(since, on=POOL).sort("since", "ref")
    return open_.select("node_id", "sku_id", "since", "left")


def _take(pools: list[list[Any]], found: dict[str, Any]) -> int:
    """Take what was found out of the pools that had left by then."""
    rest = found["qty"]
    for pool in pools:
        since, left = pool
        if since <= found["event_at"]:
            pool[1] = left - min(rest, left)
            rest -= min(rest, left)
    return int(found["qty"] - rest)


NAMED = ["node_id", "sku_id", "name"]
FOUND = pl.Schema({"adjustment_id": pl.String(), "way_qty": pl.Int64()})


def _advised(notices: pl.DataFrame) -> pl.DataFrame:
    """What is advised under each name that a receipt may call it by."""
    live = _live(notices)
    sums = live.group_by(POOL).agg(advised_qty=pl.col("qty").sum())
    names = pl.concat(
        [live.select(*POOL, name=column) for column in ("notice_ref", "po_ref")]
    )
    known = names.drop_nulls().sort(*NAMED, "ref").unique(NAMED, keep="first")
    return known.join(sums, on=POOL)


def _live(notices: pl.DataFrame) -> pl.DataFrame:
    """Notices that stand, with the order that they are of, or else their own name."""
    ref = pl.coalesce("po_ref", "notice_ref")
    return notices.filter(~pl.col("is_taken_back")).with_columns(ref=ref)
