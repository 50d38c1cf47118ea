"""XLSX: what its cells say, and what a hostile one does (nothing)."""

import struct
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import load_workbook

from tests.unit.feeds.workbooks import (
    HEAD,
    HEADER,
    MAIN,
    PARTS,
    SHEET,
    STRINGS,
    cell,
    packed,
    row,
    sheet_of,
    workbook,
)
from transforms.contracts.profile import Profile
from transforms.feeds.reading.archive import open_archive
from transforms.feeds.reading.delimited import Delimited
from transforms.feeds.reading.header import Wanted
from transforms.feeds.reading.sheet import read_rows
from transforms.feeds.reading.workbook import read_workbook
from transforms.feeds.reading.workbook_parts import find_parts

WANTED = Wanted(["sku", "qty"], ["at"])


def read(payload: bytes, **options: str) -> Delimited:
    return read_workbook(payload, Profile("sample", options=options), WANTED)


def codes(read_: Delimited) -> list[tuple[int, str, str]]:
    found = read_.problems.select("payload_line", "column_name", "code")
    return found.rows()


def only_code(payload: bytes, **options: str) -> str:
    """The code of a workbook that is not opened."""
    read_ = read(payload, **options)
    assert (read_.lines.physical, read_.lines.blank) == (1, 0)
    [(line, column, code)] = codes(read_)
    assert (line, column) == (1, "line")
    return code


def values(*cells: str, styles: str = str(PARTS["xl/styles.xml"])) -> list[str]:
    """What the cells of a row come out as."""
    payload = workbook(row(1, *cells), styles=styles)
    archive = open_archive(payload)
    rows = list(read_rows(archive, find_parts(archive, "")))
    return list(rows[0].cells.values()) if rows else []


def test_rows_are_numbered_as_the_sheet_numbers_them() -> None:
    rows = (
        HEADER
        + row(4, cell("A4", "800001"), cell("B4", "2"))
        + row(7, cell("A7", "800002"), cell("B7", "3"))
    )
    read_ = read(workbook(rows))

    assert read_.cells.rows() == [(4, "800001", "2", None), (7, "800002", "3", None)]
    assert (read_.lines.physical, read_.lines.blank) == (7, 4)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("1234567890123", "1234567890123"),
        ("1.234567890123E12", "1234567890123"),
        ("0.30000000000000004", "0.3"),
        ("1.29", "1.29"),
        ("1.2899999999999999E-2", "0.0129"),
        ("-4", "-4"),
        ("100000000000000000000", "1E+20"),
        ("1.23456789012345E+18", "1.23456789012345E+18"),
        ("0", "0"),
    ],
)
def test_a_number_keeps_its_digits_or_shows_that_it_lost_some(
    stored: str, text: str
) -> None:
    assert [text] == values(cell("A1", stored))


def test_texts_are_joined_from_runs_without_their_reading() -> None:
    runs = "<r><t>\u6771</t></r><r><t>\u4eac</t></r>"
    rich = f'<si>{runs}<rPh sb="0" eb="2"><t>x</t></rPh></si>'
    payload = workbook(
        row(1, cell("A1", "0", "s")), strings=f"{HEAD}<sst {MAIN}>{rich}</sst>"
    )
    archive = open_archive(payload)
    [read_row] = read_rows(archive, find_parts(archive, ""))

    assert {0: "\u6771\u4eac"} == read_row.cells


def test_kinds_of_cells_come_out_as_text() -> None:
    inline = '<c r="A1" t="inlineStr"><is><t>a_x000A_b</t></is></c>'

    assert ["a\nb", "true", "2017-12-27"] == values(
        inline, cell("B1", "1", "b"), cell("C1", "2017-12-27", "d")
    )


STYLES = (
    f"{HEAD}<styleSheet {MAIN}><numFmts>"
    '<numFmt numFmtId="170" formatCode="dd\\.mm\\.yyyy;@"/>'
    '<numFmt numFmtId="171" formatCode="00000"/>'
    '<numFmt numFmtId="172" formatCode="0.0 &quot;days&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="170"/>'
    '<xf numFmtId="171"/><xf numFmtId="172"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("style", "stored", "text"),
    [
        (0, "43096.5", "43096.5"),
        (1, "43096.626516203703", "2017-12-27T15:02:11"),
        (2, "43096", "2017-12-27T00:00:00"),
        (2, "1", "1900-01-01T00:00:00"),
        (2, "61", "1900-03-01T00:00:00"),
        (1, "0.5", "12:00:00"),
        (1, "-1", "-1"),
        (3, "2139", "02139"),
        (4, "3", "3"),
    ],
)
def test_a_number_is_what_its_format_makes_of_it(
    style: int, stored: str, text: str
) -> None:
    styled = f'<c r="A1" s="{style}"><v>{stored}</v></c>'

    assert [text] == values(styled, styles=STYLES)


