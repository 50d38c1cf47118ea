"""Master data: products, places, prices, purchase orders on the way."""

from __future__ import annotations

from transforms.contracts.documents.columns import document, optional, required

PRODUCTS = document(
    "products",
    "one row per SKU",
    required("sku_ref", "SKU"),
    required("product_name", "text"),
    required("department", "text"),
    required("category", "text"),
    required("brand", "National | Private"),
    optional("package_size", "as printed: 22 LB"),
    required("grams", "weight of one each"),
    required("is_weight_estimated", "true when the category's median was used"),
    optional("is_kit", "true: an order of it is one of its components; or false"),
    optional("released_on", "first date on which it ships; orders before wait"),
    required("updated_at", "instant of this version"),
)

NODES = document(
    "nodes",
    "one row per place that can ship",
    required("node_ref", "node"),
    required("node_name", "text"),
    required("node_kind", "dc | store | 3pl | supplier"),
    required("operator_id", "partner that runs it and takes its instructions"),
    required("zone", "IANA time zone"),
    required("region", "state code"),
    required("cutoff_local", "HH:MM, last release of a day"),
    required("open_weekdays", "ISO weekdays it ships on: 12345"),
    required("daily_capacity_units", "eaches a day"),
    required("daily_capacity_shipments", "shipments a day"),
    optional("daily_capacity_lines", "lines to be picked a day; else no limit"),
    required("lead_days", "days from release to hand-over"),
    required("shipment_cost", "per shipment"),
    required("unit_cost", "per each"),
    required("buffer_rate", "share of on-hand withheld for doubt: 0.02"),
    required("is_shipping", "true | false"),
    required("channels", "channels it may serve, joined by |"),
    optional("weekday_cutoffs", "cut-offs of weekdays that differ: 5=12:00|6=10:00"),
    optional("pickup_weekdays", "ISO weekdays a carrier comes; else every open day"),
    optional("delivery_lag_minutes", "from our file until it is in the node's queue"),
    optional("capabilities", "joined by |: ship, pick_up, cold, … ; else ship"),
    optional("street", "address of a store that orders are sent to"),
    optional("city", "its city"),
    optional("postal_code", "its postal code"),
    optional("country_code", "its country, ISO 3166 alpha-2"),
    required("updated_at", "instant of this version"),
)

LANES = document(
    "lanes",
    "one row per destination region and node",
    required("region", "state code"),
    required("node_ref", "node"),
    required("zone", "carrier zone 1 … 8"),
    required("distance_km", "whole kilometres"),
    required("updated_at", "instant of this version"),
)

RATES = document(
    "rates",
    "one row per carrier service and zone",
    required("service_code", "STANDARD | EXPEDITED"),
    required("zone", "carrier zone"),
    required("base_amount", "per shipment"),
    required("per_kg_amount", "per kilogram"),
    required("transit_days", "days from hand-over to door"),
    required("currency_code", "ISO 4217"),
    required("updated_at", "instant of this version"),
)

EXPECTED_RECEIPTS = document(
    "expected_receipts",
    "one row per open purchase order line",
    required("po_ref", "purchase order"),
    required("line_ref", "line in it"),
    required("node_ref", "receiving node"),
    required("sku_ref", "SKU"),
    required("qty", "eaches ordered from the supplier"),
    required("expected_on", "date the goods can be shipped from the node"),
    required("updated_at", "instant of this version"),
    numbers=("po_ref", "line_ref", "updated_at"),
)

KIT_COMPONENTS = document(
    "kit_components",
    "one row per component of a kit",
    required("kit_sku_ref", "SKU of the kit"),
    required("component_sku_ref", "SKU inside it"),
    required("qty", "eaches of the component in one kit"),
    optional("price_weight", "its part of the kit's price; else by eaches"),
    required("valid_from", "date"),
    optional("valid_to", "last date"),
    required("updated_at", "instant of this version"),
)

SKU_ALIASES = document(
    "sku_aliases",
    "one row per other name of a SKU",
    optional("used_by", "partner that uses the name; null: everybody"),
    required("alias_ref", "the other name"),
    required("alias_kind", "SKU | UPC | EAN | ASIN | VENDOR"),
    required("sku_ref", "SKU it stands for"),
    required("eaches", "eaches that one of it is: 12 for a case"),
    required("valid_from", "date"),
    optional("valid_to", "last date"),
    required("updated_at", "instant of this version"),
)

SUBSTITUTIONS = document(
    "substitutions",
    "one row per SKU and other SKU that may be sent in its place",
    required("sku_ref", "SKU that is wanted"),
    required("alternative_ref", "SKU that may be sent instead"),
    required("ratio", "whole eaches of the alternative for one each, from 1"),
    required("rank", "1: to be offered first"),
    required("policy", "auto: without asking | ask: the customer is asked | never"),
    optional("max_price_delta", "most that it may cost more, for one each wanted"),
    optional("currency_code", "ISO 4217, of max_price_delta"),
    required("valid_from", "date"),
    optional("valid_to", "last date"),
    required("updated_at", "instant of this version"),
    numbers=("sku_ref", "alternative_ref", "valid_from", "updated_at"),
)

STOCK_WORTHS = document(
    "stock_worths",
    "one row per node, SKU and day from which an each there is worth so much",
    required("node_ref", "node that has it"),
    required("sku_ref", "SKU"),
    required("worth", "what one each is expected to earn kept there, from 0"),
    required("currency_code", "ISO 4217"),
    required("valid_from", "date"),
    optional("valid_to", "last date"),
    required("updated_at", "instant of this version"),
    numbers=("node_ref", "sku_ref", "valid_from", "updated_at"),
)

UNITS_OF_MEASURE = document(
    "units_of_measure",
    "one row per unit a SKU is traded in",
    required("sku_ref", "SKU"),
    required("uom_code", "EA, CS, PL, … (X12 355, UN/ECE 20)"),
    required("eaches", "eaches in one of it"),
    required("valid_from", "date"),
    required("updated_at", "instant of this version"),
)

NODE_CALENDARS = document(
    "node_calendars",
    "one row per node and day that is not like its weekday",
    required("node_ref", "node"),
    required("calendar_date", "date in the node's zone"),
    required("is_open", "true | false"),
    optional("cutoff_local", "HH:MM, where it differs"),
    optional("capacity_units", "eaches that day, where it differs"),
    optional("reason", "Christmas, stocktaking, …"),
    required("updated_at", "instant of this version"),
)

PRICE_LISTS = document(
    "price_lists",
    "one row per list, SKU, quantity and day a price begins",
    required("price_list", "name of the list"),
    required("sku_ref", "SKU"),
    required("minimum_qty", "eaches from which it holds"),
    required("unit_amount", "per each, up to six decimals"),
    required("currency_code", "ISO 4217"),
    required("valid_from", "date"),
    optional("valid_to", "last date"),
    required("updated_at", "instant of this version"),
)

CURRENCY_RATES = document(
    "currency_rates",
    "one row per pair of currencies and day",
    required("from_currency_code", "ISO 4217"),
    required("to_currency_code", "ISO 4217"),
    required("rate", "units of the second for one of the first, ten decimals"),
    required("rate_date", "date"),
    required("rate_source", "who publishes it"),
)
