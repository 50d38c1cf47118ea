"""A bulk operation's lines: whose they are, and that REST says the same."""

from typing import Any

import orjson
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import shopify_orders, shopify_orders_bulk

PROFILE = Profile("web_shop")
AT = "2017-12-27T20:02:11Z"


def money(amount: object) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount}, "presentmentMoney": {"amount": "9999"}}


def an_order(number: int = 1, **said: object) -> dict[str, Any]:
    gid = f"gid://shopify/Order/{number}"
    return {"id": gid, "createdAt": AT, "currencyCode": "USD"} | said


def an_item(number: int, order: int = 1, **said: object) -> dict[str, Any]:
    plain = {"id": f"gid://shopify/LineItem/{number}", "sku": "825123", "quantity": 2}
    price = {"originalUnitPriceSet": money("1.29")}
    return plain | price | {"__parentId": f"gid://shopify/Order/{order}"} | said


def parse(*lines: object) -> Parsed:
    texts = [x if isinstance(x, bytes) else orjson.dumps(x) for x in lines]
    parsed = shopify_orders_bulk.parse(b"\n".join(texts), PROFILE)

    assert parsed.lines.is_balanced()
    return parsed


def codes(parsed: Parsed) -> list[tuple[int, str]]:
    return list(parsed.rejects.select("payload_line", "code").iter_rows())


@pytest.mark.parametrize("step", [-1, 4, 7, 11])
def test_the_order_of_lines_does_not_matter(step: int) -> None:
    lines = [an_order(n) for n in (1, 2, 3)]
    lines += [an_item(10 * n + k, n) for n in (1, 2, 3) for k in range(4)]
    expected = parse(*lines).rows.drop("payload_line").sort("line_ref")
    mixed = [lines[(place * step) % len(lines)] for place in range(len(lines))]

    assert expected.equals(parse(*mixed).rows.drop("payload_line").sort("line_ref"))
    assert expected.height == 12


def test_an_order_is_the_same_order_by_rest_and_by_graphql() -> None:
    rest = {
        "id": 1,
        "name": "#1001",
        "created_at": AT,
        "updated_at": AT,
        "currency": "USD",
        "financial_status": "authorized",
        "taxes_included": True,
        "subtotal_price": "2.38",
        "total_price": "9.38",
        "tags": "vip, ship-complete",
        "email": "ada@example.com",
        "customer": {"id": 7, "first_name": "Ada", "last_name": "Example"},
        "shipping_address": {
            "name": "Ada Example",
            "address1": "1 Sample Street",
            "province_code": "NY",
            "country_code": "US",
        },
        "shipping_lines": [{"code": "Express", "price": "7.00"}],
        "line_items": [
            {
                "id": 11,
                "sku": "825123",
                "quantity": 2,
                "price": "1.29",
                "discount_allocations": [{"amount": "0.20"}],
                "tax_lines": [{"price": "0.38"}],
            }
        ],
    }
    order = an_order(
        name="#1001",
        updatedAt=AT,
        displayFinancialStatus="AUTHORIZED",
        taxesIncluded=True,
        subtotalPriceSet=money("2.38"),
        totalPriceSet=money("9.38"),
        tags=["vip", "ship-complete"],
        email="ada@example.com",
        customer={
            "id": "gid://shopify/Customer/7",
            "firstName": "Ada",
            "lastName": "Example",
        },
        shippingAddress={
            "name": "Ada Example",
            "address1": "1 Sample Street",
            "provinceCode": "NY",
            "countryCodeV2": "US",
        },
    )
    shipping = {
        "id": "gid://shopify/ShippingLine/5",
        "code": "Express",
        "__parentId": "gid://shopify/Order/1",
    }
    item = an_item(
        11,
        discountAllocations=[{"allocatedAmountSet": money("0.2")}],
        taxLines=[{"priceSet": money("0.38")}],
    )
    expected = shopify_orders.parse(orjson.dumps(rest), PROFILE).rows
    actual = parse(order, item, shipping).rows
    ours = ["payload_line", "format"]

    assert expected.drop(ours).equals(actual.drop(ours), null_equal=True)
    assert actual["line_amount"].to_list() == ["2.20"]
    assert actual["order_amount"].to_list() == ["2.38"]


def test_a_broken_child_takes_its_order_with_all_its_children() -> None:
    parsed = parse(
        an_item(11), an_order(1), an_item(12, quantity=0), an_order(2), an_item(21, 2)
    )

    assert codes(parsed) == [(1, "BAD_QTY"), (2, "BAD_QTY"), (3, "BAD_QTY")]
    assert parsed.rows["order_ref"].to_list() == ["2"]
    assert parsed.rejects["column_name"].to_list() == ["order", "order", "quantity"]


def test_an_orphan_is_refused_alone() -> None:
    parsed = parse(an_order(1), an_item(11), an_item(99, 9))

    assert codes(parsed) == [(3, "ORPHAN_LINE")]
    assert parsed.rows.height == 1


@pytest.mark.parametrize("slash", [b"/", rb"\/"])
def test_a_line_that_is_no_json_takes_the_order_it_names(slash: bytes) -> None:
    torn = b'{"sku":"8 "__parentId":"gid:' + slash * 2 + b"shopify"
    torn += slash + b"Order" + slash + b'1"}'
    parsed = parse(an_order(1), an_item(11), an_order(2), an_item(21, 2), torn)

    assert [line for line, _ in codes(parsed)] == [1, 2, 5]


def test_a_line_that_names_nobody_takes_the_order_before_it() -> None:
    parsed = parse(an_order(1), an_item(11), b'{"sku":', an_order(2), an_item(21, 2))

    assert [line for line, _ in codes(parsed)] == [1, 2, 3]


def test_an_order_whose_own_line_is_broken_takes_its_children() -> None:
    torn = orjson.dumps(an_order(1))[:-4]
    parsed = parse(
        an_order(0), an_item(1, 0), torn, an_item(11), an_order(2), an_item(21, 2)
    )

    assert [line for line, _ in codes(parsed)] == [3, 4]


def test_children_of_children_belong_to_the_order() -> None:
    refund = {"id": "gid://shopify/Refund/9", "__parentId": "gid://shopify/Order/1"}
    inside = {"quantity": 1, "__parentId": "gid://shopify/Refund/9"}

    assert codes(parse(an_order(1), an_item(11), refund, inside)) == []
    assert len(codes(parse(an_order(1), an_item(11, sku=""), refund, inside))) == 4


def test_parents_that_go_round_in_a_circle_are_orphans() -> None:
    first = {"id": "gid://shopify/A/1", "__parentId": "gid://shopify/A/2"}
    second = {"id": "gid://shopify/A/2", "__parentId": "gid://shopify/A/1"}

    assert [code for _, code in codes(parse(first, second))] == ["ORPHAN_LINE"] * 2


def test_an_order_without_items_is_refused_since_nobody_asked_for_them() -> None:
    assert codes(parse(an_order(1))) == [(1, "MISSING_VALUE")]


def test_an_order_that_stands_twice_counts_once() -> None:
    lines = [an_order(1), an_item(11), an_order(1, name="#1"), an_item(11, quantity=5)]
    rows = parse(*lines).rows

    assert rows.select("order_name", "qty").rows() == [("#1", "5")]


def test_a_list_is_no_line() -> None:
    parsed = parse(an_order(1), an_item(11), [an_order(2), an_item(21, 2)])

    assert codes(parsed) == [(3, "BAD_JSON")]
    assert parsed.rows["order_ref"].to_list() == ["1"]