def test_days_may_count_from_1904() -> None:
    book = str(PARTS["xl/workbook.xml"]).replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    day = '<c r="A1" s="1"><v>41634</v></c>'
    archive = open_archive(workbook(row(1, day), styles=STYLES, book=book))
    [read_row] = read_rows(archive, find_parts(archive, ""))

    assert {0: "2017-12-27T00:00:00"} == read_row.cells


def test_a_formula_or_an_error_refuses_its_row_only() -> None:
    rows = (
        HEADER
        + row(2, cell("A2", "1"), cell("B2", "2", inside="<f>1+1</f>"))
        + row(3, cell("A3", "#N/A", "e"), cell("B3", "2"))
        + row(4, cell("A4", "1"), '<c r="B4"><f>C4</f></c>')
        + row(5, cell("A5", "1"), cell("B5", "2"))
    )
    read_ = read(workbook(rows))

    assert [5] == read_.cells["payload_line"].to_list()
    assert codes(read_) == [
        (2, "qty", "FORMULA"),
        (3, "sku", "FORMULA"),
        (4, "qty", "FORMULA"),
    ]


def test_a_formula_in_a_column_nobody_reads_harms_nothing() -> None:
    rows = row(
        1,
        *(
            f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>'
            for c, t in (("A", "sku"), ("B", "qty"), ("C", "total"))
        ),
    )
    rows += row(2, cell("A2", "1"), cell("B2", "2"), cell("C2", "9", inside="<f>x</f>"))
    read_ = read(workbook(rows))

    assert 1 == read_.cells.height
    assert ("total",) == read_.unknown


def test_a_cell_beside_the_table_makes_its_row_ragged() -> None:
    rows = HEADER + row(2, cell("A2", "1"), cell("B2", "2"), cell("D2", "9"))

    assert [(2, "line", "RAGGED_LINE")] == codes(read(workbook(rows)))


def test_a_card_number_and_a_control_character_refuse_their_rows() -> None:
    def note(line: int, text: str) -> str:
        return row(
            line, f'<c r="A{line}" t="str"><v>{text}</v></c>', cell(f"B{line}", "2")
        )

    rows = HEADER + note(2, "4111111111111111") + note(3, "a_x0000_b") + note(4, "ok")
    read_ = read(workbook(rows))

    assert [4] == read_.cells["payload_line"].to_list()
    assert [code for *_, code in codes(read_)] == ["CARD_NUMBER", "CONTROL_CHARACTER"]


def test_a_row_that_is_too_long_is_refused() -> None:
    rows = HEADER + row(2, f'<c r="A2" t="str"><v>{"x" * 200}</v></c>')

    assert [(2, "line", "LINE_TOO_LONG")] == codes(
        read(workbook(rows), max_line_chars="100")
    )


def test_the_header_may_stand_below_titles() -> None:
    titles = row(1, cell("A1", "2017", "str")) + row(2, cell("A2", "Stock", "str"))
    rows = titles + HEADER.replace('r="1"', 'r="4"').replace("A1", "A4").replace(
        "B1", "B4"
    )
    rows += row(5, cell("A5", "1"), cell("B5", "2"))
    read_ = read(workbook(rows), header_row="4")

    assert [(5, "1", "2", None)] == read_.cells.rows()
    assert (3, 4) == (read_.header_lines, read_.header_line)


def test_a_missing_column_refuses_every_row() -> None:
    rows = row(1, cell("A1", "0", "s")) + row(2, cell("A2", "1"))

    assert codes(read(workbook(rows))) == [
        (1, "qty", "MISSING_COLUMN"),
        (2, "qty", "MISSING_COLUMN"),
    ]


def test_numbers_follow_the_profile_s_decimal_sign() -> None:
    rows = HEADER + row(2, cell("A2", "1"), cell("B2", "2.5"))

    assert [(2, "1", "2,5", None)] == read(workbook(rows), decimal=",").cells.rows()


BOOK = (
    f'{HEAD}<workbook {MAIN} xmlns:r="x"><sheets>'
    '<sheet name="Lists" sheetId="1" r:id="rId9" state="hidden"/>'
    '<sheet name="Orders" sheetId="2" r:id="rId1"/></sheets></workbook>'
)


