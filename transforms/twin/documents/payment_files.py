"""The web shop's money: one Shopify order transaction a line.

Not here: who pays what (``payers``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.documents.spelling import instant, lines_bytes, money, stamp
from transforms.twin.founding.network import WEB

PATTERN = "transactions_{}.json"
FAILED = pl.col("has_failed")


def transactions_file(
    rows: pl.DataFrame, at: datetime, zone: str, kind: str = ""
) -> NamedBytes:
    """Transactions as a file.

    Args:
        rows: ``transaction_id, parent_id`` (may be null), ``order_ref, kind,
            amount_minor, processed_at`` and, if any failed, ``has_failed``.
        at: instant it arrives.
        zone: the shop's.
        kind: tells files of one minute apart.
    """
    has_failed = pl.lit(value=False) if "has_failed" not in rows.columns else FAILED
    told = rows.with_columns(instant("processed_at", zone), has_failed=has_failed)
    lines = told.select(
        pl.struct(
            pl.col("transaction_id").alias("id"),
            pl.col("order_ref").cast(pl.Int64, strict=False).alias("order_id"),
            "kind",
            gateway=pl.lit("shopify_payments"),
            status=_by_fate("failure", "success"),
            message=_by_fate("Card declined", "Transaction approved"),
            created_at="processed_at",
            processed_at="processed_at",
            test=pl.lit(value=False),
            parent_id="parent_id",
            source_name=pl.lit("web"),
            payment_details=pl.struct(
                credit_card_number=pl.lit("•••• •••• •••• 4242"),
                credit_card_company=pl.lit("Visa"),
            ),
            amount=money("amount_minor"),
            currency=pl.lit("USD"),
        ).struct.json_encode()
    )
    name = PATTERN.format(stamp(at, zone) + (f"_{kind}" if kind else ""))
    return NamedBytes(WEB, name, lines_bytes(lines.to_series()), at)


def _by_fate(failed: str, done: str) -> pl.Expr:
    return pl.when(FAILED).then(pl.lit(failed)).otherwise(pl.lit(done))
