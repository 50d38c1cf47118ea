"""What becomes of odd fields of WooCommerce, Amazon, Walmart and Tmall orders."""

from types import ModuleType
from typing import Any

import orjson
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    amazon_orders_for_shipping,
    amazon_spapi_orders,
    tmall_trades,
    walmart_orders,
    woocommerce_orders,
)


def parse(
    module: ModuleType, *orders: object, zone: str = "UTC", **options: str
) -> Parsed:
    profile = Profile("channel", zone=zone, options=options)
    payload = b"\n".join(orjson.dumps(order) for order in orders)
    parsed: Parsed = module.parse(payload, profile)

    assert parsed.lines.is_balanced()
    return parsed


def cells(parsed: Parsed, *columns: str) -> list[tuple[str | None, ...]]:
    assert parsed.rejects.is_empty(), parsed.rejects.to_dicts()
    return list(parsed.rows.select(columns).iter_rows())


# --- WooCommerce


def woo(**said: object) -> dict[str, Any]:
    item = {"id": 1, "sku": "825123", "quantity": 1, "subtotal": "5", "total": "4"}
    plain = {"id": 7, "status": "processing", "currency": "USD", "line_items": [item]}
    return plain | {"date_created_gmt": "2017-12-27T15:02:11"} | said


@pytest.mark.parametrize(
    ("said", "action", "payment"),
    [
        ({}, "create", "paid"),
        ({"date_modified_gmt": "2017-12-28T00:00:00"}, "update", "paid"),
        ({"status": "on-hold"}, "create", "pending"),
        ({"status": "failed"}, "create", "pending"),
        ({"status": "cancelled"}, "cancel", "pending"),
        ({"status": "trash"}, "cancel", "pending"),
        ({"status": "refunded"}, "cancel", "paid"),
        (
            {"status": "refunded", "completed_at": "2017-12-28T00:00:00Z"},
            "create",
            "paid",
        ),
        ({"payment_method": "cod"}, "create", "terms"),
        ({"payment_method": "cod", "status": "pending"}, "create", "pending"),
    ],
)
def test_a_woocommerce_status_is_an_action_and_a_payment(
    said: dict[str, Any], action: str, payment: str
) -> None:
    parsed = parse(woocommerce_orders, woo(**said))

    assert cells(parsed, "action", "payment_status") == [(action, payment)]


def test_local_times_count_where_no_others_are_sent() -> None:
    order = woo(date_created_gmt=None, date_created="2017-12-27T15:02:11")
    parsed = parse(woocommerce_orders, order, zone="America/Sao_Paulo")

    assert cells(parsed, "ordered_at") == [("2017-12-27T15:02:11-02:00",)]


def test_a_status_of_a_plug_in_is_refused_unless_it_is_named() -> None:
    order = woo(status="wc-picking")
    refused = parse(woocommerce_orders, order)
    named = parse(woocommerce_orders, order, paid_statuses="wc-packed, wc-picking")

    assert refused.rejects["code"].to_list() == ["BAD_CODE"]
    assert cells(named, "payment_status") == [("paid",)]


def test_a_total_that_is_rounded_anew_still_adds_up() -> None:
    items = [
        {"id": n, "sku": "A", "quantity": 1, "subtotal": "15", "total": "15"}
        | {"total_tax": tax}
        for n, tax in enumerate(("1.13", "0.23", "0.90"))
    ]
    order = woo(line_items=items, total="77.25", total_tax="2.25", shipping_total="30")
    rows = cells(parse(woocommerce_orders, order), "order_amount", "tax_amount")

    assert rows == [("47.26", "1.13"), ("47.26", "0.23"), ("47.26", "0.90")]


def test_what_a_woocommerce_shop_shows_beside_a_line_is_noted() -> None:
    shown = {"key": "pa_size", "value": "xl", "display_key": "Size", "display_value": 9}
    hidden = {"key": "_reduced_stock", "value": "1"}
    odd = {"key": "parts", "value": [1, 2]}
    item = woo()["line_items"][0] | {"meta_data": [shown, hidden, odd]}
    order = woo(line_items=[item, item | {"id": 2, "meta_data": []}])

    assert cells(parse(woocommerce_orders, order), "line_note") == [
        ("Size: 9",),
        (None,),
    ]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({}, None),
        ({"status": "completed"}, "1"),
        ({"status": "refunded", "date_completed_gmt": "2017-12-28T00:00:00"}, "1"),
        ({"status": "cancelled"}, None),
    ],
)
def test_what_a_woocommerce_shop_has_done_has_left(
    said: dict[str, Any], left: str | None
) -> None:
    assert cells(parse(woocommerce_orders, woo(**said)), "shipped_qty") == [(left,)]


