"""What becomes of odd fields of Shopify's and ShipBob's stock and shipments."""

from typing import Any, Literal

import orjson
import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    shipbob_inventory,
    shipbob_shipments,
    shopify_inventory_levels,
)

AT = "2026-01-05T06:00:00Z"


def a_level(**quantities: int) -> dict[str, Any]:
    counted = [{"name": name, "quantity": n} for name, n in quantities.items()]
    place = {"location": {"id": "gid://shopify/Location/8"}, "item": {"sku": "825123"}}
    gid = {"id": "gid://shopify/InventoryLevel/1?inventory_item_id=11"}
    return gid | place | {"quantities": counted, "updatedAt": AT}


def levels(*values: object, **options: str) -> Parsed:
    payload = b"\n".join(orjson.dumps(value) for value in values)
    return shopify_inventory_levels.parse(payload, Profile("shop", options=options))


@pytest.mark.parametrize(
    ("wanted", "counts"),
    [
        ("available", [("AVAILABLE", "available", "4")]),
        ("on_hand", [("AVAILABLE", "on_hand", "7"), ("DAMAGED", "on_hand", "2")]),
    ],
)
def test_the_profile_says_which_quantity_is_read(
    wanted: str, counts: list[tuple[str, ...]]
) -> None:
    level = a_level(available=4, on_hand=9, committed=3, damaged=2)
    rows = levels(level, quantity_name=wanted).rows

    assert rows.select("stock_status", "quantity_basis", "qty").rows() == counts


def test_a_level_is_as_of_when_it_was_fetched_if_that_is_said() -> None:
    page = {
        "fetched_at": "2026-01-06T06:00:00Z",
        "inventory_levels": [a_level(available=1)],
    }
    rows = levels(a_level(available=1), page).rows

    assert rows["snapshot_at"].to_list() == [AT, "2026-01-06T06:00:00Z"]


def an_item(*places: tuple[int, int, int], **said: object) -> dict[str, Any]:
    counted = [
        {"location_id": n, "on_hand_quantity": held, "fulfillable_quantity": free}
        for n, held, free in places
    ]
    return {"inventory_id": 5, "sku": "825123", "locations": counted} | said


def stock(*items: object, basis: Literal["on_hand", "available"] = "on_hand") -> Parsed:
    payload = orjson.dumps({"fetched_at": AT, "items": items})
    return shipbob_inventory.parse(payload, Profile("3pl", quantity_basis=basis))


def test_the_basis_of_the_profile_is_counted() -> None:
    item = an_item((8, 40, 35), (9, 2, -1))

    assert stock(item).rows["qty"].to_list() == ["40", "2"]
    assert stock(item, basis="available").rows["qty"].to_list() == ["35", "-1"]


def test_an_item_with_lots_is_not_counted_twice() -> None:
    lot = {"lot_number": "L-1", "locations": an_item((8, 40, 35))["locations"]}
    rows = stock(an_item((8, 40, 35), lots=[lot]), an_item((8, 1, 1), sku="B")).rows

    assert rows.select("sku_ref", "lot_ref", "qty").rows() == [
        ("825123", "L-1", "40"),
        ("B", None, "1"),
    ]


def test_a_body_without_the_instant_it_was_fetched_at_is_refused_saying_so() -> None:
    payload = orjson.dumps({"items": [an_item((8, 40, 35))]})
    rejects = shipbob_inventory.parse(payload, Profile("3pl")).rejects

    assert rejects.select("column_name", "code").rows() == [
        ("fetched_at", "MISSING_VALUE")
    ]
    assert "does not say when" in rejects["message"].item()


def packed(product: int, *stocks: tuple[int, int]) -> dict[str, Any]:
    items = [{"id": item, "quantity": quantity} for item, quantity in stocks]
    return {"id": product, "sku": f"SKU-{product}", "inventory_items": items}


def a_shipment(
    number: int, *products: dict[str, Any], **said: object
) -> dict[str, Any]:
    plain = {"id": number, "status": "Completed", "actual_fulfillment_date": AT}
    return plain | {"location": {"id": 8}, "products": products} | said


def an_order(
    lines: list[tuple[int, int, int]], *shipments: dict[str, Any]
) -> dict[str, Any]:
    products = [
        {"external_line_id": line, "id": product, "quantity": quantity}
        for line, product, quantity in lines
    ]
    return {
        "id": 1,
        "reference_id": "FO-1",
        "products": products,
        "shipments": shipments,
    }


def sent(*values: object) -> list[tuple[str | None, ...]]:
    payload = b"\n".join(orjson.dumps(value) for value in values)
    parsed = shipbob_shipments.parse(payload, Profile("3pl"))

    assert parsed.rejects.is_empty(), parsed.rejects.to_dicts()
    columns = ["shipment_ref", "line_ref", "shipped_qty", "ordered_qty"]
    return list(parsed.rows.select(columns).iter_rows())


def test_lots_of_one_item_are_shipped_together() -> None:
    order = an_order([(1, 5, 3)], a_shipment(70, packed(5, (101, 1), (101, 2))))

    assert sent(order) == [("70", "1", "3", "3")]


def test_a_kit_counts_as_often_as_it_was_ordered() -> None:
    order = an_order([(1, 5, 2)], a_shipment(70, packed(5, (101, 4), (102, 2))))

    assert sent(order) == [("70", "1", "2", "2")]


@pytest.mark.parametrize("is_later", [False, True])
def test_shipments_fill_two_lines_of_a_product_alike_in_every_file(
    is_later: bool,
) -> None:
    """Lines of 1 and 2 eaches; shipment 71 holds 2, 72 holds 1."""
    waits = {} if is_later else {"actual_fulfillment_date": None}
    first = a_shipment(71, packed(5, (101, 2)), **waits)
    second = a_shipment(72, packed(5, (101, 1)))
    of_second = [("72", "2", "1", "1")]
    of_first = [("71", "1", "1", "1"), ("71", "2", "1", "1")]
    order = an_order([(1, 5, 1), (2, 5, 2)], second, first)

    assert sorted(sent(order)) == (of_first if is_later else []) + of_second


@pytest.mark.parametrize(
    "said", [{"actual_fulfillment_date": None}, {"status": "Cancelled"}]
)
def test_what_has_not_left_is_not_told(said: dict[str, Any]) -> None:
    assert (
        sent(an_order([(1, 5, 1)], a_shipment(70, packed(5, (101, 1)), **said))) == []
    )


def test_too_much_of_a_product_is_told_of_its_last_line() -> None:
    order = an_order([(1, 5, 1), (2, 5, 1)], a_shipment(70, packed(5, (101, 5))))

    assert sent(order) == [("70", "1", "1", "1"), ("70", "2", "4", "4")]
