"""Amazon's All-Orders report and its FBA ledger: what the samples cannot say."""

import json
from pathlib import Path

import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    amazon_all_orders,
    amazon_fba_ledger,
    amazon_orders_for_shipping,
)

PROFILE = Profile("marketplace", zone="America/New_York")
HEADERS = (
    Path(__file__).parents[3].parent
    / "shared/data/channels/amazon_reports/REPORT_HEADERS.json"
)
ORDER = {
    "amazon-order-id": "902-1",
    "purchase-date": "2017-12-27T14:02:11+00:00",
    "last-updated-date": "2017-12-27T14:02:11+00:00",
    "order-status": "Unshipped",
    "fulfillment-channel": "Merchant",
    "sales-channel": "Amazon.com",
    "sku": "825123",
    "item-status": "Unshipped",
    "quantity": "2",
    "currency": "USD",
    "item-price": "2.58",
}
STOCK = {
    "Date": "12/27/2017",
    "MSKU": "825123",
    "Disposition": "SELLABLE",
    "EndingWarehouseBalance": "40",
    "Location": "ABE2",
}


def report(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["\t".join(row.get(name, "") for name in names) for row in rows]
    return "\n".join(["\t".join(names), *lines, ""]).encode()


def orders(*changes: dict[str, str], **options: str) -> Parsed:
    profile = Profile("marketplace", zone="America/New_York", options=options)
    return amazon_all_orders.parse(report(*(ORDER | c for c in changes)), profile)


def ledger(*changes: dict[str, str], **options: str) -> Parsed:
    profile = Profile("marketplace", zone="America/Los_Angeles", options=options)
    return amazon_fba_ledger.parse(report(*(STOCK | c for c in changes)), profile)


def test_a_shipped_merchant_order_says_what_has_left() -> None:
    told = {"order-status": "Shipped - Delivered to Buyer", "item-status": "Shipped"}

    assert ["2"] == orders(told).rows["shipped_qty"].to_list()
    assert [None] == orders({}).rows["shipped_qty"].to_list()


def test_a_shipment_of_amazon_s_for_another_channel_gives_no_row() -> None:
    parsed = orders({"sales-channel": "Non-Amazon"})

    assert parsed.rows.is_empty()
    assert (2, 0) == (parsed.lines.accepted, parsed.lines.quarantined)


def test_a_replacement_without_a_price_is_free() -> None:
    free = {"item-price": "", "is-replacement-order": "true"}
    paid = {"item-price": "", "is-replacement-order": "false"}

    assert ["0"] == orders(free).rows["line_amount"].to_list()
    assert ["MISSING_VALUE"] == orders(paid).rejects["code"].to_list()


@pytest.mark.parametrize("written", ["1.50", "-1.50"])
def test_a_discount_is_one_with_or_without_a_minus(written: str) -> None:
    parsed = orders({"item-promotion-discount": written})

    assert ["1.50"] == parsed.rows["discount_amount"].to_list()


def test_all_warehouses_of_amazon_are_one_node_where_the_profile_says_so() -> None:
    parsed = ledger({}, {"Location": "LAX9"}, {"MSKU": "9"}, fba_node_ref="FBA")

    assert [("FBA", "825123", "80"), ("FBA", "9", "40")] == parsed.rows[
        "node_ref", "sku_ref", "qty"
    ].rows()
    assert parsed.lines.is_balanced()


def test_a_shipped_line_of_a_living_order_stays_in_it() -> None:
    """Left out, the line would look cancelled."""
    partly = {"order-status": "PartiallyShipped"}
    parsed = orders(partly | {"item-status": "Shipped"}, partly | {"sku": "9"})

    assert [("825123", "2"), ("9", None)] == parsed.rows[
        "sku_ref", "shipped_qty"
    ].rows()


def test_a_price_is_missing_only_where_there_is_none_yet() -> None:
    free = {"item-price": "", "currency": ""}
    pending = orders(free | {"order-status": "Pending"})
    cancelled = orders(free | {"order-status": "Canceled", "quantity": "0"})
    living = orders(free)

    assert [("0", "pending")] == pending.rows.select(
        "line_amount", "payment_status"
    ).rows()
    assert [("0", "cancel")] == cancelled.rows.select("qty", "action").rows()
    assert ["MISSING_VALUE"] == living.rejects["code"].to_list()


def test_the_report_after_pending_is_a_newer_version() -> None:
    later = {"last-updated-date": "2017-12-27T15:00:00+00:00"}
    parsed = orders({"order-status": "Pending"}, later | {"amazon-order-id": "902-2"})

    assert ["create", "update"] == parsed.rows["action"].to_list()


def test_goods_of_amazon_s_warehouse_are_of_the_node_that_the_profile_names() -> None:
    parsed = orders({"fulfillment-channel": "AFN"}, fba_node_ref="FBA-US")

    assert [("NONE", "FBA-US")] == parsed.rows.select("service_code", "node_ref").rows()


def test_half_an_order_is_never_loaded() -> None:
    parsed = orders({}, {"sku": "9", "quantity": "x"}, {"amazon-order-id": "902-2"})

    assert ["902-2"] == parsed.rows["order_ref"].to_list()
    assert [2, 3] == parsed.rejects["payload_line"].to_list()


def test_a_day_ends_at_midnight_where_the_partner_is() -> None:
    parsed = ledger({}, {"Date": "11/04/2017", "MSKU": "9"})

    assert ["2017-12-28T00:00:00-08:00", "2017-11-05T00:00:00-07:00"] == parsed.rows[
        "snapshot_at"
    ].to_list()


def test_dispositions_of_one_status_are_added() -> None:
    damaged = [{"Disposition": d} for d in ("DEFECTIVE", "CUSTOMER_DAMAGED", "EXPIRED")]
    parsed = ledger({}, *damaged)

    assert [(2, "AVAILABLE", "40"), (3, "DAMAGED", "120")] == parsed.rows.select(
        "payload_line", "stock_status", "qty"
    ).rows()
    assert parsed.lines.is_balanced()


def test_half_a_sum_is_no_count() -> None:
    broken = {"Disposition": "DEFECTIVE", "EndingWarehouseBalance": "?"}
    parsed = ledger({"Disposition": "EXPIRED"}, broken, {"MSKU": "9"})

    assert ["9"] == parsed.rows["sku_ref"].to_list()
    assert ["SKU", "endingwarehousebalance"] == parsed.rejects["column_name"].to_list()


def test_another_locale_s_days_are_read_where_told() -> None:
    parsed = ledger({"Date": "27/12/2017"}, date_format="%d/%m/%Y")

    assert 1 == parsed.rows.height


@pytest.mark.skipif(not HEADERS.exists(), reason="the shared data is not here")
@pytest.mark.parametrize(
    ("report_name", "row", "module"),
    [
        ("GET_FLAT_FILE_ALL_ORDERS_DATA", ORDER, amazon_all_orders),
        ("GET_FLAT_FILE_ARCHIVED_ORDERS_DATA", ORDER, amazon_all_orders),
        ("GET_LEDGER_SUMMARY_VIEW_DATA", STOCK, amazon_fba_ledger),
    ],
)
def test_every_column_of_a_real_report_is_known(
    report_name: str, row: dict[str, str], module: object
) -> None:
    said = json.loads(HEADERS.read_text())
    [names] = [
        columns for name, columns in said.items() if name.startswith(report_name)
    ]
    parsed = getattr(module, "parse")(report(dict.fromkeys(names, "") | row), PROFILE)  # noqa: B009 modules have no type

    assert (1, True) == (parsed.rows.height, parsed.notices.is_empty())


def test_an_unknown_column_is_told_once_and_stops_nothing() -> None:
    parsed = orders({"is-gift": "true"}, {"amazon-order-id": "902-2"})

    assert 2 == parsed.rows.height
    assert [(1, "is-gift", "UNKNOWN_COLUMN")] == [r[:3] for r in parsed.notices.rows()]


def test_the_report_for_shipping_knows_its_columns() -> None:
    sample = (
        Path(__file__).parents[3] / "data/samples/formats/amazon_orders_for_shipping"
    )
    payload = (sample / "report.in").read_bytes()

    assert amazon_orders_for_shipping.parse(payload, PROFILE).notices.is_empty()
