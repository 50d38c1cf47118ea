"""A page gives its objects whatever is around them, as far as it goes."""

import pytest

from transforms.feeds.reading.json_pages import read_page, unwrapped

NAMES = ("payload", "Orders")


def objects(text: str) -> list[str]:
    return [text[start:end] for start, end in read_page(text, NAMES).spans]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1}, {"b": []}]',
        '{"Orders": [{"a": 1}, {"b": []}]}',
        '{"payload": {"next": 1, "Orders": [{"a": 1}, {"b": []}], "x": {"y": 2}}}',
        ' {"at": "noon",\n "Orders" : [\n{"a": 1}\n,\n{"b": []} ] } \n',
        '{"a": 1}\n{"b": []}',
    ],
)
def test_the_objects_of_a_page_are_found_in_their_wrappers(text: str) -> None:
    assert objects(text) == ['{"a": 1}', '{"b": []}']


def test_what_stands_around_the_objects_is_kept_wherever_it_stands() -> None:
    page = read_page('{"x": 1, "payload": {"y": 2, "Orders": [], "z": 3}}', NAMES)

    assert page.frame == {"x": 1, "y": 2, "z": 3}
    assert page.documents == 1


def test_what_was_said_before_a_break_is_kept() -> None:
    page = read_page('{"at": "noon", "Orders": [{"a": 1}, {"b": ', NAMES)

    assert page.frame == {"at": "noon"}
    assert page.broken_from == len('{"at": "noon", "Orders": [{"a": 1}, ')


@pytest.mark.parametrize(
    "text",
    ["", "[", "{", '{"a"', '{"a": ', '{"a": 1,', "nonsense", '{"Orders": {', "]", "{]"],
)
def test_a_text_that_breaks_off_before_its_first_object_has_none(text: str) -> None:
    assert objects(text) == []


def test_a_member_of_a_scalar_is_no_wrapper() -> None:
    assert objects('{"Orders": 7, "a": 1}') == ['{"Orders": 7, "a": 1}']
    assert unwrapped({"Orders": 7}, NAMES) == ([{"Orders": 7}], {})


def test_a_list_of_pages_is_a_page() -> None:
    value = [{"payload": {"a": 1}}, {"payload": {"Orders": [{"b": 2}]}}, 7]

    assert unwrapped(value, NAMES) == ([{"a": 1}, {"b": 2}, 7], {})


def test_wrappers_in_wrappers_end_somewhere() -> None:
    text = '{"payload":' * 5_000 + "{}" + "}" * 5_000

    assert read_page(text, NAMES).spans == []
    assert read_page('{"payload":' * 3 + "{}" + "}" * 3, NAMES).spans != []
