"""The ledger's account of one node and SKU: every flow, and what is left.

For people who look at a balance. Not here: the proof over all keys
(``proofs.py``).
"""

from __future__ import annotations

import polars as pl

from transforms.ledger.positions import PROMISED


def unit_statement(units: pl.DataFrame) -> pl.DataFrame:
    """What came onto the shelf and went off it, by kind of movement.

    Args:
        units: UNIT_POSTINGS of one node and SKU.

    Returns:
        ``stock_status, movement_type, movements, came_qty, went_qty,
        balance_qty``, openings first; ``balance_qty`` is what the status holds
        after the row, so its last row is the position.
    """
    shelf = units.filter(pl.col("account") == "ON_HAND")
    qty = pl.col("qty")
    flows = shelf.group_by("stock_status", "movement_type").agg(
        movements=pl.col("movement_id").n_unique().cast(pl.Int64),
        came_qty=qty.filter(qty > 0).sum(),
        went_qty=-qty.filter(qty < 0).sum(),
    )
    is_first = pl.col("movement_type") == "OPENING"
    ordered = flows.sort("stock_status", ~is_first, "movement_type")
    left = (pl.col("came_qty") - pl.col("went_qty")).cum_sum().over("stock_status")
    return ordered.with_columns(balance_qty=left)


def lot_statement(units: pl.DataFrame) -> pl.DataFrame:
    """What is on the shelf by lot, as far as documents name them.

    What left of a lot beyond what came of it was among what no document had named
    a lot of (openings have none): it is taken from there, so no lot is below zero.

    Args:
        units: UNIT_POSTINGS of one node and SKU.

    Returns:
        ``lot_ref, stock_status, qty``, qty not 0; no row where no lot is named.
    """
    shelf = units.filter(pl.col("account") == "ON_HAND")
    if shelf["lot_ref"].is_null().all():
        return shelf.select("lot_ref", "stock_status", "qty").clear()
    key = ["lot_ref", "stock_status"]
    sums = shelf.group_by(key).agg(pl.col("qty").sum())
    sums = sums.with_columns(lot_ref=pl.when(pl.col("qty") > 0).then("lot_ref"))
    sums = sums.group_by(key).agg(pl.col("qty").sum())
    return sums.filter(pl.col("qty") != 0).sort("lot_ref", "stock_status")


STATUSES = {
    "ON_HAND/AVAILABLE": "AVAILABLE",
    "ON_HAND/HOLD": "BLOCKED",
    "ON_HAND/DAMAGED": "DAMAGED",
    "IN_TRANSIT/AVAILABLE": "IN_TRANSIT",
    "CUSTOMER_RETURN/AVAILABLE": "QUALITY",
    "QUARANTINE/AVAILABLE": "QUARANTINE",
    "QUARANTINE/DAMAGED": "QUARANTINE",
    "QUARANTINE/HOLD": "QUARANTINE",
}
"""Account and stock status of goods that are a node's, and the status of a position:
what came back and nobody has looked at is QUALITY."""


def status_statement(told: pl.DataFrame) -> pl.DataFrame:
    """What each node has of one SKU by status and lot, and what said so last.

    Args:
        told: UNIT_POSTINGS of one SKU with ``file_name`` of their documents.

    Returns:
        ``node_id, lot_ref, status, qty, as_of, feed_file``, qty not 0. As in
        ``lot_statement`` no lot is below zero.
    """
    place = pl.format("{}/{}", "account", "stock_status")
    status = place.replace_strict(STATUSES, default=None, return_dtype=pl.String)
    known = told.with_columns(status=status).drop_nulls("status")
    key = ["node_id", "status", "lot_ref"]
    sums = known.group_by(key).agg(
        pl.col("qty").sum(),
        pl.col("event_at").max(),
        pl.col("file_name").sort_by("event_at", "movement_id").last(),
    )
    lots = sums.with_columns(lot_ref=pl.when(pl.col("qty") > 0).then("lot_ref"))
    merged = lots.sort("event_at", "file_name").group_by(key, maintain_order=True)
    found = merged.agg(
        pl.col("qty").sum(),
        as_of=pl.col("event_at").max(),
        feed_file=pl.col("file_name").last(),
    )
    names = ["node_id", "lot_ref", "status", "qty", "as_of", "feed_file"]
    return found.filter(pl.col("qty") != 0).select(names).sort(key, nulls_last=True)


def sku_statement(units: pl.DataFrame) -> pl.DataFrame:
    """Where the eaches of one SKU are, and where they came from: a sum of 0.

    Args:
        units: UNIT_POSTINGS of one SKU.

    Returns:
        ``account, node_id, qty``, qty not 0.
    """
    sums = units.group_by("account", "node_id").agg(pl.col("qty").sum())
    return sums.filter(pl.col("qty") != 0).sort("account", "node_id")


def promise_statement(promises: pl.DataFrame) -> pl.DataFrame:
    """What stands promised from one node and SKU, by line.

    Args:
        promises: PROMISE_POSTINGS of one node and SKU.

    Returns:
        ``line_id, account, qty`` of the accounts that positions sum, qty not 0.
    """
    accounts = [account for of in PROMISED.values() for account in of]
    open_accounts = pl.col("account").is_in(accounts)
    sums = promises.filter(open_accounts).group_by("line_id", "account")
    standing = sums.agg(pl.col("qty").sum()).filter(pl.col("qty") != 0)
    return standing.sort("line_id", "account")


def node_totals(units: pl.DataFrame) -> pl.DataFrame:
    """Opening + in - out = closing, in eaches of every node.

    Args:
        units: UNIT_POSTINGS.

    Returns:
        ``node_id, opening_qty, came_qty, went_qty, closing_qty``.
    """
    shelf = units.filter(pl.col("account") == "ON_HAND")
    qty, is_opening = pl.col("qty"), pl.col("movement_type") == "OPENING"
    sums = shelf.group_by("node_id").agg(
        opening_qty=qty.filter(is_opening).sum(),
        came_qty=qty.filter(~is_opening & (qty > 0)).sum(),
        went_qty=-qty.filter(~is_opening & (qty < 0)).sum(),
        closing_qty=qty.sum(),
    )
    return sums.sort("node_id")
