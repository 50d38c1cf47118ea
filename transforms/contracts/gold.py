"""Gold: facts, dimensions and document events, as the decisions read them.

dbt makes these tables (``dbt_project/models/gold``); a test holds each model's
contract to the value here. Ids: ``order_id`` = ``<channel>/<order_ref>``,
``line_id`` = ``<order_id>/<line_ref>``; both sort and read well.
"""

from __future__ import annotations

from transforms.contracts.documents.stock import ADJUSTMENT_REASONS
from transforms.contracts.table import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Table,
)

SOURCE = (
    Column("partner_id", TEXT, "who said so"),
    Column("payload_sha256", TEXT, "landed file", is_provenance=True),
    Column("payload_line", INTEGER, "line in it", is_provenance=True),
    Column("known_at", INSTANT, "when it reached us", is_provenance=True),
    Column("landing_id", INTEGER, "row of the landing ledger", is_provenance=True),
)

DIM_PRODUCTS = Table(
    "gold",
    "dim_products",
    "one row per SKU",
    key=("sku_id",),
    columns=(
        Column("sku_id", TEXT, "SKU"),
        Column("product_name", TEXT, "text"),
        Column("department", TEXT, "text"),
        Column("category", TEXT, "text"),
        Column("brand", TEXT, "National | Private"),
        Column("grams", INTEGER, "weight of one each", minimum=1),
        Column("is_weight_estimated", BOOLEAN, "median of the category was used"),
        Column("released_date", DATE, "first on which it ships; null: long ago", True),
    ),
)

DIM_NODES = Table(
    "gold",
    "dim_nodes",
    "one row per place that can ship",
    key=("node_id",),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("node_name", TEXT, "text"),
        Column(
            "node_kind",
            TEXT,
            "dc | store | 3pl | supplier",
            allowed=("dc", "store", "3pl", "supplier"),
        ),
        Column("operator_id", TEXT, "partner that takes its instructions"),
        Column("zone", TEXT, "IANA time zone"),
        Column("region_code", TEXT, "state"),
        Column("cutoff_local", TEXT, "HH:MM"),
        Column("open_weekdays", TEXT, "ISO weekdays, 12345"),
        Column("daily_capacity_units", INTEGER, "eaches a day", minimum=0),
        Column("daily_capacity_shipments", INTEGER, "shipments a day", minimum=0),
        Column(
            "daily_capacity_lines",
            INTEGER,
            "lines to be picked a day; null: no limit",
            is_nullable=True,
            minimum=0,
        ),
        Column("lead_days", INTEGER, "release to hand-over", minimum=0),
        Column("shipment_cost_minor", INTEGER, "per shipment", minimum=0),
        Column("unit_cost_minor", INTEGER, "per each", minimum=0),
        Column("buffer_bp", INTEGER, "basis points of on-hand withheld", minimum=0),
        Column("is_shipping", BOOLEAN, "ships at all"),
        Column("channels", TEXT, "channels it serves, joined by |"),
        Column(
            "weekday_cutoffs",
            TEXT,
            "cut-offs of ISO weekdays that differ: 5=12:00|6=10:00",
            is_nullable=True,
        ),
        Column(
            "pickup_weekdays",
            TEXT,
            "ISO weekdays a carrier comes; null: every open day",
            is_nullable=True,
        ),
        Column(
            "delivery_lag_minutes",
            INTEGER,
            "from our file until it is in the node's queue; null: none",
            is_nullable=True,
            minimum=0,
        ),
        Column(
            "capabilities",
            TEXT,
            "what it can do, joined by |: ship, pick_up; null: ship",
            is_nullable=True,
        ),
        Column("street", TEXT, "address that orders are sent to", is_nullable=True),
        Column("city", TEXT, "its city", is_nullable=True),
        Column("postal_code", TEXT, "its postal code", is_nullable=True),
        Column("country_code", TEXT, "its country", is_nullable=True),
    ),
)

DIM_NODE_CALENDARS = Table(
    "gold",
    "dim_node_calendars",
    "one row per node and day that is not like its weekday",
    key=("node_id", "calendar_date"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("calendar_date", DATE, "date in the node's zone"),
        Column("is_open", BOOLEAN, "whether it ships on it"),
        Column("cutoff_local", TEXT, "HH:MM, where it differs", is_nullable=True),
        Column(
            "capacity_qty",
            INTEGER,
            "eaches that day, where it differs",
            is_nullable=True,
            minimum=0,
        ),
    ),
)

