"""Money: payments, payouts and what stands behind them, invoices, costs."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

PAYMENTS = document(
    "payments",
    "one row per payment transaction as sent; a later copy of one replaces it",
    required("format", "format it was read with"),
    required("payment_ref", "the provider's id, natural key with partner_id"),
    optional("parent_ref", "the payment it captures, voids or refunds"),
    optional("order_ref", "the channel's order id"),
    required("kind", "AUTHORISATION | CAPTURE | SALE | VOID | REFUND"),
    required("status_code", "SUCCEEDED | PENDING | FAILED | CANCELLED"),
    required("method", "card | cash | gift_card | bank | wallet | account | other"),
    optional("gateway", "who processed it, as sent"),
    required("amount", "of the transaction, >= 0"),
    optional("captured_amount", "captured so far of an authorisation"),
    optional("refunded_amount", "refunded so far"),
    required("currency_code", "ISO 4217"),
    optional("authorised_until", "instant the authorisation expires"),
    optional("card_brand", "as sent"),
    optional("card_last4", "last four digits"),
    optional("error_code", "why it failed, as sent"),
    optional("node_ref", "store of a till tender"),
    required("occurred_at", "instant"),
    required("updated_at", "instant of this version; occurred_at if none is sent"),
    required("is_test", "true | false: a test of the provider"),
)

PAYOUTS = document(
    "payouts",
    "one row per payout of a provider to our bank",
    required("payout_ref", "the provider's id"),
    required("status_code", "SCHEDULED | IN_TRANSIT | PAID | FAILED | CANCELLED"),
    required("amount", "what reaches the bank, signed"),
    optional("fee_amount", "fees taken, signed as the provider sends them"),
    required("currency_code", "ISO 4217"),
    required("paid_on", "date"),
)

SETTLEMENT_LINES = document(
    "settlement_lines",
    "one row per money line that a payout is made of",
    required("format", "format it was read with"),
    required("entry_ref", "the provider's id of the line, or its place in the report"),
    optional("payout_ref", "settlement or payout it belongs to"),
    optional("payout_amount", "total of that settlement, as its header says"),
    optional("deposited_at", "instant the settlement is paid out"),
    required("entry_kind", "as sent: Order, Refund, charge, payout, …"),
    optional("amount_type", "as sent: ItemPrice, ItemFees, …"),
    optional("amount_description", "as sent: Principal, Commission, …"),
    optional("order_ref", "the channel's order id; some fees have none"),
    optional("line_ref", "the channel's line id"),
    optional("payment_ref", "payment or refund it settles"),
    optional("sku_ref", "SKU"),
    optional("qty", "eaches"),
    required("amount", "gross, signed: what we get is positive"),
    required("fee_amount", "fee inside this line, signed, 0 if none"),
    required("net_amount", "amount plus fee, signed"),
    required("currency_code", "ISO 4217"),
    required("posted_at", "instant"),
    optional("available_on", "date the money is free"),
)

CARRIER_INVOICES = document(
    "carrier_invoices",
    "one row per charge of a carrier's invoice",
    required("invoice_ref", "the carrier's invoice"),
    required("line_ref", "line inside it"),
    required("carrier_code", "SCAC or name"),
    optional("tracking_ref", "parcel or pro number"),
    optional("shipment_ref", "our instruction or bill of lading, if echoed"),
    required("charge_code", "FREIGHT, FUEL, … as sent"),
    required("amount", "of the charge, negative for a credit"),
    required("currency_code", "ISO 4217"),
    optional("billed_weight_grams", "weight that was billed"),
    optional("zone", "carrier zone that was billed"),
    optional("service_code", "as sent"),
    optional("shipped_on", "date"),
    required("invoiced_on", "date"),
)

SUPPLIER_INVOICES = document(
    "supplier_invoices",
    "one row per invoiced line (X12 810)",
    required("invoice_ref", "the supplier's invoice"),
    required("line_ref", "line inside it"),
    optional("po_ref", "our purchase order"),
    optional("po_line_ref", "line of that order, if echoed"),
    required("sku_ref", "SKU"),
    required("qty", "invoiced eaches"),
    required("unit_amount", "per each, up to six decimals"),
    required("line_amount", "qty x price"),
    optional("invoice_amount", "total of the invoice as sent"),
    required("currency_code", "ISO 4217"),
    required("invoiced_on", "date"),
)

UNIT_COSTS = document(
    "unit_costs",
    "one row per SKU, node and day a cost begins",
    required("sku_ref", "SKU"),
    optional("node_ref", "node; null: everywhere"),
    required("unit_amount", "cost of one each, up to six decimals"),
    required("currency_code", "ISO 4217"),
    required("valid_from", "date"),
    required("updated_at", "instant of this version"),
)
