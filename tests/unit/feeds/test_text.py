"""Bytes become numbered lines; unreadable ones are named, the others go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.profile import Profile
from transforms.feeds.reading.text import Lines, read_lines


def lines_of(payload: bytes, longest: int = 100, **options: str) -> Lines:
    return read_lines(payload, Profile("sample", options=options), longest)


def seen(lines: Lines) -> list[tuple[int, str, str | None]]:
    return lines.frame.select("payload_line", "text", "code").rows()


def test_every_newline_ends_a_line() -> None:
    lines = lines_of(b"a\nb\r\nc\rd")

    assert seen(lines) == [
        (1, "a", None),
        (2, "b", None),
        (3, "c", None),
        (4, "d", None),
    ]


def test_a_last_newline_opens_no_line() -> None:
    assert lines_of(b"a\n").physical == 1


def test_a_byte_order_mark_is_no_text() -> None:
    assert seen(lines_of(b"\xef\xbb\xbfa")) == [(1, "a", None)]


def test_a_byte_order_mark_is_no_text_beside_a_broken_line_either() -> None:
    assert seen(lines_of(b"\xef\xbb\xbfa\n\xff"))[0] == (1, "a", None)


def test_blank_lines_are_counted_and_left_out() -> None:
    lines = lines_of(b"a\n\n \t\nb\n")

    assert (lines.physical, lines.blank) == (4, 2)
    assert [line for line, _, _ in seen(lines)] == [1, 4]


def test_a_form_feed_alone_is_blank_and_a_separator_is_a_control() -> None:
    lines = lines_of(b"a\n\x0c\n\x0b \n\x1c\nb\n")

    assert (lines.physical, lines.blank) == (5, 2)
    assert seen(lines)[1] == (4, "\x1c", "CONTROL_CHARACTER")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\xe9t\xe9", "BAD_ENCODING"),
        (b"a\x00b", "CONTROL_CHARACTER"),
        (b"a\x7fb", "CONTROL_CHARACTER"),
        (b"a" * 101, "LINE_TOO_LONG"),
        (b"4111111111111111", "CARD_NUMBER"),
        (b"\xff\x00", "BAD_ENCODING"),
    ],
)
def test_a_broken_line_harms_no_other(line: bytes, code: str) -> None:
    found = seen(lines_of(b"before\n" + line + b"\nafter\n"))

    assert [c for _, _, c in found] == [None, code, None]


def test_a_declared_encoding_is_read_strictly() -> None:
    text = "caf\u00e9"

    assert seen(lines_of(text.encode("cp1252"), encoding="cp1252")) == [(1, text, None)]
    assert seen(lines_of(b"\x81\n", encoding="cp1252"))[0][2] == "BAD_ENCODING"


def test_an_encoding_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="utf-7"):
        lines_of(b"a", encoding="utf-7")


def test_a_file_above_the_cap_is_refused_whole() -> None:
    codes = [c for _, _, c in seen(lines_of(b"ab\ncd\n", max_file_bytes="5"))]

    assert codes == ["LINE_TOO_LONG", "LINE_TOO_LONG"]


def test_our_own_rows_are_not_searched_for_cards() -> None:
    lines = read_lines(b"4111111111111111", Profile("self"), 100, is_ours=True)

    assert seen(lines)[0][2] is None


@given(payload=st.binary(max_size=300))
def test_every_line_is_filled_or_blank(payload: bytes) -> None:
    lines = lines_of(payload)

    assert lines.physical == lines.frame.height + lines.blank
    assert lines.frame["payload_line"].is_sorted()
