"""The bytes a CSV warehouse and a picker get."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.contracts.profile import Envelope, Profile
from transforms.contracts.table import ContractError
from transforms.instructions import csv_pick_lists, csv_shipping_orders

LINE: dict[str, Any] = {
    "instruction_id": "FO-2",
    "instruction_line_ref": "1",
    "node_id": "DC-EAST",
    "order_id": "web_shop:1001",
    "order_name": "#1001",
    "sku_id": "825124",
    "product_name": 'SOUP, 4" CAN',
    "qty": 2,
    "grams": 305,
    "ordered_at": datetime(2017, 12, 27, 20, 2, 11, tzinfo=UTC),
    "ship_by_date": date(2017, 12, 28),
    "service_code": "STANDARD",
    "ship_to_name": "Zo\u00eb Example",
    "ship_to_street": "1 Sample Street\nRear door",
    "ship_to_street2": None,
    "ship_to_city": "Albany",
    "ship_to_postal_code": "12201",
    "region_code": "NY",
    "country_code": "US",
    "ship_to_phone": "=1+1",
}


def frame(*said: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([LINE | one for one in said], schema=SHIPPING_ORDERS.schema)


def an_envelope(control_no: int = 41) -> Envelope:
    return Envelope(
        Profile("summit_3pl"), control_no, datetime(2017, 12, 27, tzinfo=UTC)
    )


def lines(content: bytes, *names: str) -> list[tuple[str, ...]]:
    read = pl.read_csv(content, infer_schema=False)
    return read.select(names).rows()


def test_a_shipping_order_reads_as_agreed() -> None:
    content = csv_shipping_orders.render(frame({}), an_envelope()).content

    assert content.decode() == (
        "control_no,instruction_id,instruction_line_ref,node_id,order_id,order_name,"
        "sku_id,product_name,qty,grams,ordered_at,ship_by_date,service_code,"
        "ship_to_name,ship_to_street,ship_to_street2,ship_to_city,"
        "ship_to_postal_code,region_code,country_code,ship_to_phone\n"
        '41,FO-2,1,DC-EAST,web_shop:1001,#1001,825124,"SOUP, 4"" CAN",2,305,'
        "2017-12-27T20:02:11Z,2017-12-28,STANDARD,Zo\u00eb Example,"
        "1 Sample Street Rear door,,Albany,12201,NY,US,=1+1\n"
    )


@pytest.mark.parametrize("form", [csv_shipping_orders, csv_pick_lists])
def test_lots_and_waves_come_last_and_for_those_who_ask(form: Any) -> None:  # noqa: ANN401 a module
    told = frame({"lot_ref": "L-7", "wave_ref": "W-1"})
    asks = Profile("p", options={"names_lots": "true", "names_waves": "true"})

    plain = form.render(told, an_envelope()).content.decode().splitlines()
    asked = form.render(told, replace(an_envelope(), profile=asks)).content.decode()

    header, line = asked.splitlines()
    assert plain[0] + ",lot_ref,wave_ref" == header
    assert plain[1] + ",L-7,W-1" == line


def test_files_are_named_by_their_control_number() -> None:
    orders = csv_shipping_orders.render(frame({}), an_envelope())
    picks = csv_pick_lists.render(frame({}), an_envelope())

    assert orders.name == "shipping_orders_000000041.csv"
    assert picks.name == "pick_list_000000041.csv"
    assert orders.control_ref == picks.control_ref == "41"


def test_line_numbers_are_sorted_as_numbers() -> None:
    rows = frame(*({"instruction_line_ref": ref} for ref in ("10", "9", "1")))
    content = csv_shipping_orders.render(rows, an_envelope()).content

    assert lines(content, "instruction_line_ref") == [("1",), ("9",), ("10",)]


def test_a_pick_list_is_sorted_by_node_instruction_and_sku() -> None:
    rows = frame(
        {"node_id": "STORE-2", "instruction_id": "FO-1"},
        {"instruction_id": "FO-3", "sku_id": "B"},
        {"instruction_id": "FO-3", "sku_id": "A", "instruction_line_ref": "2"},
    )
    content = csv_pick_lists.render(rows, an_envelope()).content

    assert lines(content, "node_id", "instruction_id", "sku_id") == [
        ("DC-EAST", "FO-3", "A"),
        ("DC-EAST", "FO-3", "B"),
        ("STORE-2", "FO-1", "825124"),
    ]


def test_units_and_lines_are_counted() -> None:
    payload = csv_pick_lists.render(
        frame({}, {"instruction_line_ref": "2", "qty": 5}), an_envelope()
    )

    assert (payload.row_count, payload.unit_count) == (2, 7)


def test_a_file_without_lines_is_its_header() -> None:
    payload = csv_pick_lists.render(frame(), an_envelope())

    assert (payload.row_count, payload.unit_count) == (0, 0)
    assert payload.content.count(b"\n") == 1


@pytest.mark.parametrize("control_no", [0, -1, 1_000_000_000])
def test_a_control_number_out_of_range_is_refused(control_no: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        csv_pick_lists.render(frame({}), an_envelope(control_no))


def test_a_frame_that_breaks_its_contract_is_refused() -> None:
    with pytest.raises(ContractError, match="repeat"):
        csv_pick_lists.render(frame({}, {}), an_envelope())