@pytest.mark.parametrize(
    ("shipping", "expected"),
    [
        ({"method_id": "flat_rate", "method_title": "Flat"}, ("STANDARD", None)),
        ({"method_id": "local_pickup", "method_title": "Pier"}, ("PICK_UP", "Pier")),
        ({"method_id": "local_pickup"}, ("PICK_UP", "local_pickup")),
        (
            {
                "method_id": "pickup_location",
                "method_title": "Pickup (Harbour shop)",
                "meta_data": [
                    {"key": "pickup_address", "value": "9 Market Street"},
                    {"key": "pickup_location", "value": "Harbour shop"},
                ],
            },
            ("PICK_UP", "STORE-9"),
        ),
    ],
)
def test_what_is_fetched_at_a_woocommerce_shop_names_its_place(
    shipping: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    order = woo(shipping_lines=[{"id": 3, **shipping}])
    parsed = parse(woocommerce_orders, order, **{"pickup_node.Harbour shop": "STORE-9"})

    assert [expected] == cells(parsed, "service_code", "node_ref")


# --- Amazon


def amazon(**said: object) -> dict[str, Any]:
    item = {"OrderItemId": "1", "SellerSKU": "825123", "QuantityOrdered": 2}
    price = {"ItemPrice": {"CurrencyCode": "USD", "Amount": "20.00"}}
    plain = {"AmazonOrderId": "902-1", "PurchaseDate": "2017-12-27T15:02:11Z"}
    status = {"OrderStatus": "Unshipped", "FulfillmentChannel": "MFN"}
    return plain | status | {"OrderItems": [item | price]} | said


def test_an_amazon_order_is_the_same_order_by_report_and_by_api() -> None:
    names = "order-id order-item-id purchase-date sku quantity-purchased currency"
    header = [*names.split(), "item-price"]
    line = ["902-1", "1", "2017-12-27T15:02:11Z", "825123", "2", "USD", "20.00"]
    report = "\n".join("\t".join(row) for row in (header, line)).encode()
    expected = amazon_orders_for_shipping.parse(report, Profile("channel"))
    columns = ["order_ref", "order_name", "line_ref", "sku_ref", "qty", "line_amount"]

    assert cells(expected, *columns) == cells(
        parse(amazon_spapi_orders, amazon()), *columns
    )


@pytest.mark.parametrize("status", ["Pending", "PendingAvailability", "Canceled"])
def test_a_price_may_be_missing_while_nobody_has_paid(status: str) -> None:
    item = {"OrderItemId": "1", "SellerSKU": "825123", "QuantityOrdered": 1}
    order = amazon(OrderStatus=status, OrderItems=[item])

    assert cells(parse(amazon_spapi_orders, order), "line_amount") == [("0.00",)]


def test_a_replacement_has_no_price() -> None:
    item = {"OrderItemId": "1", "SellerSKU": "825123", "QuantityOrdered": 1}
    order = amazon(IsReplacementOrder=True, OrderItems=[item])

    assert cells(parse(amazon_spapi_orders, order), "line_amount") == [("0.00",)]


def test_what_amazon_fulfils_is_sold_at_its_node() -> None:
    order = amazon(FulfillmentChannel="AFN")
    columns = ["service_code", "node_ref"]

    assert cells(parse(amazon_spapi_orders, order), *columns) == [("NONE", "FBA")]
    assert cells(
        parse(amazon_spapi_orders, order, fba_node_ref="FBA-US"), *columns
    ) == [("NONE", "FBA-US")]


def test_an_item_of_quantity_nought_is_left_out_until_nothing_is_left() -> None:
    gone = {"OrderItemId": "2", "SellerSKU": "825124", "QuantityOrdered": 0}
    order = amazon()
    partly = amazon(OrderItems=[*order["OrderItems"], gone])
    wholly = amazon(OrderItems=[gone], LastUpdateDate="2017-12-28T00:00:00Z")
    columns = ["action", "line_ref", "qty", "cancelled_at"]

    assert cells(parse(amazon_spapi_orders, partly), *columns) == [
        ("create", "1", "2", None)
    ]
    assert cells(
        parse(amazon_spapi_orders, wholly | {"OrderStatus": "Pending"}), *columns
    ) == [("cancel", "2", "1", "2017-12-28T00:00:00Z")]


@pytest.mark.parametrize(
    "told", [{"QuantityShipped": 1}, {"fulfillment": {"quantityFulfilled": 1}}]
)
def test_what_amazon_counts_as_shipped_has_left(told: dict[str, Any]) -> None:
    order = amazon()
    order["OrderItems"][0] |= told

    assert cells(parse(amazon_spapi_orders, order), "qty", "shipped_qty") == [
        ("2", "1")
    ]


def test_what_an_amazon_buyer_had_made_is_noted() -> None:
    order = amazon()
    made = {"CustomizedURL": "https://example.com/t/1"}
    order["OrderItems"][0] |= {
        "BuyerInfo": {"BuyerCustomizedInfo": made, "GiftMessageText": "For you"}
    }

    assert cells(parse(amazon_spapi_orders, order), "line_note") == [
        ("https://example.com/t/1, For you",)
    ]


# --- Walmart


def walmart(*statuses: tuple[str, str], **said: object) -> dict[str, Any]:
    charge = {"chargeType": "PRODUCT", "chargeAmount": {"currency": "USD", "amount": 9}}
    line = {
        "lineNumber": "1",
        "item": {"sku": "825123"},
        "charges": {"charge": [charge]},
        "orderLineQuantity": {"amount": "3"},
        "orderLineStatuses": {
            "orderLineStatus": [
                {"status": status, "statusQuantity": {"amount": amount}}
                for status, amount in statuses
            ]
        },
    }
    plain = {"purchaseOrderId": "1796", "orderDate": 1568466571000}
    return plain | {"orderLines": {"orderLine": [line]}} | said


@pytest.mark.parametrize(
    ("statuses", "action", "qty"),
    [
        ([("Created", "3")], "create", "3"),
        ([("Acknowledged", "2"), ("Cancelled", "1")], "create", "2"),
        ([("Cancelled", "3")], "cancel", "3"),
        ([], "create", "3"),
    ],
)
def test_what_is_cancelled_of_a_line_is_not_ordered(
    statuses: list[tuple[str, str]], action: str, qty: str
) -> None:
    parsed = parse(walmart_orders, walmart(*statuses))

    assert cells(parsed, "action", "qty") == [(action, qty)]


def test_a_charge_for_one_each_is_multiplied_if_the_profile_says_so() -> None:
    order = walmart(("Created", "3"))

    assert cells(parse(walmart_orders, order), "line_amount") == [("9.00",)]
    assert cells(parse(walmart_orders, order, charge_basis="unit"), "line_amount") == [
        ("27.00",)
    ]


def test_an_empty_list_is_walmarts_way_to_send_no_object() -> None:
    assert cells(parse(walmart_orders, walmart(shipNode=[])), "node_ref") == [(None,)]


@pytest.mark.parametrize(
    ("statuses", "left"),
    [
        ([("Created", "3")], "0"),
        ([("Shipped", "1"), ("Acknowledged", "2")], "1"),
        ([("Delivered", "1"), ("Refund", "1"), ("Cancelled", "1")], "2"),
        ([], None),
    ],
)
def test_what_walmart_says_is_shipped_has_left(
    statuses: list[tuple[str, str]], left: str | None
) -> None:
    assert cells(parse(walmart_orders, walmart(*statuses)), "shipped_qty") == [(left,)]


# --- Tmall


def tmall(*items: dict[str, Any], **said: object) -> dict[str, Any]:
    item = {"oid": "1", "outer_sku_id": "A-1", "num": 1, "price": "100.00"}
    orders = [item | other for other in items or ({},)]
    plain = {"tid": "7", "created": "2017-07-28 14:18:32", "payment": "100.00"}
    return (
        plain | {"status": "WAIT_SELLER_SEND_GOODS", "orders": {"order": orders}} | said
    )


def test_times_are_of_shanghai_unless_the_profile_names_a_zone() -> None:
    assert cells(parse(tmall_trades, tmall()), "ordered_at") == [
        ("2017-07-28T14:18:32+08:00",)
    ]
    assert cells(parse(tmall_trades, tmall(), zone="Asia/Tokyo"), "ordered_at") == [
        ("2017-07-28T14:18:32+09:00",)
    ]


def test_a_payment_that_is_not_the_lines_is_told_and_not_carried() -> None:
    agreed = parse(tmall_trades, tmall({"divide_order_fee": "100.00"}))
    other = parse(tmall_trades, tmall({"divide_order_fee": "86.20"}))

    assert cells(agreed, "order_amount", "discount_amount") == [("100.00", "0.00")]
    assert agreed.notices.is_empty()
    assert cells(other, "order_amount", "discount_amount") == [(None, "13.80")]
    assert other.notices.select("payload_line", "code").rows() == [
        (1, "AMOUNTS_DISAGREE")
    ]
    assert "100.00, lines: 86.20" in other.notices["message"].item()


def test_a_refused_trade_has_no_notice() -> None:
    order = tmall({"divide_order_fee": "86.20"}, receiver_name="4111 1111 1111 1111")

    assert parse(tmall_trades, order).notices.is_empty()


def test_a_line_refunded_before_it_was_sent_is_left_out() -> None:
    sent = {"refund_status": "SUCCESS", "consign_time": "2017-07-29 10:00:00"}
    trade = tmall({}, {"oid": "2", "refund_status": "SUCCESS"}, {"oid": "3"} | sent)

    assert cells(parse(tmall_trades, trade), "line_ref") == [("1",), ("3",)]


def test_chinese_bytes_are_read_as_the_profile_says() -> None:
    payload = orjson.dumps(tmall(receiver_name="张示例")).decode().encode("gb18030")
    profile = Profile("channel", options={"encoding": "gb18030"})
    parsed = tmall_trades.parse(payload, profile)

    assert cells(parsed, "ship_to_name") == [("张示例",)]


@pytest.mark.parametrize(
    ("item", "left"),
    [
        ({}, None),
        ({"status": "WAIT_BUYER_CONFIRM_GOODS"}, "1"),
        ({"consign_time": "2017-07-29 10:00:00"}, "1"),
        ({"status": "WAIT_SELLER_SEND_GOODS"}, None),
    ],
)
def test_what_the_buyer_is_asked_to_confirm_has_left(
    item: dict[str, str], left: str | None
) -> None:
    assert cells(parse(tmall_trades, tmall(item)), "shipped_qty") == [(left,)]
