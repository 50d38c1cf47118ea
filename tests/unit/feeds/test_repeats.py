"""Rows of a file that go by the same numbers: refused, or added up if told so."""

import pytest

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import (
    csv_receipts,
    csv_shipment_confirmations,
    csv_stock,
    mapped_orders,
    mapped_stock,
)

HEADER = "node_ref,sku_ref,stock_status,quantity_basis,qty,snapshot_at,lot_ref,uom_code"
AT = "2017-12-27T23:00:00-05:00"
BINS = Profile("sample", options={"repeated_rows": "add"})


def count(sku: str, qty: int, lot: str = "", unit: str = "") -> str:
    return f"DC-EAST,{sku},AVAILABLE,on_hand,{qty},{AT},{lot},{unit}"


def stock(*rows: str, profile: Profile = Profile("sample")) -> Parsed:  # noqa: B008 frozen
    parsed = csv_stock.parse("\n".join([HEADER, *rows]).encode(), profile)
    assert parsed.lines.is_balanced()
    return parsed


def rejects(parsed: Parsed) -> list[tuple[int, str, str]]:
    told = parsed.rejects.select("payload_line", "column_name", "code")
    return [*told.iter_rows()]


@pytest.mark.parametrize("second", [5, 7])
def test_a_sku_that_is_counted_twice_is_refused_and_its_neighbours_go_on(
    second: int,
) -> None:
    parsed = stock(count("A", 5), count("B", 1), count("A", second))

    assert parsed.rows["sku_ref"].to_list() == ["B"]
    assert rejects(parsed) == [
        (2, "sku_ref", "REPEATED_LINE"),
        (4, "sku_ref", "REPEATED_LINE"),
    ]


def test_lots_and_units_tell_counts_apart() -> None:
    parsed = stock(
        count("A", 5), count("A", 5, lot="L1"), count("A", 5, unit="CS"), count("B", 1)
    )

    assert parsed.rows.height == 4
    assert parsed.rejects.is_empty()


def test_bins_add_up_where_the_profile_says_so() -> None:
    parsed = stock(count("A", 5), count("B", 1), count("A", 7), profile=BINS)

    assert parsed.rows.select("payload_line", "sku_ref", "qty").rows() == [
        (2, "A", "12"),
        (3, "B", "1"),
    ]
    assert parsed.rejects.is_empty()
    assert parsed.lines.accepted == 4


def test_mapped_columns_are_judged_alike() -> None:
    options = {
        "column.node_ref": "Lager",
        "column.sku_ref": "Artikel",
        "column.qty": "Menge",
        "column.snapshot_at": "Stand",
    }
    payload = (
        f"Lager,Artikel,Menge,Stand\nN,A,5,{AT}\nN,A,7,{AT}\nN,B,1,{AT}\n".encode()
    )
    refused = mapped_stock.parse(payload, Profile("sample", options=options))
    added = mapped_stock.parse(
        payload, Profile("sample", options=options | {"repeated_rows": "add"})
    )

    assert rejects(refused) == [
        (2, "Artikel", "REPEATED_LINE"),
        (3, "Artikel", "REPEATED_LINE"),
    ]
    assert added.rows["qty"].to_list() == ["12", "1"]
    assert refused.lines.is_balanced()
    assert added.lines.is_balanced()


ORDERS = ("order_ref", "line_ref", "sku_ref", "qty", "line_amount", "ordered_at")
AS_WE_SAY = {f"column.{name}": name for name in ORDERS} | {
    "constant.payment_status": "paid"
}


def order(number: str, line: int, sku: str, qty: int = 1) -> str:
    return f"{number},{line},{sku},{qty},2.00,{AT}"


def orders(*rows: str) -> Parsed:
    payload = "\n".join([",".join(ORDERS), *rows]).encode()
    parsed = mapped_orders.parse(payload, Profile("sample", options=AS_WE_SAY))
    assert parsed.lines.is_balanced()
    return parsed


def test_an_order_with_a_line_number_twice_is_refused_whole() -> None:
    parsed = orders(
        order("1", 1, "A"), order("1", 2, "B"), order("1", 1, "C"), order("2", 1, "A")
    )

    assert parsed.rows["order_ref"].to_list() == ["2"]
    assert parsed.rejects["payload_line"].to_list() == [2, 3, 4]
    assert set(parsed.rejects["code"]) == {"REPEATED_LINE"}


def test_a_line_that_is_said_twice_is_one_line() -> None:
    parsed = orders(order("1", 1, "A"), order("1", 1, "A"))

    assert parsed.rejects.is_empty()
    assert parsed.rows.height == 2


def confirmed(*cartons: str) -> Parsed:
    header = (
        "node_ref,shipment_ref,instruction_ref,line_ref,sku_ref,ordered_qty,"
        "shipped_qty,shipped_on,tracking_ref"
    )
    rows = [f"DC-EAST,S1,I1,1,A,5,{carton}" for carton in cartons]
    payload = "\n".join([header, *rows]).encode()
    return csv_shipment_confirmations.parse(payload, Profile("sample"))


def test_a_line_in_two_cartons_is_in_both() -> None:
    parsed = confirmed("2,2017-12-27,T2", "3,2017-12-27,T3")

    assert parsed.rejects.is_empty()
    assert parsed.rows["shipped_qty"].to_list() == ["2", "3"]


def test_two_cartons_under_one_number_are_not_lost() -> None:
    parsed = confirmed("2,2017-12-27,T2", "3,2017-12-27,T2")

    assert rejects(parsed) == [
        (2, "line_ref", "REPEATED_LINE"),
        (3, "line_ref", "REPEATED_LINE"),
    ]


def test_a_receipt_in_two_parts_under_one_number_is_not_lost() -> None:
    header = "node_ref,receipt_ref,line_ref,sku_ref,qty,stock_status,received_on"
    parts = [f"DC-EAST,R1,1,A,{n},AVAILABLE,2017-12-27" for n in (2, 3)]
    parsed = csv_receipts.parse("\n".join([header, *parts]).encode(), Profile("sample"))

    assert [code for *_, code in rejects(parsed)] == ["REPEATED_LINE"] * 2
