"""A partner's own columns: the profile says what they mean, or is told its faults."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feeds.workbooks import workbook
from transforms.contracts.codes import detail_in, faults_in
from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import mapped_orders, mapped_stock
from transforms.feeds.reading.mapping import MappingError, mapping_of
from transforms.feeds.reading.order_rules import order_form

OPTIONS = {
    "column.order_ref": "Order No",
    "column.ordered_at": "Created",
    "column.sku_ref": "Code",
    "column.qty": "Qty",
    "column.line_amount": "Value",
    "constant.payment_status": "paid",
}
HEADER = "Order No,Created,Code,Qty,Value"
LINE = "1,2017-12-27 15:02,825123,2,2.58"
UNITS = (",Case", ",Piece", ",")


def profile(**options: str) -> Profile:
    said = {name.replace("__", "."): value for name, value in options.items()}
    return Profile("sample", zone="America/New_York", options=OPTIONS | said)


def without(*names: str) -> Profile:
    left = {name: text for name, text in OPTIONS.items() if name not in names}
    return Profile("sample", options=left)


def faults(said: Profile) -> list[str]:
    with pytest.raises(MappingError) as caught:
        mapping_of(said, order_form(said, "mapped_orders"))
    return list(caught.value.problems)


def parse(*lines: str, header: str = HEADER, **options: str) -> Parsed:
    payload = "\n".join([header, *lines]).encode()
    return mapped_orders.parse(payload, profile(**options))


def test_a_mapping_that_is_right_has_no_faults() -> None:
    mapping = mapping_of(profile(), order_form(profile(), "mapped_orders"))

    assert "order no" == mapping.places["order_ref"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"column__colour": "Colour"}, "column.colour: orders has no such column"),
        ({"constant__qty": "1"}, "qty has a header and a constant"),
        ({"default__note": "-"}, "default.note needs column.note"),
        ({"value__service_code__DHL": "EXPEDITED"}, "value.service_code needs"),
        ({"constant__service_code": "FAST"}, "service_code 'FAST' is not one of"),
        (
            {"column__action": "Do", "value__action__new": "make"},
            "action 'make' is not one of create, update, cancel",
        ),
        ({"column__note": "payload_line"}, "payload_line cannot be read"),
        ({"order_cells": "last_line"}, "order_cells is neither"),
    ],
)
def test_a_fault_in_a_mapping_is_named(options: dict[str, str], said: str) -> None:
    [fault] = faults(profile(**options))

    assert said in fault


@pytest.mark.parametrize(
    ("missing", "hint"),
    [
        ("column.order_ref", "column.order_ref or constant.order_ref is needed"),
        ("constant.payment_status", "constant.payment_status is needed"),
        ("column.line_amount", "column.line_amount or column.unit_amount or"),
    ],
)
def test_a_required_column_that_nothing_fills_is_named(missing: str, hint: str) -> None:
    [fault] = faults(without(missing))

    assert hint in fault


def test_all_faults_are_told_at_once() -> None:
    assert 2 == len(faults(without("column.order_ref", "column.qty")))


def test_without_a_right_mapping_every_line_is_refused_and_says_why() -> None:
    payload = f"{HEADER}\n{LINE}\n\n{LINE}\n".encode()
    parsed = mapped_orders.parse(payload, without("column.qty"))

    assert parsed.lines.is_balanced()
    assert ["MISSING_COLUMN"] * 3 == parsed.rejects["code"].to_list()
    assert "column.qty or constant.qty is needed" in parsed.rejects["message"][0]


def test_a_mapped_header_that_the_file_lacks_refuses_it() -> None:
    parsed = parse("1,2017-12-27,825123,2", header="Order No,Created,Code,Qty")

    assert ["value", "value"] == parsed.rejects["column_name"].to_list()
    assert {"MISSING_COLUMN"} == set(parsed.rejects["code"])


def test_values_are_translated_whatever_their_case() -> None:
    parsed = parse(
        f"{LINE},dhl express",
        f"{LINE.replace('1', '2', 1)},Post",
        header=f"{HEADER},Ship",
        column__service_code="Ship",
        **{
            "value__service_code__DHL Express": "EXPEDITED",
            "value__service_code__*": "STANDARD",
        },
    )

    assert ["EXPEDITED", "STANDARD"] == parsed.rows["service_code"].to_list()


def test_a_unit_may_have_a_column_of_its_own() -> None:
    parsed = parse(
        *(LINE.replace("1", str(n), 1) + unit for n, unit in enumerate(UNITS)),
        header=f"{HEADER},Unit",
        column__uom_code="Unit",
        value__uom_code__Case="CS",
        value__uom_code__Piece="EA",
    )

    assert [("2", "CS"), ("2", None), ("2", None)] == (
        parsed.rows.select("qty", "uom_code").rows()
    )


def test_a_value_without_translation_stays_and_may_be_refused() -> None:
    parsed = parse(
        f"{LINE},EXPEDITED",
        f"{LINE.replace('1', '2', 1)},Post",
        header=f"{HEADER},Ship",
        column__service_code="Ship",
        value__service_code__DHL="EXPEDITED",
    )

    assert ["EXPEDITED"] == parsed.rows["service_code"].to_list()
    assert [("Ship", "BAD_CODE")] == parsed.rejects.select("column_name", "code").rows()


def test_headers_may_be_called_as_our_own_frames_are() -> None:
    """A partner's column ``code`` is not our rejects' one, nor ``value``, ``text``."""
    header = "text,detail,code,column_name,value"
    named = dict(
        zip(
            ("order_ref", "ordered_at", "sku_ref", "qty", "line_amount"),
            header.split(","),
            strict=True,
        )
    )
    options = {f"column__{name}": text for name, text in named.items()}
    parsed = parse(LINE, LINE.replace(",2,", ",x,"), header=header, **options)

    assert ["order", "column_name"] == parsed.rejects["column_name"].to_list()
    assert {"BAD_QTY"} == set(parsed.rejects["code"])


def test_an_amount_may_be_a_price_times_a_quantity() -> None:
    said = {n: t for n, t in OPTIONS.items() if n != "column.line_amount"}
    options = said | {"column.unit_amount": "Value", "decimal": ","}
    lines = ['1,2017-12-27,825123,3,"0,335"', '2,2017-12-27,825123,200,"0,335"']
    payload = "\n".join([HEADER, *lines]).encode()
    parsed = mapped_orders.parse(payload, Profile("sample", options=options))

    assert [("2", "67")] == parsed.rows.select("order_ref", "line_amount").rows()
    assert [("Value", "BAD_AMOUNT")] == parsed.rejects.select(
        "column_name", "code"
    ).rows()


def test_a_price_no_cent_divides_times_a_huge_quantity_raises_nothing() -> None:
    said = {n: t for n, t in OPTIONS.items() if n != "column.line_amount"}
    line = "1,2017-12-27,825123,999999999,999999999999.999999"
    parsed = mapped_orders.parse(
        f"{HEADER}\n{line}\n".encode(),
        Profile("sample", options=said | {"column.unit_amount": "Value"}),
    )

    assert ["BAD_AMOUNT"] == parsed.rejects["code"].to_list()


def test_lines_without_a_number_are_known_by_their_sku() -> None:
    parsed = parse(LINE, LINE.replace("825123", "9"), LINE, "2" + LINE[1:])

    assert ["sku:825123", "sku:9", "sku:825123#2", "sku:825123"] == parsed.rows[
        "line_ref"
    ].to_list()


def test_what_the_first_line_tells_holds_for_its_order_only() -> None:
    parsed = parse(
        f"{LINE},IL",
        LINE.replace("2017-12-27 15:02", "") + ",",
        f"2{LINE[1:]},",
        header=f"{HEADER},State",
        column__ship_to_region="State",
        order_cells="first_line",
    )

    assert ["IL", "IL", None] == parsed.rows["ship_to_region"].to_list()
    assert 1 == parsed.rows["ordered_at"].n_unique()


TWO_OF_ONE = {"column__customer_name": "Client", "column__ship_to_name": "Client"}


def test_one_column_of_theirs_may_be_two_of_ours() -> None:
    parsed = parse(f"{LINE},Ada", header=f"{HEADER},Client", **TWO_OF_ONE)

    names = parsed.rows.select("customer_name", "ship_to_name").row(0)
    assert ("Ada", "Ada") == names


def test_a_mapped_header_that_stands_twice_refuses_the_file_by_name() -> None:
    twice = f"{HEADER},Client,Client"
    parsed = parse(f"{LINE},Ada,Bob", header=twice, **TWO_OF_ONE)

    assert ["client", "client"] == parsed.rejects["column_name"].to_list()
    assert "client stands twice" in parsed.rejects["message"][0]


def test_a_header_without_a_line_is_an_empty_file() -> None:
    parsed = parse()

    assert [(1, "EMPTY_FILE")] == parsed.rejects.select("payload_line", "code").rows()
    assert parsed.lines.is_balanced()
    assert "REJECTED" == parsed.verdict


def test_columns_that_nobody_maps_are_told_unless_they_are_ignored() -> None:
    drifted = {"header": f"{HEADER},Branch,Till"}
    told = parse(f"{LINE},7,3", **drifted)
    some = parse(f"{LINE},7,3", ignored_columns="branch", **drifted)
    none = parse(f"{LINE},7,3", ignored_columns="*", **drifted)

    assert [(1, "branch, till", "UNKNOWN_COLUMN")] == [
        row[:3] for row in told.notices.rows()
    ]
    assert ["till"] == some.notices["column_name"].to_list()
    assert none.notices.is_empty()


def test_a_workbook_is_read_by_the_same_mapping() -> None:
    cells = [
        ["Order No", "Created", "Code", "Qty", "Value"],
        ["1", "2017-12-27", "825123", "2", "2.58"],
    ]
    rows = "".join(
        f'<row r="{n}">'
        + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in line)
        + "</row>"
        for n, line in enumerate(cells, start=1)
    )
    from_workbook = mapped_orders.parse(workbook(rows), profile())
    from_text = parse(LINE.replace(" 15:02", ""))

    assert from_text.rows.equals(from_workbook.rows)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("delimiter", sign) for sign in ("", "ab", "a", "\n", "\u00e9")),
        ("quote", ","),
        ("encoding", "utf-7"),
        ("decimal", ";"),
        ("date_format", "yyyy-mm-dd"),
        ("header_row", "first"),
        ("max_file_bytes", "-1"),
        ("max_cells", "many"),
    ],
)
def test_an_option_that_means_nothing_is_a_fault_and_refuses_the_file(
    option: str, value: str
) -> None:
    parsed = parse(LINE, **{option: value})

    [fault] = mapped_orders.faults(profile(**{option: value}))

    assert option in fault
    assert ["profile", "profile"] == parsed.rejects["column_name"].to_list()


def test_a_stock_file_is_mapped_too() -> None:
    options = {
        "column.node_ref": "WH",
        "column.sku_ref": "Item",
        "column.qty": "On hand",
        "column.snapshot_at": "At",
    }
    payload = b"WH,Item,On hand,At\nA,825123,40,2017-12-27\n"
    rows = mapped_stock.parse(payload, Profile("sample", options=options)).rows

    assert [
        ("A", "825123", "AVAILABLE", "on_hand", "40", "2017-12-27T00:00:00+00:00")
    ] == (
        rows.select(
            "node_ref",
            "sku_ref",
            "stock_status",
            "quantity_basis",
            "qty",
            "snapshot_at",
        ).rows()
    )


@given(
    st.dictionaries(
        st.sampled_from(
            [
                f"{k}.{c}"
                for k in ("column", "constant", "default", "value")
                for c in (*ORDERS.names, "x", "")
            ]
        ),
        st.text(max_size=5),
        max_size=8,
    )
)
def test_no_mapping_makes_a_file_raise(options: dict[str, str]) -> None:
    parsed = mapped_orders.parse(
        f"{HEADER}\n{LINE}\n".encode(), Profile("sample", options=options)
    )

    assert parsed.lines.is_balanced()


OLIST = Path(__file__).parents[3].parent / "shared/data/orders/olist_sample"


@pytest.mark.skipif(not OLIST.exists(), reason="the shared data is not here")
def test_a_real_shop_s_export_is_read_by_a_mapping() -> None:
    items = pl.read_csv(OLIST / "olist_order_items_dataset.csv.gz", infer_schema=False)
    options = {
        "column.order_ref": "order_id",
        "column.line_ref": "order_item_id",
        "column.ordered_at": "shipping_limit_date",
        "column.sku_ref": "product_id",
        "column.line_amount": "price",
        "constant.qty": "1",
        "constant.payment_status": "paid",
        "ignored_columns": "*",
    }
    said = Profile(
        "olist", zone="America/Sao_Paulo", currency_code="BRL", options=options
    )
    parsed = mapped_orders.parse(items.write_csv().encode(), said)

    assert items.height == parsed.rows.height, json.dumps(parsed.rejects.head().rows())


def test_an_unknown_value_is_told_the_partner_s_own_words() -> None:
    said = profile(
        column__payment_status="¿Pagado?",
        value__payment_status__Sí="paid",
        value__payment_status__No="pending",
    )
    options = {n: t for n, t in said.options.items() if n[:9] != "constant."}
    payload = f"{HEADER},¿Pagado?\n{LINE},quizás\n".encode()

    parsed = mapped_orders.parse(payload, Profile("sample", options=options))

    (message,) = parsed.rejects["message"]
    assert "(¿Pagado?: Sí | No)" in message


def test_a_line_tells_all_its_faults_under_its_partner_s_headers() -> None:
    spelled = {"decimal": ",", "date_format": "%d/%m/%Y"}

    parsed = parse(
        "1;27/99/2017;825123;two;2.58",
        header=HEADER.replace(",", ";"),
        delimiter=";",
        **spelled,
    )

    (code, column, told) = parsed.rejects.select("code", "column_name", "message").row(
        0
    )
    assert [
        ("BAD_QTY", "Qty", "Qty, at least 1"),
        ("BAD_AMOUNT", "Value", "Value, such as 1234,50"),
        ("BAD_INSTANT", "Created", "Created, such as 27/12/2017"),
    ] == faults_in(code, column, detail_in(code, told))
