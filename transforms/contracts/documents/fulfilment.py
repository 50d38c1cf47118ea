"""What warehouses say of our instructions, and suppliers of goods on the way."""

from __future__ import annotations

from transforms.contracts.documents.columns import UNIT, document, optional, required

SHIPMENT_CONFIRMATIONS = document(
    "shipment_confirmations",
    "one row per shipped or shorted line (X12 945, CSV)",
    required("node_ref", "shipping node"),
    required("shipment_ref", "the node's shipment number"),
    required("instruction_ref", "our instruction id (945 W06-02 depositor order)"),
    optional("order_ref", "our order id, if echoed"),
    required("line_ref", "our line number inside the instruction (945 LX01)"),
    required("sku_ref", "SKU shipped"),
    required("ordered_qty", "eaches or units the node was asked for"),
    required("shipped_qty", "eaches or units that left, 0 when wholly short"),
    UNIT,
    optional("reason_code", "why short: OUT_OF_STOCK, DAMAGED, …"),
    required("shipped_on", "instant, or date where the format has no time"),
    optional("carrier_code", "SCAC or name"),
    optional("tracking_ref", "parcel's tracking number"),
    optional("lot_ref", "lot that the eaches are of"),
    optional("serial_refs", "serial numbers of the eaches, separated by spaces"),
    optional("ordered_sku_ref", "SKU that was asked for, where sku_ref went instead"),
    optional("action", "original | replace (what was said of it before)"),
    optional("confirmed_at", "instant of this version of the confirmation"),
    numbers=(
        *("node_ref", "shipment_ref", "instruction_ref", "line_ref"),
        *("tracking_ref", "lot_ref", "ordered_sku_ref"),
    ),
)

REJECTIONS = document(
    "rejections",
    "one row per line a node refused",
    required("node_ref", "refusing node"),
    required("instruction_ref", "our instruction id"),
    required("line_ref", "our line number inside the instruction"),
    required("sku_ref", "SKU"),
    required("rejected_qty", "eaches"),
    required("reason_code", "OUT_OF_STOCK | DAMAGED | CLOSED | ADDRESS | UNREAD"),
    required("stock_effect", "none | minus_rejected | zero_sku"),
    required("rejected_at", "instant"),
    numbers=("node_ref", "instruction_ref", "line_ref", "rejected_at"),
)

INSTRUCTION_CORRECTIONS = document(
    "instruction_corrections",
    "one row per correction of an instruction that was sent, or of one of its lines",
    required("correction_ref", "the sender's number of it, key with partner_id"),
    required("instruction_ref", "our instruction id"),
    optional("line_ref", "our line number inside it, where its eaches change"),
    optional("qty", "eaches that the line is to ask for, fewer than it did"),
    optional(
        "service_code",
        "STANDARD | EXPEDITED, where it changes; PICK_UP and SHIP_TO_STORE stay",
    ),
    optional("ship_to_name", "recipient, where it changes", "name"),
    optional("ship_to_street", "first address line, where it changes", "address"),
    optional("ship_to_street2", "second address line, where it changes", "address"),
    optional("ship_to_city", "city, where it changes", "city"),
    optional("ship_to_postal_code", "postal code, where it changes", "postal_code"),
    optional("ship_to_region", "state or province code, where it changes"),
    optional("ship_to_country", "ISO 3166 alpha-2, where it changes"),
    optional("ship_to_phone", "the recipient's, where it changes", "phone"),
    required("author", "who corrects it, as an account and not as a person's name"),
    required("corrected_at", "instant"),
    optional("note", "why; free text", "note"),
)

SHIP_NOTICES = document(
    "ship_notices",
    "one row per advised line of goods on the way to a node (856, 943, DESADV);"
    " one row without line takes the notice back",
    required("notice_ref", "the sender's shipment number"),
    required("action", "original | replace | cancel (the whole notice)"),
    required("notice_at", "instant or date of this version of the notice"),
    required("notice_kind", "supplier | transfer"),
    optional("line_ref", "line inside the notice; null: the whole notice"),
    optional("po_ref", "our purchase or transfer order it answers"),
    optional("po_line_ref", "line of that order"),
    optional("ship_from_ref", "the sender's place"),
    optional("node_ref", "node the goods go to"),
    optional("sku_ref", "SKU"),
    optional("shipped_qty", "eaches that left, or units where one is named"),
    optional("ordered_qty", "eaches or units that were ordered"),
    UNIT,
    optional("package_ref", "SSCC or carton"),
    optional("lot_ref", "lot"),
    optional("expires_on", "date the lot expires"),
    optional("carrier_code", "SCAC or name"),
    optional("tracking_ref", "tracking or bill of lading number"),
    optional("shipped_on", "instant, or date where the format has no time"),
    optional("expected_on", "date the goods are expected"),
    numbers=(
        *("notice_ref", "notice_at", "action", "line_ref", "package_ref", "lot_ref"),
    ),
)

FULFILMENT_STATUSES = document(
    "fulfilment_statuses",
    "one row per step a node reports of an instruction's line",
    required("node_ref", "reporting node"),
    required("instruction_ref", "our instruction id"),
    optional("line_ref", "our line number inside it; null: all lines"),
    optional("sku_ref", "SKU"),
    required(
        "status_code",
        "ACCEPTED | PICKING | PICKED | PACKED | LABELLED | READY (for the customer to"
        " fetch) | ON_HOLD | CANCELLED (it will not be sent) | COLLECTED |"
        " NOT_COLLECTED (by the customer; these three name line and eaches)",
    ),
    optional("qty", "eaches; null: all of the line"),
    required("status_at", "instant"),
    optional("note", "free text", "note"),
)
