"""A page of JSON on one physical line: a line for each of its objects."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Mapping

import orjson
import pytest

from transforms.contracts.profile import Profile
from transforms.feeds import shopify_inventory_levels, shopify_orders
from transforms.feeds.reading import json_lines
from transforms.feeds.reading.json_lines import one_object_a_line

ORDER = {
    "id": 1,
    "name": "#1",
    "created_at": "2017-12-27T15:02:11-05:00",
    "updated_at": "2017-12-27T15:02:11-05:00",
    "currency": "USD",
    "financial_status": "paid",
    "line_items": [{"id": 1, "sku": "825123", "quantity": 1, "price": "1.29"}],
}
SHOP = Profile("web_shop")
CARD = "card 4111 1111 1111 1111"


def page_of(*orders: Mapping[str, object], **around: object) -> bytes:
    return orjson.dumps({**around, "orders": [*orders]})


def test_an_order_that_is_refused_takes_no_other_of_its_page_with_it() -> None:
    line = {**ORDER["line_items"][0], "quantity": "two"}  # type: ignore[index]
    faulty = ORDER | {"id": 2, "line_items": [line]}
    payload = page_of(ORDER, faulty, ORDER | {"id": 3}, ORDER | {"id": 4, "note": CARD})

    found = shopify_orders.parse(payload, SHOP)

    assert ["1", "3"] == found.rows["order_ref"].to_list()
    assert [1, 3] == found.rows["payload_line"].to_list()
    refused = found.rejects.select("payload_line", "code").rows()
    assert [(2, "BAD_QTY"), (4, "CARD_NUMBER")] == refused
    assert (4, 2, 2, 0) == (
        found.lines.physical,
        found.lines.accepted,
        found.lines.quarantined,
        found.lines.blank,
    )


def test_what_is_said_around_objects_is_said_around_each() -> None:
    level = {"inventory_item_id": 1, "location_id": 2, "available": 3}
    payload = orjson.dumps(
        {
            "inventory_levels": [level, level | {"location_id": 3}],
            "fetched_at": "2017-12-27T22:00:00Z",
        }
    )

    found = shopify_inventory_levels.parse(payload, SHOP)

    assert [1, 2] == found.rows["payload_line"].to_list()
    assert 1 == found.rows["snapshot_at"].n_unique()
    assert 0 == found.rows["snapshot_at"].null_count()


@pytest.mark.parametrize(
    "payload",
    [
        b'{"orders":[{"id":1}]}',
        b'{"id":1,"line_items":[{"id":1},{"id":2}]}',
        b'{"orders":[{"id":1},{"id":2}],"order":[{"id":3}]}',
        b'[{"id":1},{"id":2}',
        b'[{"id":1},\n{"id":2}]',
        '[{"id":1},{"id":2,"a":"é"}]'.encode("latin-1"),
        '[{"id":1},{"id":2}]'.encode("utf-16"),
        b'{"orders":' * 20 + b"[{},{}]" + b"}" * 20,
        b"[" * 100_000,
        b"",
    ],
)
def test_any_other_payload_is_as_it_was(payload: bytes) -> None:
    assert payload == one_object_a_line(payload, ("orders", "order"))


def test_a_mark_stays_where_it_was() -> None:
    assert BOM_UTF8 + b"{}\n{}" == one_object_a_line(BOM_UTF8 + b"[{},{}] \n", ())


def test_a_page_with_much_around_its_objects_is_not_made_many_times_as_large() -> None:
    payload = page_of(*[{"id": n} for n in range(100)], said="x" * 10_000)

    assert payload == one_object_a_line(payload, ("orders",))


def test_a_page_of_very_many_members_is_not_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_lines, "MOST_COMMAS", 2)

    assert b"[1,2,3,4]" == one_object_a_line(b"[1,2,3,4]", ())
    assert b"1\n2" == one_object_a_line(b"[1,2]", ())


def test_numbers_and_names_said_twice_are_as_they_stand() -> None:
    payload = b'[{"a":1.10,"a":19.990000000000000002},{"b":1e400}]'

    assert b'{"a":1.10,"a":19.990000000000000002}\n{"b":1e400}' == one_object_a_line(
        payload, ()
    )


def test_a_page_on_one_line_says_what_its_objects_say_a_line_each() -> None:
    orders = [ORDER | {"id": n} for n in range(1, 30)]
    lines = b"\n".join(map(orjson.dumps, orders))

    one = shopify_orders.parse(json.dumps(orders).encode(), SHOP)

    assert one.rows.equals(shopify_orders.parse(lines, SHOP).rows)
