"""Bytes become numbered lines; unreadable ones are named, the others go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.profile import Profile
from transforms.feeds.reading.text import ENCODINGS, Lines, read_lines


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


@pytest.mark.parametrize("space", ["\u3000", "\xa0", "\x85", "\u2028", " \u2003\t"])
@pytest.mark.parametrize("letter", ["a", "~", "é", "订"])
def test_wide_spaces_alone_are_blank_whatever_stands_beside_them(
    space: str, letter: str
) -> None:
    lines = lines_of(f"{letter}\n{space}\n{space}{letter}\n".encode())

    assert (lines.physical, lines.blank) == (3, 1)
    assert [line for line, _, _ in seen(lines)] == [1, 3]


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
    lines = lines_of(b"\x81\n", encoding="cp1252")
    assert seen(lines)[0][2] == "BAD_ENCODING"
    assert ["cp1252"] == lines.problems["detail"].to_list()


def test_an_encoding_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="utf-7"):
        lines_of(b"a", encoding="utf-7")


def test_a_file_above_the_cap_is_one_refused_line() -> None:
    lines = lines_of(b"ab\ncd\n", max_file_bytes="5")

    assert seen(lines) == [(1, "", "FILE_TOO_LARGE")]
    assert (lines.physical, lines.blank) == (1, 0)


def test_of_a_line_that_is_too_long_no_more_is_kept_than_was_allowed() -> None:
    assert seen(lines_of(b"a" * 500)) == [(1, "a" * 100, "LINE_TOO_LONG")]


DECLARED = [
    ("utf-16", "caf\u00e9,\u5317\u4eac"),
    ("utf-16-le", "caf\u00e9,\u5317\u4eac"),
    ("utf-16-be", "caf\u00e9,\u5317\u4eac"),
    ("latin-1", "caf\u00e9"),
    ("cp1252", "12 \u20ac"),
    ("cp437", "caf\u00e9 \u2592"),
    ("gb18030", "\u5317\u4eac\u5e02,\U00020087"),
    ("gbk", "\u5317\u4eac\u5e02"),
    ("shift_jis", "\u6771\u4eac\u90fd,\u8868"),
]


@pytest.mark.parametrize(("encoding", "text"), DECLARED)
def test_every_declared_encoding_keeps_the_lines_of_a_text_editor(
    encoding: str, text: str
) -> None:
    payload = f"{text}\r\n\n{text}\r{text}\n".encode(encoding)

    lines = lines_of(payload, encoding=encoding)

    assert seen(lines) == [(1, text, None), (3, text, None), (4, text, None)]
    assert lines.blank == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "latin-1", "gb18030", "utf-16-be"])
def test_a_byte_order_mark_wins_over_what_is_declared(
    encoding: str, declared: str
) -> None:
    payload = "\u5317\u4eac\nb\n".encode(encoding)

    assert seen(lines_of(payload, encoding=declared)) == [
        (1, "\u5317\u4eac", None),
        (2, "b", None),
    ]


def test_a_big_endian_mark_is_known_too() -> None:
    assert seen(lines_of(b"\xfe\xff\x00a\x00\n\x00b")) == [
        (1, "a", None),
        (2, "b", None),
    ]


@pytest.mark.parametrize("payload", [b"\xff\xfea", b"\xff\xfe\x00\xd8a\x00"])
def test_utf_16_that_is_none_is_one_refused_line(payload: bytes) -> None:
    lines = lines_of(payload)

    assert seen(lines) == [(1, "", "BAD_ENCODING")]
    assert lines.physical == 1


def test_utf_16_nobody_declared_is_full_of_control_characters() -> None:
    codes = {code for _, _, code in seen(lines_of("ab\ncd".encode("utf-16-le")))}

    assert codes == {"CONTROL_CHARACTER"}


def test_one_line_of_another_encoding_harms_no_other() -> None:
    payload = "\u5317\n".encode("gb18030") + b"\xff\xff\n" + "\u4eac".encode("gb18030")

    found = seen(lines_of(payload, encoding="gb18030"))

    assert [(text, code) for _, text, code in found[::2]] == [
        ("\u5317", None),
        ("\u4eac", None),
    ]
    assert found[1][2] == "BAD_ENCODING"


@given(texts=st.lists(st.text(st.sampled_from(list("a~ \t\xa0\u3000é订")), max_size=4)))
def test_a_line_is_blank_as_python_has_it(texts: list[str]) -> None:
    lines = lines_of(("\n".join(texts) + "\n").encode(), longest=3)

    kept = [(n, t[:3]) for n, t in enumerate(texts, start=1) if t.strip()]
    assert lines.physical == max(len(texts), 1)
    assert [(line, text) for line, text, _ in seen(lines)] == kept
    long = [n for n, t in enumerate(texts, start=1) if t.strip() and len(t) > 3]
    assert lines.problems["payload_line"].to_list() == long


@given(
    text=st.text(st.characters(codec="gb18030"), max_size=40),
    letter=st.sampled_from(list('"+,;')),
    encoding=st.sampled_from(ENCODINGS),
)
def test_a_letter_that_is_absent_is_in_no_line(
    text: str, letter: str, encoding: str
) -> None:
    lines = lines_of(text.encode(encoding, errors="ignore"), encoding=encoding)

    holds = lines.frame["text"].str.contains(letter, literal=True).any()
    assert letter not in lines.absent or not holds


def test_our_own_rows_are_not_searched_for_cards() -> None:
    lines = read_lines(b"4111111111111111", Profile("self"), 100, is_ours=True)

    assert seen(lines)[0][2] is None


@given(payload=st.binary(max_size=300), encoding=st.sampled_from(ENCODINGS))
def test_every_line_is_filled_or_blank(payload: bytes, encoding: str) -> None:
    lines = lines_of(payload, encoding=encoding)

    assert lines.physical == lines.frame.height + lines.blank
    assert lines.frame["payload_line"].is_sorted()