DIM_LANES = Table(
    "gold",
    "dim_lanes",
    "one row per destination region and node",
    key=("region_code", "node_id"),
    columns=(
        Column("region_code", TEXT, "destination state"),
        Column("node_id", TEXT, "node"),
        Column("zone_no", INTEGER, "carrier zone", minimum=1),
        Column("distance_km", INTEGER, "kilometres", minimum=0),
    ),
)

DIM_KIT_COMPONENTS = Table(
    "gold",
    "dim_kit_components",
    "one row per component of a kit and time it is one",
    key=("kit_sku_id", "component_sku_id", "valid_from_date"),
    columns=(
        Column("kit_sku_id", TEXT, "SKU of the kit"),
        Column("component_sku_id", TEXT, "SKU inside it; may be a kit"),
        Column("qty", INTEGER, "eaches of it in one kit", minimum=1),
        Column("valid_from_date", DATE, "first day"),
        Column("valid_to_date", DATE, "last day"),
    ),
)

DIM_SUBSTITUTIONS = Table(
    "gold",
    "dim_substitutions",
    "one row per SKU, other SKU that may be sent in its place, and time it may",
    key=("sku_id", "alternative_sku_id", "valid_from_date"),
    columns=(
        Column("sku_id", TEXT, "SKU that is wanted"),
        Column("alternative_sku_id", TEXT, "SKU that may be sent instead"),
        Column("ratio", INTEGER, "eaches of it for one each wanted", minimum=1),
        Column("preference", INTEGER, "1: to be offered first", minimum=1),
        Column(
            "policy",
            TEXT,
            "auto: without asking | ask: the customer is asked | never",
            allowed=("auto", "ask", "never"),
        ),
        Column(
            "max_delta_minor",
            INTEGER,
            "most that it may cost more for one each wanted; null: any",
            is_nullable=True,
            minimum=0,
        ),
        Column("currency_code", TEXT, "ISO 4217, of max_delta_minor", True),
        Column("valid_from_date", DATE, "first day"),
        Column("valid_to_date", DATE, "last day"),
    ),
)

DIM_STOCK_WORTHS = Table(
    "gold",
    "dim_stock_worths",
    "one row per node and SKU whose eaches are worth something where they lie",
    key=("node_id", "sku_id"),
    columns=(
        Column("node_id", TEXT, "node that has it"),
        Column("sku_id", TEXT, "SKU"),
        Column(
            "worth_minor",
            INTEGER,
            "minor units one each may earn kept there",
            minimum=1,
        ),
    ),
)

DIM_RATES = Table(
    "gold",
    "dim_rates",
    "one row per carrier service and zone",
    key=("service_code", "zone_no"),
    columns=(
        Column("service_code", TEXT, "STANDARD | EXPEDITED"),
        Column("zone_no", INTEGER, "carrier zone", minimum=1),
        Column("base_minor", INTEGER, "per shipment", minimum=0),
        Column("per_kg_minor", INTEGER, "per kilogram", minimum=0),
        Column("transit_days", INTEGER, "hand-over to door", minimum=0),
        Column("currency_code", TEXT, "ISO 4217"),
    ),
)

