"""Lines that are no record by themselves: put together, or named broken.

The careful half of ``delimited``: the standard ``csv`` module, line by line.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

import polars as pl

from transforms.feeds.reading import rejects
from transforms.feeds.reading.header import Header

MAX_RECORD_LINES = 100
"""Lines a quoted cell may run over, so that one open quote costs little."""

MAX_TRIED_LINES = 200_000
"""Lines with quotes that are put together; where more are broken, nobody
wrote them by a rule."""


NO_CONTINUATIONS = pl.DataFrame(
    schema={"payload_line": pl.Int64(), "record_line": pl.Int64()}
)


@dataclass
class Assembled:
    """What became of the odd lines.

    Args:
        records: (line, all cells) of records that were put together.
        continuations: line inside a cell → line its record began on.
        problems: rows of ``rejects.PROBLEM``.
        refused: frames of more of them.
    """

    records: list[tuple[int, list[str]]] = field(default_factory=list)
    continuations: dict[int, int] = field(default_factory=dict)
    problems: list[rejects.Problem] = field(default_factory=list)
    refused: list[pl.DataFrame] = field(default_factory=list)

    def refuse(self, line: int, code: str, detail: str, text: str) -> None:
        """Name a broken line."""
        self.problems.append((line, "line", code, detail, text))

    def problem_frame(self) -> pl.DataFrame:
        """The problems as ``rejects.PROBLEM``."""
        if not (self.problems or self.refused):
            return rejects.none()
        return pl.concat([rejects.problems(self.problems), *self.refused])

    def continued(self) -> pl.DataFrame:
        """``payload_line, record_line`` of the continuations."""
        if not self.continuations:
            return NO_CONTINUATIONS.clone()
        inside, begun = self.continuations.keys(), self.continuations.values()
        return pl.DataFrame([list(inside), list(begun)], NO_CONTINUATIONS.schema)


def assemble(body: pl.DataFrame, unreadable: set[int], header: Header) -> Assembled:
    """Put records together that run over several lines, and name the rest.

    A quote inside an unquoted cell is text. A line with an open quote is joined
    to the next line with one. What they make must be one record of the right
    width, and must swallow neither an unreadable line nor a line that is a whole
    record by itself: that is not a long cell but a forgotten quote, and only its
    line is refused.

    Args:
        body: ``payload_line, text, is_whole``, readable lines in file order.
        unreadable: lines of the file that are in neither ``body`` nor blank.
        header: what a record looks like.
    """
    done = Assembled()
    if body["is_whole"].all():
        return done
    is_odd = pl.col("is_quoted") & ~pl.col("is_whole")
    quoted = body.with_columns(is_quoted=_has_quote(header))
    tried = quoted.select(is_odd.arg_true()).to_series().head(MAX_TRIED_LINES).to_list()
    if tried:
        _try(done, body, unreadable, header, tried)
    settled = [*done.continuations, *(body["payload_line"][n] for n in tried)]
    left = body.filter(~pl.col("is_whole"), ~pl.col("payload_line").is_in(settled))
    done.refused.append(_as_they_stand(left, header))
    return done


def _has_quote(header: Header) -> pl.Expr:
    quote = header.dialect.quote
    has_quote = pl.col("text").str.contains(quote, literal=True)
    return has_quote if quote else pl.lit(value=False)


def _try(
    done: Assembled,
    body: pl.DataFrame,
    unreadable: set[int],
    header: Header,
    positions: list[int],
) -> None:
    """Take or refuse the records that begin at these positions."""
    lines = _Lines(
        body["payload_line"].to_list(),
        body["text"].to_list(),
        body["is_whole"].to_list(),
        unreadable,
        header,
    )
    for first in positions:
        if lines.numbers[first] not in done.continuations:
            _take(done, lines, first)


def _as_they_stand(lines: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Refuse lines that are no record, without trying what might make them one."""
    text, dialect = pl.col("text"), header.dialect
    width = text.str.count_matches(dialect.delimiter, literal=True) + 1
    detail = width.cast(pl.String) + pl.lit(f" cells, header has {header.width}")
    is_open = pl.lit(value=False)
    if dialect.quote:
        is_open = text.str.count_matches(dialect.quote, literal=True) % 2 == 1
    return lines.select(
        "payload_line",
        column_name=pl.lit("line"),
        code=pl.when(is_open)
        .then(pl.lit("UNBALANCED_QUOTE"))
        .otherwise(pl.lit("RAGGED_LINE")),
        detail=pl.when(is_open).then(pl.lit("")).otherwise(detail),
        value="text",
    )


@dataclass(frozen=True)
class _Lines:
    """Readable lines by position, and what is known of the whole file."""

    numbers: list[int]
    texts: list[str]
    is_whole: list[bool]
    unreadable: set[int]
    header: Header

    def next_open(self, first: int) -> int | None:
        """The next line with an odd number of quotes, if this one has."""
        quote = self.header.dialect.quote
        if not quote or self.texts[first].count(quote) % 2 == 0:
            return None
        last = min(first + MAX_RECORD_LINES, len(self.texts))
        positions = range(first + 1, last)
        return next((n for n in positions if self.texts[n].count(quote) % 2), None)

    def may_be_one(self, first: int, last: int) -> bool:
        """Whether nothing between two lines stands for itself."""
        numbers = range(self.numbers[first], self.numbers[last])
        is_torn = not self.unreadable.isdisjoint(numbers)
        return not is_torn and not any(self.is_whole[first + 1 : last])

    def joined(self, first: int, last: int) -> str:
        """Lines with as many newlines between them as stand in the file."""
        text = self.texts[first]
        for n in range(first + 1, last + 1):
            text += "\n" * (self.numbers[n] - self.numbers[n - 1]) + self.texts[n]
        return text


def _take(done: Assembled, lines: _Lines, first: int) -> None:
    """Take the record that begins on a line, or refuse the line."""
    number, text = lines.numbers[first], lines.texts[first]
    alone = _cells(text, lines.header)
    if alone is not None and len(alone) == lines.header.width:
        done.records.append((number, alone))
        return
    last = lines.next_open(first)
    if last is not None and lines.may_be_one(first, last):
        cells = _cells(lines.joined(first, last), lines.header)
        if cells is not None and len(cells) == lines.header.width:
            done.records.append((number, cells))
            inside = lines.numbers[first + 1 : last + 1]
            done.continuations |= dict.fromkeys(inside, number)
            return
    if alone is None:
        done.refuse(number, "UNBALANCED_QUOTE", "", text)
    else:
        detail = f"{len(alone)} cells, header has {lines.header.width}"
        done.refuse(number, "RAGGED_LINE", detail, text)


def _cells(text: str, header: Header) -> list[str] | None:
    try:
        return header.dialect.cells(text)
    except csv.Error:
        return None
