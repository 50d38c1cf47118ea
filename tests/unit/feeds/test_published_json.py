"""Real answers of the channels' APIs are read whole; they are not ours to copy."""

from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import polars as pl
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    amazon_spapi_orders,
    shipbob_inventory,
    shipbob_shipments,
    shopify_inventory_levels,
    shopify_orders,
    tmall_trades,
    walmart_orders,
    woocommerce_orders,
)

CHANNELS = Path(__file__).parents[3].parent / "shared/data/channels"
pytestmark = pytest.mark.skipif(
    not CHANNELS.exists(), reason="the shared data is not here"
)
PROFILE = Profile("channel", currency_code="USD")


def bodies(pattern: str, member: str | None = None) -> list[tuple[str, Any]]:
    """Name and decoded body of the files that are JSON."""
    found = [
        (path.name, orjson.loads(path.read_bytes())) for path in CHANNELS.glob(pattern)
    ]
    named = [(name, body[member] if member else body) for name, body in found]
    return [(name, body) for name, body in named if isinstance(body, dict | list)]


def parse(module: ModuleType, body: object) -> Parsed:
    """As the fetcher writes it: over many lines."""
    payload = orjson.dumps(body, option=orjson.OPT_INDENT_2)
    parsed: Parsed = module.parse(payload, PROFILE)

    assert parsed.lines.is_balanced()
    return parsed


def assert_totals_add_up(rows: pl.DataFrame) -> None:
    """As silver compares them, where a total is carried."""
    amounts = [
        pl.col(name).cast(pl.Decimal(18, 3))
        for name in ("line_amount", "discount_amount", "tax_amount", "order_amount")
    ]
    line, discount, tax, total = amounts
    orders = rows.group_by("order_ref", "updated_at").agg(
        said=total.first(), found=(line - discount + tax).sum()
    )

    assert orders.filter(pl.col("said") != pl.col("found")).is_empty()


@pytest.mark.parametrize("member", ["orders", "order"])
def test_shopify_orders(member: str) -> None:
    """Those of one maker are tests; one has no lines."""
    found = [
        body
        for folder in ("shopify_api", "shopify_go")
        for _, body in bodies(f"{folder}/{member}.json")
    ]
    parsed = [parse(shopify_orders, body) for body in found]

    refused = {
        (c, n) for p in parsed for c, n in p.rejects["code", "column_name"].rows()
    }
    assert refused <= {("BAD_CODE", "test"), ("MISSING_VALUE", "line_items")}
    assert any(each.rows.height for each in parsed) or member == "orders"


def test_woocommerce_orders_of_all_versions() -> None:
    found = bodies("woocommerce/*_orders_0*.json")
    no_orders = {"v3_orders_05.json", "v3_orders_06.json", "v3_orders_07.json"}

    assert found
    for name, body in found:
        parsed = parse(woocommerce_orders, body)
        is_read = parsed.rejects.is_empty() and parsed.rows.height > 0

        assert is_read is (name not in no_orders), name
        assert_totals_add_up(parsed.rows)


def test_amazon_orders_that_have_items() -> None:
    found = bodies("amazon_spapi/orders_2026-01-01__*Order*_200_*.json", "response")

    assert found
    for name, body in found:
        parsed = parse(amazon_spapi_orders, body)

        assert parsed.rejects.is_empty(), name
        assert parsed.rows.height > 0, name


def test_amazon_orders_of_version_0_joined_with_items() -> None:
    items = bodies("amazon_spapi/ordersV0__getOrderItems_200_0.json", "response")
    orders = bodies("amazon_spapi/ordersV0__getOrders_200_0.json", "response")
    (_, listed), (_, page) = items[0], orders[0]
    order = page["payload"]["Orders"][0]
    joined = order | {"OrderItems": listed["payload"]["OrderItems"]}
    parsed = parse(amazon_spapi_orders, {"payload": {"Orders": [joined]}})

    assert parsed.rows.select("order_ref", "line_ref", "line_amount").rows() == [
        ("902-1845936-5435065", "05015851154158", "10.00")
    ]
    assert parse(amazon_spapi_orders, page).rows.is_empty()


def test_walmart_orders_of_two_countries() -> None:
    """Canada's examples are XML. A made-up name of one has a card number in it."""
    found = bodies("walmart/*orders*_200_*.json", "example")

    assert found
    for name, body in found:
        parsed = parse(walmart_orders, body)

        assert set(parsed.rejects["code"]) <= {"CARD_NUMBER"}, name
        assert parsed.rows.height > 0, name


def test_a_tmall_trade() -> None:
    for _, body in bodies("tmall/trade_fullinfo_get_response.json"):
        parsed = parse(tmall_trades, body)

        assert parsed.rows["sku_ref"].to_list() == [
            "B-C352-F301-356M",
            "B-C352-F302-357M",
        ]
        assert parsed.rows["discount_amount"].to_list() == ["13.80", "0.00"]
        assert parsed.notices["code"].to_list() == ["AMOUNTS_DISAGREE"]


def test_shopify_inventory_levels() -> None:
    found = bodies("shopify_*/*inventory_level*.json")

    assert found
    for name, body in found:
        parsed = parse(shopify_inventory_levels, body)

        assert parsed.rejects.is_empty(), name
        assert parsed.rows.height > 0, name


def test_shipbob_levels_by_location_and_by_lot() -> None:
    found = [
        (name, body)
        for part in ("locations", "lots")
        for name, body in bodies(
            f"shipbob/*get*inventory_level*{part}_200_0.json", "example"
        )
    ]

    assert found
    for name, body in found:
        items = body.get("items", [body])
        parsed = parse(
            shipbob_inventory, {"fetched_at": "2026-01-05T06:00:00Z", "items": items}
        )

        assert parsed.rejects.is_empty(), name
        assert parsed.rows.height == len(items), name


def test_shipbob_orders_and_shipments() -> None:
    """The examples say that nothing is in them: quantity 0."""
    found = [
        *bodies("shipbob/*get*_order_200_0.json", "example"),
        *bodies("shipbob/*get*_order_orderId__200_0.json", "example"),
        *bodies("shipbob/*get*_order_orderId_shipment_200_0.json", "example"),
    ]

    assert found
    for name, body in found:
        text = orjson.dumps(body).replace(b'"quantity":0', b'"quantity":2')
        parsed = parse(shipbob_shipments, orjson.loads(text))

        assert parsed.rejects.is_empty(), name
        assert parsed.rows["shipped_qty"].to_list() == ["2"], name
