"""One finding, and the tables that findings are read from.

Not here: which there are; each room of this one knows its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from transforms.contracts.codes import CODES
from transforms.contracts.decisions import (
    EXCEPTIONS,
    PAYMENT_REQUESTS,
    SUBSTITUTED_LINES,
)
from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT
from transforms.reconciliation.transits import OVERDUE

FINDING = [
    "code",
    "subject",
    "detail",
    "cause_code",
    "value_minor",
    "currency_code",
]


SAID = FINDING[2:]
"""What may change while an exception stays open."""

ABOUT = ["order_id", "line_id"]
"""The order that a finding is about, or the line whose order that is."""

LATE_WINS = pl.Schema(
    {"line_id": TEXT, "order_id": TEXT, "sku_id": TEXT, "qty": INTEGER}
    | {"promise_date": DATE, "due_date": DATE, "reason_code": TEXT}
)
"""Eaches of class WIN that this run allocated, and that arrive after they are due."""

LACKING = pl.Schema({"account": TEXT, "node_id": TEXT, "sku_id": TEXT, "qty": INTEGER})
"""An account of units beside the shelf whose sum is below zero."""

OVERPROMISED = pl.Schema(
    {"node_id": TEXT, "sku_id": TEXT, "lot_ref": TEXT}
    | {"promised_qty": INTEGER, "there_qty": INTEGER}
)
"""A lot of which more is promised to lines than lies there."""

BEYOND_CAPS = pl.Schema(
    {"line_id": TEXT, "sku_id": TEXT, "qty": INTEGER}
    | {"cap_qty": INTEGER, "cap_rule": TEXT}
)
"""Preordered eaches of a line that came after a cap of preorders was reached."""

OTHER_LOTS = pl.Schema(
    {"line_id": TEXT, "sent_lots": TEXT, "asked_lots": TEXT, "qty": INTEGER}
)
"""Eaches of a line that left, of lots that nobody asked for."""

LAID_OUT = pl.Schema({"instruction_id": TEXT})
"""Instructions whose eaches lie ready at a store; it is their customer's turn."""

PASSED_OVER = pl.Schema(
    {"node_id": TEXT, "row_count": INTEGER, "told_at": INSTANT, "cut_at": INSTANT}
)
"""Rows of a node's opening that were told last with an earlier cut than the one that
counts: the latest such, and the latest that counts."""


