"""A node with many SKUs, its books and its snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from transforms.contracts.decisions import PROMISE_POSTINGS, UNIT_POSTINGS
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_OPENING_STOCK,
    FCT_STOCK_SNAPSHOTS,
)
from transforms.contracts.table import INTEGER, TEXT, Table
from transforms.ledger.positions import positions
from transforms.reconciliation.stock import (
    NOTHING_SENT,
    ReconciledStock,
    StockFacts,
    reconcile_stock,
)
from transforms.reconciliation.trust import TrustPolicy

CUT_OVER = datetime(2017, 12, 27, 5, tzinfo=UTC)
SKUS = [f"S{i:02d}" for i in range(20)]
EACH = 10
"""Eaches of every SKU at cut-over."""
Row = dict[str, Any]


def at(hour: float) -> datetime:
    return CUT_OVER + timedelta(hours=hour)


def frame(table: Table, rows: list[Row]) -> pl.DataFrame:
    usual = {"node_id": "EAST", "stock_status": "AVAILABLE", "is_date_only": False}
    named = [
        {n: v for n, v in (usual | row).items() if n in table.names} for row in rows
    ]
    return pl.DataFrame(named, schema=table.schema)


def moved(qty: int, hour: float, sku_id: str = "S00", **more: object) -> Row:
    return {
        "sku_id": sku_id,
        "account": "ON_HAND",
        "movement_type": "SHIPMENT",
        "movement_id": f"{sku_id}/{hour}",
        "qty": qty,
        "event_at": at(hour),
    } | more


def released(qty: int, hour: float, sku_id: str = "S00") -> Row:
    return {"sku_id": sku_id, "account": "RELEASED", "qty": qty, "event_at": at(hour)}


def instructed(qty: int, read: float | None, sku_id: str = "S00") -> Row:
    """Eaches of an instruction that was acknowledged at an hour, or never."""
    read_at = None if read is None else at(read)
    return {"node_id": "EAST", "sku_id": sku_id, "qty": qty, "read_at": read_at}


def snapshot(
    hour: float,
    changes: dict[str, int] | None = None,
    skus: list[str] | None = None,
    basis: str = "on_hand",
    landing_id: int = 0,
    partner_id: str = "own_dcs",
) -> list[Row]:
    """A whole file: 10 of each SKU but for the changes."""
    counted = dict.fromkeys(skus or SKUS, EACH) | (changes or {})
    return [
        {
            "sku_id": sku,
            "qty": qty,
            "snapshot_at": at(hour),
            "quantity_basis": basis,
            "landing_id": landing_id,
            "partner_id": partner_id,
        }
        for sku, qty in counted.items()
    ]


def reconcile(
    *snapshots: list[Row],
    moves: tuple[Row, ...] = (),
    promises: tuple[Row, ...] = (),
    as_of: float = 30,
    refused: int | None = None,
    sent: tuple[Row, ...] = (),
) -> ReconciledStock:
    """Reconcile a node that opened with ten of each SKU.

    ``refused`` is the place in landing of a file of its operator that held nothing.
    """
    opened = [
        moved(EACH, 0, sku, movement_type="OPENING", movement_id=f"O/{sku}")
        for sku in SKUS
    ]
    units = frame(UNIT_POSTINGS, [*opened, *moves])
    promised = frame(PROMISE_POSTINGS, list(promises))
    facts = StockFacts(
        snapshots=frame(FCT_STOCK_SNAPSHOTS, [row for s in snapshots for row in s]),
        positions=positions(units, promised),
        units=units,
        promises=promised,
        opening_stock=frame(FCT_OPENING_STOCK, [{"cut_at": CUT_OVER, "qty": 0}]),
        nodes=frame(
            DIM_NODES, [{"zone": "America/New_York", "operator_id": "own_dcs"}]
        ),
        refused=pl.DataFrame(
            [] if refused is None else [("own_dcs", refused)],
            schema={"operator_id": TEXT, "landing_id": INTEGER},
            orient="row",
        ),
        sent=pl.DataFrame(list(sent), schema=NOTHING_SENT),
    )
    return reconcile_stock(facts, at(as_of), TrustPolicy())


def told(result: ReconciledStock) -> list[tuple[Any, ...]]:
    """SKU, variance, posted and cause of every row."""
    columns = ["sku_id", "variance_qty", "posted_qty", "cause_code"]
    return result.variances.select(columns).rows()


def trust(result: ReconciledStock) -> str:
    verdict = result.confidence["verdict"].item()
    assert isinstance(verdict, str)
    return verdict
