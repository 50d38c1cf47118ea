"""Physical facts of one SKU at one node: say only what matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from transforms.contracts.decisions import (
    EVENT_VERDICTS,
    PROMISE_POSTINGS,
    STOCK_VARIANCES,
    UNIT_POSTINGS,
)
from transforms.contracts.gold import (
    FCT_OPENING_STOCK,
    FCT_ORDER_EVENTS,
    FCT_RECEIPTS,
    FCT_SHIP_NOTICES,
    FCT_STOCK_ADJUSTMENTS,
)
from transforms.contracts.table import Table
from transforms.ledger.adjustments import ReturnedPolicy
from transforms.ledger.positions import positions
from transforms.ledger.refusals import ShortPolicy
from transforms.ledger.units import UnitFacts, unit_postings
from transforms.lifecycle.packed import PACKED

CUT = datetime(2017, 12, 27, 5, tzinfo=UTC)
Row = dict[str, Any]


def at(hour: float) -> datetime:
    return CUT + timedelta(hours=hour)


def rows(table: Table, given: list[Row]) -> pl.DataFrame:
    usual = {"node_id": "EAST", "sku_id": "S1", "stock_status": "AVAILABLE"}
    named = [
        {n: v for n, v in (usual | row).items() if n in table.names} for row in given
    ]
    return pl.DataFrame(named, schema=table.schema)


def opening(qty: int, **more: object) -> Row:
    return {"qty": qty, "cut_at": CUT} | more


def receipt(qty: int, hour: float, **more: object) -> Row:
    return {
        "receipt_id": f"R{hour}",
        "qty": qty,
        "event_at": at(hour),
        "is_date_only": False,
    } | more


def adjustment(qty: int, hour: float, reason: str, **more: object) -> Row:
    return {
        "adjustment_id": f"A{hour}",
        "reason_code": reason,
        "qty": qty,
        "event_at": at(hour),
        "is_date_only": False,
    } | more


def event(kind: str, qty: int, hour: float, **more: object) -> Row:
    return {
        "event_id": f"{kind}/{hour}",
        "event_type": kind,
        "line_id": "L1",
        "qty": qty,
        "event_at": at(hour),
        "is_date_only": False,
        "source_rank": 50,
    } | more


def notice(qty: int, hour: float, **more: object) -> Row:
    return {
        "notice_line_id": f"N{hour}",
        "notice_ref": f"N{hour}",
        "notice_kind": "supplier",
        "po_ref": "PO-1",
        "qty": qty,
        "is_taken_back": False,
        "event_at": at(hour),
        "is_date_only": False,
    } | more


def variance(posted: int, hour: float) -> Row:
    return {"snapshot_at": at(hour), "posted_qty": posted}


def post(  # noqa: PLR0913 one kind of fact each
    *events: Row,
    openings: tuple[Row, ...] = (),
    receipts: tuple[Row, ...] = (),
    adjustments: tuple[Row, ...] = (),
    variances: tuple[Row, ...] = (),
    existing: pl.DataFrame | None = None,
    shorts: dict[str, str] | None = None,
    notices: tuple[Row, ...] = (),
    returned: ReturnedPolicy | None = None,
    verdicts: tuple[Row, ...] = (),
) -> pl.DataFrame:
    """What the facts append to the books."""
    facts = UnitFacts(
        rows(FCT_OPENING_STOCK, list(openings)),
        rows(FCT_RECEIPTS, list(receipts)),
        rows(FCT_STOCK_ADJUSTMENTS, list(adjustments)),
        rows(FCT_ORDER_EVENTS, list(events)).with_columns(
            *(pl.lit(None, dtype).alias(name) for name, dtype in PACKED.items()),
            effective_at="event_at",
            line_sku_id="sku_id",
            promise_node_id="node_id",
        ),
        rows(STOCK_VARIANCES, list(variances)),
        ShortPolicy(shorts or {}),
        rows(FCT_SHIP_NOTICES, list(notices)),
        verdicts=rows(EVENT_VERDICTS, list(verdicts)),
        returned=returned or ReturnedPolicy(),
    )
    books = UNIT_POSTINGS.empty() if existing is None else existing
    return unit_postings(facts, books)


def on_hand(units: pl.DataFrame) -> dict[str, int]:
    """Balances of the one node and SKU that are not 0."""
    balance = positions(units, PROMISE_POSTINGS.empty()).row(0, named=True)
    return {
        name: value
        for name, value in balance.items()
        if name.endswith("_qty") and value
    }
