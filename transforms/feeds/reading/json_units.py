"""JSON payloads → units: the physical lines that stand or fall together.

A line of JSON lines is a unit, also if it is a page of many objects; a file that is
one page on one line was cut before (``json_lines``). A file that is one document
over many lines has a unit for each line on which an object begins; the lines up to
the next one belong to it. Of a name that an object says twice the last value
counts. Not here: what an object means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import orjson
import polars as pl

from transforms.contracts.profile import LineCount, Parsed, Profile
from transforms.contracts.table import Table
from transforms.feeds.reading import bytewise
from transforms.feeds.reading.accounts import document_columns
from transforms.feeds.reading.json_limits import MAX_OBJECTS, has_more
from transforms.feeds.reading.json_pages import DEEPEST_LIST, Page, read_page, unwrapped
from transforms.feeds.reading.json_shapes import Top
from transforms.feeds.reading.rejects import PROBLEM, rejected
from transforms.feeds.reading.text import Lines, read_lines, refused_whole

LONGEST_LINE = 1 << 24
"""Characters a line of JSON may have: a page of 250 orders is about 2 MB."""

LONGEST_CELL = 1 << 16
"""Characters between two quotes: a name or a note, not a picture."""

# Escapes of control characters other than tab and newlines; an escaped
# backslash before "b" or "f" is none.
_ESCAPED_CONTROL = (
    r"\\u00(?:0[0-8bcefBCEF]|1[0-9a-fA-F]|7[fF])|(?:^|[^\\])(?:\\\\)*\\[bf]"
)
_ESCAPES = ["\\u00", "\\b", "\\f"]

# Numbers that a float would change, which have more than 15 digits (whole ones
# more than 19), or with an exponent, which must be seen where it stands in an
# order number.
_INEXACT = (
    r"[:,\[]\s*-?(?:[0-9]{20}|[0-9]{8,}\.|[0-9]+\.[0-9]{8}|[0-9]+(?:\.[0-9]+)?[eE])"
)

NO_FRAME: Mapping[str, Any] = MappingProxyType({})

_CHARS_AT_ONCE, _LINES_AT_ONCE = 1 << 18, 2_000
"""Of text whose objects wait together."""

_SHORTEST_OBJECT = len("{},")

_BESIDE = r"\}\s*,\s*\{"
"""Only in a list an object follows another."""

ORDER_WRAPPERS = ("orders", "order")


class Unit(NamedTuple):
    """Lines that are accepted or refused together, decoded.

    Args:
        line: first physical line.
        values: JSON values that begin on it, out of their wrappers.
        is_broken: whether something on it is no JSON.
        frame: what the page around the values says.
    """

    line: int
    values: Sequence[Any]
    is_broken: bool = False
    frame: Mapping[str, Any] = NO_FRAME


@dataclass(frozen=True)
class Opening:
    """How the objects of a line are found.

    Args:
        wrappers: names of members that hold the objects of a page, or that hold
            an object that does: ``("payload", "Orders")``.
    """

    wrappers: Sequence[str]

    def opened(self, value: object) -> tuple[Sequence[Any], Mapping[str, Any]]:
        """The objects that a decoded line holds, and what is said around them."""
        return unwrapped(value, self.wrappers)

    def found(self, value: Any, top: Top, *, is_exact: bool) -> list[Any]:  # noqa: ANN401 what the top has decoded
        """The objects that a typed line holds.

        Raises:
            ValueError: a page in it has not the shape.
            RecursionError: it is too deep.
        """
        if type(value) is not list and not top.besides and top.is_bare(value):
            return [value]
        said: dict[str, Any] = {}
        found = list(self._found(value, top, said, 0, is_exact=is_exact))
        if top.besides:
            top.say(found, said)
        return found

    def are_alone(self, values: list[Any], top: Top) -> bool:
        """Whether typed lines are all an object and no page; a no may be mistaken."""
        return not top.besides and top.are_bare(values)

    def _found(
        self,
        value: Any,  # noqa: ANN401 of the top's type, or a list of such
        top: Top,
        said: dict[str, Any],
        depth: int,
        *,
        is_exact: bool,
    ) -> Iterator[Any]:
        if depth > DEEPEST_LIST:
            raise ValueError(depth)
        if type(value) is list:
            for part in value:
                yield from self._found(part, top, said, depth + 1, is_exact=is_exact)
            return
        pages = top.pages(value)
        if not pages:
            yield value
            return
        said |= top.said(value)
        for page in pages:
            inside = top.decoded(page, is_exact=is_exact)
            yield from self._found(inside, top, said, depth + 1, is_exact=is_exact)


class _Bare(Opening):
    """A line is an object and nothing else."""

    def opened(self, value: object) -> tuple[Sequence[Any], Mapping[str, Any]]:
        return (value,), NO_FRAME

    def found(self, value: Any, top: Top, *, is_exact: bool) -> list[Any]:  # noqa: ANN401, ARG002 as its kin
        if type(value) is list:
            raise ValueError
        return [value]

    def are_alone(self, values: list[Any], top: Top) -> bool:  # noqa: ARG002 likewise
        return True


@dataclass(frozen=True)
class Texts:
    """Lines that are not decoded yet, each a unit.

    Args:
        lines: their numbers.
        texts: what stands there.
        are_inexact: whether a number in it is more than a float can tell.
        opening: how their objects are found.
    """

    lines: list[int]
    texts: list[str]
    are_inexact: list[bool]
    opening: Opening

    def each(self) -> Iterator[tuple[int, str, bool]]:
        """Number, text and whether it is inexact."""
        return zip(self.lines, self.texts, self.are_inexact, strict=True)

    def moulded(self, text: str, top: Top, *, is_exact: bool) -> list[Any] | None:
        """The typed objects of one, or None if it must be read with care."""
        try:
            if is_exact:
                # A number beyond every float is no JSON, wherever it stands.
                orjson.loads(text)
            value = top.decoded(text, is_exact=is_exact)
            return self.opening.found(value, top, is_exact=is_exact)
        except (ValueError, RecursionError):
            return None

    def all_moulded(self, top: Top) -> list[Any] | None:
        """The typed objects of all, one a line, or None if it is not so simple."""
        if any(self.are_inexact):
            return None
        found = top.decoded_lines(self.texts)
        return found if found and self.opening.are_alone(found, top) else None

    def decoded(self) -> Iterator[Unit]:
        """Everything that they say."""
        return (unit(*one, self.opening) for one in self.each())


Units = Callable[[Lines], Iterable[Unit | Texts]]
"""Finds the objects of lines."""


def unit(line: int, text: str, is_exact: bool, opening: Opening) -> Unit:  # noqa: FBT001 a cell of a row
    """A line, decoded whole."""
    try:
        value = _decoded(text, exact=is_exact)
    except (ValueError, RecursionError):
        return Unit(line, (), is_broken=True)
    values, frame = opening.opened(value)
    return Unit(line, values, frame=frame)


def decoded(units: Iterable[Unit | Texts]) -> Iterator[Unit]:
    """Units of which everything is known that they say."""
    for one in units:
        if isinstance(one, Texts):
            yield from one.decoded()
        else:
            yield one


def read_json_lines(payload: bytes, profile: Profile) -> Lines:
    """The lines of a JSON payload.

    Refused besides are escaped control characters, and cells of more than
    ``LONGEST_CELL`` characters; and a file of more than ``MAX_OBJECTS`` objects
    (option ``max_objects``) whole.
    """
    longest = int(profile.options.get("max_line_chars", LONGEST_LINE))
    lines = read_lines(payload, profile, longest)
    text = pl.col("text")
    if lines.frame["text"].str.contains_any(_ESCAPES).any():
        is_hidden = text.str.contains(_ESCAPED_CONTROL)
        lines = _refused(lines, is_hidden, "CONTROL_CHARACTER")
    long = lines.frame.filter(text.str.len_bytes() > LONGEST_CELL)
    bad = [
        line
        for line, said in long.select("payload_line", "text").iter_rows()
        if bytewise.has_longer_cell(said.encode(), LONGEST_CELL)
    ]
    if bad:
        lines = _refused(lines, pl.col("payload_line").is_in(bad), "LINE_TOO_LONG")
    most = most_objects(profile)
    texts = lines.readable["text"]
    if texts.len() and is_json(texts[0]):
        # A line is decoded at once; of all together objects are counted as they come.
        texts = texts.filter(texts.str.len_bytes() > _SHORTEST_OBJECT * most)
    closed = texts.str.count_matches("}", literal=True).sum()
    # Nearly every file is done with here.
    if closed > most and _hold_more(texts, most):
        return refused_whole("FILE_TOO_LARGE", f"more than {most} objects")
    return lines


def _hold_more(texts: pl.Series, most: int) -> bool:
    """Whether they hold more objects; what can be seen without decoding goes first."""
    if texts.str.count_matches(_BESIDE).sum() > most:
        return True
    return has_more(texts.to_list(), most)


def most_objects(profile: Profile) -> int:
    """Orders and their lines that a file may hold together."""
    return int(profile.options.get("max_objects", MAX_OBJECTS))


@dataclass(frozen=True)
class Inside:
    """Objects that may stand in a page, under one of these names."""

    wrappers: Sequence[str]

    def __call__(self, lines: Lines) -> Iterable[Unit | Texts]:
        """The objects of lines."""
        return read_units(lines, self.wrappers)


def inside(*wrappers: str) -> Inside:
    """Objects that may stand in a page, under one of these names."""
    return Inside(wrappers)


def _refused(lines: Lines, is_bad: pl.Expr, code: str) -> Lines:
    """Lines with a code for those that have none and are bad."""
    bad = pl.when(pl.col("code").is_null() & is_bad)
    frame = lines.frame.with_columns(
        bad.then(pl.lit(code)).otherwise("code").alias("code"),
        bad.then("text").otherwise("value").alias("value"),
    )
    return Lines(frame, lines.physical, lines.blank)


def read_units(
    lines: Lines, wrappers: Sequence[str] = ORDER_WRAPPERS
) -> Iterator[Unit | Texts]:
    """Decode every readable line, or the whole payload if it is one document.

    Args:
        lines: of the payload.
        wrappers: names of members that hold the objects of a page, or that hold
            an object that does: ``("payload", "Orders")``.
    """
    readable = lines.readable
    if readable.is_empty() or is_json(readable["text"][0]):
        return line_texts(lines, Opening(wrappers))
    numbers, texts = readable["payload_line"].to_list(), readable["text"].to_list()
    page = _page(texts, wrappers)
    if page is None:
        return line_texts(lines, Opening(wrappers))
    # A page with an unreadable line may still decode, and mean something else.
    if lines.problems.height:
        return iter([Unit(numbers[0], (), is_broken=True)])
    return iter(_page_units(numbers, "\n".join(texts), page, wrappers))


def read_line_units(lines: Lines) -> Iterator[Texts]:
    """Every readable line of what can only be one object a line."""
    return line_texts(lines, _Bare(()))


def line_texts(lines: Lines, opening: Opening) -> Iterator[Texts]:
    """Readable lines, some at a time; whoever wants them decodes them."""
    rows = lines.readable.select(
        "payload_line", "text", is_inexact=pl.col("text").str.contains(_INEXACT)
    )
    chars = int(rows["text"].str.len_bytes().sum())
    at_once = min(_CHARS_AT_ONCE * rows.height // max(chars, 1) + 1, _LINES_AT_ONCE)
    for some in rows.iter_slices(at_once):
        numbers, texts, are_inexact = (column.to_list() for column in some)
        yield Texts(numbers, texts, are_inexact, opening)


def _page(texts: list[str], wrappers: Sequence[str]) -> Page | None:
    """The page that the lines are, or None if they are JSON lines.

    The first of them is no JSON by itself.
    """
    text = "\n".join(texts)
    page = read_page(text, wrappers)
    is_clean = page.broken_from is None and page.documents == 1
    if not page.spans and not is_clean:
        return None
    names = "|".join(map(re.escape, wrappers))
    is_page = is_clean or re.match(rf'\s*(?:\[|\{{\s*"(?:{names})"\s*:)', text)
    return page if is_page or not any(map(_is_object, texts)) else None


_ANY = msgspec.json.Decoder(msgspec.Raw)


def is_json(text: str) -> bool:
    """Whether a text is JSON by itself; a million objects in it are not made."""
    try:
        _ANY.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return True


def _is_object(text: str) -> bool:
    """Whether a line is a JSON object by itself."""
    text = text.strip()
    return text[:1] == "{" and text[-1:] == "}" and is_json(text)


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
    refused = (
        owned.join(first, left_on="unit_line", right_on="payload_line", how="inner")
        .with_columns(pl.coalesce("value", "text").alias("value"))
        .select(list(PROBLEM))
    )
    accepted = owned.height - refused.height
    # A million refused lines are not held twice.
    del owned, first
    rejects = rejected([lines.problems, refused])
    count = LineCount(lines.physical, accepted, rejects.height, lines.blank)
    return Parsed(good.select(names), rejects, count)


def _owned(lines: Lines, unit_lines: Sequence[int]) -> pl.DataFrame:
    """Readable lines with ``unit_line``; a page's head is its first unit's."""
    starts = pl.DataFrame(
        {"unit_line": unit_lines}, schema={"unit_line": pl.Int64}
    ).with_columns(payload_line="unit_line")
    return lines.readable.join_asof(
        starts.set_sorted("payload_line"), on="payload_line"
    ).with_columns(pl.col("unit_line").fill_null(strategy="backward"))


def _decoded(text: str, *, exact: bool) -> Any:  # noqa: ANN401 it is any JSON
    """The value of a text; numbers as they are spelled if ``exact``.

    Raises:
        ValueError: it is no JSON, or has a number beyond a float.
        RecursionError: it is too deep.
    """
    value = orjson.loads(text)
    return json.loads(text, parse_float=str) if exact else value


def _page_units(
    numbers: list[int], text: str, page: Page, wrappers: Sequence[str]
) -> list[Unit]:
    """Units of a page, by the line on which their objects begin."""
    units: dict[int, list[Any]] = {}
    broken: set[int] = set()
    is_inexact, opening = re.compile(_INEXACT).search, Opening(wrappers)
    place, before = 0, 0
    for start, end in page.spans:
        place += text.count("\n", before, start)
        before = start
        if text[start] not in "{[":
            # No object, whatever it says: it is refused for that.
            units.setdefault(numbers[place], []).append(None)
            continue
        part = text[start:end]
        is_exact = bool(is_inexact(part))
        one = unit(numbers[place], part, is_exact, opening)
        units.setdefault(one.line, []).extend(one.values)
        broken |= {one.line} if one.is_broken else set()
    if page.broken_from is not None:
        line = numbers[place + text.count("\n", before, page.broken_from)]
        units.setdefault(line, [])
        broken.add(line)
    first: dict[int, list[Any]] = {} if units else {numbers[0]: []}
    return [
        Unit(line, tuple(values), line in broken, page.frame)
        for line, values in (units | first).items()
    ]
