"""Decisions and instructions: beliefs, state, choices and what was sent.

Python owns these tables. ``run_id`` is provenance everywhere: two runs with
other ids that decide the same thing have equal hashes.
"""

from __future__ import annotations

from transforms.contracts.decisions.allocation import (
    ALLOCATION_CERTIFICATES,
    ALLOCATION_LOTS,
    ALLOCATION_PRICES,
    ALLOCATIONS,
    BACKORDERS,
    DECISION_TRACE,
    DEMAND_FORECASTS,
    EXPIRED_BACKORDERS,
    NODE_GATES,
    OPEN_DEMAND,
    ORDER_FLOORS,
    SUBSTITUTES,
)
from transforms.contracts.decisions.availability import (
    AVAILABLE_TO_PROMISE,
    CHANNEL_AVAILABILITY,
    KIT_AVAILABILITY,
    PROMISE_CURVE,
    SHELF_LIFE_LIMITS,
)
from transforms.contracts.decisions.columns import (
    AS_OF,
    BUCKETS,
    LEFT,
    OVERLAYS,
    RUN_ID,
)
from transforms.contracts.decisions.instructions import (
    CANCEL_REQUESTS,
    CORRECTED_INSTRUCTIONS,
    FILE_DELIVERIES,
    FULFILMENT_ORDERS,
    INSTRUCTION_LINES,
    OUTBOX_FILES,
    PAYMENT_REQUESTS,
    SHIPPING_ORDERS,
)
from transforms.contracts.decisions.lines import (
    EVENT_VERDICTS,
    LINE_BUCKETS,
    LINE_HOLDS,
    OWN_EVENTS,
    SUBSTITUTED_LINES,
)
from transforms.contracts.decisions.reconciliation import (
    EXCEPTIONS,
    RECONCILED_ORDERS,
    RECONCILED_PARCELS,
    RECONCILED_PAYMENTS,
    RECONCILED_SHIPMENTS,
)
from transforms.contracts.decisions.runs import (
    PROOFS,
    RUNS,
)
from transforms.contracts.decisions.stock import (
    LOT_POSITIONS,
    NODE_CONFIDENCE,
    PROMISE_POSTINGS,
    STOCK_POSITIONS,
    STOCK_VARIANCES,
    UNIT_POSTINGS,
)
from transforms.contracts.table import Table
from transforms.contracts.telling import TOLD_ROWS

DECISIONS: dict[str, Table] = {
    table.name: table
    for table in (
        OWN_EVENTS,
        LINE_BUCKETS,
        EVENT_VERDICTS,
        LINE_HOLDS,
        SUBSTITUTED_LINES,
        UNIT_POSTINGS,
        PROMISE_POSTINGS,
        STOCK_POSITIONS,
        STOCK_VARIANCES,
        NODE_CONFIDENCE,
        AVAILABLE_TO_PROMISE,
        NODE_GATES,
        LOT_POSITIONS,
        SHELF_LIFE_LIMITS,
        KIT_AVAILABILITY,
        PROMISE_CURVE,
        CHANNEL_AVAILABILITY,
        OPEN_DEMAND,
        ALLOCATIONS,
        ALLOCATION_LOTS,
        ALLOCATION_PRICES,
        ORDER_FLOORS,
        ALLOCATION_CERTIFICATES,
        DECISION_TRACE,
        BACKORDERS,
        EXPIRED_BACKORDERS,
        SUBSTITUTES,
        DEMAND_FORECASTS,
        RECONCILED_PAYMENTS,
        RECONCILED_SHIPMENTS,
        RECONCILED_PARCELS,
        RECONCILED_ORDERS,
        EXCEPTIONS,
        PROOFS,
        RUNS,
        FULFILMENT_ORDERS,
        INSTRUCTION_LINES,
        CANCEL_REQUESTS,
        CORRECTED_INSTRUCTIONS,
        PAYMENT_REQUESTS,
        OUTBOX_FILES,
        FILE_DELIVERIES,
        TOLD_ROWS,
    )
}

__all__ = [
    "ALLOCATIONS",
    "ALLOCATION_CERTIFICATES",
    "ALLOCATION_LOTS",
    "ALLOCATION_PRICES",
    "AS_OF",
    "AVAILABLE_TO_PROMISE",
    "BACKORDERS",
    "BUCKETS",
    "CANCEL_REQUESTS",
    "CHANNEL_AVAILABILITY",
    "CORRECTED_INSTRUCTIONS",
    "DECISIONS",
    "DECISION_TRACE",
    "DEMAND_FORECASTS",
    "EVENT_VERDICTS",
    "EXCEPTIONS",
    "EXPIRED_BACKORDERS",
    "FILE_DELIVERIES",
    "FULFILMENT_ORDERS",
    "INSTRUCTION_LINES",
    "KIT_AVAILABILITY",
    "LEFT",
    "LINE_BUCKETS",
    "LINE_HOLDS",
    "LOT_POSITIONS",
    "NODE_CONFIDENCE",
    "NODE_GATES",
    "OPEN_DEMAND",
    "ORDER_FLOORS",
    "OUTBOX_FILES",
    "OVERLAYS",
    "OWN_EVENTS",
    "PAYMENT_REQUESTS",
    "PROMISE_CURVE",
    "PROMISE_POSTINGS",
    "PROOFS",
    "RECONCILED_ORDERS",
    "RECONCILED_PARCELS",
    "RECONCILED_PAYMENTS",
    "RECONCILED_SHIPMENTS",
    "RUNS",
    "RUN_ID",
    "SHELF_LIFE_LIMITS",
    "SHIPPING_ORDERS",
    "STOCK_POSITIONS",
    "STOCK_VARIANCES",
    "SUBSTITUTED_LINES",
    "SUBSTITUTES",
    "UNIT_POSTINGS",
]
