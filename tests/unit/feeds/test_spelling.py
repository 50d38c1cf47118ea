"""Cells in a partner's spelling come out in the contract's, or are refused."""

import polars as pl
import pytest

from transforms.contracts.profile import Profile
from transforms.feeds.reading import cells
from transforms.feeds.reading.cells import Rule
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.header import COMMA
from transforms.feeds.reading.spelling import (
    judge_spelled,
    rewritten,
    spelling_of,
    time_format,
)

ZONE = "America/New_York"


def read_as(
    rule: Rule, text: str, *, reads_local: bool = False, **options: str
) -> str | None:
    """The cell as it comes out; None if it is refused."""
    spelled = {name.replace("__", "."): value for name, value in options.items()}
    profile = Profile("sample", zone=ZONE, options=spelled)
    rows = pl.DataFrame({"payload_line": [1], "x": [text]})
    good, problems = judge_spelled(rows, [rule], profile, reads_local=reads_local)
    assert good.height + problems.height == 1
    return good["x"].item() if good.height else None


AMOUNT = cells.amount("x", pl.lit("EUR"))
QTY = cells.quantity("x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("0,05", "0.05"),
        ("1.50", None),
        ("1.23,50", None),
        ("1234.567,00", None),
        ("1,234.50", None),
        ("1,", None),
        ("1.23E+12", None),
    ],
)
def test_a_decimal_comma_is_a_point(text: str, expected: str | None) -> None:
    assert expected == read_as(AMOUNT, text, decimal=",", thousands=".")


@pytest.mark.parametrize(
    ("thousands", "text"),
    [(",", "1,234.50"), ("'", "1\u2019234.50"), ("space", "1\u202f234.50")],
)
def test_thousands_are_grouped_as_told(thousands: str, text: str) -> None:
    assert "1234.50" == read_as(AMOUNT, text, thousands=thousands)
    assert None is read_as(AMOUNT, text)


@pytest.mark.parametrize(
    ("text", "expected"), [("3.0", "3"), ("3.000", "3"), ("3", "3"), ("3.5", None)]
)
def test_eaches_may_be_spelled_as_decimals_where_told(
    text: str, expected: str | None
) -> None:
    assert expected == read_as(QTY, text, quantities="decimal")


def test_eaches_are_whole_unless_told() -> None:
    assert None is read_as(QTY, "3.0")
    assert None is read_as(QTY, "1,000")
    assert "1000" == read_as(QTY, "1,000", thousands=",")
    assert "3" == read_as(QTY, "3,00", decimal=",", quantities="decimal")


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("%d/%m/%Y %H:%M", "03/07/2024 10:15", "2024-07-03T10:15:00-04:00"),
        ("%m/%d/%Y %H:%M", "03/07/2024 10:15", "2024-03-07T10:15:00-05:00"),
        ("%m/%d/%y %I:%M %p", "3/7/24 1:05 pm", "2024-03-07T13:05:00-05:00"),
        ("%d.%m.%Y", "03.07.2024", "2024-07-03T00:00:00-04:00"),
        ("%d-%b-%Y %T", "03-JUL-2024 10:15:59", "2024-07-03T10:15:59-04:00"),
        ("%Y%m%d%H%M%S", "20240703101559", "2024-07-03T10:15:59-04:00"),
        ("%F %T%z", "2024-07-03 10:15:59+02:00", "2024-07-03T04:15:59-04:00"),
        ("%d/%m/%Y", "2024-07-03T10:15:00Z", "2024-07-03T10:15:00Z"),
        ("%d/%m/%Y", "13/13/2024", None),
        ("%d/%m/%Y", "03/07/24", None),
        ("%d/%m/%Y", "30/02/2024", None),
        ("%d/%m/%Y %H:%M", "03/07/2024", None),
        ("%Y%m%d", "2024073", None),
        ("%d/%m/%Y %H:%M:%S", "03/07/2024 10:15:60", None),
    ],
)
def test_times_are_read_as_the_profile_spells_them(
    form: str, text: str, expected: str | None
) -> None:
    assert expected == read_as(cells.instant("x"), text, date_format=form)


def test_hours_that_clocks_skip_or_repeat_are_read_as_anywhere() -> None:
    form = "%m/%d/%Y %H:%M"
    rule = cells.instant("x")

    skipped = read_as(rule, "03/12/2017 02:30", date_format=form)
    twice = read_as(rule, "11/05/2017 01:30", date_format=form)

    assert "2017-03-12T03:30:00-04:00" == skipped
    assert "2017-11-05T01:30:00-04:00" == twice


