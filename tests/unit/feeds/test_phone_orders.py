"""The phone-order form: what we hand out is what we read."""

from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import load_workbook

from transforms.contracts.profile import Parsed, Profile
from transforms.feeds import xlsx_phone_orders

PROFILE = Profile("backoffice", zone="America/New_York")
FILLED = {
    "Order number": "PO-1",
    "Order date": "2017-12-27",
    "SKU": "825123",
    "Quantity": 2,
    "Unit price": 1.29,
    "Payment": "Paid",
}


def labels() -> list[str]:
    """The headers of an empty form, by an independent reader."""
    [head] = (
        load_workbook(BytesIO(xlsx_phone_orders.template()))
        .get_sheet_by_index(0)
        .to_python()
    )
    return [str(cell) for cell in head]


def parse(header: list[str], *rows: list[object]) -> Parsed:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, cells in enumerate([header, *rows]):
        sheet.write_row(place, 0, cells)
    book.close()
    return xlsx_phone_orders.parse(out.getvalue(), PROFILE)


def filled(header: list[str]) -> list[object]:
    """A row of the form: cells by the English half of their label."""
    return [
        next((v for name, v in FILLED.items() if label.startswith(name)), "")
        for label in header
    ]


def test_an_empty_form_holds_no_order_and_its_sender_is_told() -> None:
    parsed = xlsx_phone_orders.parse(xlsx_phone_orders.template(), PROFILE)

    assert (1, 0, 0) == (
        parsed.lines.physical,
        parsed.lines.accepted,
        parsed.rows.height,
    )
    assert ["EMPTY_FILE"] == parsed.rejects["code"].to_list()
    assert parsed.notices.is_empty()


def test_the_same_form_has_the_same_bytes() -> None:
    assert xlsx_phone_orders.template() == xlsx_phone_orders.template()


def test_a_form_is_read_in_either_language_and_in_both() -> None:
    both = labels()
    english = [label.rsplit(" ", 1)[0] for label in both]
    chinese = [label.rsplit(" ", 1)[1] for label in both]
    rows = [parse(header, filled(both)).rows for header in (both, english, chinese)]

    assert [("PO-1", "2.58")] == rows[0].select("order_ref", "line_amount").rows()
    assert rows[0].equals(rows[1])
    assert rows[0].equals(rows[2])


def test_a_form_without_a_required_column_is_refused() -> None:
    header = [label for label in labels() if not label.startswith("Payment")]
    parsed = parse(header, filled(header))

    assert ["payment", "payment"] == parsed.rejects["column_name"].to_list()
    assert {"MISSING_COLUMN"} == set(parsed.rejects["code"])


def test_columns_that_are_not_required_may_be_missing() -> None:
    parsed = parse(list(FILLED), list(FILLED.values()))

    assert [("create", "STANDARD", "USD")] == parsed.rows.select(
        "action", "service_code", "currency_code"
    ).rows()


def test_a_unit_may_be_chosen_from_the_form() -> None:
    header = [*FILLED, "Unit 单位"]
    rows = [[*FILLED.values(), unit] for unit in ("", "Each 件", "Case", "箱", "CT")]
    numbered = [[f"PO-{n}", *row[1:]] for n, row in enumerate(rows)]

    found = parse(header, *numbered).rows

    assert [None, None, "CS", "CS", "CT"] == found["uom_code"].to_list()
    assert {("2", "2.58")} == set(found.select("qty", "line_amount").rows())
