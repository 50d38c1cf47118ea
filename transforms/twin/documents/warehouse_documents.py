"""A warehouse speaks X12 or CSV: the same facts, told in the partner's way.

Not here: the facts (``day``, ``answer``, ``history``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from transforms.contracts.simulation import NamedBytes
from transforms.twin.documents.warehouse_csv import (
    acknowledgement_csv,
    receipts_csv,
    shipments_csv,
    stock_csv,
)
from transforms.twin.documents.warehouse_x12 import (
    acknowledgement_997,
    receipts_944,
    shipments_945,
    stock_846,
)
from transforms.twin.founding.network import X12_OPERATORS

BASIS = {"prairie_3pl": "available"}
"""Prairie reports net of its open orders; all others what lies there."""


def by_operator(
    rows: pl.DataFrame, nodes: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows with ``node_ref`` parted by who runs the node, in name order."""
    operators = dict(nodes.select("node_ref", "operator_id").iter_rows())
    runs = pl.col("node_ref").replace_strict(operators, return_dtype=pl.String)
    named = rows.with_columns(operator_id=runs)
    for operator in named["operator_id"].unique().sort():
        yield operator, named.filter(pl.col("operator_id") == operator)


def tell_stock(
    partner_id: str, rows: pl.DataFrame, cut: datetime, at: datetime, zone: str
) -> NamedBytes:
    """``node_ref, sku_ref, stock_status, qty`` as a snapshot; basis is added."""
    based = rows.with_columns(quantity_basis=pl.lit(BASIS.get(partner_id, "on_hand")))
    tell = stock_846 if partner_id in X12_OPERATORS else stock_csv
    return tell(partner_id, based, cut, at, zone)


def tell_receipts(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """Receipts as 944 or CSV."""
    tell = receipts_944 if partner_id in X12_OPERATORS else receipts_csv
    return tell(partner_id, rows, at, zone)


def tell_shipments(
    partner_id: str, rows: pl.DataFrame, at: datetime, zone: str, kind: str = ""
) -> NamedBytes:
    """Ship confirmations as 945 or CSV."""
    if partner_id in X12_OPERATORS:
        return shipments_945(partner_id, rows, at, zone, kind or "945")
    return shipments_csv(partner_id, rows, at, zone, kind)


def tell_acknowledgement(
    partner_id: str, control_ref: str, verdicts: pl.DataFrame, at: datetime, zone: str
) -> NamedBytes:
    """A receipt as 997 or CSV."""
    is_x12 = partner_id in X12_OPERATORS
    tell = acknowledgement_997 if is_x12 else acknowledgement_csv
    return tell(partner_id, control_ref, verdicts, at, zone)
