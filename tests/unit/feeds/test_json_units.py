"""Lines of JSON: which belong together, and what their numbers say."""

import orjson
import pytest

from transforms.contracts.profile import Profile
from transforms.feeds.reading.json_units import (
    LONGEST_CELL,
    Unit,
    decoded,
    read_json_lines,
    read_units,
)

PROFILE = Profile("sample")


def units(text: str | bytes) -> list[Unit]:
    payload = text.encode() if isinstance(text, str) else text
    return list(decoded(read_units(read_json_lines(payload, PROFILE))))


def codes(text: str) -> list[str]:
    return read_json_lines(text.encode(), PROFILE).problems["code"].to_list()


def test_a_line_is_a_unit_and_a_page_on_a_line_is_one_too() -> None:
    found = units('{"id":1}\n\n{"orders":[{"id":2},{"id":3}],"page":1}\n{"id":')

    assert found == [
        Unit(1, [{"id": 1}]),
        Unit(3, [{"id": 2}, {"id": 3}], frame={"page": 1}),
        Unit(4, (), is_broken=True),
    ]


def test_a_page_has_a_unit_for_each_line_on_which_an_object_begins() -> None:
    found = units('{"orders":[\n{"id":1},{"id":2},\n\n{"id":\n3}],\n"page":1}')

    assert [(unit.line, unit.values) for unit in found] == [
        (2, ({"id": 1}, {"id": 2})),
        (4, ({"id": 3},)),
    ]
    assert {unit.frame["page"] for unit in found} == {1}


def test_a_page_without_objects_is_one_sound_unit() -> None:
    assert units('{"orders":\n[\n],"page":2}') == [Unit(1, (), frame={"page": 2})]


def test_a_page_that_breaks_off_has_a_broken_unit_at_its_end() -> None:
    found = units('[\n{"id":1},\n{"id":2},\n{"id":')

    assert [(unit.line, unit.is_broken) for unit in found] == [
        (2, False),
        (3, False),
        (4, True),
    ]


@pytest.mark.parametrize("first", ['{"id":1}x', '{"id":', "nonsense", '{"a":"b'])
def test_a_broken_first_line_breaks_no_other_line(first: str) -> None:
    found = units(first + '\n{"id":2}\n{"id":3}')

    assert [unit.is_broken for unit in found] == [True, False, False]


def test_a_page_with_an_unreadable_line_is_broken_whole() -> None:
    found = units(b'[\n{"id":1},\n{"id":\xff2},\n{"id":3}\n]')

    assert found == [Unit(1, (), is_broken=True)]


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        ("0.1", 0.1),
        ("19.99", 19.99),
        ("19.990000000000002", "19.990000000000002"),
        ("0.1000000000000000055", "0.1000000000000000055"),
        ("12345678.10", "12345678.10"),
        ("1e2", "1e2"),
        ("-1.23E+12", "-1.23E+12"),
        ("3405671234567890123", 3405671234567890123),
        ("123456789012345678901234", 123456789012345678901234),
    ],
)
def test_a_number_is_never_rounded(number: str, spelled: object) -> None:
    line, page = f'{{"total":{number}}}', f'[\n{{"total": {number}}}\n]'

    assert [unit.values[0]["total"] for unit in units(line)] == [spelled]
    assert [unit.values[0]["total"] for unit in units(page)] == [spelled]


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e400", "9" * 400, '"\\ud800"'])
def test_what_only_python_takes_for_json_is_refused(value: str) -> None:
    assert units(f'{{"a":{value}}}')[0].is_broken
    assert units(f'[\n{{"a":{value}}}\n]')[0].is_broken


@pytest.mark.parametrize("escape", ["\\u0000", "\\u001F", "\\u007f", "\\b", "\\f"])
def test_an_escaped_control_character_is_one(escape: str) -> None:
    assert codes(f'{{"a":"x{escape}y"}}') == ["CONTROL_CHARACTER"]


@pytest.mark.parametrize(
    "escape", ["\\n", "\\t", "\\u000a", "\\u0041", "\\\\b", "\\/f"]
)
def test_another_escape_is_none(escape: str) -> None:
    assert codes(f'{{"a":"x{escape}y"}}') == []


def test_a_cell_without_end_is_refused_and_a_long_line_is_not() -> None:
    long_cell = orjson.dumps({"a": "x" * (LONGEST_CELL + 1)}).decode()
    long_line = orjson.dumps([{"a": "x" * 100}] * 10_000).decode()

    assert codes(f'{long_line}\n{long_cell}\n{{"a":1}}') == ["LINE_TOO_LONG"]


def test_of_a_name_said_twice_the_last_value_counts() -> None:
    assert units('{"a":1,"a":2}') == [Unit(1, [{"a": 2}])]
