"""What lies where: postings of units and promises, balances, and what is believed."""

from __future__ import annotations

from transforms.contracts.decisions.columns import AS_OF, RUN_ID
from transforms.contracts.table import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Table,
)

UNIT_POSTINGS = Table(
    "decisions",
    "unit_postings",
    "one row per side of a physical movement",
    key=("posting_id",),
    columns=(
        Column("posting_id", TEXT, "movement_id and side"),
        Column("movement_id", TEXT, "the document event that moved the eaches"),
        Column(
            "movement_type",
            TEXT,
            "OPENING | TRANSIT | RECEIPT | TILL_SALE | SHIPMENT | DELIVERY | LOSS | ADJUSTMENT"
            " | VARIANCE | REJECTION | SHORTAGE | RETURN | KITTING | UNCOLLECTED",
        ),
        Column(
            "account",
            TEXT,
            "ON_HAND | SUPPLIER | IN_TRANSIT | SHIPPED | DELIVERED | CUSTOMER_RETURN | QUARANTINE"
            " | SCRAP | ADJUSTED | SYSTEM_BEFORE | VARIANCE | KITTING",
        ),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("lot_ref", TEXT, "lot, where its document names one", True),
        Column("qty", INTEGER, "signed eaches; a movement sums to zero"),
        Column("event_at", INSTANT, "UTC"),
        Column("is_date_only", BOOLEAN, "the document gave a date, no time"),
        RUN_ID,
    ),
)


PROMISE_POSTINGS = Table(
    "decisions",
    "promise_postings",
    "one row per side of a move of a commitment at a node",
    key=("posting_id",),
    columns=(
        Column("posting_id", TEXT, "event_id and side"),
        Column("event_id", TEXT, "event that moved the promise"),
        Column("line_id", TEXT, "order line"),
        Column(
            "account",
            TEXT,
            "DEMAND | ALLOCATED | RELEASED | SHIPPED; …_IN_KITS: minus what of it lies in"
            " kits packed beforehand, and under the kit's SKU plus these",
        ),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "signed eaches; an event sums to zero"),
        Column("event_at", INSTANT, "UTC"),
        RUN_ID,
    ),
)


STOCK_POSITIONS = Table(
    "decisions",
    "stock_positions",
    "one row per node and SKU: the sum of its postings",
    key=("node_id", "sku_id"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("available_qty", INTEGER, "on hand, sound; may be negative"),
        Column("damaged_qty", INTEGER, "on hand, damaged"),
        Column("hold_qty", INTEGER, "on hand, blocked"),
        Column("allocated_qty", INTEGER, "committed, not sent"),
        Column("released_qty", INTEGER, "committed, with the node"),
        RUN_ID,
    ),
)


STOCK_VARIANCES = Table(
    "decisions",
    "stock_variances",
    "one row per snapshot figure that differs from ours",
    key=("node_id", "sku_id", "stock_status", "snapshot_at"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("snapshot_at", INSTANT, "the partner's cut"),
        Column("quantity_basis", TEXT, "on_hand | available"),
        Column("reported_qty", INTEGER, "as sent"),
        Column("ledger_qty", INTEGER, "ours at the cut, same basis"),
        Column("in_flight_qty", INTEGER, "sent to the node, open at the cut"),
        Column("variance_qty", INTEGER, "reported - ours"),
        Column(
            "posted_qty", INTEGER, "posted to VARIANCE now; 0 while a surplus waits"
        ),
        Column(
            "cause_code",
            TEXT,
            "SHORTFALL | SURPLUS_WAITS | SURPLUS_CONFIRMED | EXPLAINED (by late files)",
        ),
        RUN_ID,
    ),
)


NODE_CONFIDENCE = Table(
    "decisions",
    "node_confidence",
    "one row per node and run: whether its newest snapshot is believed",
    key=("node_id", "as_of"),
    columns=(
        Column("node_id", TEXT, "node"),
        AS_OF,
        Column("snapshot_at", INSTANT, "newest snapshot", True),
        Column("row_count", INTEGER, "rows in it"),
        Column("expected_row_count", INTEGER, "positions we hold there"),
        Column("usual_row_count", INTEGER, "median rows of its files before"),
        Column("zero_bp", INTEGER, "share of zeros, basis points"),
        Column("changed_count", INTEGER, "rows that differ"),
        Column("changed_bp", INTEGER, "share of rows that differ, basis points"),
        Column("largest_change_qty", INTEGER, "largest difference of one SKU"),
        Column("confidence_bp", INTEGER, "10000 = believed; lower widens the buffer"),
        Column(
            "verdict", TEXT, "TRUSTED | STALE | PARTIAL | IMPLAUSIBLE | REFUSED | NONE"
        ),
        RUN_ID,
    ),
)


LOT_POSITIONS = Table(
    "decisions",
    "lot_positions",
    "one row per node, SKU and lot that documents name: a belief, no balance",
    key=("node_id", "sku_id", "lot_ref"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("lot_ref", TEXT, "lot; without a number, the day it expires"),
        Column("expires_date", DATE, "its last day; null: nobody told", True),
        Column("received_at", INSTANT, "first came; null: nobody saw it come", True),
        Column("location_ref", TEXT, "first place it lies at; null: nobody told", True),
        Column("qty", INTEGER, "sound eaches by its count and what named it since"),
        Column("counted_at", INSTANT, "cut of the node's count; null: none", True),
        RUN_ID,
    ),
)
