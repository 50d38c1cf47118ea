"""The inbound documents: what a file says, whatever format it came in.

One bronze table per document. Cells are text in a canonical spelling that SQL
can cast without loss, so that silver is casts and names only:

- quantity: optional ``-`` and digits (eaches);
- money: plain decimal with ``.`` in major units of ``currency_code``;
- instant: ISO 8601 with an offset (``2017-12-27T15:02:11-05:00``);
- date: ``2017-12-27``, for formats that give no time;
- a missing cell is null, never "".

``parse`` of a format fills these columns and ``payload_line``; ingestion adds
the provenance columns; the vault replaces personal cells by tokens.
"""

from __future__ import annotations

from transforms.contracts.documents.answers import (
    ACKNOWLEDGEMENTS,
    APPLICATION_ANSWERS,
    ENVELOPE,
)
from transforms.contracts.documents.carriage import TRACKING_EVENTS
from transforms.contracts.documents.columns import PROVENANCE
from transforms.contracts.documents.desk import EXCEPTION_ACTIONS
from transforms.contracts.documents.fulfilment import (
    FULFILMENT_STATUSES,
    INSTRUCTION_CORRECTIONS,
    REJECTIONS,
    SHIP_NOTICES,
    SHIPMENT_CONFIRMATIONS,
)
from transforms.contracts.documents.master import (
    CURRENCY_RATES,
    EXPECTED_RECEIPTS,
    KIT_COMPONENTS,
    LANES,
    NODE_CALENDARS,
    NODES,
    PRICE_LISTS,
    PRODUCTS,
    RATES,
    SKU_ALIASES,
    STOCK_WORTHS,
    SUBSTITUTIONS,
    UNITS_OF_MEASURE,
)
from transforms.contracts.documents.money import (
    CARRIER_INVOICES,
    PAYMENTS,
    PAYOUTS,
    SETTLEMENT_LINES,
    SUPPLIER_INVOICES,
    UNIT_COSTS,
)
from transforms.contracts.documents.opening import OPENING_LINES, OPENING_STOCK
from transforms.contracts.documents.ordering import (
    ORDER_ACTIONS,
    ORDER_CHANGES,
    ORDERS,
)
from transforms.contracts.documents.own import SELF_DECISIONS
from transforms.contracts.documents.returning import REFUNDS, RETURNS
from transforms.contracts.documents.stock import (
    RECEIPTS,
    STOCK_ADJUSTMENTS,
    STOCK_SNAPSHOTS,
)
from transforms.contracts.table import Table

DOCUMENTS: dict[str, Table] = {
    table.name: table
    for table in (
        ORDERS,
        ORDER_CHANGES,
        ORDER_ACTIONS,
        STOCK_SNAPSHOTS,
        STOCK_ADJUSTMENTS,
        RECEIPTS,
        SHIPMENT_CONFIRMATIONS,
        REJECTIONS,
        INSTRUCTION_CORRECTIONS,
        EXCEPTION_ACTIONS,
        SHIP_NOTICES,
        FULFILMENT_STATUSES,
        ACKNOWLEDGEMENTS,
        APPLICATION_ANSWERS,
        PAYMENTS,
        PAYOUTS,
        SETTLEMENT_LINES,
        CARRIER_INVOICES,
        SUPPLIER_INVOICES,
        UNIT_COSTS,
        TRACKING_EVENTS,
        RETURNS,
        REFUNDS,
        OPENING_LINES,
        OPENING_STOCK,
        EXPECTED_RECEIPTS,
        PRODUCTS,
        NODES,
        LANES,
        RATES,
        KIT_COMPONENTS,
        SKU_ALIASES,
        SUBSTITUTIONS,
        STOCK_WORTHS,
        UNITS_OF_MEASURE,
        NODE_CALENDARS,
        PRICE_LISTS,
        CURRENCY_RATES,
        SELF_DECISIONS,
    )
}

__all__ = [
    "ACKNOWLEDGEMENTS",
    "APPLICATION_ANSWERS",
    "CARRIER_INVOICES",
    "CURRENCY_RATES",
    "DOCUMENTS",
    "ENVELOPE",
    "EXCEPTION_ACTIONS",
    "EXPECTED_RECEIPTS",
    "FULFILMENT_STATUSES",
    "INSTRUCTION_CORRECTIONS",
    "KIT_COMPONENTS",
    "LANES",
    "NODES",
    "NODE_CALENDARS",
    "OPENING_LINES",
    "OPENING_STOCK",
    "ORDERS",
    "ORDER_ACTIONS",
    "ORDER_CHANGES",
    "PAYMENTS",
    "PAYOUTS",
    "PRICE_LISTS",
    "PRODUCTS",
    "PROVENANCE",
    "RATES",
    "RECEIPTS",
    "REFUNDS",
    "REJECTIONS",
    "RETURNS",
    "SELF_DECISIONS",
    "SETTLEMENT_LINES",
    "SHIPMENT_CONFIRMATIONS",
    "SHIP_NOTICES",
    "SKU_ALIASES",
    "STOCK_ADJUSTMENTS",
    "STOCK_SNAPSHOTS",
    "STOCK_WORTHS",
    "SUBSTITUTIONS",
    "SUPPLIER_INVOICES",
    "TRACKING_EVENTS",
    "UNITS_OF_MEASURE",
    "UNIT_COSTS",
]
