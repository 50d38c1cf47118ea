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

from transforms.contracts.table import INSTANT, INTEGER, TEXT, Column, Table


def _required(name: str, description: str, personal: str | None = None) -> Column:
    return Column(name, TEXT, description, personal=personal)


def _optional(name: str, description: str, personal: str | None = None) -> Column:
    return Column(name, TEXT, description, is_nullable=True, personal=personal)


PROVENANCE = (
    Column("partner_id", TEXT, "who sent it"),
    Column("payload_sha256", TEXT, "the landed file", is_provenance=True),
    Column(
        "payload_line",
        INTEGER,
        "physical line (X12: segment) from 1",
        is_provenance=True,
    ),
    Column("received_at", INSTANT, "when it arrived", is_provenance=True),
    Column("landing_id", INTEGER, "row of the landing ledger", is_provenance=True),
)


def _document(name: str, grain: str, *columns: Column) -> Table:
    # Bronze holds what was sent, repeats included: silver reduces to one.
    return Table("bronze", name, grain, key=(), columns=columns + PROVENANCE)


ORDERS = _document(
    "orders",
    "one row per order line as sent (an order without lines has none)",
    _required("format", "format it was read with"),
    _required("action", "create | update | cancel (whole order)"),
    _required("order_ref", "the channel's order id, natural key with partner_id"),
    _required("order_name", "number people use: #1001, 902-3159896-1390916, PO"),
    _required("line_ref", "the channel's line id, natural key with order_ref"),
    _required("ordered_at", "instant"),
    _required("updated_at", "instant of this version; ordered_at if none is sent"),
    _optional("cancelled_at", "instant the channel cancelled the order"),
    _required("currency_code", "ISO 4217"),
    _required("sku_ref", "the channel's SKU"),
    _optional("product_name", "as sent"),
    _required("qty", "ordered eaches"),
    _required("line_amount", "qty x price before discount, whole line"),
    _required("discount_amount", "all discounts on the line, >= 0"),
    _required("tax_amount", "tax on the line, 0 if none is sent"),
    _optional("order_amount", "order total as sent: sum of lines - discounts + tax"),
    _required("service_code", "STANDARD | EXPEDITED | NONE (taken at the till)"),
    _required("is_ship_complete", "true | false: all lines in one go"),
    _required("payment_status", "paid | authorized | pending | terms | tender"),
    _optional("node_ref", "store of a till sale"),
    _optional("ship_to_region", "state or province code, not personal"),
    _optional("ship_to_country", "ISO 3166 alpha-2"),
    _optional("customer_ref", "the channel's customer id", "customer"),
    _optional("customer_name", "buyer", "name"),
    _optional("customer_email", "buyer", "email"),
    _optional("customer_phone", "buyer", "phone"),
    _optional("ship_to_name", "recipient", "name"),
    _optional("ship_to_street", "first address line", "address"),
    _optional("ship_to_street2", "second address line", "address"),
    _optional("ship_to_city", "city", "city"),
    _optional("ship_to_postal_code", "postal code", "postal_code"),
    _optional("note", "free text", "note"),
)

STOCK_SNAPSHOTS = _document(
    "stock_snapshots",
    "one row per node, SKU and stock status as counted at the snapshot",
    _required("node_ref", "the partner's name of the node"),
    _required("sku_ref", "SKU"),
    _required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    _required("quantity_basis", "on_hand | available"),
    _required("qty", "eaches, may be negative"),
    _required("snapshot_at", "instant the count was cut"),
)

RECEIPTS = _document(
    "receipts",
    "one row per received line (X12 944, CSV)",
    _required("node_ref", "receiving node"),
    _required("receipt_ref", "the node's receipt number"),
    _required("line_ref", "line inside the receipt"),
    _optional("po_ref", "purchase order or advice it answers"),
    _required("sku_ref", "SKU"),
    _required("qty", "received eaches"),
    _required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    _required("received_on", "instant, or date where the format has no time"),
)

SHIPMENT_CONFIRMATIONS = _document(
    "shipment_confirmations",
    "one row per shipped or shorted line (X12 945, CSV)",
    _required("node_ref", "shipping node"),
    _required("shipment_ref", "the node's shipment number"),
    _required("instruction_ref", "our instruction id (945 W06-02 depositor order)"),
    _optional("order_ref", "our order id, if echoed"),
    _required("line_ref", "our line number inside the instruction (945 LX01)"),
    _required("sku_ref", "SKU shipped"),
    _required("ordered_qty", "eaches the node was asked for"),
    _required("shipped_qty", "eaches that left, 0 when wholly short"),
    _optional("reason_code", "why short: OUT_OF_STOCK, DAMAGED, …"),
    _required("shipped_on", "instant, or date where the format has no time"),
    _optional("carrier_code", "SCAC or name"),
    _optional("tracking_ref", "parcel's tracking number"),
)

ACKNOWLEDGEMENTS = _document(
    "acknowledgements",
    "one row per acknowledged transaction set (X12 997, CSV)",
    _required("interchange_ref", "control number we sent: GS06 or file control no."),
    _required(
        "set_ref", "transaction set control number (AK202), = interchange if CSV"
    ),
    _required("status_code", "A accepted | E with errors | P partly | R rejected"),
    _optional("reason", "syntax error as sent"),
    _required("acknowledged_at", "instant"),
)