def test_a_day_stays_a_day_where_the_contract_asks_for_one() -> None:
    form = "%d/%m/%Y"

    assert "2024-07-03" == read_as(cells.date("x"), "3/7/2024", date_format=form)
    assert "2024-07-03" == read_as(
        cells.instant_or_date("x"), "3/7/2024", date_format=form
    )
    assert "2024-07-03 10:15:00" == read_as(
        cells.local_time("x"), "3/7/2024 10:15", date_format="%d/%m/%Y %H:%M"
    )


def test_one_column_may_have_its_own_format() -> None:
    read = read_as(
        cells.date("x"), "3/7/2024", date_format="%d/%m/%Y", date_format__x="%m/%d/%Y"
    )

    assert "2024-03-07" == read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-07-03", "2024-07-03T00:00:00-04:00"),
        ("2024-07-03 10:15", "2024-07-03T10:15:00-04:00"),
        ("2024-07-03T10:15:30", "2024-07-03T10:15:30-04:00"),
        ("2024-07-03T10:15:30+02:00", "2024-07-03T10:15:30+02:00"),
        ("2024-07-03T25:15:30", None),
        ("2024-07-03 10:15:99", None),
        ("2024-02-30", None),
        ("03/07/2024", None),
    ],
)
def test_local_iso_times_are_read_where_a_format_allows_them(
    text: str, expected: str | None
) -> None:
    assert expected == read_as(cells.instant("x"), text, reads_local=True)
    if text[-6:] != "+02:00":
        assert None is read_as(cells.instant("x"), text)


def test_a_day_with_midnight_is_a_day() -> None:
    rule = cells.date("x")

    assert "2024-07-03" == read_as(rule, "2024-07-03T00:00:00", reads_local=True)
    assert None is read_as(rule, "2024-07-03T10:00:00", reads_local=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"decimal": ";"}, "decimal"),
        ({"thousands": "x"}, "thousands"),
        ({"decimal": ",", "thousands": ","}, "both"),
        ({"quantities": "roman"}, "quantities"),
        ({"date_format": "%d/%m"}, "year, month or day"),
        ({"date_format": "%d/%m/%Y %Q"}, "%Q"),
        ({"date_format.x": "yyyy-mm-dd"}, "missing"),
    ],
)
def test_an_option_that_means_nothing_is_named(
    options: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        spelling_of(Profile("sample", options=options))


def test_a_format_matches_whole_cells() -> None:
    assert time_format("%d/%m/%Y").pattern.startswith("^")


def references_of(*values: str) -> list[str]:
    payload = "\n".join(["x,y", *(f"{value},1" for value in values)]).encode()
    read = read_delimited(payload, Profile("sample"), COMMA, ["x", "y"])
    _, problems = cells.judge(read.cells, rewritten(read, "x"))
    return problems["value"].to_list()


def test_a_number_that_a_spreadsheet_rewrote_is_no_reference() -> None:
    lost = ["1.23E+12", "9E+05", "1.23457e+15"]

    assert lost == references_of("00123", "A-1E5", "1E5", "12E+03", *lost)


def test_a_file_without_exponents_is_not_searched_for_them() -> None:
    read = read_delimited(b"x\n1\n", Profile("sample"), COMMA, ["x"])

    assert [] == rewritten(read, "x")


@pytest.mark.parametrize(
    ("rule", "options", "shown"),
    [
        (cells.amount("x", pl.lit("EUR")), {"decimal": ","}, "x, such as 1234,50"),
        (
            cells.unit_amount("x"),
            {"decimal": ",", "thousands": "."},
            "x, such as 0,0125",
        ),
        (cells.quantity("x", 1), {"decimal": ","}, "x, at least 1"),
        (
            cells.instant("x"),
            {"date_format": "%d/%m/%Y %H:%M"},
            "x, such as 27/12/2017 15:02",
        ),
    ],
)
def test_a_refused_cell_is_told_its_partner_s_own_spelling(
    rule: Rule, options: dict[str, str], shown: str
) -> None:
    rows = pl.DataFrame({"payload_line": [1], "x": ["1.5O"]})

    _, problems = judge_spelled(rows, [rule], Profile("sample", options=options))

    assert [shown] == problems["detail"].to_list()
