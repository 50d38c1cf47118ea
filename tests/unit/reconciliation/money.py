"""Orders and payments for tests: say only what matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from transforms.contracts.decisions import LINE_BUCKETS
from transforms.contracts.gold import (
    FCT_ORDER_LINES,
    FCT_ORDERS,
    FCT_PAYMENTS,
    FCT_REFUNDS,
)
from transforms.reconciliation.payment_matching import VERSIONS, MoneyFacts

ORDERED = datetime(2017, 12, 26, 15, tzinfo=UTC)
LATER = ORDERED + timedelta(days=5)

Row = dict[str, Any]


def an_order(order: str, minor: int, *, qty: int = 1, **words: object) -> Row:
    """An order of one line of ``qty`` eaches worth ``minor``."""
    return {
        "order_id": f"web_shop/{order}",
        "line_id": f"web_shop/{order}/1",
        "channel_id": "web_shop",
        "currency_code": "USD",
        "ordered_at": ORDERED,
        "last_event_at": ORDERED,
        "line_amount_minor": minor,
        "discount_minor": 0,
        "tax_minor": 0,
        "ordered_qty": qty,
        "cancelled_qty": 0,
        "shipped_qty": 0,
        "delivered_qty": 0,
        "lost_qty": 0,
    } | words


def paid(order: str | None, kind: str, minor: int, **words: object) -> Row:
    """A payment of an order that succeeded a day after it."""
    return {
        "payment_id": f"web_shop/{order}/{kind}/{minor}/{len(words)}",
        "order_id": f"web_shop/{order}" if order else None,
        "order_ref": order,
        "payment_kind": kind,
        "status_code": "SUCCEEDED",
        "method_code": "card",
        "currency_code": "USD",
        "amount_minor": minor,
        "is_test": False,
        "occurred_at": ORDERED + timedelta(hours=1),
        "partner_id": "web_shop",
    } | words


def refund_told(order: str, minor: int) -> Row:
    """A refund as the channel's document says it."""
    return {
        "refund_id": f"web_shop/{order}/R1/1",
        "order_id": f"web_shop/{order}",
        "currency_code": "USD",
        "amount_minor": minor,
        "refunded_at": ORDERED + timedelta(hours=2),
    }


def money(
    orders: list[Row],
    payments: list[Row],
    refunds: list[Row] | None = None,
    planned: list[Row] | None = None,
    waiting: list[str] | None = None,
    versions: list[Row] | None = None,
) -> MoneyFacts:
    """Everything a comparison of payments reads."""
    day = {"order_id": pl.String(), "ship_date": pl.Date()}
    return MoneyFacts(
        orders=_frame(orders, FCT_ORDERS.schema),
        lines=_frame(orders, FCT_ORDER_LINES.schema),
        buckets=_frame(orders, LINE_BUCKETS.schema),
        payments=_frame(payments, FCT_PAYMENTS.schema),
        refunds=_frame(refunds or [], FCT_REFUNDS.schema),
        planned=pl.DataFrame(planned or [], schema=day),
        waiting=pl.DataFrame(
            {"order_id": waiting or []}, schema={"order_id": pl.String}
        ),
        versions=pl.DataFrame(versions or [], schema=VERSIONS),
    )


def _frame(rows: list[Row], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in rows], schema=schema
    )
