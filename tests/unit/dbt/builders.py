"""Bronze rows for the SQL rooms: say only what matters."""

from __future__ import annotations

Row = dict[str, object]

ORDERS_BUILT: tuple[str, ...] = (
    *("+fct_order_versions", "+fct_order_events", "+fct_orders"),
    *("+fct_order_lines", "+int_order_lines__quarantined"),
)
"""What dbt builds for orders in an empty lake."""

ORDERS_AGAIN: tuple[str, ...] = (
    *("int_orders__touched", "int_order_changes__judged"),
    *("int_order_lines__deduplicated", "int_order_actions__judged"),
    *("int_order_lines__quarantined", "int_order_lines__touched"),
    *("fct_order_versions", "fct_order_events", "fct_orders", "fct_order_lines"),
)
"""The tables of it, and the one view that names the run."""

ARRIVED = "2017-12-27T20:00:00+00:00"


def provenance(
    landing_id: object, line: object = 1, partner: str = "backoffice"
) -> Row:
    """The columns that ingestion adds."""
    return {
        "partner_id": partner,
        "payload_sha256": f"sha-{landing_id}",
        "payload_line": line,
        "received_at": ARRIVED,
        "landing_id": landing_id,
    }


def a_product(sku: str, landing_id: int = 1) -> Row:
    """A row of the product master."""
    return {
        "sku_ref": sku,
        "product_name": f"Product {sku}",
        "department": "GROCERY",
        "category": "TEA",
        "brand": "National",
        "grams": "500",
        "is_weight_estimated": "false",
        "updated_at": "2017-12-01T00:00:00-05:00",
    } | provenance(landing_id)


def a_node(node: str, zone: str = "America/New_York") -> Row:
    """A row of the node master."""
    return {
        "node_ref": node,
        "node_name": node.title(),
        "node_kind": "dc",
        "operator_id": "own_dcs",
        "zone": zone,
        "region": "NY",
        "cutoff_local": "16:00",
        "open_weekdays": "12345",
        "daily_capacity_units": "1000",
        "daily_capacity_shipments": "100",
        "lead_days": "1",
        "shipment_cost": "1.50",
        "unit_cost": "0.20",
        "buffer_rate": "0.02",
        "is_shipping": "true",
        "channels": "web_shop",
        "updated_at": "2017-12-01T00:00:00-05:00",
    } | provenance(1)


def a_lane(region: str, node: str) -> Row:
    """A row of the lanes."""
    return {
        "region": region,
        "node_ref": node,
        "zone": "3",
        "distance_km": "500",
        "updated_at": "2017-12-01T00:00:00-05:00",
    } | provenance(1)


def an_order_line(order: str, line: str, sku: str, qty: int, **words: object) -> Row:
    """One line of a web order at one dollar an each, as sent."""
    landing_id = words.pop("landing_id", 2)
    payload_line = words.pop("payload_line", 1)
    ordered_at = "2017-12-27T10:00:00-05:00"
    return (
        {
            "format": "shopify_orders",
            "action": "create",
            "order_ref": order,
            "order_name": f"#{order}",
            "line_ref": line,
            "ordered_at": ordered_at,
            "updated_at": ordered_at,
            "currency_code": "USD",
            "sku_ref": sku,
            "qty": str(qty),
            "line_amount": f"{qty}.00",
            "discount_amount": "0",
            "tax_amount": "0",
            "service_code": "STANDARD",
            "is_ship_complete": "false",
            "payment_status": "paid",
            "ship_to_region": "NY",
            "ship_to_country": "US",
        }
        | provenance(landing_id, payload_line, "web_shop")
        | words
    )


def an_action(order: str, ref: str, action: str, hour: int, **words: object) -> Row:
    """Something an operator did to a whole web order."""
    landing_id = words.pop("landing_id", 3)
    return (
        {
            "action_ref": ref,
            "action": action,
            "channel_ref": "web_shop",
            "order_ref": order,
            "reason_code": "FRAUD",
            "author": "desk-3",
            "acted_at": f"2017-12-27T{hour:02}:00:00-05:00",
        }
        | provenance(landing_id, 1, "operators")
        | words
    )


def a_confirmation(shipment: str, **words: object) -> Row:
    """A ship confirmation of line 1 of instruction FO-1 by date."""
    landing_id = words.pop("landing_id", 3)
    return (
        {
            "node_ref": "DC-WEST",
            "shipment_ref": shipment,
            "instruction_ref": "FO-1",
            "line_ref": "1",
            "sku_ref": "A",
            "ordered_qty": "5",
            "shipped_qty": "3",
            "shipped_on": "2017-12-28",
            "tracking_ref": "T-1",
        }
        | provenance(landing_id, 1, "own_dcs")
        | words
    )


def a_landed_file(landing_id: int, partner: str, document: str) -> Row:
    """A row of the landing ledger."""
    return {
        "landing_id": landing_id,
        "partner_id": partner,
        "feed": document,
        "document": document,
        "format": "csv",
        "file_name": f"{document}_{landing_id}.csv",
        "payload_sha256": f"sha-{landing_id}",
        "size_bytes": 100,
        "received_at": ARRIVED,
        "verdict": "ACCEPTED",
        "physical_lines": 2,
        "accepted_lines": 2,
        "quarantined_lines": 0,
        "blank_lines": 0,
        "loaded_rows": 1,
        "run_id": "run_1",
    }