FCT_ORDERS = Table(
    "gold",
    "fct_orders",
    "one row per accepted order, newest version",
    key=("order_id",),
    columns=(
        Column("order_id", TEXT, "channel_id/order_ref"),
        Column("channel_id", TEXT, "partner that sent it"),
        Column("order_ref", TEXT, "the channel's id"),
        Column("order_name", TEXT, "number people use"),
        Column("ordered_at", INSTANT, "UTC"),
        Column("business_date", DATE, "date of ordered_at in the company's zone"),
        Column("version_no", INTEGER, "1 + changed copies before", minimum=1),
        Column("is_cancelled", BOOLEAN, "the channel cancelled it"),
        Column("currency_code", TEXT, "ISO 4217"),
        Column("amount_minor", INTEGER, "lines - discounts + tax"),
        Column("line_count", INTEGER, "lines", minimum=1),
        Column("ordered_qty", INTEGER, "eaches", minimum=1),
        Column(
            "service_code",
            TEXT,
            "STANDARD | EXPEDITED | PICK_UP | SHIP_TO_STORE | NONE",
        ),
        Column("is_ship_complete", BOOLEAN, "all lines in one go"),
        Column("wanted_ship_date", DATE, "when the customer wants it shipped", True),
        Column("wanted_delivery_date", DATE, "and delivered", True),
        Column("payment_status", TEXT, "as the channel says"),
        Column("is_till_sale", BOOLEAN, "taken at the till, never allocated"),
        Column(
            "node_id",
            TEXT,
            "store of a till sale, or at which it is fetched",
            is_nullable=True,
        ),
        Column(
            "region_code",
            TEXT,
            "destination state, of SHIP_TO_STORE the store's",
            is_nullable=True,
        ),
        Column("country_code", TEXT, "destination country", is_nullable=True),
        Column("customer_token", TEXT, "vault token", is_nullable=True),
        Column("ship_to_name", TEXT, "vault token", is_nullable=True),
        Column("ship_to_street", TEXT, "vault token", is_nullable=True),
        Column("ship_to_street2", TEXT, "vault token", is_nullable=True),
        Column("ship_to_city", TEXT, "vault token", is_nullable=True),
        Column("ship_to_postal_code", TEXT, "vault token", is_nullable=True),
        Column("ship_to_phone", TEXT, "vault token", is_nullable=True),
        *SOURCE,
    ),
)

FCT_ORDER_LINES = Table(
    "gold",
    "fct_order_lines",
    "one row per accepted order line, newest version; of a kit, per component; and per"
    " linked line",
    key=("line_id",),
    columns=(
        Column("line_id", TEXT, "order_id/line_ref; of a component, its kit's ~ SKU"),
        Column("order_id", TEXT, "order"),
        Column("channel_id", TEXT, "partner that sent it"),
        Column("line_no", INTEGER, "1 … n inside the order, by line_ref", minimum=1),
        Column("line_ref", TEXT, "the channel's line id"),
        Column("sku_id", TEXT, "SKU"),
        Column("ordered_qty", INTEGER, "eaches of the newest version", minimum=0),
        Column("line_amount_minor", INTEGER, "before discount"),
        Column("discount_minor", INTEGER, "all discounts", minimum=0),
        Column("tax_minor", INTEGER, "tax"),
        Column("currency_code", TEXT, "ISO 4217"),
        Column("kit_line_id", TEXT, "of a component: the kit's line as ordered", True),
        Column("kit_sku_id", TEXT, "of a component: the kit", True),
        Column(
            "kit_qty", INTEGER, "of a component: eaches in one kit", True, minimum=1
        ),
        Column(
            "substitutes_line_id",
            TEXT,
            "of a linked line: the line that it is sent instead of",
            True,
        ),
        Column(
            "substitutes_ratio",
            INTEGER,
            "of a linked line: eaches of it for one each of that line",
            True,
            minimum=1,
        ),
        Column(
            "keep_together",
            TEXT,
            "lines of the order that say the same go in one shipment, or wait",
            True,
        ),
        Column("to_store_id", TEXT, "store it is sent to and fetched at", True),
        Column("ordered_at", INSTANT, "UTC"),
        *SOURCE,
        Column(
            "first_landing_id",
            INTEGER,
            "first row of the landing ledger that told of the order: no event of"
            " its lines landed earlier",
            is_provenance=True,
        ),
    ),
)

FCT_ORDER_EVENTS = Table(
    "gold",
    "fct_order_events",
    "one row per thing a document says happened to a line",
    key=("event_id",),
    columns=(
        Column("event_id", TEXT, "readable, from content only"),
        Column("event_type", TEXT, "ACCEPTED | AMENDED | SOLD_AT_TILL | CANCELLED | …"),
        Column("line_id", TEXT, "null where the document names an instruction", True),
        Column("instruction_id", TEXT, "instruction the document names", True),
        Column("instruction_line_ref", TEXT, "line inside it", True),
        Column("sku_id", TEXT, "SKU the document names", True),
        Column("node_id", TEXT, "where", True),
        Column("qty", INTEGER, "eaches; AMENDED may be negative"),
        Column("event_at", INSTANT, "UTC; start of the node's day if date only"),
        Column("is_date_only", BOOLEAN, "the document gave a date"),
        Column("source_rank", INTEGER, "order among equal times, low first"),
        Column("reason_code", TEXT, "closed list per event", True),
        Column("detail", TEXT, "buckets of an OPENING, tracking, …, as JSON", True),
        *SOURCE,
    ),
    order=("event_id",),
)

