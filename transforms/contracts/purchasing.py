"""Purchasing: what suppliers are asked for.

Not here: what they answer and send, which are documents
(``transforms.contracts.documents``).
"""

from __future__ import annotations

from transforms.contracts.table import DATE, INSTANT, INTEGER, TEXT, Column, Table

PURCHASE_ORDER_LINES = Table(
    "instructions",
    "purchase_order_lines",
    "one row per line of a purchase order to a supplier",
    key=("po_id", "po_line_ref"),
    columns=(
        Column("po_id", TEXT, "purchase order; the supplier quotes it in its answers"),
        Column("po_line_ref", TEXT, "1 … n inside the order"),
        Column("supplier_id", TEXT, "partner that is asked"),
        Column("node_id", TEXT, "node the goods go to"),
        Column("node_name", TEXT, "text", is_nullable=True),
        Column("sku_id", TEXT, "SKU"),
        Column("supplier_sku_ref", TEXT, "the supplier's name of it", is_nullable=True),
        Column("product_name", TEXT, "text", is_nullable=True),
        Column("qty", INTEGER, "eaches", minimum=1),
        Column(
            "unit_amount",
            TEXT,
            "price of one each: plain decimal, up to six digits behind the point",
        ),
        Column("currency_code", TEXT, "ISO 4217, one per order"),
        Column("ordered_at", INSTANT, "UTC"),
        Column(
            "requested_on",
            DATE,
            "day the goods are wanted at the node",
            is_nullable=True,
        ),
    ),
)