def test_a_sheet_is_chosen_by_name_or_is_the_first_shown() -> None:
    rows = HEADER + row(2, cell("A2", "1"), cell("B2", "2"))

    assert 1 == read(workbook(rows, book=BOOK)).cells.height
    assert 1 == read(workbook(rows, book=BOOK), sheet="Orders").cells.height
    assert "BAD_ARCHIVE" == only_code(workbook(rows, book=BOOK), sheet="Stock")


def test_other_prefixes_mean_the_same() -> None:
    sheet = (
        f'<x:worksheet {MAIN.replace("xmlns", "xmlns:x")}><x:sheetData><x:row r="1">'
        '<x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    archive = open_archive(packed(PARTS | {SHEET: sheet}))
    [read_row] = read_rows(archive, find_parts(archive, ""))

    assert {0: "7"} == read_row.cells


def test_rows_and_cells_without_a_reference_follow_each_other() -> None:
    cells = "<c><v>1</v></c><c><v>2</v></c>"
    archive = open_archive(workbook(f"<row>{cells}</row><row>{cells}</row>"))
    rows = list(read_rows(archive, find_parts(archive, "")))

    assert [(1, {0: "1", 1: "2"}), (2, {0: "1", 1: "2"})] == [r[:2] for r in rows]


# --- against an independent reader -------------------------------------------

CELL = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
    | st.integers(-(10**14), 10**14)
    | st.decimals(-99999, 99999, places=4).map(float)
    | st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 a sheet knows no zone
        lambda moment: moment.replace(microsecond=0)
    )
    | st.booleans()
    | st.none()
)


@given(rows=st.lists(st.lists(CELL, max_size=5), max_size=6))
def test_every_cell_is_read_as_an_independent_reader_reads_it(
    rows: list[list[object]],
) -> None:
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(
        out, options | {"default_date_format": "yyyy-mm-dd hh:mm:ss"}
    )
    sheet = book.add_worksheet("Orders")
    for place, cells in enumerate(rows):
        sheet.write_row(place, 0, cells)
    book.close()
    archive = open_archive(out.getvalue())
    found = {r.number: r.cells for r in read_rows(archive, find_parts(archive, ""))}

    assert dict(_by_calamine(out.getvalue())) == found


def _by_calamine(payload: bytes) -> Iterator[tuple[int, dict[int, str]]]:
    sheet = load_workbook(BytesIO(payload)).get_sheet_by_index(0)
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        texts = {place: _as_text(value) for place, value in enumerate(cells)}
        if filled := {p: text for p, text in texts.items() if text.strip()}:
            yield number, filled


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".") if value else "0"
    if hasattr(value, "isoformat"):
        text: str = value.isoformat()
        return text if "T" in text else f"{text}T00:00:00"
    return str(value)


# --- hostile ones ------------------------------------------------------------


@pytest.mark.parametrize(
    "payload", [b"sku,qty\n1,2\n", b"PK", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]
)
def test_what_is_no_workbook_is_one_refused_line(payload: bytes) -> None:
    assert "BAD_ARCHIVE" == only_code(payload)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    assert "BAD_ARCHIVE" == only_code(packed({"orders.csv": "sku,qty\n"}))


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a/../../x", "C:\\x", "\\x", "a\\..\\x"]
)
def test_a_name_that_climbs_is_refused(name: str) -> None:
    assert "BAD_ARCHIVE" == only_code(packed(PARTS | {SHEET: sheet_of(""), name: "x"}))


def with_member(info: ZipInfo, content: bytes = b"x", flag: int = 0) -> bytes:
    out = BytesIO(packed(PARTS | {SHEET: sheet_of(HEADER)}))
    with ZipFile(out, "a", ZIP_STORED) as archive:
        archive.writestr(info, content)
    payload = bytearray(out.getvalue())
    if flag:
        payload[payload.rindex(b"PK\x01\x02") + 8] |= flag
    return bytes(payload)


def test_links_encrypted_members_and_repeated_names_are_refused() -> None:
    link = ZipInfo("link")
    link.external_attr = 0o120777 << 16

    assert "BAD_ARCHIVE" == only_code(with_member(link))
    assert "BAD_ARCHIVE" == only_code(with_member(ZipInfo("secret"), flag=1))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = with_member(ZipInfo(SHEET))
    assert "BAD_ARCHIVE" == only_code(twice)


def test_too_many_members_are_a_bomb() -> None:
    names = {f"m{n}": "" for n in range(10_001)}

    assert "ARCHIVE_BOMB" == only_code(packed(names))


