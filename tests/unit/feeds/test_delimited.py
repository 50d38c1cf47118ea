"""Cells of CSV and TSV, and what a broken line does to its neighbours."""

import csv

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contracts.profile import Profile
from transforms.feeds.reading import delimited
from transforms.feeds.reading.delimited import Delimited, read_delimited
from transforms.feeds.reading.header import COMMA, TAB, Dialect

PROFILE = Profile("sample")
NAMES = ["a", "b", "c"]


def read(text: str, dialect: Dialect = COMMA) -> Delimited:
    header = dialect.delimiter.join(NAMES)
    return read_delimited(f"{header}\n{text}".encode(), PROFILE, dialect, NAMES)


def cells(text: str, dialect: Dialect = COMMA) -> list[tuple[int, ...]]:
    return read(text, dialect).cells.rows()


def problems(text: str) -> list[tuple[int, str]]:
    return read(text).problems.select("payload_line", "code").rows()


def test_cells_are_text_stripped_and_null_when_empty() -> None:
    assert cells("1.23E+12, x ,\n") == [(2, "1.23E+12", "x", None)]


def test_quoted_cells_keep_delimiters_and_doubled_quotes() -> None:
    assert cells('"1,5","say ""hi""",3\n') == [(2, "1,5", 'say "hi"', "3")]


def test_quotes_are_plain_text_in_tab_separated_files() -> None:
    assert cells('4" nail\t"\tx"y\n', TAB) == [(2, '4" nail', '"', 'x"y')]


def test_a_cell_may_run_over_lines() -> None:
    read_ = read('1,"two\n\nlines",3\n4,5,6\n')

    assert read_.cells.rows() == [(2, "1", "two\n\nlines", "3"), (5, "4", "5", "6")]
    assert read_.continuations.rows() == [(4, 2)]


def test_an_open_quote_harms_its_own_line_only() -> None:
    text = '1,"2,3\n4,5,6\n7,8,9\n'

    assert problems(text) == [(2, "UNBALANCED_QUOTE")]
    assert [row[0] for row in cells(text)] == [3, 4]


def test_a_quote_inside_an_unquoted_cell_is_text() -> None:
    text = '4" nail,2,3\n5" nail,5,6\n'

    assert cells(text) == [(2, '4" nail', "2", "3"), (3, '5" nail', "5", "6")]


def test_two_open_quotes_do_not_swallow_the_records_between_them() -> None:
    text = '1,"2,3\n4,5,6\n7,"8,9\n'

    assert problems(text) == [(2, "UNBALANCED_QUOTE"), (4, "UNBALANCED_QUOTE")]
    assert cells(text) == [(3, "4", "5", "6")]


def test_a_cell_does_not_run_over_an_unreadable_line() -> None:
    payload = b'a,b,c\n1,"2\n\x00\n3",4\n'
    read_ = read_delimited(payload, PROFILE, COMMA, NAMES)

    assert read_.cells.height == 0
    assert sorted(read_.problems["payload_line"]) == [2, 3, 4]


@pytest.mark.parametrize("line", ["1,2", "1,2,3,4", '"1","2"', ",,,"])
def test_a_ragged_line_is_refused_and_its_neighbours_are_read(line: str) -> None:
    text = f"1,2,3\n{line}\n7,8,9\n"

    assert problems(text) == [(3, "RAGGED_LINE")]
    assert [row[0] for row in cells(text)] == [2, 4]


def test_header_names_are_matched_without_case_and_order() -> None:
    payload = b"C , extra,A,b\n3,x,1,2\n"
    found = read_delimited(payload, PROFILE, COMMA, NAMES).cells

    assert found.rows() == [(2, "1", "2", "3")]


def test_a_column_named_twice_is_missing() -> None:
    payload = b"a,b,b,c\n1,2,2,3\n"
    found = read_delimited(payload, PROFILE, COMMA, NAMES).problems

    assert found["code"].to_list() == ["MISSING_COLUMN", "MISSING_COLUMN"]
    assert found["column_name"].unique().to_list() == ["b"]


