"""Lines that are no record by themselves: put together, or named broken.

The careful half of ``delimited``: the standard ``csv`` module, line by line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from transforms.feeds.reading import rejects
from transforms.feeds.reading.header import Header

MAX_RECORD_LINES = 100
"""Lines a quoted cell may run over, so that one open quote costs little."""


@dataclass
class Assembled:
    """What became of the odd lines.

    Args:
        records: (line, all cells) of records that were put together.
        continuations: line inside a cell → line its record began on.
        problems: rows of ``rejects.PROBLEM``.
    """

    records: list[tuple[int, list[str]]] = field(default_factory=list)
    continuations: dict[int, int] = field(default_factory=dict)
    problems: list[rejects.Problem] = field(default_factory=list)

    def refuse(self, line: int, code: str, detail: str, text: str) -> None:
        """Name a broken line."""
        self.problems.append((line, "line", code, detail, text))

    def problem_frame(self) -> pl.DataFrame:
        """The problems as ``rejects.PROBLEM``."""
        return rejects.problems(self.problems)


def assemble(body: pl.DataFrame, unreadable: set[int], header: Header) -> Assembled:
    """Put records together that run over several lines, and name the rest.

    A line with an open quote is joined to the next line with one. What they
    make must be one record of the right width, and must swallow neither an
    unreadable line nor a line that is a whole record by itself: that is not a
    long cell but a forgotten quote, and only its line is refused.

    Args:
        body: ``payload_line, text, is_whole``, readable lines in file order.
        unreadable: lines of the file that are in neither ``body`` nor blank.
        header: what a record looks like.
    """
    lines = body["payload_line"].to_list()
    texts = body["text"].to_list()
    is_whole = body["is_whole"].to_list()
    quote = header.dialect.quote
    done = Assembled()
    for first in [n for n, whole in enumerate(is_whole) if not whole]:
        if lines[first] in done.continuations:
            continue
        last = first
        if quote and texts[first].count(quote) % 2:
            last = _next_open(texts, first, quote)
        inner = range(first + 1, last)
        is_torn = any(is_whole[n] for n in inner) or not unreadable.isdisjoint(
            range(lines[first], lines[last])
        )
        joined = "" if is_torn else _joined(lines[first : last + 1], texts[first:])
        cells = _cells(joined, header)
        if cells and len(cells) == header.width:
            done.records.append((lines[first], cells))
            inside = lines[first + 1 : last + 1]
            done.continuations |= dict.fromkeys(inside, lines[first])
        else:
            _refuse(done, lines[first], texts[first], header)
    return done


def _next_open(texts: list[str], first: int, quote: str) -> int:
    """Position of the next line with an odd number of quotes, or ``first``."""
    for position in range(first + 1, min(first + MAX_RECORD_LINES, len(texts))):
        if texts[position].count(quote) % 2:
            return position
    return first


def _joined(lines: list[int], texts: list[str]) -> str:
    """Texts with as many newlines between them as stand in the file."""
    return "".join(_pieces(lines, texts))


def _pieces(lines: list[int], texts: list[str]) -> Iterator[str]:
    before = lines[0]
    for line, text in zip(lines, texts, strict=False):
        yield "\n" * (line - before)
        yield text
        before = line


def _cells(text: str, header: Header) -> list[str] | None:
    try:
        return header.dialect.cells(text)
    except csv.Error:
        return None


def _refuse(done: Assembled, line: int, text: str, header: Header) -> None:
    cells = _cells(text, header)
    if cells is None:
        done.refuse(line, "UNBALANCED_QUOTE", "", text)
    else:
        detail = f"{len(cells)} cells, header has {header.width}"
        done.refuse(line, "RAGGED_LINE", detail, text)