FCT_ORDER_VERSIONS = Table(
    "gold",
    "fct_order_versions",
    "one row per order, version from the second on, and line or field that it changed",
    key=("order_id", "version_no", "line_id", "field_name"),
    columns=(
        Column("order_id", TEXT, "order"),
        Column("version_no", INTEGER, "version that made the change", minimum=2),
        Column("line_id", TEXT, "line; empty: the whole order"),
        Column("field_name", TEXT, "what changed; line: it came or went"),
        Column("before_value", TEXT, "value of the version before; null: none", True),
        Column("after_value", TEXT, "value of this version; null: none", True),
        Column("version_at", INSTANT, "instant of the version, UTC"),
        Column(
            "document",
            TEXT,
            "orders | order_changes",
            allowed=("orders", "order_changes"),
        ),
        *SOURCE,
    ),
)

FCT_RECEIPTS = Table(
    "gold",
    "fct_receipts",
    "one row per received line",
    key=("receipt_id",),
    columns=(
        Column("receipt_id", TEXT, "node/receipt_ref/line_ref"),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("qty", INTEGER, "eaches"),
        Column("event_at", INSTANT, "UTC"),
        Column("is_date_only", BOOLEAN, "the document gave a date"),
        Column("po_ref", TEXT, "purchase order", True),
        Column("lot_ref", TEXT, "lot; without a number, the day it expires", True),
        Column("expires_date", DATE, "day the lot expires", True),
        *SOURCE,
    ),
)

FCT_SHIP_NOTICES = Table(
    "gold",
    "fct_ship_notices",
    "one row per advised line of goods on the way to a node, newest version",
    key=("notice_line_id",),
    columns=(
        Column("notice_line_id", TEXT, "partner_id/notice_ref/line_ref/package/lot"),
        Column("notice_ref", TEXT, "the sender's shipment number"),
        Column("notice_kind", TEXT, "supplier | transfer"),
        Column("po_ref", TEXT, "our purchase or transfer order", True),
        Column("node_id", TEXT, "node the goods go to"),
        Column("from_node_id", TEXT, "node of ours that they leave", True),
        Column("sku_id", TEXT, "SKU"),
        Column("lot_ref", TEXT, "lot", True),
        Column("qty", INTEGER, "eaches that left"),
        Column("is_taken_back", BOOLEAN, "a later notice says otherwise"),
        Column("event_at", INSTANT, "UTC; start of the day if date only"),
        Column("is_date_only", BOOLEAN, "the document gave a date"),
        *SOURCE,
    ),
)

FCT_STOCK_ADJUSTMENTS = Table(
    "gold",
    "fct_stock_adjustments",
    "one row per line of a node's correction of its stock, newest version",
    key=("adjustment_id",),
    columns=(
        Column("adjustment_id", TEXT, "node/adjustment_ref/line_ref"),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("lot_ref", TEXT, "lot", True),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("to_stock_status", TEXT, "status moved to; null: none moved", True),
        Column(
            "reason_code",
            TEXT,
            " | ".join(ADJUSTMENT_REASONS),
            allowed=ADJUSTMENT_REASONS,
        ),
        Column("partner_reason", TEXT, "the reason as the partner codes it", True),
        Column("qty", INTEGER, "eaches, signed; a move leaves the first status"),
        Column("event_at", INSTANT, "UTC; start of the node's day if date only"),
        Column("is_date_only", BOOLEAN, "the document gave a date"),
        *SOURCE,
    ),
)

FCT_OPENING_STOCK = Table(
    "gold",
    "fct_opening_stock",
    "one row per node, SKU and status at cut-over",
    key=("node_id", "sku_id", "stock_status"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("qty", INTEGER, "eaches"),
        Column("cut_at", INSTANT, "UTC"),
        *SOURCE,
    ),
)