def test_an_optional_column_that_is_missing_is_null() -> None:
    found = read_delimited(b"a,b\n1,2\n", PROFILE, COMMA, ["a", "b"], ["c"]).cells

    assert found.rows() == [(2, "1", "2", None)]


CELL = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
    | st.sampled_from(' ,"\n'),
    max_size=12,
).map(str.strip)


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8))
def test_what_is_written_by_the_rules_is_read_back(
    rows: list[tuple[str, str, str]],
) -> None:
    """Any cells, quoted in full: no cell is lost, changed or moved."""
    rows = [row for row in rows if not _looks_like_records(row)]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    payload = frame.write_csv(quote_style="always").encode()
    found = read_delimited(payload, PROFILE, COMMA, NAMES)
    expected = [tuple(cell or None for cell in row) for row in rows]

    assert expected == found.cells.select(NAMES).rows()


def _looks_like_records(row: tuple[str, str, str]) -> bool:
    """A cell with a whole record on a line of its own is refused on purpose."""
    text = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    inner = text.split("\n")[1:-1]
    return any(len(next(csv.reader([line]), [])) == len(NAMES) for line in inner)


@given(
    rows=st.lists(
        st.lists(st.sampled_from(["", "a", " b ", "é", "订", "1.5"]), max_size=5),
        max_size=6,
    ),
    dialect=st.sampled_from([COMMA, TAB, Dialect(";", '"')]),
)
def test_a_short_file_is_read_as_a_long_one(
    rows: list[list[str]], dialect: Dialect
) -> None:
    text = "".join(dialect.delimiter.join(row) + "\n" for row in rows)

    short = read(text, dialect)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_FEW_LINES", 0)
        long = read(text, dialect)

    assert short.cells.equals(long.cells)
    assert short.problems.equals(long.problems)
    assert short.continuations.equals(long.continuations)
    assert short.broken.equals(long.broken)


@pytest.mark.parametrize(
    ("payload", "encoding", "cause"),
    [
        (b"a;b;c\n1;2;3\n", "utf-8", "; it looks parted by `;`, not `,`"),
        ("é,b,c\n1,2,3\n".encode(), "latin-1", "; it looks encoded as `utf-8`, not"),
        (b"a,x,c\n1,2,3\n", "utf-8", "b"),
    ],
)
def test_a_header_that_reads_better_otherwise_is_told_so_once(
    payload: bytes, encoding: str, cause: str
) -> None:
    profile = Profile("sample", options={"encoding": encoding})
    names = ["é", "b", "c"] if encoding == "latin-1" else NAMES

    first, *others = read_delimited(payload, profile, COMMA, names).problems["detail"]

    assert cause in first
    assert ["see line 1"] == others


def test_a_header_that_cannot_be_read_is_what_its_lines_miss() -> None:
    payload = b"a,\xff,c\n1,2,3\n"

    found = read_delimited(payload, PROFILE, COMMA, NAMES).problems

    assert [(1, "BAD_ENCODING", "utf-8"), (2, "MISSING_COLUMN", "see line 1")] == (
        found.select("payload_line", "code", "detail").rows()
    )


@pytest.mark.parametrize(("most", "rows"), [("6", 2), ("5", 0)])
def test_a_file_of_more_cells_than_agreed_is_not_taken_apart(
    most: str, rows: int
) -> None:
    """A header and two lines of two columns that are read; nobody reads the third."""
    profile = Profile("sample", options={"max_cells": most})

    read = read_delimited(b"a,b,x\n1,2,3\n4,5,6\n", profile, COMMA, ["a", "b"])

    told = [] if rows else ["3 lines of 2 columns, 2 at most"]
    assert rows == read.cells.height
    assert told == read.problems["detail"].to_list()


def test_columns_of_many_lines_come_in_like_pieces() -> None:
    """Else the first step that adds a column copies all that there are."""
    text = "a,b\n" + "".join(f"{n},x\n" for n in range(100_000))

    cells = read_delimited(text.encode(), Profile("sample"), COMMA, ["a", "b"]).cells

    pieces = [column.chunk_lengths() for column in cells.iter_columns()]
    assert len(pieces[0]) > 1
    assert pieces == [pieces[0]] * 3
