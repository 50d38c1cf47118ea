"""Shipping orders in EDIFACT and in ShipBob's JSON, as others read them."""

import json
import re
import warnings
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Profile
from transforms.feeds import edifact_contrl, shipbob_shipments
from transforms.instructions import edifact_insdes, shipbob_orders

LINE: dict[str, Any] = {
    "instruction_id": "FO-2",
    "instruction_line_ref": "1",
    "node_id": "3PL-KAI",
    "order_id": "web_shop/1001",
    "order_name": "#1001",
    "sku_id": "825124",
    "product_name": "SOUP, 4+1 CANS: 'BIG'",
    "qty": 2,
    "grams": 305,
    "ordered_at": datetime(2017, 12, 28, 3, 2, 11, tzinfo=UTC),
    "ship_by_date": date(2017, 12, 28),
    "service_code": "STANDARD",
    "ship_to_name": "Zo\u00eb Example \u4e2d",
    "ship_to_street": "1 Sample Street\nRear door",
    "ship_to_street2": None,
    "ship_to_city": "Albany",
    "ship_to_postal_code": "12201",
    "region_code": "NY",
    "country_code": "US",
    "ship_to_phone": "555-0100",
}
KAI = Profile("kai_3pl", zone="America/New_York", interchange_id="KAI")
AT = datetime(2017, 12, 28, 5, tzinfo=UTC)


def frame(*said: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([LINE | one for one in said], schema=SHIPPING_ORDERS.schema)


def envelope(**options: str) -> Envelope:
    profile = Profile("kai_3pl", zone=KAI.zone, interchange_id="KAI", options=options)
    return Envelope(profile, 41, AT)


def test_an_insdes_says_that_it_replaces() -> None:
    payload = edifact_insdes.render(frame({"replaces_ref": "40"}), envelope())

    assert b"BGM+240+FO-2+5'" in payload.content


def test_the_lot_to_take_first_is_named_where_one_is_promised() -> None:
    told, plain = frame({"lot_ref": "L-7"}), frame({})

    insdes = edifact_insdes.render(told, envelope()).content
    (order,) = json.loads(shipbob_orders.render(told, envelope()).content)

    assert b"LIN+1++825124:SA'PIA+1+L-7:NB'" in insdes
    assert "L-7" == order["products"][0]["lot"]
    assert b"PIA" not in edifact_insdes.render(plain, envelope()).content
    assert b'"lot"' not in shipbob_orders.render(plain, envelope()).content


def test_an_insdes_reads_as_agreed() -> None:
    content = edifact_insdes.render(frame({}), envelope()).content.decode("latin-1")

    assert re.findall(r"(?:[^?']|[?].)+'", content)[1:] == [
        "UNB+UNOC:3+ORDERHOUSE+KAI+171228:0000+41++++1'",
        "UNH+1+INSDES:D:96A:UN'",
        "BGM+240+FO-2+9'",
        "DTM+137:201712280000:203'",
        "DTM+10:20171228:102'",
        "FTX+DEL+++STANDARD'",
        "RFF+ON:web_shop/1001'",
        "DTM+4:20171227:102'",
        "RFF+CR:#1001'",
        "NAD+WH+3PL-KAI::92'",
        "NAD+DP+++Zo\u00eb Example ??+1 Sample Street Rear door+Albany+NY+12201+US'",
        "CTA+IC+:Zo\u00eb Example ??'",
        "COM+555-0100:TE'",
        "LIN+1++825124:SA'",
        "IMD+F++:::SOUP, 4?+1 CANS?: ?'BIG?''",
        "QTY+12:2:PCE'",
        "RFF+LI:1'",
        "CNT+1:2'",
        "CNT+2:1'",
        "UNT+19+1'",
        "UNZ+1+41'",
    ]


def test_another_parser_reads_the_messages_and_their_lines_in_order() -> None:
    pydifact = pytest.importorskip("pydifact.parser")
    lines = [{"instruction_line_ref": str(n)} for n in (10, 2)]
    payload = edifact_insdes.render(
        frame({"instruction_id": "FO-9"}, *lines), envelope()
    )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = [*pydifact.Parser().parse(payload.content.decode("latin-1"))]

    told = [s.elements for s in read if s.tag in {"BGM", "UNH"} or _is_line(s)]
    assert [
        ["1", ["INSDES", "D", "96A", "UN"]],
        ["240", "FO-2", "9"],
        [["LI", "2"]],
        [["LI", "10"]],
        ["2", ["INSDES", "D", "96A", "UN"]],
        ["240", "FO-9", "9"],
        [["LI", "1"]],
    ] == told
    assert {"FO-2": "1", "FO-9": "2"} == payload.set_refs


def _is_line(segment: Any) -> bool:  # noqa: ANN401 another library's
    return segment.tag == "RFF" and segment.elements[0][0] == "LI"


def test_a_contrl_answers_the_message_of_an_instruction() -> None:
    payload = edifact_insdes.render(frame({}, {"instruction_id": "FO-9"}), envelope())
    answer = (
        b"UNB+UNOC:3+KAI+ORDERHOUSE+171228:0200+7'UNH+1+CONTRL:D:3:UN'"
        b"UCI+41+ORDERHOUSE+KAI+7'UCM+2+INSDES:D:96A:UN+4+12'UNT+4+1'UNZ+1+7'"
    )

    rows = edifact_contrl.parse(answer, KAI).rows

    rejected = rows.filter(status_code="R").select("interchange_ref", "set_ref")
    assert [(payload.control_ref, payload.set_refs["FO-9"])] == rejected.rows()


@pytest.mark.parametrize("name", ["\u4e2d", "x" * 36, "A\nB"])
def test_a_reference_that_edifact_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="sku_id"):
        edifact_insdes.render(frame({"sku_id": name}), envelope())


