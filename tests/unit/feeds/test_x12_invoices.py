"""810 and 210: what suppliers and carriers charge."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.feeds.interchanges import guilty, parsed
from transforms.contracts.profile import Parsed
from transforms.feeds import x12_210, x12_810

CASES = {"uom.CS": "12"}


def an_invoice(*lines: list[str], kind: str = "DI", total: str = "100") -> Parsed:
    begun = ["BIG", "20171230", "INV-1", "", "PO-1", "", "", kind]
    return parsed(x12_810, begun, *lines, ["TDS", total], options=CASES)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["IT1", "1", "3", "EA", "0.335", "", "VP", "X"], ("3", "0.335", "1.01")),
        (["IT1", "1", "2", "CS", "10", "", "VP", "X"], ("24", "0.833333", "20.00")),
        (["IT1", "1", "2", "CS", "10", "PE", "VP", "X"], ("24", "10", "240.00")),
        (
            ["IT1", "1", "7", "EA", "9.1234567", "", "VP", "X"],
            ("7", "9.123457", "63.86"),
        ),
        (["IT1", "1", "250", "EA", "12", "HP", "VP", "X"], ("250", "0.12", "30.00")),
        (["IT1", "1", "-2", "EA", "5", "", "VP", "X"], ("-2", "5", "-10.00")),
    ],
)
def test_a_line_has_a_price_of_one_and_an_amount_of_all(
    line: list[str], expected: tuple[str, str, str]
) -> None:
    found = an_invoice(line).rows

    assert [expected] == found.select("qty", "unit_amount", "line_amount").rows()


@pytest.mark.parametrize("kind", ["CR", "CN"])
def test_a_credit_is_negative_whatever_its_signs(kind: str) -> None:
    lines = [
        ["IT1", "1", "2", "EA", "5", "", "VP", "X"],
        ["IT1", "2", "-1", "EA", "3", "", "VP", "Y"],
    ]
    found = an_invoice(*lines, kind=kind, total="1300").rows

    assert [("-2", "-10.00", "-13.00"), ("-1", "-3.00", "-13.00")] == found.select(
        "qty", "line_amount", "invoice_amount"
    ).rows()


def test_line_numbers_that_repeat_are_places() -> None:
    line = ["IT1", "9", "1", "EA", "5", "", "VP", "X"]
    found = an_invoice(line, line).rows

    assert [("1", "9"), ("2", "9")] == found.select("line_ref", "po_line_ref").rows()


def test_an_invoice_of_several_orders_names_them_by_line() -> None:
    found = an_invoice(
        ["IT1", "1", "1", "EA", "5", "", "VP", "X", "PO", "PO-7", "PL", "3"],
        ["IT1", "2", "1", "EA", "5", "", "VP", "X"],
    ).rows

    assert [("PO-7", "3"), ("PO-1", "2")] == found.select(
        "po_ref", "po_line_ref"
    ).rows()


@given(price=st.integers(0, 10**6), qty=st.integers(1, 10**5), digits=st.integers(0, 4))
def test_amounts_are_exact(price: int, qty: int, digits: int) -> None:
    text = format(Decimal(price).scaleb(-digits), "f")
    found = an_invoice(["IT1", "1", str(qty), "EA", text, "", "VP", "X"]).rows
    told = Decimal(found["line_amount"][0]) - Decimal(text) * qty

    assert abs(told) <= Decimal("0.005")


CARRIER = ["EXTK", "20180102"]


def freight(due: str, *lines: list[str]) -> Parsed:
    begun = ["B3", "", "PRO-1", "SHP-1", "PP", "L", "20180102", due, "", "", "", "EXTK"]
    return parsed(x12_210, begun, *lines)


@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=8))
def test_charges_come_to_what_is_due(cents: list[int]) -> None:
    lines = [["L1", str(n), "", "", str(c)] for n, c in enumerate(cents, start=1)]
    good = freight(str(sum(cents)), ["LX", "1"], *lines)
    wrong = freight(str(sum(cents) + 1), ["LX", "1"], *lines)

    assert sum(cents) == sum(int(a.replace(".", "")) for a in good.rows["amount"])
    assert ("B307", "BAD_AMOUNT") == guilty(wrong)


@pytest.mark.parametrize(
    ("lading", "expected"),
    [
        (["L0", "1", "", "", "10.5", "G", "", "", "", "", "", "K"], "10500"),
        (["L0", "1", "", "", "10", "G", "", "", "", "", "", "L"], "4536"),
        (["L0", "1", "", "", "10", "G"], "4536"),
        (["L0", "1"], None),
    ],
)
def test_the_weight_of_freight_is_in_grams(
    lading: list[str], expected: str | None
) -> None:
    found = freight("500", ["LX", "1"], lading, ["L1", "1", "", "", "500"])

    assert [expected] == found.rows["billed_weight_grams"].to_list()


@pytest.mark.parametrize(
    ("code", "expected"), [("FUE", ("FUE", None)), ("400", ("FREIGHT", "4536"))]
)
def test_freight_is_weighed_and_a_surcharge_is_not(
    code: str, expected: tuple[str, str | None]
) -> None:
    lading = ["L0", "1", "", "", "10", "G"]
    charge = ["L1", "1", "", "", "500", "", "", "", code]
    found = freight("500", ["LX", "1"], lading, charge)

    assert [expected] == found.rows.select("charge_code", "billed_weight_grams").rows()