def test_a_member_that_unpacks_to_a_hundred_times_its_size_is_a_bomb() -> None:
    assert "ARCHIVE_BOMB" == only_code(workbook("<!-- -->" + " " * (20 << 20)))


def test_members_that_unpack_to_more_than_a_gibibyte_are_a_bomb() -> None:
    payload = bytearray(packed(PARTS | {SHEET: sheet_of(HEADER), "big": b"x" * 99}))
    entry = payload.rindex(b"PK\x01\x02")
    payload[entry + 20 : entry + 28] = struct.pack("<II", 1 << 29, 1 << 31)

    assert "ARCHIVE_BOMB" == only_code(bytes(payload))


@pytest.mark.parametrize("change", [-5, 5])
def test_a_member_of_another_size_than_told_is_refused(change: int) -> None:
    payload = bytearray(packed(PARTS | {SHEET: sheet_of(HEADER)}))
    place = payload.rindex(b"PK\x01\x02") + 24
    size = struct.unpack_from("<I", payload, place)[0]
    struct.pack_into("<I", payload, place, size + change)

    assert "BAD_ARCHIVE" == only_code(bytes(payload))


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part", [SHEET, STRINGS, "xl/workbook.xml", "docProps/app.xml", "xl/drawings/d.vml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_part(part: str, encoding: str) -> None:
    text = f"{DOCTYPE}<sst>&b;</sst>".encode(encoding)
    parts = PARTS | {SHEET: sheet_of(HEADER), part: text}

    assert "BAD_XML" == only_code(packed(parts))


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c></row>",
        row(1, cell("A1", "1")) + row(1, cell("A1", "1")),
        row(2, cell("A2", "1")) + row(1, cell("A1", "1")),
        row(1, cell("B1", "1"), cell("A1", "1")),
        row(1, "<c r='A1'><c r='B1'><v>1</v></c></c>"),
        row(1, cell("A1", "5", "s")),
        row(1, cell("A1", "x", "s")),
        row(1, '<c r="A1" s="7"><v>1</v></c>'),
        row(1, cell("1", "1")),
        row(1, cell("XFE1", "1")),
        row(1048577, cell("A1", "1")),
        '<row r="x"/>',
    ],
)
def test_a_sheet_that_makes_no_sense_is_refused_whole(rows: str) -> None:
    assert "BAD_XML" == only_code(workbook(rows))


def test_an_unknown_encoding_is_refused() -> None:
    sheet = sheet_of("").replace("UTF-8", "EBCDIC-CP-XX")

    assert "BAD_XML" == only_code(packed(PARTS | {SHEET: sheet}))


def test_elements_in_an_abyss_are_a_bomb() -> None:
    assert "ARCHIVE_BOMB" == only_code(workbook("<a>" * 200 + "</a>" * 200))


def test_a_tag_without_an_end_is_a_bomb() -> None:
    name = "".join(f"{n:x}" for n in range(400_000))

    assert "ARCHIVE_BOMB" == only_code(workbook(f'<row a="{name}"/>'))


def test_a_short_string_in_many_cells_is_held_once_and_a_long_one_is_a_bomb() -> None:
    strings = f"{HEAD}<sst {MAIN}><si><t>{'x' * 32767}</t></si></sst>"
    rows = "".join(row(n, cell(f"A{n}", "0", "s")) for n in range(1, 2000))

    assert "ARCHIVE_BOMB" == only_code(workbook(rows, strings=strings))


def test_a_workbook_above_the_cap_is_refused() -> None:
    assert "FILE_TOO_LARGE" == only_code(workbook(HEADER), max_file_bytes="100")


def test_cells_far_apart_cost_nothing() -> None:
    rows = HEADER + row(1048576, cell("A1048576", "1"), cell("B1048576", "2"))
    read_ = read(workbook(rows))

    assert [(1048576, "1", "2", None)] == read_.cells.rows()
    assert 1048574 == read_.lines.blank


@given(
    place=st.floats(0, 1),
    noise=st.binary(min_size=1, max_size=8),
    length=st.integers(0, 20),
)
def test_no_damage_makes_the_reader_raise(
    place: float, noise: bytes, length: int
) -> None:
    rows = HEADER + row(2, cell("A2", "1"), cell("B2", "2"))
    payload = workbook(rows)
    start = int(place * len(payload))

    read_ = read(payload[:start] + noise + payload[start + length :])

    assert read_.lines.physical >= read_.cells.height