FCT_STOCK_SNAPSHOTS = Table(
    "gold",
    "fct_stock_snapshots",
    "one row per node, SKU, status and snapshot",
    key=("node_id", "sku_id", "stock_status", "snapshot_at"),
    columns=(
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("stock_status", TEXT, "AVAILABLE | DAMAGED | HOLD"),
        Column("quantity_basis", TEXT, "on_hand | available"),
        Column("qty", INTEGER, "eaches as reported"),
        Column(
            "lots",
            TEXT,
            "JSON of lots it names: lot, expires_date, location, qty",
            True,
        ),
        Column("snapshot_at", INSTANT, "UTC"),
        *SOURCE,
    ),
)

FCT_CHANNEL_STOCK = Table(
    "gold",
    "fct_channel_stock",
    "one row per published channel and SKU: what the channel shows",
    key=("channel_id", "sku_id"),
    columns=(
        Column("channel_id", TEXT, "channel"),
        Column("sku_id", TEXT, "SKU, or what the channel calls it"),
        Column("qty", INTEGER, "eaches it shows"),
        Column("place_count", INTEGER, "places it shows them at"),
        Column("shown_at", INSTANT, "UTC, of the place it looked at longest ago"),
        *SOURCE,
    ),
)

FCT_EXPECTED_RECEIPTS = Table(
    "gold",
    "fct_expected_receipts",
    "one row per open purchase order line, newest version",
    key=("po_ref", "po_line_ref"),
    columns=(
        Column("po_ref", TEXT, "purchase order"),
        Column("po_line_ref", TEXT, "line"),
        Column("node_id", TEXT, "node"),
        Column("sku_id", TEXT, "SKU"),
        Column("qty", INTEGER, "eaches", minimum=0),
        Column("expected_date", DATE, "in the node's zone"),
        *SOURCE,
    ),
)

FCT_ACKNOWLEDGEMENTS = Table(
    "gold",
    "fct_acknowledgements",
    "one row per acknowledged transaction set, group or file, or envelope",
    key=("partner_id", "interchange_ref", "set_ref"),
    columns=(
        Column("interchange_ref", TEXT, "our control number"),
        Column(
            "set_ref",
            TEXT,
            "our set, interchange_ref for all in it, ISA for its envelope",
        ),
        Column("status_code", TEXT, "A | E | P | R"),
        Column("reason", TEXT, "as sent", True),
        Column("acknowledged_at", INSTANT, "UTC"),
        *SOURCE,
    ),
)

FCT_PAYMENTS = Table(
    "gold",
    "fct_payments",
    "one row per payment transaction of a provider, newest version",
    key=("payment_id",),
    columns=(
        Column("payment_id", TEXT, "partner_id/payment_ref"),
        Column("parent_id", TEXT, "payment it captures, voids or gives back", True),
        Column("order_id", TEXT, "partner_id/order_ref; null: none is known", True),
        Column(
            "order_ref",
            TEXT,
            "the channel's order id, else that of the payment it names",
            True,
        ),
        Column("payment_kind", TEXT, "AUTHORISATION | CAPTURE | SALE | VOID | REFUND"),
        Column("status_code", TEXT, "SUCCEEDED | PENDING | FAILED | CANCELLED"),
        Column(
            "method_code",
            TEXT,
            "card | cash | gift_card | bank | wallet | account | other",
        ),
        Column("gateway", TEXT, "who processed it, as sent", True),
        Column("currency_code", TEXT, "ISO 4217"),
        Column("amount_minor", INTEGER, "of the transaction", minimum=0),
        Column("captured_minor", INTEGER, "captured so far of it, as sent", True),
        Column("refunded_minor", INTEGER, "given back so far of it, as sent", True),
        Column("is_test", BOOLEAN, "a test of the provider: no money"),
        Column("occurred_at", INSTANT, "UTC"),
        Column("updated_at", INSTANT, "instant of this version, UTC"),
        Column("authorised_until", INSTANT, "the authorisation expires, UTC", True),
        *SOURCE,
    ),
)

