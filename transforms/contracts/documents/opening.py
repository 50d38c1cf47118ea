"""The cut-over: what the system before knew."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

OPENING_LINES = document(
    "opening_lines",
    "one row per order line of the system before, at cut-over",
    required("channel_id", "partner that sent the order"),
    required("order_ref", "the channel's order id"),
    required("line_ref", "the channel's line id"),
    required("cut_at", "instant of the cut-over"),
    required("pending_qty", "eaches not yet decided"),
    required("backordered_qty", "eaches waiting for stock"),
    required("released_qty", "eaches at a node, not shipped"),
    required("shipped_qty", "eaches that left"),
    required("delivered_qty", "eaches that arrived"),
    required("cancelled_qty", "eaches"),
    optional("node_ref", "node of the released eaches"),
    optional("instruction_ref", "instruction of the system before"),
    optional("instruction_line_ref", "line number inside that instruction"),
    optional("held_qty", "eaches on hold; nothing is 0"),
    optional("hold_reason", "why they are, a reason of order_actions"),
    optional("allocated_qty", "eaches promised to a node that was not told"),
    optional("lost_qty", "eaches that left and were lost"),
)

OPENING_STOCK = document(
    "opening_stock",
    "one row per node, SKU and status at cut-over",
    required("node_ref", "node"),
    required("sku_ref", "SKU"),
    required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    required("qty", "eaches"),
    required("cut_at", "instant of the cut-over"),
    numbers=("node_ref", "sku_ref", "stock_status", "cut_at"),
)
