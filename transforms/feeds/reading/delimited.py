"""CSV and TSV: physical lines → text cells, one broken line harming only itself.

A line that is whole by itself is read by Polars, everything as text, delimiter
and quote given. The others go to ``records``, which puts together cells that
run over several lines, or names what is wrong. Not here: what a cell means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading import rejects
from transforms.feeds.reading.header import (
    Dialect,
    Header,
    Wanted,
    likely_causes,
    read_header,
)
from transforms.feeds.reading.records import NO_CONTINUATIONS, Assembled, assemble
from transforms.feeds.reading.text import MAX_CELLS, Lines, read_lines, refused_whole

LONGEST_LINE = 1 << 16
"""Characters a delimited line may have; option ``max_line_chars`` turns it."""

MAX_COLUMNS = 1000
"""Columns a file may have; a header of more is no header."""

_SOME_LINES = 1 << 15
"""Lines looked at together, where all of a file at once would cost too much."""

_FEW_LINES = 5_000
"""Fewer lines without quotes are split sooner than a reader of CSV begins."""


@dataclass(frozen=True)
class Delimited:
    """What a delimited payload holds.

    Args:
        lines: the physical lines.
        cells: ``payload_line`` and the wanted columns, stripped, null if empty.
        problems: lines that gave no cells (``rejects.PROBLEM``).
        torn: what there is of the lines in ``problems``, one row each.
        make_out: rows of ``torn`` → rows of ``broken``.
        continuations: ``payload_line, record_line`` of lines inside a cell
            that began on another line.
        header_lines: accepted lines of header, 0 or 1.
        header_line: the line of the header; 0 if none was accepted.
        unknown: columns of the file that the format does not know.
    """

    lines: Lines
    cells: pl.DataFrame
    problems: pl.DataFrame
    torn: pl.DataFrame
    make_out: Callable[[pl.DataFrame], pl.DataFrame]
    continuations: pl.DataFrame
    header_lines: int
    header_line: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def broken(self) -> pl.DataFrame:
        """The columns of ``cells``, as far as can be made out, of ``problems``."""
        return self.make_out(self.torn)

    def broken_of(self, keys: pl.DataFrame) -> pl.DataFrame:
        """``payload_line`` and key of the rows of ``broken`` that have these keys.

        By and by: a million torn lines are dear to make out.
        """
        schema = pl.Schema({"payload_line": pl.Int64(), **keys.schema})
        names = schema.names()
        parts = map(self.make_out, self.torn.iter_slices(_SOME_LINES))
        found = (
            part.select(names).join(keys, on=keys.columns, how="semi") for part in parts
        )
        return pl.concat([schema.to_frame(), *found])


def read_delimited(
    payload: bytes,
    profile: Profile,
    dialect: Dialect,
    required: Sequence[str],
    optional: Sequence[str] = (),
    ignored: Sequence[str] = (),
) -> Delimited:
    """Read the wanted columns of a payload whose first line is a header.

    Columns nobody wants are left out; an optional column that is missing is
    null. Without a required column no line can be read, and all are refused.

    Args:
        payload: any bytes.
        profile: options of ``read_lines``, ``max_line_chars`` and ``max_cells``.
        dialect: delimiter and quote.
        required: columns that must be in the header, lower case.
        optional: columns that may be.
        ignored: columns that the format knows and does not read; any other is
            unknown, which the partner is told.
    """
    wanted = Wanted(required, optional, ignored)
    return read_wanted(payload, profile, dialect, wanted)


def read_wanted(
    payload: bytes,
    profile: Profile,
    dialect: Dialect,
    wanted: Wanted,
    most_cells: int = MAX_CELLS,
) -> Delimited:
    """``read_delimited``, for headers that have aliases.

    Args:
        payload: any bytes.
        profile: options of ``read_lines``, ``max_line_chars`` and ``max_cells``.
        dialect: delimiter and quote.
        wanted: columns.
        most_cells: lines times columns, where no option says otherwise.
    """
    longest = int(profile.options.get("max_line_chars", LONGEST_LINE))
    lines = read_lines(payload, profile, longest)
    readable = lines.readable
    first = readable["text"][0] if readable.height else ""
    header = read_header(first, dialect, wanted)
    if fault := fault_of(header):
        place, code, detail = fault
        if header.missing:
            detail += likely_causes(first, lines.encoding, dialect, wanted)
        refused = refused_by(readable, place, code, detail)
        if unread := _unread(lines):
            refused = rejects.at(readable, place, code, unread)
        return nothing_read(lines, wanted, refused)
    most = int(profile.options.get("max_cells", most_cells))
    if lines.physical * len(header.places) > most:
        return nothing_read(_refused(lines, header, most), wanted)
    return _read_body(lines, readable, header, wanted.columns)


def _refused(lines: Lines, header: Header, most: int) -> Lines:
    """A payload that is not taken apart because of its lines by its columns."""
    count = len(header.places)
    detail = f"{lines.physical} lines of {count} columns, {most // count} at most"
    return refused_whole("FILE_TOO_LARGE", detail)


def fault_of(header: Header) -> tuple[str, str, str] | None:
    """Column, code and detail of what makes a header useless."""
    if header.width > MAX_COLUMNS:
        detail = f"{header.width} columns, {MAX_COLUMNS} at most"
        return "line", "LINE_TOO_LONG", detail
    if header.missing:
        return header.missing[0], "MISSING_COLUMN", header.fault
    return None


def _unread(lines: Lines) -> str:
    """What is told of a line taken for the header because that cannot be read."""
    before = lines.frame.head(1).filter(pl.col("code").is_not_null())
    return "".join(f"see line {line}" for line in before["payload_line"])


def refused_by(
    lines: pl.DataFrame, column_name: str, code: str, detail: str
) -> pl.DataFrame:
    """``rejects.PROBLEM`` of lines of which the first is at fault for all."""
    first, rest = lines.head(1), lines.slice(1)
    follows = "".join(f"see line {line}" for line in first["payload_line"])
    told = rejects.at(first, column_name, code, detail)
    return pl.concat([told, rejects.at(rest, column_name, code, follows)])


def nothing_read(
    lines: Lines, wanted: Wanted, refused: pl.DataFrame | None = None
) -> Delimited:
    """A payload without a row.

    Args:
        lines: the payload.
        wanted: the columns there would be.
        refused: ``rejects.PROBLEM`` of the lines that can be read.
    """
    nothing = tidy(pl.DataFrame(schema={"payload_line": pl.Int64()}), wanted.columns)
    found = [lines.problems] if refused is None else [lines.problems, refused]
    return Delimited(
        lines,
        nothing,
        pl.concat(found),
        nothing,
        lambda torn: torn,
        NO_CONTINUATIONS,
        header_lines=0,
    )


def _read_body(
    lines: Lines, readable: pl.DataFrame, header: Header, wanted: list[str]
) -> Delimited:
    body = readable.slice(1)
    tidied, odd = _cells_of(lines, body, header, wanted)
    problems = pl.concat([lines.problems, odd.problem_frame()])
    torn = lines.frame.select("payload_line", "text")
    return Delimited(
        lines,
        tidied,
        problems,
        torn.join(problems, on="payload_line", how="semi")
        if problems.height
        else torn.clear(),
        lambda part: tidy(_made_out(part, header), wanted),
        odd.continued(),
        header_lines=1,
        header_line=readable["payload_line"][0],
        unknown=header.unknown,
    )


def _cells_of(
    lines: Lines, body: pl.DataFrame, header: Header, wanted: list[str]
) -> tuple[pl.DataFrame, Assembled]:
    """Tidy cells of all records, in file order, and what became of odd lines."""
    has_quotes = header.dialect.quote not in {"", *lines.absent}
    if body.height < _FEW_LINES and not has_quotes:
        cells = _split(body, header)
        if cells is not None:
            return tidy(cells, wanted), Assembled()
    judged = body.with_columns(is_whole=_is_whole(header, has_quotes=has_quotes))
    odd = assemble(judged, set(lines.problems["payload_line"]), header)
    inside = list(odd.continuations)
    if not judged["is_whole"].all() or inside:
        is_inside = pl.col("payload_line").is_in(inside)
        body = judged.filter(pl.col("is_whole") & ~is_inside)
    parts = [
        tidy(_read_whole(part, header), wanted)
        for part in body.iter_slices(_SOME_LINES)
        if part.height
    ]
    # An empty frame takes as long to make as one of a thousand lines.
    cells = pl.concat(parts or [tidy(pl.DataFrame(schema=header.schema), wanted)])
    if not odd.records:
        return cells, odd
    records = tidy(header.frame(odd.records), wanted)
    return pl.concat([cells, records]).sort("payload_line"), odd


def _split(body: pl.DataFrame, header: Header) -> pl.DataFrame | None:
    """Cells of lines without quotes, None if one has more or fewer than the header."""
    width = header.width
    texts = body["text"].str.splitn(header.dialect.delimiter, width + 1).struct
    cells = texts.unnest().get_columns()
    if cells[width - 1].has_nulls() or cells[width].null_count() < body.height:
        return None
    places = header.places.items()
    return pl.DataFrame(
        [body["payload_line"], *(cells[place].alias(name) for name, place in places)]
    )


def _is_whole(header: Header, *, has_quotes: bool) -> pl.Expr:
    """Whether a line is a record of the right width by itself (RFC 4180).

    Most files have no quote, and the expression takes longer than all the rest.
    """
    text, dialect = pl.col("text"), header.dialect
    has_width = text.str.count_matches(dialect.delimiter, literal=True) == (
        header.width - 1
    )
    if not has_quotes:
        return has_width
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    cell = f"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^{quote}{delimiter}]*)"
    record = f"^{cell}(?:{delimiter}{cell}){{{header.width - 1}}}$"
    return (
        pl.when(text.str.contains(dialect.quote, literal=True))
        .then(text.str.contains(record))
        .otherwise(has_width)
    )


def _read_whole(whole: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Cells of lines that are records by themselves, by Polars."""
    # In the file's order, which Polars keeps whatever order is asked for.
    places = dict(sorted(header.places.items(), key=lambda item: item[1]))
    cells = pl.read_csv(
        whole["text"].str.join("\n").cast(pl.Binary).item(),
        has_header=False,
        columns=list(places.values()),
        separator=header.dialect.delimiter,
        quote_char=header.dialect.quote or None,
        infer_schema=False,
    )
    cells.columns = list(places)
    pieces = cells.to_series(0).chunk_lengths() if places else []
    numbers = _in_pieces(whole["payload_line"], pieces)
    return cells.insert_column(0, numbers).select(header.schema.names())


def _in_pieces(series: pl.Series, lengths: Sequence[int]) -> pl.Series:
    """A column in pieces of these lengths.

    Beside columns in other pieces it would have the first step that adds a column
    to them copy all: a file's cells twice.
    """
    ends = list(accumulate(lengths))
    pieces = [series.slice(end - n, n) for end, n in zip(ends, lengths, strict=True)]
    return pl.concat(pieces, rechunk=False) if len(pieces) > 1 else series


def _made_out(texts: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Cells of lines as if nothing were quoted; of broken ones good enough for keys."""
    last = max(header.places.values(), default=0)
    cells = pl.col("text").str.splitn(header.dialect.delimiter, last + 2)
    return texts.select(
        "payload_line",
        **{
            name: cells.struct.field(f"field_{place}")
            for name, place in header.places.items()
        },
    )


def tidy(cells: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Strip cells, make empty ones null, add the columns the file lacks."""
    found = set(cells.columns)
    # One after the other: of a small file a column is done before help has come.
    select = cells.select_seq if cells.height < _FEW_LINES else cells.select
    return select(
        "payload_line",
        *(
            pl.col(name).str.strip_chars().replace("", None)
            if name in found
            else pl.lit(None, pl.String).alias(name)
            for name in wanted
        ),
    )
