"""What the CSV warehouses and stores send, in the contracts' columns.

Frames in, one file out. Not here: the X12 warehouses (``warehouse_x12``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.documents.spelling import document_csv, instant, spelled, stamp

DOCUMENTS = {
    "stock": "stock_snapshots",
    "receipts": "receipts",
    "shipments": "shipment_confirmations",
    "acks": "acknowledgements",
    "refusals": "rejections",
    "status": "fulfilment_statuses",
}
"""File name → document whose columns it has."""


def stock_csv(
    partner_id: str, rows: pl.DataFrame, cut: datetime, at: datetime, zone: str
) -> NamedBytes:
    """A stock snapshot; columns as ``warehouse_x12.stock_846``."""
    counted = rows.with_columns(snapshot_at=pl.lit(spelled(cut, zone)))
    return _file(partner_id, "stock", counted, at, zone)


def receipts_csv(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """Receipts; columns as ``warehouse_x12.receipts_944``."""
    told = rows.with_columns(
        instant("received_at", zone).alias("received_on"),
        stock_status=pl.lit("AVAILABLE"),
    )
    return _file(partner_id, "receipts", told, at, zone)


def shipments_csv(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str, kind: str = ""
) -> NamedBytes:
    """Ship confirmations: ``order_ref`` and what ``shipments_945`` needs."""
    is_short = pl.col("shipped_qty") < pl.col("ordered_qty")
    told = rows.with_columns(
        instant("shipped_at", zone).alias("shipped_on"),
        reason_code=pl.when(is_short).then(pl.lit("OUT_OF_STOCK")),
        carrier_code=pl.lit("UPSN"),
    )
    return _file(partner_id, "shipments", told, at, zone, kind)


def acknowledgement_csv(
    partner_id: str, control_ref: str, verdicts: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """The receipt for one file; columns as ``warehouse_x12.acknowledgement_997``."""
    is_bad = pl.col("status_code") == "R"
    told = verdicts.with_columns(
        interchange_ref=pl.lit(control_ref),
        reason=pl.when(is_bad).then(pl.lit("unreadable")),
        acknowledged_at=pl.lit(spelled(at, zone)),
    )
    return _file(partner_id, "acks", told, at, zone)


def refusals_csv(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """Refused lines in the document's columns; ``rejected_at`` is UTC."""
    told = rows.with_columns(instant("rejected_at", zone))
    return _file(partner_id, "refusals", told, at, zone)


def statuses_csv(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """Steps of lines in the document's columns; ``status_at`` is UTC."""
    told = rows.with_columns(instant("status_at", zone))
    return _file(partner_id, "status", told, at, zone)


def _file(
    partner_id: str,
    name: str,
    rows: pl.DataFrame,
    at: datetime,
    zone: str,
    kind: str = "",
) -> NamedBytes:
    suffix = f"_{kind}" if kind else ""
    file_name = f"{name}_{stamp(at, zone)}{suffix}.csv"
    return NamedBytes(partner_id, file_name, document_csv(rows, DOCUMENTS[name]), at)