FCT_REFUNDS = Table(
    "gold",
    "fct_refunds",
    "one row per refunded line, or per amount without a line, as the channel says",
    key=("refund_id",),
    columns=(
        Column("refund_id", TEXT, "partner_id/refund_ref/entry_ref"),
        Column("order_id", TEXT, "partner_id/order_ref"),
        Column("line_id", TEXT, "order_id/line_ref; null: shipping, goodwill", True),
        Column("payment_id", TEXT, "payment that carried it", True),
        Column("restock_code", TEXT, "RETURN | CANCEL | NO_RESTOCK"),
        Column("qty", INTEGER, "eaches refunded, 0 without a line"),
        Column("amount_minor", INTEGER, "given back, tax included"),
        Column("currency_code", TEXT, "ISO 4217"),
        Column("refunded_at", INSTANT, "UTC"),
        *SOURCE,
    ),
)

FCT_INSTRUCTION_CORRECTIONS = Table(
    "gold",
    "fct_instruction_corrections",
    "one row per correction of an instruction that was sent, newest copy",
    key=("correction_id",),
    columns=(
        Column("correction_id", TEXT, "partner_id/correction_ref"),
        Column("instruction_id", TEXT, "our instruction id"),
        Column(
            "instruction_line_ref",
            TEXT,
            "line whose eaches change; null: the whole",
            is_nullable=True,
        ),
        Column("service_code", TEXT, "null: as it was", is_nullable=True),
        Column("ship_to_name", TEXT, "vault token", is_nullable=True),
        Column("ship_to_street", TEXT, "vault token", is_nullable=True),
        Column("ship_to_street2", TEXT, "vault token", is_nullable=True),
        Column("ship_to_city", TEXT, "vault token", is_nullable=True),
        Column("ship_to_postal_code", TEXT, "vault token", is_nullable=True),
        Column("region_code", TEXT, "destination state", is_nullable=True),
        Column("country_code", TEXT, "destination country", is_nullable=True),
        Column("ship_to_phone", TEXT, "vault token", is_nullable=True),
        Column("author", TEXT, "who corrects it"),
        Column("qty", INTEGER, "eaches that the line is to ask for", True, minimum=0),
        Column("corrected_at", INSTANT, "UTC"),
        *SOURCE,
    ),
)

FCT_EXCEPTION_ACTIONS = Table(
    "gold",
    "fct_exception_actions",
    "one row per action on an exception, newest copy",
    key=("action_id",),
    columns=(
        Column("action_id", TEXT, "partner_id/action_ref"),
        Column("exception_id", TEXT, "CODE/subject"),
        Column("action_code", TEXT, "NOTE | ASSIGN | SNOOZE"),
        Column("owner", TEXT, "ASSIGN: who has it from now on", is_nullable=True),
        Column(
            "snoozed_until_date",
            DATE,
            "SNOOZE: date on which it is listed again",
            is_nullable=True,
        ),
        Column(
            "remark",
            TEXT,
            "what is known and done, without personal data",
            is_nullable=True,
        ),
        Column("author", TEXT, "who did it"),
        Column("acted_at", INSTANT, "UTC"),
        *SOURCE,
    ),
)

GOLD: dict[str, Table] = {
    table.name: table
    for table in (
        DIM_PRODUCTS,
        DIM_NODES,
        DIM_NODE_CALENDARS,
        DIM_SUBSTITUTIONS,
        DIM_STOCK_WORTHS,
        DIM_LANES,
        DIM_RATES,
        DIM_KIT_COMPONENTS,
        FCT_ORDERS,
        FCT_ORDER_LINES,
        FCT_ORDER_EVENTS,
        FCT_ORDER_VERSIONS,
        FCT_RECEIPTS,
        FCT_SHIP_NOTICES,
        FCT_STOCK_ADJUSTMENTS,
        FCT_OPENING_STOCK,
        FCT_STOCK_SNAPSHOTS,
        FCT_CHANNEL_STOCK,
        FCT_EXPECTED_RECEIPTS,
        FCT_ACKNOWLEDGEMENTS,
        FCT_PAYMENTS,
        FCT_REFUNDS,
        FCT_INSTRUCTION_CORRECTIONS,
        FCT_EXCEPTION_ACTIONS,
    )
}