REJECTIONS = _document(
    "rejections",
    "one row per line a node refused",
    _required("node_ref", "refusing node"),
    _required("instruction_ref", "our instruction id"),
    _required("line_ref", "our line number inside the instruction"),
    _required("sku_ref", "SKU"),
    _required("rejected_qty", "eaches"),
    _required("reason_code", "OUT_OF_STOCK | DAMAGED | CLOSED | ADDRESS"),
    _required("stock_effect", "none | minus_rejected | zero_sku"),
    _required("rejected_at", "instant"),
)

OPENING_LINES = _document(
    "opening_lines",
    "one row per order line of the system before, at cut-over",
    _required("channel_id", "partner that sent the order"),
    _required("order_ref", "the channel's order id"),
    _required("line_ref", "the channel's line id"),
    _required("cut_at", "instant of the cut-over"),
    _required("pending_qty", "eaches not yet decided"),
    _required("backordered_qty", "eaches waiting for stock"),
    _required("released_qty", "eaches at a node, not shipped"),
    _required("shipped_qty", "eaches that left"),
    _required("delivered_qty", "eaches that arrived"),
    _required("cancelled_qty", "eaches"),
    _optional("node_ref", "node of the released eaches"),
    _optional("instruction_ref", "instruction of the system before"),
    _optional("instruction_line_ref", "line number inside that instruction"),
)

OPENING_STOCK = _document(
    "opening_stock",
    "one row per node, SKU and status at cut-over",
    _required("node_ref", "node"),
    _required("sku_ref", "SKU"),
    _required("stock_status", "AVAILABLE | DAMAGED | HOLD"),
    _required("qty", "eaches"),
    _required("cut_at", "instant of the cut-over"),
)

EXPECTED_RECEIPTS = _document(
    "expected_receipts",
    "one row per open purchase order line",
    _required("po_ref", "purchase order"),
    _required("line_ref", "line in it"),
    _required("node_ref", "receiving node"),
    _required("sku_ref", "SKU"),
    _required("qty", "eaches ordered from the supplier"),
    _required("expected_on", "date the goods can be shipped from the node"),
    _required("updated_at", "instant of this version"),
)

PRODUCTS = _document(
    "products",
    "one row per SKU",
    _required("sku_ref", "SKU"),
    _required("product_name", "text"),
    _required("department", "text"),
    _required("category", "text"),
    _required("brand", "National | Private"),
    _optional("package_size", "as printed: 22 LB"),
    _required("grams", "weight of one each"),
    _required("is_weight_estimated", "true when the category's median was used"),
    _required("updated_at", "instant of this version"),
)

NODES = _document(
    "nodes",
    "one row per place that can ship",
    _required("node_ref", "node"),
    _required("node_name", "text"),
    _required("node_kind", "dc | store | 3pl"),
    _required("operator_id", "partner that runs it and takes its instructions"),
    _required("zone", "IANA time zone"),
    _required("region", "state code"),
    _required("cutoff_local", "HH:MM, last release of a day"),
    _required("open_weekdays", "ISO weekdays it ships on: 12345"),
    _required("daily_capacity_units", "eaches a day"),
    _required("daily_capacity_shipments", "shipments a day"),
    _required("lead_days", "days from release to hand-over"),
    _required("shipment_cost", "per shipment"),
    _required("unit_cost", "per each"),
    _required("buffer_rate", "share of on-hand withheld for doubt: 0.02"),
    _required("is_shipping", "true | false"),
    _required("channels", "channels it may serve, joined by |"),
    _required("updated_at", "instant of this version"),
)

LANES = _document(
    "lanes",
    "one row per destination region and node",
    _required("region", "state code"),
    _required("node_ref", "node"),
    _required("zone", "carrier zone 1 … 8"),
    _required("distance_km", "whole kilometres"),
    _required("updated_at", "instant of this version"),
)

RATES = _document(
    "rates",
    "one row per carrier service and zone",
    _required("service_code", "STANDARD | EXPEDITED"),
    _required("zone", "carrier zone"),
    _required("base_amount", "per shipment"),
    _required("per_kg_amount", "per kilogram"),
    _required("transit_days", "days from hand-over to door"),
    _required("currency_code", "ISO 4217"),
    _required("updated_at", "instant of this version"),
)

SELF_DECISIONS = _document(
    "self_decisions",
    "one row per decided row that a run landed, so that a rebuild reads it",
    _required("run_id", "the deciding run"),
    _required("as_of", "instant of that run"),
    _required("table_name", "decisions or instructions table it belongs to"),
    _required("row_json", "the row as JSON, keys in contract order"),
)

DOCUMENTS: dict[str, Table] = {
    table.name: table
    for table in (
        ORDERS,
        STOCK_SNAPSHOTS,
        RECEIPTS,
        SHIPMENT_CONFIRMATIONS,
        ACKNOWLEDGEMENTS,
        REJECTIONS,
        OPENING_LINES,
        OPENING_STOCK,
        EXPECTED_RECEIPTS,
        PRODUCTS,
        NODES,
        LANES,
        RATES,
        SELF_DECISIONS,
    )
}
