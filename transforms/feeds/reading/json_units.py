"""JSON payloads → units: the physical lines that stand or fall together.

A line of JSON lines is a unit. A whole file that is one page of objects over
many lines has a unit for each line on which an object begins; the lines up to
the next one belong to it. Not here: what an object means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson
import polars as pl

from transforms.contracts.profile import LineCount, Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds.reading.accounts import document_columns
from transforms.feeds.reading.rejects import PROBLEM, rejected
from transforms.feeds.reading.text import Lines, read_lines

LONGEST_LINE = 1 << 24
"""Characters a line of JSON may have: a page of 250 orders is about 2 MB."""

# Escapes of control characters other than tab and newlines.
_ESCAPED_CONTROL = r"\\u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F]|7[fF])"
_HEAD = re.compile(r'\s*(?:\{\s*"orders"\s*:\s*)?\[\s*(?=\{)')
_FRAME = re.compile(rf"[\s,]+|{_HEAD.pattern}|\]\s*\}}?")


class Unit(NamedTuple):
    """Lines that are accepted or refused together.

    Args:
        line: first physical line.
        values: JSON values that begin on it.
        is_broken: whether something on it is no JSON.
    """

    line: int
    values: Sequence[Any]
    is_broken: bool = False


def read_json_lines(payload: bytes, profile: Profile) -> Lines:
    """The lines of a JSON payload, escaped control characters refused too."""
    longest = int(profile.options.get("max_line_chars", LONGEST_LINE))
    lines = read_lines(payload, profile, longest)
    if b"\\u00" not in payload:
        return lines
    is_hidden = pl.col("code").is_null() & _hides_control()
    hidden = pl.when(is_hidden)
    frame = lines.frame.with_columns(
        hidden.then(pl.lit("CONTROL_CHARACTER")).otherwise("code").alias("code"),
        hidden.then("text").otherwise("value").alias("value"),
    )
    return Lines(frame, lines.physical, lines.blank)


def _hides_control() -> pl.Expr:
    return pl.col("text").str.contains(_ESCAPED_CONTROL)


def read_units(lines: Lines) -> Iterator[Unit]:
    """Decode every readable line, or the whole payload if it is one page."""
    readable = lines.readable
    numbers, texts = readable["payload_line"].to_list(), readable["text"].to_list()
    page = _page(numbers, texts)
    if not page:
        return map(_unit, numbers, texts)
    # A page with an unreadable line may still decode, and mean something else.
    is_torn = lines.problems.height > 0
    return iter([Unit(numbers[0], (), is_broken=True)] if is_torn else page)


def _page(numbers: list[int], texts: list[str]) -> list[Unit]:
    """Units of a page, or none if the payload is JSON lines."""
    if not texts or not _unit(0, texts[0]).is_broken:
        return []
    text = "\n".join(texts)
    is_lines = any(isinstance(v, dict) for t in texts for v in _unit(0, t).values)
    if is_lines and not _HEAD.match(text):
        return []
    page = _page_units(numbers, text)
    return [] if page[0].is_broken else page


def settle_units(
    lines: Lines,
    unit_lines: Sequence[int],
    rows: pl.DataFrame,
    problems: pl.DataFrame,
    document: Table,
) -> Parsed:
    """Close the accounts of a JSON payload: a broken unit is refused whole.

    Args:
        lines: the payload.
        unit_lines: first line of every unit, ascending.
        rows: the document's columns, with the unit's line as ``payload_line``.
        problems: ``rejects.PROBLEM`` by the unit's line, most telling first.
        document: whose columns the rows have.
    """
    names = ["payload_line", *document_columns(document)]
    if problems.is_empty() and lines.is_sound:
        count = LineCount(lines.physical, lines.readable.height, 0, lines.blank)
        return Parsed(rows.select(names), rejected([problems]), count)
    first = problems.unique("payload_line", keep="first", maintain_order=True)
    good = rows.join(first, on="payload_line", how="anti", maintain_order="left")
    owned = _owned(lines, unit_lines)
    refused = owned.join(
        first, left_on="unit_line", right_on="payload_line", how="inner"
    ).with_columns(pl.coalesce("value", "text").alias("value"))
    accepted = owned.join(
        first, left_on="unit_line", right_on="payload_line", how="anti"
    )
    rejects = rejected([lines.problems, refused.select(list(PROBLEM))])
    count = LineCount(lines.physical, accepted.height, rejects.height, lines.blank)
    return Parsed(good.select(names), rejects, count)


def _owned(lines: Lines, unit_lines: Sequence[int]) -> pl.DataFrame:
    """Readable lines with ``unit_line``; a page's head is its first unit's."""
    starts = pl.DataFrame(
        {"unit_line": unit_lines}, schema={"unit_line": pl.Int64}
    ).with_columns(payload_line="unit_line")
    return lines.readable.join_asof(
        starts.set_sorted("payload_line"), on="payload_line"
    ).with_columns(pl.col("unit_line").fill_null(strategy="backward"))


def _unit(line: int, text: str) -> Unit:
    try:
        return Unit(line, (orjson.loads(text),))
    except orjson.JSONDecodeError:
        return Unit(line, (), is_broken=True)


def _page_units(numbers: list[int], text: str) -> list[Unit]:
    """Units of a page, by the line on which their objects begin."""
    units: dict[int, list[Any]] = {}
    broken: set[int] = set()
    place, before = 0, 0
    for start, end in _objects(text):
        place += text.count("\n", before, start)
        before = start
        values = units.setdefault(numbers[place], [])
        try:
            values.append(orjson.loads(text[start:end]))
        except orjson.JSONDecodeError:
            broken.add(numbers[place])
    return [Unit(n, tuple(v), is_broken=n in broken) for n, v in units.items()]


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Where the objects of a page begin and end; the last may be no JSON."""
    decoder = json.JSONDecoder()
    position = _after_frame(text, 0)
    while position < len(text):
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            yield position, len(text)
            return
        yield position, end
        position = _after_frame(text, end)


def _after_frame(text: str, position: int) -> int:
    """The next place where an object may begin, brackets of pages passed."""
    while match := _FRAME.match(text, position):
        position = match.end()
    return position
