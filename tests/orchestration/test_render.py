"""``orderhouse render``: rows become the partner's file, or one line says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.cli.failures import CommandError
from orchestration.cli.render import render_file
from transforms.contracts.profile import Profile
from transforms.feeds import x12_850

ROWS = (
    "po_id,po_line_ref,supplier_id,node_id,sku_id,supplier_sku_ref,qty,unit_amount,"
    "currency_code,ordered_at,requested_on\n"
    "PO-9,1,millbrook_supply,DC-EAST,825123,WIDGET-1,12,2.50,USD,"
    "2017-12-27T22:30:00-05:00,2018-01-05\n"
    "PO-9,2,millbrook_supply,DC-EAST,825124,,3,0.335,USD,2017-12-27T22:30:00-05:00,\n"
)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ROWS)
    return path


def rendered(rows: Path, *, format_name: str = "x12_850", control_no: int = 7) -> Path:
    out = rows.parent / "out"
    render_file(rows, format_name, "millbrook_supply", control_no, out=str(out))
    return out / f"850_{control_no:09}.edi"


def test_purchase_orders_are_written_as_the_supplier_reads_them(rows: Path) -> None:
    content = rendered(rows).read_bytes()
    read = x12_850.parse(content, Profile("millbrook_supply"))

    assert b"*ZZ*ORDERHOUSE     *ZZ*MILLBROOK      *" in content
    assert b"BEG*00*SA*PO-9**20171227" in content
    assert [("PO-9", "WIDGET-1", "12", "30.00"), ("PO-9", "825124", "3", "1.01")] == (
        read.rows.select("order_ref", "sku_ref", "qty", "line_amount").rows()
    )


def test_a_control_number_is_never_written_twice(rows: Path) -> None:
    first = rendered(rows).read_bytes()
    rows.write_text(ROWS.replace("12,2.50", "13,2.50"))

    with pytest.raises(CommandError, match="take the next control number"):
        rendered(rows)

    assert first == (rows.parent / "out" / "850_000000007.edi").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("po_id,", "po_number,", "no column po_id"),
        ("supplier_sku_ref", "vendor", "unknown column vendor"),
        ("12,2.50", "12.5,2.50", "line 2, qty"),
        ("12,2.50", "two,2.50", "qty: BAD_QTY: .*'two' is no whole number, as 12 is"),
        ("2,millbrook_supply", "2,harbor_3pl", "line 3, supplier_id: .*'harbor_3pl'"),
        ("12,2.50", "0,2.50", "qty"),
        ("12,2.50", ",2.50", "qty"),
        ("22:30:00-05:00,2018", "22:30:00,2018", "line 2, ordered_at: .* no offset"),
        ("2018-01-05", "05.01.2018", "line 2, requested_on: BAD_INSTANT"),
        ("12,2.50", "12,", r"orders\.csv: line 2, unit_amount: MISSING_VALUE: .*"),
        ("2.50", "abc", r"orders\.csv: line 2, unit_amount: BAD_AMOUNT: .*'abc'"),
        ("2.50", '"1,00"', "line 2, unit_amount: BAD_AMOUNT: .*'1,00'"),
        ("0.335,USD", "0.335,XXQ", "line 3, currency_code: BAD_CODE: .*'XXQ'"),
    ],
)
def test_what_cannot_be_written_is_named(
    old: str, new: str, message: str, rows: Path
) -> None:
    rows.write_text(ROWS.replace(old, new, 1))

    with pytest.raises(CommandError, match=message):
        rendered(rows)
    assert not (rows.parent / "out").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty: a header and rows are expected"),
        (b" \n\n", "no row|no column|empty"),
        (ROWS.partition("\n")[0].encode(), "a header and no row"),
        (ROWS.encode() + b"PO-9,3,x,x,x,x,x,x,x,x,x,x,x\n", "it is no CSV"),
        (ROWS.encode("utf-16"), "it is no CSV|no column"),
    ],
)
def test_what_is_no_csv_of_rows_is_told_in_a_sentence(
    content: bytes, message: str, rows: Path
) -> None:
    rows.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        rendered(rows)


def test_an_inbound_format_is_none_to_write(rows: Path) -> None:
    with pytest.raises(CommandError, match=r"'x12_856'; known: .*x12_850"):
        rendered(rows, format_name="x12_856")
