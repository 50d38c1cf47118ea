"""What Shopify says became of a line: taken off, sent, sold at the till, remarked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.feeds import test_shopify_orders as rest
from tests.unit.feeds import test_shopify_orders_bulk as bulk
from transforms.contracts.profile import Parsed

Row = dict[str, Any]


def taken_off(quantity: int, how: str, line: int = 1) -> list[Row]:
    told = {"line_item_id": line, "quantity": quantity, "restock_type": how}
    return [{"refund_line_items": [told]}]


def sent(quantity: int, status: str = "success") -> list[Row]:
    return [{"status": status, "line_items": [{"id": 1, "quantity": quantity}]}]


def only(**said: object) -> Row:
    return rest.parse(rest.an_order(**said)).rows.row(0, named=True)


@pytest.mark.parametrize(
    ("how", "left", "qty"),
    [
        ("cancel", 0, "2"),
        ("cancel", 2, "2"),
        ("return", 0, "3"),
        ("return", 3, "3"),
        ("legacy_restock", 1, "3"),
        # Paid back without taking anything into stock: what had not been sent.
        ("no_restock", 0, "2"),
        ("no_restock", 3, "3"),
    ],
)
def test_only_units_taken_off_before_they_were_sent_are_no_demand_any_more(
    how: str, left: int, qty: str
) -> None:
    row = only(refunds=taken_off(1, how), fulfillments=sent(left))

    assert qty == row["qty"]


def test_units_that_came_back_are_not_those_that_were_paid_back() -> None:
    refunds = taken_off(2, "return") + taken_off(1, "no_restock")

    assert "2" == only(refunds=refunds, fulfillments=sent(2))["qty"]


def test_money_of_a_line_follows_its_units_and_the_total_is_not_known() -> None:
    item = rest.an_item(price="10.00", total_discount="1.00", tax_lines=[{"price": 2}])
    row = only(
        line_items=[item], refunds=taken_off(1, "cancel"), subtotal_price="29.00"
    )

    names = ("line_amount", "discount_amount", "tax_amount", "order_amount")
    assert ["20.00", "0.66", "1.33", None] == [row[name] for name in names]


def test_a_line_taken_off_whole_is_left_out() -> None:
    lines = [rest.an_item(1), rest.an_item(2)]
    order = rest.an_order(line_items=lines, refunds=taken_off(3, "cancel"))

    assert ["2"] == rest.parse(order).rows["line_ref"].to_list()


def test_an_order_of_which_all_was_taken_off_is_cancelled() -> None:
    row = only(refunds=taken_off(3, "cancel"), updated_at=rest.LATER)

    assert ("cancel", rest.LATER, "3") == (
        row["action"],
        row["cancelled_at"],
        row["qty"],
    )


def test_a_cancelled_order_says_what_it_said_before() -> None:
    row = only(
        refunds=taken_off(1, "cancel"), cancelled_at=rest.LATER, subtotal_price="3.87"
    )

    assert ("cancel", "3", "3.87") == (row["action"], row["qty"], row["order_amount"])


@pytest.mark.parametrize(
    ("fulfillments", "left"),
    [
        ([], "0"),
        (sent(2), "2"),
        (sent(2) + sent(1), "3"),
        (sent(2, "failure"), "0"),
        (sent(2, "cancelled") + sent(1), "1"),
    ],
)
def test_what_a_fulfilment_sent_has_left(fulfillments: list[Row], left: str) -> None:
    assert left == only(fulfillments=fulfillments)["shipped_qty"]


def test_what_nobody_ships_is_left_out_and_the_total_is_without_it() -> None:
    tip = rest.an_item(2, sku=None, price="5.00", quantity=1, requires_shipping=False)
    order = rest.an_order(line_items=[rest.an_item(), tip], subtotal_price="8.87")
    parsed = rest.parse(order)

    assert [("1", "3.87", "3.87")] == parsed.rows[
        "line_ref", "line_amount", "order_amount"
    ].rows()
    assert parsed.rejects.is_empty()


def test_an_order_of_nothing_but_gift_cards_gives_no_row_and_no_refusal() -> None:
    card = rest.an_item(sku="CARD", requires_shipping=False)
    parsed = rest.parse(rest.an_order(line_items=[card]))

    assert (0, 0, 1) == (
        parsed.rows.height,
        parsed.rejects.height,
        parsed.lines.accepted,
    )


@pytest.mark.parametrize(
    ("said", "sku"),
    [
        ({"sku": "", "variant_id": 5, "product_id": 7}, "variant:5"),
        ({"sku": None, "product_id": 7}, "product:7"),
        ({"variant_id": 5}, "825123"),
    ],
)
def test_a_line_without_sku_has_a_name_to_map_in_the_aliases(
    said: Row, sku: str
) -> None:
    assert sku == only(line_items=[rest.an_item(**said)])["sku_ref"]


def test_an_order_that_lists_no_lines_is_refused() -> None:
    order = rest.an_order()
    del order["line_items"]

    assert ["MISSING_VALUE"] == rest.codes(order)


def test_an_order_of_the_test_mode_never_becomes_demand() -> None:
    parsed = rest.parse(rest.an_order(test=True), rest.an_order(2, test=False))

    assert ["2"] == parsed.rows["order_ref"].to_list()
    assert [("test", "BAD_CODE")] == parsed.rejects["column_name", "code"].rows()


def test_a_sale_at_the_till_is_never_allocated() -> None:
    row = only(source_name="pos", fulfillment_status="fulfilled", location_id=42)

    assert ("NONE", "42") == (row["service_code"], row["node_ref"])


@pytest.mark.parametrize(
    "said",
    [
        {"source_name": "web", "fulfillment_status": "fulfilled"},
        {"source_name": "pos", "fulfillment_status": None},
        {
            "source_name": "pos",
            "fulfillment_status": "fulfilled",
            "shipping_address": {"address1": "1 Sample Street"},
        },
    ],
)
def test_what_is_sent_from_a_till_is_an_order_like_others(said: Row) -> None:
    row = only(location_id=42, **said)

    assert ("STANDARD", None) == (row["service_code"], row["node_ref"])


@pytest.mark.parametrize("properties", [{}, [], None, [{"name": 2}]])
def test_properties_of_any_shape_refuse_no_order(properties: object) -> None:
    assert only(line_items=[rest.an_item(properties=properties)])["line_note"] is None


def test_custom_attributes_are_kept_beside_the_order_and_the_line() -> None:
    engraved = [
        {"name": "Engraving", "value": "Ada"},
        {"name": "_internal", "value": "x1"},
        {"name": "Size", "value": 12},
    ]
    row = only(
        line_items=[rest.an_item(properties=engraved)],
        note="Ring twice",
        note_attributes=[{"name": "gift", "value": "yes"}],
        tags="vip, gift",
    )

    told = ("Engraving: Ada; Size: 12", "Ring twice / gift: yes", "vip,gift")
    assert told == (row["line_note"], row["note"], row["tags"])


def test_a_property_of_the_shop_keeps_lines_together() -> None:
    said = [{"name": "_keep_together", "value": " set 1 "}]
    blank = [{"name": "_keep_together", "value": " "}]

    row = only(line_items=[rest.an_item(properties=said)])
    assert ("set 1", None) == (row["keep_together"], row["line_note"])
    assert only(line_items=[rest.an_item(properties=blank)])["keep_together"] is None


@pytest.mark.parametrize("name", ["pay", "_keep_together"])
def test_a_card_number_in_a_property_refuses_the_order(name: str) -> None:
    wide = [{"name": name, "value": "5018000000007"}]
    order = rest.an_order(line_items=[rest.an_item(properties=wide)])

    assert ["CARD_NUMBER"] == rest.codes(order)


def in_bulk(status: str, **counts: int) -> Parsed:
    return bulk.parse(
        bulk.an_order(displayFulfillmentStatus=status), bulk.an_item(11, **counts)
    )


@pytest.mark.parametrize(
    ("status", "counts", "qty", "left"),
    [
        ("UNFULFILLED", {"currentQuantity": 1, "unfulfilledQuantity": 1}, "1", "0"),
        (
            "PARTIALLY_FULFILLED",
            {"currentQuantity": 2, "unfulfilledQuantity": 1},
            "2",
            "1",
        ),
        ("FULFILLED", {"currentQuantity": 0, "unfulfilledQuantity": 0}, "2", "2"),
        ("FULFILLED", {}, "2", "2"),
        ("UNFULFILLED", {}, "2", "0"),
    ],
)
def test_graphql_counts_tell_what_was_taken_off_and_what_left(
    status: str, counts: dict[str, int], qty: str, left: str
) -> None:
    assert [(qty, left)] == in_bulk(status, **counts).rows["qty", "shipped_qty"].rows()


def test_graphql_attributes_and_names_say_what_rest_says() -> None:
    parsed = bulk.parse(
        bulk.an_order(customAttributes=[{"key": "gift", "value": "yes"}]),
        bulk.an_item(
            11,
            sku=None,
            variant={"id": "gid://shopify/ProductVariant/5"},
            customAttributes=[{"key": "Engraving", "value": "Ada"}],
        ),
    )

    assert [("variant:5", "gift: yes", "Engraving: Ada")] == parsed.rows[
        "sku_ref", "note", "line_note"
    ].rows()


@pytest.mark.parametrize("quantity", ["many", -3, 1 << 63, None, 2.5])
def test_counts_that_are_none_never_raise(quantity: object) -> None:
    told = {"line_item_id": 1, "quantity": quantity, "restock_type": "cancel"}
    parsed = rest.parse(rest.an_order(refunds=[{"refund_line_items": [told]}]))

    assert ["3"] == parsed.rows["qty"].to_list()


def test_the_split_of_money_never_makes_more_of_it() -> None:
    item = rest.an_item(price="0.01", quantity=3, total_discount="0.02")
    row = only(line_items=[item], refunds=taken_off(2, "cancel"))

    assert Decimal(row["discount_amount"]) <= Decimal(row["line_amount"])
