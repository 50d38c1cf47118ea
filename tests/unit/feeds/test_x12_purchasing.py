"""860, 855, 865: changes of orders, and what suppliers answer to ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feeds.interchanges import guilty, parsed
from transforms.feeds import x12_855, x12_860, x12_865
from transforms.feeds.reading.x12_answers import DOCUMENT_ANSWERS, LINE_ANSWERS

CHANGE = ["BCH", "04", "SA", "PO-1", "", "2", "20171220"]
ANSWERS = {
    *("ACCEPTED", "CHANGED", "BACKORDERED", "ON_HOLD", "REJECTED", "SUBSTITUTED"),
}


def poc(kind: str, qty: str, left: str = "", price: str = "2.00") -> list[str]:
    return ["POC", "1", kind, qty, left, "EA", price, "", "VP", "X"]


@pytest.mark.parametrize(
    ("meaning", "line", "expected"),
    [
        ("new", poc("QD", "8", "3"), ("change", "8", "16.00")),
        ("new", poc("QD", "8"), ("change", "8", "16.00")),
        ("new", poc("PC", "8", "3"), ("change", "8", "16.00")),
        ("new", poc("PC", ""), ("change", None, None)),
        ("new", poc("AI", "8"), ("add", "8", "16.00")),
        ("new", poc("DI", "8"), ("delete", "0", None)),
        ("current", poc("QD", "8", "3"), ("change", "3", "6.00")),
        ("current", poc("QI", "8", "11"), ("change", "11", "22.00")),
        ("current", poc("PC", "8"), ("change", "8", "16.00")),
        ("current", poc("CT", "8", "", ""), ("change", "8", None)),
        ("current", poc("AI", "", "4"), ("add", "4", "8.00")),
        ("current", poc("DI", "8"), ("delete", "0", None)),
    ],
)
def test_the_quantity_after_a_change_is_where_the_partner_puts_it(
    meaning: str, line: list[str], expected: tuple[str, str | None, str | None]
) -> None:
    found = parsed(x12_860, CHANGE, line, options={"poc03": meaning})

    assert [expected] == found.rows.select("line_action", "qty", "line_amount").rows()


@pytest.mark.parametrize("kind", ["QD", "QI", "QC", "PQ", "RZ", "AI"])
def test_a_current_quantity_alone_does_not_say_what_it_becomes(kind: str) -> None:
    found = parsed(x12_860, CHANGE, poc(kind, "8"), options={"poc03": "current"})

    assert ("POC04", "MISSING_VALUE") == guilty(found)


def test_a_cancelled_order_has_one_row_whatever_stands_in_it() -> None:
    cancel = ["BCH", "01", *CHANGE[2:]]
    party = ["N1", "ST", "Ada Example"]
    found = parsed(
        x12_860,
        cancel,
        party,
        poc("DI", "8"),
        ["POC", "2", *poc("DI", "8")[2:]],
    )

    assert [("cancel", None, None, None)] == found.rows.select(
        "action", "line_ref", "ship_to_name", "qty"
    ).rows()


@pytest.mark.parametrize(
    "line",
    [
        ["POC", "1", "DI", "3", "", "CT", "2", "PE", "VP", "X"],
        ["POC", "1", "QI", "3", "", "CT", "2", "PE", "VP", "X"],
        ["POC", "1", "QI", "3", "", "EA", "-2", "", "VP", "X"],
        ["POC", "", "QI", "-3"],
    ],
)
def test_no_line_of_a_cancelled_order_keeps_it_from_being_cancelled(
    line: list[str],
) -> None:
    found = parsed(x12_860, ["BCH", "01", *CHANGE[2:]], line, ["CTT", "7"])

    assert ["cancel"] == found.rows["action"].to_list()


def test_a_change_without_an_hour_takes_the_hour_of_its_group() -> None:
    dated = parsed(x12_860, CHANGE, ["DTM", "171", "20171229"], poc("QI", "9"))
    timed = parsed(x12_860, CHANGE, ["DTM", "171", "20171229", "0800"], poc("QI", "9"))

    assert ["2017-12-29T11:30:00-05:00"] == dated.rows["changed_at"].to_list()
    assert ["2017-12-29T08:00:00-05:00"] == timed.rows["changed_at"].to_list()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (poc("PC", ""), (None, "2.00")),
        (poc("PC", "8"), ("16.00", None)),
        (poc("DI", ""), (None, None)),
        (["POC", "1", "PC", "", "", "EA", "12", "HP", "VP", "X"], (None, "0.12")),
    ],
)
def test_a_price_without_a_quantity_is_not_lost(
    line: list[str], expected: tuple[str | None, str | None]
) -> None:
    found = parsed(x12_860, CHANGE, line)

    assert [expected] == found.rows.select("line_amount", "unit_amount").rows()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["POC", "1", "QI", "3", "", "CT", "24", "", "VP", "X"], ("3", "CT", "72.00")),
        (["POC", "1", "QI", "3", "", "CT", "", "", "VP", "X"], ("3", "CT", None)),
        (["POC", "1", "DI", "3", "", "CT", "24", "PE", "VP", "X"], ("0", None, None)),
        (["POC", "1", "CT", "", "", "CT", "", "", "VP", "X"], (None, None, None)),
    ],
)
def test_a_unit_nobody_agreed_stays_with_its_quantity(
    line: list[str], expected: tuple[str | None, ...]
) -> None:
    found = parsed(x12_860, CHANGE, line)

    assert [expected] == found.rows.select("qty", "uom_code", "line_amount").rows()


@pytest.mark.parametrize(
    "line",
    [
        ["POC", "1", "QI", "3", "", "CT", "2", "PE", "VP", "X"],
        ["POC", "1", "PC", "", "", "CT", "24", "", "VP", "X"],
    ],
)
def test_a_price_of_eaches_of_a_unit_nobody_agreed_is_refused(line: list[str]) -> None:
    assert ("POC05", "UNKNOWN_UNIT") == guilty(parsed(x12_860, CHANGE, line))


def test_a_price_in_another_currency_has_its_digits() -> None:
    found = parsed(x12_860, CHANGE, ["CUR", "BY", "BHD"], poc("QI", "3", "", "0.3335"))

    assert [("BHD", "1.001")] == found.rows.select(
        "currency_code", "line_amount"
    ).rows()


def ack(code: str, *more: str) -> list[str]:
    return ["ACK", code, "4", "EA", *more]


ORDERED = [
    ["BAK", "00", "AC", "PO-1", "20171227"],
    ["PO1", "1", "4", "EA", "2", "", "VP", "X"],
]


@pytest.mark.parametrize("code", sorted(LINE_ANSWERS))
def test_every_answer_to_a_line_is_in_the_closed_list(code: str) -> None:
    row = parsed(x12_855, *ORDERED, ack(code)).rows.row(0, named=True)

    assert code == row["partner_code"]
    assert row["answer_code"] in ANSWERS


@pytest.mark.parametrize("code", sorted(DOCUMENT_ANSWERS))
def test_every_answer_to_a_document_is_in_the_closed_list(code: str) -> None:
    row = parsed(x12_855, ["BAK", "00", code, "PO-1", "20171227"]).rows.row(
        0, named=True
    )

    assert (code, None) == (row["partner_code"], row["line_ref"])
    assert row["answer_code"] in ANSWERS


def test_a_substitute_is_named_only_where_one_is_made() -> None:
    pair = ("067", "20180104", "", "VP", "Y")
    made, other = (parsed(x12_855, *ORDERED, ack(c, *pair)).rows for c in ("IS", "IA"))

    assert ["Y"] == made["substitute_sku_ref"].to_list()
    assert [None] == other["substitute_sku_ref"].to_list()


def test_of_what_we_buy_our_own_number_counts() -> None:
    bought = ["PO1", "1", "4", "EA", "2", "", "VP", "THEIRS", "BP", "OURS"]
    offer = ("067", "20180104", "", "VP", "NEW", "BP", "OURS")
    found = parsed(x12_855, ORDERED[0], bought, ack("IS", *offer))
    named = parsed(
        x12_855, ORDERED[0], bought, ack("IA"), options={"sku_qualifiers": "VP"}
    )

    assert [("OURS", "NEW")] == found.rows.select(
        "sku_ref", "substitute_sku_ref"
    ).rows()
    assert ["THEIRS"] == named.rows["sku_ref"].to_list()


def test_a_date_to_cancel_after_promises_nothing() -> None:
    found = parsed(x12_855, *ORDERED, ack("IA", "001", "20180104"))

    assert [None] == found.rows["confirmed_on"].to_list()


def test_what_is_on_hold_waits_and_is_no_error() -> None:
    held = ["BAK", "00", "AH", "PO-1", "20171227"]
    other = ["BAK", "00", "ZZ", "PO-1", "20171227"]

    for pieces in ([held], [held, ORDERED[1]], [other, ORDERED[1], ack("IH")]):
        assert ["ON_HOLD"] == parsed(x12_855, *pieces).rows["answer_code"].to_list()
    assert ("BAK02", "BAD_CODE") == guilty(parsed(x12_855, other, ORDERED[1]))


def test_the_part_that_ships_now_is_not_the_part_that_waits() -> None:
    now, later = ack("BP"), ["ACK", "IB", "6", "EA", "067", "20180104"]
    found = parsed(x12_855, *ORDERED, now, later)

    assert [("CHANGED", "4"), ("BACKORDERED", "6")] == found.rows.select(
        "answer_code", "qty"
    ).rows()


def test_a_deleted_line_is_agreed_to_where_it_was_to_be_deleted() -> None:
    begun = ["BCA", "00", "AC", "PO-1", "", "2", "20171227"]
    rows = [
        parsed(x12_865, begun, poc(kind, "4"), ["ACK", "ID", "0", "EA"]).rows
        for kind in ("DI", "QI")
    ]

    assert ["ACCEPTED", "REJECTED"] == [one["answer_code"][0] for one in rows]


@given(st.lists(st.integers(1, 999), min_size=1, max_size=5))
def test_a_line_answered_in_parts_has_a_row_for_each(parts: list[int]) -> None:
    acks = [["ACK", "IA", str(qty), "EA"] for qty in parts]
    found = parsed(x12_855, *ORDERED, *acks).rows

    assert [str(qty) for qty in parts] == found["qty"].to_list()
    assert {"1"} == set(found["line_ref"])