@dataclass(frozen=True)
class Findings:
    """The tables that findings are read from, as they stand after the run.

    Args:
        verdicts: EVENT_VERDICTS.
        buckets: LINE_BUCKETS.
        events: events of refusals, shorts and supply lost: ``event_id,
            event_type, line_id, qty, reason_code`` (SHORT, REJECTED,
            DEALLOCATED).
        doubles: ``event_id`` of confirmations that say one shipment again.
        shipments: RECONCILED_SHIPMENTS, what is open and answered.
        fulfilment_orders: FULFILMENT_ORDERS.
        acknowledgements: FCT_ACKNOWLEDGEMENTS.
        variances: STOCK_VARIANCES.
        confidence: NODE_CONFIDENCE of this run.
        gates: NODE_GATES of this run.
        positions: STOCK_POSITIONS.
        backorders: BACKORDERS of this run.
        nodes: DIM_NODES.
        repairs: PROMISE_POSTINGS of this run that mended a stray promise.
        payments: RECONCILED_PAYMENTS of the classes that need a person.
        holds: LINE_HOLDS that have not ended and last longer than they should.
        parcels: RECONCILED_PARCELS of the same.
        orders: RECONCILED_ORDERS of the same.
        prices: FCT_ORDER_LINES of the lines that findings may be about.
        requests: result of ``cancel_outcomes``.
        refused_corrections: CORRECTED_INSTRUCTIONS that were refused.
        payment_requests: result of ``unanswered``.
        failed_requests: result of ``given_up``.
        echoes: result of ``echo_differences``.
        sales: LAST_SALES of the SKUs of stock that findings may be about.
        unknown_skus: ``event_id, sku_id`` of events of this run that name no line
            of ours, and a SKU.
        late_wins: LATE_WINS.
        lacking: LACKING.
        overdue: result of ``transits.overdue``.
        overpromised: OVERPROMISED.
        other_lots: OTHER_LOTS of late.
        passed_over: PASSED_OVER.
        laid_out: LAID_OUT.
        beyond_caps: BEYOND_CAPS.
        refused_substitutions: SUBSTITUTED_LINES that took less than was asked.
    """

    verdicts: pl.DataFrame
    buckets: pl.DataFrame
    events: pl.DataFrame
    doubles: pl.DataFrame
    shipments: pl.DataFrame
    fulfilment_orders: pl.DataFrame
    acknowledgements: pl.DataFrame
    variances: pl.DataFrame
    confidence: pl.DataFrame
    gates: pl.DataFrame
    positions: pl.DataFrame
    backorders: pl.DataFrame
    nodes: pl.DataFrame
    repairs: pl.DataFrame
    payments: pl.DataFrame
    holds: pl.DataFrame
    parcels: pl.DataFrame
    orders: pl.DataFrame
    prices: pl.DataFrame
    requests: pl.DataFrame
    refused_corrections: pl.DataFrame
    payment_requests: pl.DataFrame
    echoes: pl.DataFrame
    sales: pl.DataFrame
    unknown_skus: pl.DataFrame
    failed_requests: pl.DataFrame = field(default_factory=PAYMENT_REQUESTS.empty)
    late_wins: pl.DataFrame = field(default_factory=LATE_WINS.to_frame)
    lacking: pl.DataFrame = field(default_factory=LACKING.to_frame)
    overdue: pl.DataFrame = field(default_factory=OVERDUE.to_frame)
    overpromised: pl.DataFrame = field(default_factory=OVERPROMISED.to_frame)
    other_lots: pl.DataFrame = field(default_factory=OTHER_LOTS.to_frame)
    passed_over: pl.DataFrame = field(default_factory=PASSED_OVER.to_frame)
    laid_out: pl.DataFrame = field(default_factory=LAID_OUT.to_frame)
    beyond_caps: pl.DataFrame = field(default_factory=BEYOND_CAPS.to_frame)
    refused_substitutions: pl.DataFrame = field(default_factory=SUBSTITUTED_LINES.empty)


def finding(
    rows: pl.DataFrame, code: str | pl.Expr, subject: pl.Expr, detail: pl.Expr
) -> pl.DataFrame:
    """Findings; cause, value, order and line where the rows have them."""
    named = pl.lit(CODES[code].code) if isinstance(code, str) else code
    types = dict.fromkeys(ABOUT, TEXT) | EXCEPTIONS.schema
    kept = [*FINDING[3:], *ABOUT]
    nothing = {
        name: pl.lit(None, types[name]).alias(name)
        for name in kept
        if name not in rows.columns
    }
    return rows.with_columns(**nothing).select(
        named.alias("code"),
        subject.alias("subject"),
        detail.alias("detail"),
        *kept,
    )


def sold_for(
    rows: pl.DataFrame, prices: pl.DataFrame, qty: str = "qty"
) -> pl.DataFrame:
    """Rows about eaches of a line, with what these were sold for."""
    net = pl.col("line_amount_minor") - pl.col("discount_minor") + pl.col("tax_minor")
    sold = prices.filter(pl.col("ordered_qty") > 0).select(
        "line_id", "currency_code", "ordered_qty", net=net
    )
    eaches = pl.min_horizontal(pl.col(qty), pl.col("ordered_qty"))
    return rows.join(sold, on="line_id", how="left").with_columns(
        value_minor=pl.col("net") * eaches // pl.col("ordered_qty")
    )
