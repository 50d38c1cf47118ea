"""Gathering what exceptions are found in: tables as they stand after the run."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from orchestration.resources.house import House
from transforms.contracts.decisions import (
    BACKORDERS,
    EVENT_VERDICTS,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    LINE_BUCKETS,
    LINE_HOLDS,
    NODE_CONFIDENCE,
    OWN_EVENTS,
    PROMISE_POSTINGS,
    RECONCILED_PAYMENTS,
    STOCK_POSITIONS,
    STOCK_VARIANCES,
)
from transforms.contracts.gold import (
    DIM_NODES,
    FCT_ACKNOWLEDGEMENTS,
    FCT_ORDER_EVENTS,
)
from transforms.ledger.orphans import ORPHAN_RELEASE, UNPROMISED
from transforms.lifecycle.resolve import as_events, resolve
from transforms.reconciliation.exceptions import Findings
from transforms.reconciliation.payment_policy import DISAGREEMENTS
from transforms.reconciliation.shipments import reconcile_shipments

OPEN = (
    "pending_qty + held_qty + backordered_qty + allocated_qty + released_qty"
    " + in_fulfilment_qty > 0"
)
ANSWERS = (
    "line_id is null or (event_type = 'OPENING'"
    " and json_extract_string(detail, '$.instruction_id') is not null)"
)
"""What nodes said about instructions, and what the system before had asked."""


REPAIRED = (
    f"(contains(event_id, '/{ORPHAN_RELEASE}/')"
    f" or contains(event_id, '/{UNPROMISED}/'))"
)
"""Postings that mended a stray promise."""


def gathered(house: House) -> Findings:
    """Every table that findings are read from."""
    lake, run = house.lake, house.run
    this_run = ("run_id = ?", [run.run_id])
    instruction_lines = lake.read(INSTRUCTION_LINES)
    answers = resolve(
        as_events(lake.read(FCT_ORDER_EVENTS, ANSWERS)), instruction_lines
    ).events.with_columns(
        effective_at="event_at", line_sku_id=pl.lit(None, pl.String())
    )
    asked = instruction_lines.select("line_id", line_sku="sku_id").unique("line_id")
    answers = answers.join(asked, on="line_id", how="left").with_columns(
        line_sku_id="line_sku"
    )
    said = answers.filter(pl.col("event_type").is_in(["SHORT", "REJECTED"]))
    lost = as_events(lake.read(OWN_EVENTS, "event_type = 'DEALLOCATED'"))
    columns = ["event_id", "event_type", "line_id", "qty", "reason_code"]
    return Findings(
        verdicts=lake.read(EVENT_VERDICTS),
        buckets=lake.read(LINE_BUCKETS, OPEN),
        events=pl.concat([said.select(columns), lost.select(columns)]),
        shipments=reconcile_shipments(instruction_lines, answers),
        fulfilment_orders=lake.read(FULFILMENT_ORDERS),
        acknowledgements=lake.read(FCT_ACKNOWLEDGEMENTS),
        variances=lake.read(STOCK_VARIANCES),
        confidence=lake.read(NODE_CONFIDENCE, *this_run),
        positions=lake.read(STOCK_POSITIONS),
        backorders=lake.read(BACKORDERS, *this_run),
        nodes=lake.read(DIM_NODES),
        repairs=lake.read(PROMISE_POSTINGS, f"run_id = ? and {REPAIRED}", this_run[1]),
        payments=lake.read(
            RECONCILED_PAYMENTS,
            "list_contains(?, payment_class)",
            [list(DISAGREEMENTS)],
        ),
        holds=lake.read(
            LINE_HOLDS,
            "ended_at is null and held_at <= ?",
            [run.as_of - timedelta(days=house.policies.holds.overdue_days)],
        ),
    )
