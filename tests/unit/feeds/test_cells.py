"""What a cell may say, rule by rule."""

import polars as pl
import pytest

from transforms.contracts.codes import faults_in
from transforms.feeds.reading import cells
from transforms.feeds.reading.cells import Rule, judge


def refused(rule: Rule, *values: str | None) -> list[str | None]:
    rows = pl.DataFrame(
        {"payload_line": range(1, len(values) + 1), rule.column: values},
        schema={"payload_line": pl.Int64, rule.column: pl.String},
    )
    _, problems = judge(rows, [rule])
    return problems["value"].to_list()


def all_refused(rule: Rule, *values: str) -> bool:
    return refused(rule, *values) == list(values)


USD = pl.lit("USD")


def test_quantities_are_whole_eaches() -> None:
    assert refused(cells.quantity("x"), "0", "7", "-3", "999999999") == []
    assert all_refused(
        cells.quantity("x"), "1.0", "1e3", "", "x", "1000000000", "\u0663", "+1", "--1"
    )


def test_a_minimum_refuses_what_is_below_it() -> None:
    assert refused(cells.quantity("x", minimum=1), "1", "0", "-1") == ["0", "-1"]


def test_amounts_are_no_finer_than_the_coin() -> None:
    assert refused(cells.amount("x", USD), "0", "1.5", "12.30", "1.230") == []
    assert all_refused(
        cells.amount("x", USD), "1.005", "-1.00", "1,50", ".5", "1.", "1e3", "NaN", "$1"
    )


def test_an_amount_may_have_a_bound() -> None:
    rule = cells.amount("x", USD, 100)

    assert refused(rule, "0", "99.99", "100", "100.00") == []
    assert all_refused(rule, "100.01", "999999999999", "-1", "1.005")


@pytest.mark.parametrize(("code", "finest"), [("JPY", "5"), ("KWD", "5.125")])
def test_the_coin_is_the_currencys(code: str, finest: str) -> None:
    rule = cells.amount("x", pl.lit(code))

    assert refused(rule, finest) == []
    assert len(refused(rule, finest.replace("5", "5.1") + "1", finest + "1.1")) == 2


def test_instants_carry_an_offset_and_exist() -> None:
    good = (
        "2017-12-27T15:02:11-05:00",
        "2016-02-29T00:00:00Z",
        "2017-01-01T00:00:00.25+05:30",
    )
    bad = (
        "2017-12-27T15:02:11",
        "2017-02-29T00:00:00Z",
        "2017-12-27T24:00:00Z",
        "2017-12-27 15:02:11-05:00",
        "2017-12-27T15:02:11-25:00",
        "2017-12-27",
    )

    assert refused(cells.instant("x"), *good) == []
    assert all_refused(cells.instant("x"), *bad)


def test_an_instant_or_a_date_is_either() -> None:
    rule = cells.instant_or_date("x")

    assert refused(rule, "2017-12-27", "2017-12-27T15:02:11Z") == []
    assert all_refused(rule, "2017-13-01", "27.12.2017")


def test_a_closed_list_is_closed() -> None:
    assert refused(cells.one_of("x", "A", "B"), "A", "b", "AB") == ["b", "AB"]


def test_a_rate_is_a_share() -> None:
    assert refused(cells.rate("x"), "0", "0.02", "1", "1.0") == []
    assert all_refused(cells.rate("x"), "1.01", "-0.1", "2", "2%")


def test_an_empty_cell_is_bad_to_required_only() -> None:
    [required] = cells.required("x")
    rules = [cells.quantity("x"), cells.amount("x", USD), cells.instant("x")]

    assert refused(required, None, "1") == [None]
    assert [refused(rule, None) for rule in rules] == [[], [], []]


def test_a_row_names_its_first_problem_only() -> None:
    rows = pl.DataFrame({"payload_line": [4], "x": ["?"], "y": ["?"]})
    good, problems = judge(rows, [cells.quantity("y"), cells.quantity("x")])

    assert good.is_empty()
    assert problems.select("payload_line", "column_name").rows() == [(4, "y")]


def in_new_york(text: str) -> str:
    return cells.offset_instants(pl.Series("at", [text]), "America/New_York").item()


def test_local_times_get_the_offset_of_their_day() -> None:
    assert in_new_york("2017-12-27 15:02:11") == "2017-12-27T15:02:11-05:00"
    assert in_new_york("2017-07-04T15:02:11") == "2017-07-04T15:02:11-04:00"


def test_the_first_of_two_equal_hours_is_meant() -> None:
    assert in_new_york("2017-11-05 01:30:00") == "2017-11-05T01:30:00-04:00"


def test_a_skipped_hour_is_read_as_if_clocks_had_not_moved() -> None:
    # 02:30-05:00 is the same instant.
    assert in_new_york("2017-03-12 02:30:00") == "2017-03-12T03:30:00-04:00"


def test_amounts_are_added_exactly() -> None:
    rows = pl.DataFrame({"x": ["0.10"], "y": ["0.205"]})
    total = rows.select(cells.amount_text(cells.decimal("x") + cells.decimal("y")))

    assert total.item() == "0.305"


def test_a_row_tells_all_its_faults_one_a_column() -> None:
    rows = pl.DataFrame(
        {
            "payload_line": [1, 2],
            "qty": ["x", "1"],
            "state": ["?", "GOOD"],
            "at": ["now", "now"],
            "changed_at": ["now", "then"],
        }
    )
    rules = [
        cells.quantity("qty"),
        cells.quantity("qty", minimum=1),
        cells.one_of("state", "GOOD", "BAD"),
        cells.date("at"),
        cells.date("changed_at"),
        *cells.required("state", is_worked_out=True),
    ]

    _, problems = judge(rows, rules)

    first, second = problems.select("code", "column_name", "detail").rows()
    assert [
        ("BAD_QTY", "qty", "qty"),
        ("BAD_CODE", "state", "state: GOOD | BAD"),
        ("BAD_INSTANT", "at", "at, such as 2017-12-27"),
    ] == faults_in(*first)
    assert ["at", "changed_at"] == [column for _, column, _ in faults_in(*second)]
