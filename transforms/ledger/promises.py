"""The ledger of promises: moves of commitments as balanced postings.

Accounts per node and SKU: DEMAND (not committed), ALLOCATED, RELEASED (with the
node, picked or not) and SHIPPED. What of a commitment lies in kits that were packed
beforehand takes these, not its components: ALLOCATED_IN_KITS and RELEASED_IN_KITS
take the eaches off the components' position and put the kits onto their own. Not
here: physical eaches (``units.py``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.ledger.append import difference

ACCOUNTS = {
    "allocated": "ALLOCATED",
    "released": "RELEASED",
    "in_fulfilment": "RELEASED",
    "shipped": "SHIPPED",
    "delivered": "SHIPPED",
    "lost": "SHIPPED",
}
"""Bucket → account; every other bucket is DEMAND at the node."""

COMMITTED_ACCOUNTS = ("ALLOCATED", "RELEASED")
IN_KITS = {account: f"{account}_IN_KITS" for account in COMMITTED_ACCOUNTS}
COMMITTED = ["allocated", "released", "in_fulfilment"]
KEYS = ["line_id", "account", "node_id", "sku_id"]


def promise_postings(moves: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """Postings to append for the moves of a fold.

    A fold that comes to another result for an earlier event (a document came
    late) appends the difference; nothing is updated.

    Args:
        moves: ``Folded.moves``.
        existing: every PROMISE_POSTINGS row of the lines that were folded: of
            all lines after a full fold, of those lines after a partial one.

    Returns:
        PROMISE_POSTINGS without ``run_id``; each event's rows sum to zero.
    """
    touching = moves.filter(
        pl.col("from_bucket").is_in(COMMITTED) | pl.col("to_bucket").is_in(COMMITTED)
    )
    sides = [
        _side(touching, "from_bucket", -pl.col("qty")),
        _side(touching, "to_bucket", pl.col("qty")),
        *_packed(touching.filter(pl.col("packed_qty") > 0)),
    ]
    new = difference(pl.concat(sides), existing, "event_id", KEYS)
    side = pl.format("{}/{}/{}", "event_id", "account", "node_id")
    # A packed kit has sides beside those of the component that stands for it.
    named = pl.concat_str([side, pl.col("sku_id")], separator="/")
    return new.with_columns(
        posting_id=pl.when(pl.len().over(side) > 1).then(named).otherwise(side)
    ).select(name for name in PROMISE_POSTINGS.names if name != "run_id")


def committed(postings: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Open commitments: ``allocated_qty`` and ``released_qty`` per ``keys``.

    Args:
        postings: PROMISE_POSTINGS.
        keys: for example ``["node_id", "sku_id"]`` or ``["line_id", "node_id"]``.
    """
    sums = postings.group_by(keys).agg(
        allocated_qty=_of("ALLOCATED"), released_qty=_of("RELEASED")
    )
    return sums.sort(keys)


def _packed(moves: pl.DataFrame) -> list[pl.DataFrame]:
    """Sides that take what is packed off its components, and put its kits on."""
    found = []
    for bucket, sign, kits in (
        ("from_bucket", 1, -pl.col("kits_out")),
        ("to_bucket", -1, pl.col("kits_in")),
    ):
        there = moves.filter(pl.col(bucket).is_in(COMMITTED))
        account = pl.col(bucket).replace_strict(ACCOUNTS, default="DEMAND")
        in_kits = account.replace_strict(IN_KITS, default="DEMAND")
        kit = there.with_columns(sku_id="packed_in")
        for rows, qty in ((there, sign * pl.col("packed_qty")), (kit, kits)):
            sides = ((in_kits, qty), (pl.lit("DEMAND"), -qty))
            found += [_posted(rows, side, eaches) for side, eaches in sides]
    return found


def _of(account: str) -> pl.Expr:
    return pl.col("qty").filter(pl.col("account") == account).sum()


def _side(moves: pl.DataFrame, bucket: str, qty: pl.Expr) -> pl.DataFrame:
    account = pl.col(bucket).replace_strict(ACCOUNTS, default="DEMAND")
    return _posted(moves, account, qty)


def _posted(moves: pl.DataFrame, account: pl.Expr, qty: pl.Expr) -> pl.DataFrame:
    return moves.select(
        "event_id",
        "line_id",
        account.alias("account"),
        "node_id",
        "sku_id",
        qty.alias("qty"),
        "event_at",
    )
