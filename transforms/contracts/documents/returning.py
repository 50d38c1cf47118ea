"""What comes back: goods and money."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

RETURNS = document(
    "returns",
    "one row per returned line and step",
    required("return_ref", "the partner's number of the return"),
    required("line_ref", "line inside it"),
    optional("order_ref", "the channel's order id; null: nobody knows which"),
    optional("order_line_ref", "the channel's line id"),
    required("sku_ref", "SKU"),
    required("qty", "eaches"),
    required(
        "status_code",
        "REQUESTED | AUTHORISED | DENIED | IN_TRANSIT | RECEIVED | INSPECTED | LOST"
        " | EXPIRED",
    ),
    optional("reason_code", "as sent"),
    optional("disposition_code", "SELLABLE | DAMAGED | DEFECTIVE | EXPIRED | OTHER"),
    optional("node_ref", "receiving node"),
    optional("tracking_ref", "parcel's tracking number"),
    optional("lot_ref", "lot that the eaches are of; several are a line each"),
    required("returned_on", "instant of the step, or date"),
    optional("note", "the customer's words", "note"),
)

REFUNDS = document(
    "refunds",
    "one row per refunded line, or per amount without a line",
    required("format", "format it was read with"),
    required("refund_ref", "the channel's id of the refund"),
    required("entry_ref", "line inside it"),
    required("order_ref", "the channel's order id"),
    optional("line_ref", "the channel's line id; null: shipping, goodwill"),
    optional("sku_ref", "SKU"),
    required("qty", "eaches refunded, 0 without a line"),
    required("restock_code", "RETURN | CANCEL | NO_RESTOCK"),
    optional("node_ref", "place that takes the goods back"),
    required("amount", "before tax"),
    required("tax_amount", "0 if none is sent"),
    required("currency_code", "ISO 4217"),
    optional("payment_ref", "payment that carried it"),
    required("refunded_at", "instant"),
    optional("note", "free text", "note"),
)
