"""Shopify's orders: what becomes of each field, and of pages."""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import shopify_orders

# A folder with the vendor's published examples, which are not ours to copy.
PUBLISHED = Path(os.environ.get("SHOPIFY_EXAMPLES", "no-such-folder"))
AT = "2017-12-27T15:02:11-05:00"
LATER = "2017-12-27T16:02:11-05:00"


def an_item(number: int = 1, **said: object) -> dict[str, Any]:
    return {"id": number, "sku": "825123", "quantity": 3, "price": "1.29"} | said


def an_order(number: int = 1, **said: object) -> dict[str, Any]:
    plain = {"id": number, "created_at": AT, "updated_at": AT, "currency": "USD"}
    return plain | {"line_items": [an_item()]} | said


def parse(*values: object) -> Parsed:
    payload = b"\n".join(orjson.dumps(value) for value in values)
    return shopify_orders.parse(payload, Profile("web_shop"))


def cell(column: str, **said: object) -> str | None:
    value: str | None = parse(an_order(**said)).rows[column].item()
    return value


def item_cell(column: str, **said: object) -> str | None:
    return cell(column, line_items=[an_item(**said)])


def codes(*values: object) -> list[str]:
    return parse(*values).rejects["code"].to_list()


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ({}, "create"),
        ({"updated_at": None}, "create"),
        ({"updated_at": LATER}, "update"),
        ({"updated_at": LATER, "cancelled_at": LATER}, "cancel"),
    ],
)
def test_the_action_follows_the_times(said: dict[str, Any], action: str) -> None:
    assert action == cell("action", **said)


def test_the_lines_amount_is_price_times_quantity_exactly() -> None:
    # 0.29 * 100 is 28.999999999999996 in floats.
    assert item_cell("line_amount", price=0.29, quantity=100) == "29.00"
    assert item_cell("line_amount", price="19.99", quantity=3) == "59.97"


def test_discounts_are_the_sum_of_the_allocations() -> None:
    allocations = [{"amount": "0.10"}, {"amount": "0.20"}]

    assert item_cell("discount_amount", discount_allocations=allocations) == "0.30"


def test_the_total_discount_counts_where_nothing_is_allocated() -> None:
    allocations = [{"amount": "0.10"}]
    total = {"total_discount": "0.70"}

    assert item_cell("discount_amount", **total) == "0.70"
    assert item_cell("discount_amount", discount_allocations=[], **total) == "0.70"
    assert (
        item_cell("discount_amount", discount_allocations=allocations, **total)
        == "0.10"
    )


def test_taxes_of_a_line_are_added() -> None:
    assert (
        item_cell("tax_amount", tax_lines=[{"price": "0.08"}, {"price": 0.1}]) == "0.18"
    )


@pytest.mark.parametrize("code", ["UPS Express", "EXPEDITED", "my-express-2"])
def test_an_express_service_is_expedited(code: str) -> None:
    assert cell("service_code", shipping_lines=[{"code": code}]) == "EXPEDITED"


@pytest.mark.parametrize("tags", ["vip, Ship-Complete", ["ship-complete"]])
def test_a_tag_asks_for_all_lines_in_one_go(tags: object) -> None:
    assert cell("is_ship_complete", tags=tags) == "true"


@pytest.mark.parametrize("tags", [None, "", "not-ship-complete", "ship-completely"])
def test_another_tag_does_not(tags: object) -> None:
    assert cell("is_ship_complete", tags=tags) == "false"


@pytest.mark.parametrize(
    "broken",
    [
        an_order(line_items=[an_item(), an_item(2, quantity=0)]),
        an_order(line_items=[an_item(quantity=True)]),
        an_order(line_items=[an_item(quantity=-1)]),
    ],
)
def test_a_bad_quantity_takes_the_whole_order(broken: dict[str, Any]) -> None:
    parsed = parse(broken, an_order(2))

    assert parsed.rejects["code"].to_list() == ["BAD_QTY"]
    assert parsed.rows["order_ref"].to_list() == ["2"]


@pytest.mark.parametrize(
    "broken",
    [
        [[]],
        7,
        "text",
        None,
        an_order(customer="Ada"),
        an_order(shipping_address=[1]),
        an_order(line_items={"id": 1}),
        an_order(line_items=[1]),
        an_order(line_items=[an_item(tax_lines=[1])]),
        an_order(line_items=[an_item(discount_allocations="x")]),
        {"orders": [1]},
    ],
)
def test_another_shape_is_bad_json(broken: object) -> None:
    assert codes(broken) == ["BAD_JSON"]


@pytest.mark.parametrize(
    "note", ["4111111111111111", "card 30569309025904", "5555 5555 5555 4444"]
)
def test_a_card_number_in_a_note_refuses_the_order(note: str) -> None:
    rejects = parse(an_order(note=note)).rejects

    assert rejects["code"].to_list() == ["CARD_NUMBER"]
    assert note not in rejects.write_csv()


def test_a_cost_that_no_integer_holds_is_refused() -> None:
    item = an_item(price="999999999999.99", quantity=999999999)

    assert codes(an_order(line_items=[item])) == ["BAD_AMOUNT"]


def test_two_orders_on_a_line_stand_or_fall_together() -> None:
    page = {"orders": [an_order(1), an_order(2, currency="dollar")]}
    parsed = parse(page, an_order(3))

    assert parsed.rows["order_ref"].to_list() == ["3"]
    assert parsed.rejects["payload_line"].to_list() == [1]


def test_orders_of_a_printed_page_stand_alone() -> None:
    page = {"orders": [an_order(1), an_order(2, currency="dollar"), an_order(3)]}
    payload = orjson.dumps(page, option=orjson.OPT_INDENT_2)
    parsed = shopify_orders.parse(payload, Profile("web_shop"))

    assert parsed.rows["order_ref"].to_list() == ["1", "3"]
    assert parsed.lines.is_balanced()


def test_a_page_with_an_unreadable_line_is_refused_whole() -> None:
    """Without the line that says cancelled_at the order would be shipped."""
    page = {"orders": [an_order(1), an_order(2)]}
    lines = orjson.dumps(page, option=orjson.OPT_INDENT_2).split(b"\n")
    payload = b"\n".join([*lines[:4], lines[4] + b"\xff", *lines[5:]])
    parsed = shopify_orders.parse(payload, Profile("web_shop"))

    assert parsed.rows.is_empty()
    assert parsed.lines.quarantined == parsed.lines.physical


@pytest.mark.parametrize("name", ["order.json", "orders.json"])
@pytest.mark.skipif(not PUBLISHED.exists(), reason="SHOPIFY_EXAMPLES is no folder")
def test_a_published_example_is_accepted_whole(name: str) -> None:
    payload = (PUBLISHED / name).read_bytes()
    items = [
        item
        for order in _published_orders(orjson.loads(payload))
        for item in order.get("line_items", [])
    ]
    parsed = shopify_orders.parse(payload, Profile("web_shop"))

    assert parsed.rejects.is_empty()
    assert [str(item["id"]) for item in items] == parsed.rows["line_ref"].to_list()


def _published_orders(value: dict[str, Any]) -> list[dict[str, Any]]:
    return value["orders"] if "orders" in value else [value["order"]]