def a_stock_row(node: str, sku: str, qty: int, **words: object) -> Row:
    """A row of a stock snapshot at noon."""
    landing_id = words.pop("landing_id", 6)
    line = words.pop("payload_line", 1)
    return (
        {
            "node_ref": node,
            "sku_ref": sku,
            "stock_status": "AVAILABLE",
            "quantity_basis": "on_hand",
            "qty": str(qty),
            "snapshot_at": "2017-12-27T12:00:00-05:00",
        }
        | provenance(landing_id, line, "own_dcs")
        | words
    )


def a_receipt(receipt: str, sku: str, qty: int, **words: object) -> Row:
    """A received line by date."""
    landing_id = words.pop("landing_id", 7)
    line = words.pop("payload_line", 1)
    return (
        {
            "node_ref": "DC-EAST",
            "receipt_ref": receipt,
            "line_ref": "1",
            "sku_ref": sku,
            "qty": str(qty),
            "stock_status": "AVAILABLE",
            "received_on": "2017-12-27",
        }
        | provenance(landing_id, line, "own_dcs")
        | words
    )


def an_alias(alias: str, sku: str, landing_id: int, **words: object) -> Row:
    """Another name of a SKU, used by everybody from 2017 on."""
    return (
        {
            "alias_ref": alias,
            "alias_kind": "SKU",
            "sku_ref": sku,
            "eaches": "1",
            "valid_from": "2017-01-01",
            "updated_at": "2017-12-27T00:00:00-05:00",
        }
        | provenance(landing_id, 1, "operators")
        | words
    )


def a_unit(sku: str, unit: str, eaches: int, landing_id: int, **words: object) -> Row:
    """How many eaches are in a unit of a SKU, from 2017 on."""
    return (
        {
            "sku_ref": sku,
            "uom_code": unit,
            "eaches": str(eaches),
            "valid_from": "2017-01-01",
            "updated_at": "2017-01-01T00:00:00-05:00",
        }
        | provenance(landing_id)
        | words
    )


def a_component(kit: str, sku: str, qty: int, landing_id: int, **words: object) -> Row:
    """What is in a kit, from 2017 on."""
    return (
        {
            "kit_sku_ref": kit,
            "component_sku_ref": sku,
            "qty": str(qty),
            "valid_from": "2017-01-01",
            "updated_at": "2017-01-01T00:00:00-05:00",
        }
        | provenance(landing_id)
        | words
    )


def a_change(order: str, change: str, hour: int, **words: object) -> Row:
    """A row of a change of a web order, made at an hour of its day."""
    landing_id = words.pop("landing_id", 8)
    line = words.pop("payload_line", 1)
    return (
        {
            "format": "x12_860",
            "action": "change",
            "order_ref": order,
            "change_ref": change,
            "changed_at": f"2017-12-27T{hour:02}:00:00-05:00",
        }
        | provenance(landing_id, line, "web_shop")
        | words
    )


def a_notice(notice: str, line: str, hour: int, **words: object) -> Row:
    """A line of a supplier's ship notice, made at an hour of its day."""
    landing_id = words.pop("landing_id", 9)
    payload_line = words.pop("payload_line", 1)
    return (
        {
            "notice_ref": notice,
            "action": "original",
            "notice_at": f"2017-12-27T{hour:02}:00:00-05:00",
            "notice_kind": "supplier",
            "line_ref": line,
            "node_ref": "DC-EAST",
            "sku_ref": "A",
            "shipped_qty": "4",
            "shipped_on": "2017-12-27",
        }
        | provenance(landing_id, payload_line, "own_dcs")
        | words
    )


def a_notice_taken_back(notice: str, hour: int, **words: object) -> Row:
    """A ship notice's cancellation, which names no goods."""
    goods = dict.fromkeys(("node_ref", "sku_ref", "shipped_qty", "shipped_on"))
    said = {"action": "cancel", "line_ref": None} | goods
    return a_notice(notice, "", hour, **(said | words))


def an_adjustment(adjustment: str, sku: str, qty: int, **words: object) -> Row:
    """A counted correction by date."""
    landing_id = words.pop("landing_id", 7)
    return (
        {
            "node_ref": "DC-EAST",
            "adjustment_ref": adjustment,
            "line_ref": "1",
            "sku_ref": sku,
            "qty": str(qty),
            "stock_status": "AVAILABLE",
            "reason_code": "CYCLE_COUNT",
            "adjusted_on": "2017-12-27",
        }
        | provenance(landing_id, 1, "own_dcs")
        | words
    )


def a_scan(parcel: str, status: str, hour: int, **words: object) -> Row:
    """A carrier's scan of a parcel, at an hour of the day it left."""
    landing_id = words.pop("landing_id", 4)
    line = words.pop("payload_line", 1)
    return (
        {
            "tracking_ref": parcel,
            "carrier_code": "UPS",
            "status_code": status,
            "partner_code": f"{status.lower()}_code",
            "occurred_at": f"2017-12-29T{hour:02}:00:00-05:00",
            "is_return": "false",
        }
        | provenance(landing_id, line, "parcel_carrier")
        | words
    )


def a_return(ref: str, status: str, hour: int, **words: object) -> Row:
    """A step of the return of one each of SKU A, told by the shop itself."""
    landing_id = words.pop("landing_id", 4)
    line = words.pop("payload_line", 1)
    return (
        {
            "return_ref": ref,
            "line_ref": "1",
            "order_ref": "o",
            "sku_ref": "A",
            "qty": "1",
            "status_code": status,
            "returned_on": f"2018-01-05T{hour:02}:00:00-05:00",
        }
        | provenance(landing_id, line, "web_shop")
        | words
    )
