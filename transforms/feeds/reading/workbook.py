"""XLSX: the rows of one sheet → text cells, as ``delimited`` gives them.

Options of a profile: ``sheet`` (name; the first that is not hidden unless told)
and ``header_row`` (number; the first row with a value unless told). Rows above
the header are titles, and accepted. Lines are numbered as the sheet numbers its
rows. Texts follow the options of ``spelling``; numbers and days in cells of
their own kind need none. A formula or an error in a wanted column refuses its
row: what it shows was worked out elsewhere, and may be out of date.

A workbook that cannot be opened is one physical line, which is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading import cards, rejects
from transforms.feeds.reading.archive import ArchiveError, open_archive
from transforms.feeds.reading.delimited import (
    LONGEST_LINE,
    Delimited,
    fault_of,
    nothing_read,
    refused_by,
    tidy,
)
from transforms.feeds.reading.header import COMMA, Header, Wanted, header_of
from transforms.feeds.reading.records import NO_CONTINUATIONS
from transforms.feeds.reading.sheet import Row, read_rows
from transforms.feeds.reading.text import Lines, read_lines, refused_whole
from transforms.feeds.reading.workbook_parts import find_parts

MAX_WORKBOOK_BYTES = 100 << 20
"""Packed."""

_MARKS = (b"PK", b"\xd0\xcf\x11\xe0")
"""Of zip archives, and of workbooks older than XLSX or with a password."""

_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_BATCH_ROWS = 4096
_LINE = pl.Schema({"payload_line": pl.Int64(), "text": pl.String()})


def is_workbook(payload: bytes) -> bool:
    """Whether bytes are a workbook, or claim to be one."""
    return payload.startswith(_MARKS)


def read_workbook(payload: bytes, profile: Profile, wanted: Wanted) -> Delimited:
    """Read the wanted columns of a sheet.

    Args:
        payload: any bytes.
        profile: options as above, ``decimal``, ``max_line_chars`` of a row and
            ``max_file_bytes``.
        wanted: names as the header spells them, in lower case.
    """
    if not is_workbook(payload):
        lines = read_lines(payload, profile, LONGEST_LINE)
        if lines.frame.height:
            lines = refused_whole("BAD_ARCHIVE", "no XLSX workbook")
        return nothing_read(lines, wanted)
    try:
        return _read(payload, profile, wanted)
    except ArchiveError as error:
        return nothing_read(refused_whole(error.code, error.detail), wanted)


def _read(payload: bytes, profile: Profile, wanted: Wanted) -> Delimited:
    """Read a sheet.

    Raises:
        ArchiveError: it cannot be read, or holds too much.
    """
    rows = _rows(payload, profile)
    head = list(_head(rows, profile))
    names = head[-1].cells if head else {}
    places = range(max(names, default=-1) + 1)
    header = header_of([names.get(place, "") for place in places], COMMA, wanted)
    texts, cells, faults = _taken_in(rows, header)
    lines = _lines(pl.concat([_texts(head), texts]), profile)
    if fault := fault_of(header):
        return nothing_read(lines, wanted, refused_by(lines.readable, *fault))
    faults = faults.join(lines.problems, on="payload_line", how="anti")
    problems = pl.concat([lines.problems, faults])
    is_head = pl.col("payload_line") <= head[-1].number
    return Delimited(
        lines,
        tidy(cells.join(problems, on="payload_line", how="anti"), wanted.columns),
        problems,
        cells.join(problems, on="payload_line", how="semi"),
        lambda torn: tidy(torn, wanted.columns),
        NO_CONTINUATIONS,
        header_lines=lines.readable.filter(is_head).height,
        header_line=head[-1].number,
        unknown=header.unknown,
    )


def _rows(payload: bytes, profile: Profile) -> Iterator[Row]:
    options = profile.options
    largest = int(options.get("max_file_bytes", MAX_WORKBOOK_BYTES))
    if len(payload) > min(largest, MAX_WORKBOOK_BYTES):
        raise ArchiveError("FILE_TOO_LARGE", f"{len(payload)} bytes packed")
    archive = open_archive(payload)
    parts = find_parts(archive, options.get("sheet", ""))
    return read_rows(archive, parts, options.get("decimal", "."))


def _head(rows: Iterator[Row], profile: Profile) -> Iterator[Row]:
    """Rows down to the header: the first one unless told."""
    header_row = int(profile.options.get("header_row", "0"))
    for row in rows:
        yield row
        if row.number >= header_row:
            return


def _taken_in(
    rows: Iterator[Row], header: Header
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Texts, cells and faults of the rows below the header, batch by batch.

    A batch of rows in Python costs ten times what it costs in a frame.
    """
    texts, cells, faults = [_texts([])], [header.frame([])], [rejects.problems([])]
    while batch := list(islice(rows, _BATCH_ROWS)):
        texts.append(_texts(batch))
        cells.append(_cells(batch, header))
        faults.append(rejects.problems(_faults(batch, header)))
    return pl.concat(texts), pl.concat(cells), pl.concat(faults)


def _texts(rows: list[Row]) -> pl.DataFrame:
    numbers = [row.number for row in rows]
    joined = ["\t".join(row.cells.values()) for row in rows]
    return pl.DataFrame([numbers, joined], schema=_LINE, orient="col")


def _cells(rows: list[Row], header: Header) -> pl.DataFrame:
    lines = [row.number for row in rows]
    places = header.places.values()
    columns = [[row.cells.get(place) for row in rows] for place in places]
    return pl.DataFrame([lines, *columns], schema=header.schema, orient="col")


def _faults(rows: list[Row], header: Header) -> Iterator[rejects.Problem]:
    """Rows with a cell beside the table, or a formula in a wanted column."""
    for row in rows:
        beyond = [place for place in row.cells if place >= header.width]
        if beyond:
            detail = f"a cell in column {beyond[0] + 1}, header has {header.width}"
            yield row.number, "line", "RAGGED_LINE", detail, row.cells[beyond[0]]
        elif row.formulas:
            found = (n for n, place in header.places.items() if place in row.formulas)
            for name in islice(found, 1):
                text = row.cells[header.places[name]]
                yield row.number, name, "FORMULA", name, text


def _lines(texts: pl.DataFrame, profile: Profile) -> Lines:
    """Number and judge rows as ``text.read_lines`` does lines."""
    longest = int(profile.options.get("max_line_chars", LONGEST_LINE))
    text = pl.col("text")
    judged = texts.with_columns(
        code=pl.when(text.str.contains(_CONTROL))
        .then(pl.lit("CONTROL_CHARACTER"))
        .when(text.str.len_chars() > longest)
        .then(pl.lit("LINE_TOO_LONG")),
        text=text.str.head(longest),
    ).with_columns(value=pl.when(pl.col("code").is_not_null()).then("text"))
    last = texts["payload_line"][-1] if texts.height else 0
    return Lines(cards.flag(judged), physical=last, blank=last - texts.height)