def test_a_shipbob_order_says_what_its_service_asks_for() -> None:
    wanted = envelope(**{"service.STANDARD": "Ground"})
    payload = shipbob_orders.render(frame({"node_id": "7"}), wanted)

    (order,) = json.loads(payload.content)

    assert order == {
        "reference_id": "FO-2",
        "order_number": "#1001",
        "type": "DTC",
        "purchase_date": "2017-12-28T03:02:11Z",
        "shipping_method": "Ground",
        "location_id": 7,
        "recipient": {
            "name": "Zo\u00eb Example \u4e2d",
            "phone_number": "555-0100",
            "address": {
                "address1": "1 Sample Street\nRear door",
                "city": "Albany",
                "state": "NY",
                "zip_code": "12201",
                "country": "US",
            },
        },
        "products": [
            {
                "reference_id": "825124",
                "name": "SOUP, 4+1 CANS: 'BIG'",
                "quantity": 2,
                "external_line_id": 1,
            }
        ],
        "tags": [
            {"name": "control_no", "value": "41"},
            {"name": "ship_by", "value": "2017-12-28"},
        ],
    }


def test_what_was_asked_in_json_comes_back_under_our_names() -> None:
    """The service answers with the order as it got it, and its shipment."""
    (order,) = json.loads(
        shipbob_orders.render(frame({"node_id": "7"}), envelope()).content
    )
    items = [{"id": 5, "quantity": 2}]
    stocked = {"id": 1, "sku": "825124", "inventory_items": items}
    products = [product | stocked for product in order["products"]]
    shipment = {
        "id": 99,
        "location": {"id": 7},
        "status": "Completed",
        "actual_fulfillment_date": "2017-12-28T20:00:00Z",
        "products": products,
        "tracking": {"tracking_number": "T1", "carrier": "UPS"},
    }
    answer = json.dumps(
        [order | {"id": 1, "products": products, "shipments": [shipment]}]
    )

    rows = shipbob_shipments.parse(answer.encode(), KAI).rows

    names = ["instruction_ref", "line_ref", "sku_ref", "shipped_qty", "node_ref"]
    assert [("FO-2", "1", "825124", "2", "7")] == rows.select(names).rows()
