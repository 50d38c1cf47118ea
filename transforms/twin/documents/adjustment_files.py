"""Corrections of stock: an X12 947 of Harbor, the stores' CSV.

Not here: what is corrected (``warehouses.adjustments``).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.edi.writer import write_interchange
from transforms.twin.documents.spelling import document_csv, instant, stamp
from transforms.twin.documents.x12 import US_ID, control_number, dialect_of, sender_id
from transforms.twin.founding.network import X12_OPERATORS

_REASONS = {"LOST": "AI", "FOUND": "56"}
"""X12 181 of ours; the code decides the sign."""


def tell_adjustments(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """Corrections as 947 or CSV.

    Args:
        partner_id: who corrects.
        rows: ``node_ref, adjustment_ref, line_ref, sku_ref, qty`` (signed),
            ``reason_code, adjusted_at``, sorted.
        at: instant the file arrives.
        zone: zone of times in the file.
    """
    tell = _adjustments_947 if partner_id in X12_OPERATORS else _adjustments_csv
    return tell(partner_id, rows, at, zone)


def _adjustments_csv(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    told = rows.with_columns(
        instant("adjusted_at", zone).alias("adjusted_on"),
        stock_status=pl.lit("AVAILABLE"),
    )
    content = document_csv(told, "stock_adjustments")
    return NamedBytes(partner_id, f"adjustments_{stamp(at, zone)}.csv", content, at)


def _adjustments_947(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    sets = [
        ("947", _set(group, zone))
        for _, group in rows.group_by("adjustment_ref", maintain_order=True)
    ]
    content = write_interchange(
        sets,
        functional_id="AW",
        sender=sender_id(partner_id),
        receiver=US_ID,
        control_no=control_number(at, "947"),
        at=at.astimezone(ZoneInfo(zone)),
        dialect=dialect_of(partner_id),
    )
    return NamedBytes(partner_id, f"947_{stamp(at, zone)}.edi", content, at)


def _set(rows: pl.DataFrame, zone: str) -> list[list[str]]:
    head = rows.row(0, named=True)
    local = head["adjusted_at"].astimezone(ZoneInfo(zone))
    day, node = f"{local:%Y%m%d}", head["node_ref"]
    segments = [
        ["W15", day, head["adjustment_ref"]],
        ["N1", "WH", node, "92", node],
        ["G62", "07", day, "W", f"{local:%H%M}"],
    ]
    for row in rows.iter_rows(named=True):
        reason, qty = _REASONS[row["reason_code"]], str(abs(row["qty"]))
        segments += [
            ["W19", reason, qty, "EA", "", "VN", row["sku_ref"]],
            ["N9", "LI", row["line_ref"]],
        ]
    return segments
