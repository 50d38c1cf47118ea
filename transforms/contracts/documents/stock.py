"""What a node holds: counts, corrections, goods received."""

from __future__ import annotations

from transforms.contracts.documents.columns import UNIT, document, optional, required

STOCK_STATUSES: tuple[str, ...] = ("AVAILABLE", "DAMAGED", "HOLD")

ADJUSTMENT_REASONS: tuple[str, ...] = (
    *("CYCLE_COUNT", "DAMAGED", "EXPIRED", "FOUND", "LOST", "THEFT", "RETURNED"),
    *("RECEIVING_ERROR", "SHIPPING_ERROR", "RELABELLED", "STATUS_CHANGE", "OTHER"),
)
"""Why a node corrects its stock. Another reason is refused, not guessed."""

STOCK_SNAPSHOTS = document(
    "stock_snapshots",
    "one row per node, SKU and stock status as counted at the snapshot",
    required("node_ref", "the partner's name of the node"),
    required("sku_ref", "SKU"),
    required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    required("quantity_basis", "on_hand | available"),
    required("qty", "eaches, or units where one is named; may be negative"),
    UNIT,
    required("snapshot_at", "instant the count was cut"),
    optional("lot_ref", "lot, where the partner counts by lot"),
    optional("expires_on", "date the lot expires"),
    optional("location_ref", "where in the node it lies, by its walking order"),
    numbers=(
        *("node_ref", "sku_ref", "stock_status", "snapshot_at"),
        *("lot_ref", "expires_on", "location_ref", "uom_code"),
    ),
)

RECEIPTS = document(
    "receipts",
    "one row per received line (X12 944, CSV)",
    required("node_ref", "receiving node"),
    required("receipt_ref", "the node's receipt number"),
    required("line_ref", "line inside the receipt"),
    optional("po_ref", "purchase order or advice it answers"),
    required("sku_ref", "SKU"),
    required("qty", "received eaches, or units where one is named"),
    UNIT,
    required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    required("received_on", "instant, or date where the format has no time"),
    optional("lot_ref", "lot"),
    optional("expires_on", "date the lot expires"),
    numbers=("node_ref", "receipt_ref", "line_ref"),
)

STOCK_ADJUSTMENTS = document(
    "stock_adjustments",
    "one row per correction of a node's stock (X12 947, CSV)",
    required("node_ref", "node"),
    required("adjustment_ref", "the node's number of the correction"),
    required("line_ref", "line inside it"),
    required("sku_ref", "SKU"),
    required("qty", "eaches or units, signed; a move takes them from the first status"),
    UNIT,
    required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    optional("to_stock_status", "status the eaches moved to; null: none moved"),
    required("reason_code", " | ".join(ADJUSTMENT_REASONS)),
    optional("partner_reason", "the reason as the partner codes it"),
    optional("lot_ref", "lot"),
    required("adjusted_on", "instant, or date where the format has no time"),
    numbers=("node_ref", "adjustment_ref", "line_ref"),
)
