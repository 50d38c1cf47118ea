"""The first line of a delimited file: what its cells are called and where.

Not here: the lines below it (``delimited``, ``records``).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart.

    Args:
        delimiter: one character.
        quote: one character, or "" where quotes are plain text.
    """

    delimiter: str
    quote: str

    def cells(self, text: str) -> list[str]:
        """The cells of one record; it may run over several lines.

        Raises:
            csv.Error: a quote does not close, or text follows a closing one.
        """
        if not self.quote:
            return text.split(self.delimiter)
        rows = csv.reader(
            [text], delimiter=self.delimiter, quotechar=self.quote, strict=True
        )
        return next(rows, [])


COMMA = Dialect(",", '"')
TAB = Dialect("\t", "")


@dataclass(frozen=True)
class Wanted:
    """Which columns of a file are read; all names in lower case.

    Args:
        required: those that must be in the header.
        optional: those that may be.
        ignored: those that the format knows and nobody reads.
        aliases: other name in a header → column.
    """

    required: Sequence[str]
    optional: Sequence[str] = ()
    ignored: Sequence[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns that are read."""
        return [*self.required, *self.optional]


@dataclass(frozen=True)
class Header:
    """How many cells a line has and where the wanted ones stand.

    Args:
        dialect: how the file tells cells apart.
        width: cells in a line.
        places: wanted column → position; what the file lacks is not in it.
        missing: required columns the file lacks, and wanted ones it names twice.
        unknown: columns of the file that are neither wanted nor ignored.
        twice: those of ``missing`` that the file names twice.
    """

    dialect: Dialect
    width: int
    places: dict[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    twice: frozenset[str] = frozenset()

    @property
    def fault(self) -> str:
        """What is missing and what stands twice, "" where nothing is."""
        told = (f"{n} stands twice" if n in self.twice else n for n in self.missing)
        return ", ".join(told)

    def frame(self, rows: list[tuple[int, list[str]]]) -> pl.DataFrame:
        """``payload_line`` and the wanted cells of (line, all cells)."""
        columns: dict[str, list[int] | list[str | None]] = {
            name: [cells[place] if place < len(cells) else None for _, cells in rows]
            for name, place in self.places.items()
        }
        lines = {"payload_line": [line for line, _ in rows]}
        return pl.DataFrame(lines | columns, schema=self.schema)

    @property
    def schema(self) -> pl.Schema:
        """``payload_line`` and the wanted columns that the file has."""
        texts = {name: pl.String() for name in self.places}
        return pl.Schema({"payload_line": pl.Int64(), **texts})


def read_header(text: str, dialect: Dialect, wanted: Wanted) -> Header:
    """Find the wanted columns in a header line; see ``header_of``."""
    try:
        return header_of(dialect.cells(text), dialect, wanted)
    except csv.Error:
        return header_of([], dialect, wanted)


_DELIMITERS = (",", ";", "\t", "|")


def likely_causes(text: str, encoding: str, dialect: Dialect, wanted: Wanted) -> str:
    """Why a header may lack columns, where another reading of it finds more.

    Args:
        text: the header.
        encoding: what its bytes were taken for.
        dialect: how its cells were told apart.
        wanted: columns looked for.

    Returns:
        another encoding or delimiter, to follow the columns that are missing.
    """
    texts = {encoding: text}
    with suppress(UnicodeError, LookupError):
        texts.setdefault("utf-8", text.encode(encoding).decode())
    signs = dict.fromkeys((dialect.delimiter, *_DELIMITERS))
    found = {
        (name, sign): len(
            read_header(said, Dialect(sign, dialect.quote), wanted).places
        )
        for name, said in texts.items()
        for sign in signs
        if sign != dialect.quote
    }
    name, sign = max(found, key=lambda one: found[one])
    likely = {"encoded as": (name, encoding), "parted by": (sign, dialect.delimiter)}
    return "".join(
        f"; it looks {how} `{_NAMES.get(one, one)}`, not `{_NAMES.get(agreed, agreed)}`"
        for how, (one, agreed) in likely.items()
        if one != agreed
    )


_NAMES = {"\t": "tab"}


def header_of(names: Sequence[str], dialect: Dialect, wanted: Wanted) -> Header:
    """Find the wanted columns among the names of a header.

    Case and outer white space of names do not matter. A column named twice is
    as good as missing, also where it may be missing: nothing says which one is
    meant, and to read neither would lose what it says.
    """
    lowered = [name.strip().lower() for name in names]
    spelled = [wanted.aliases.get(name, name) for name in lowered]
    counts = Counter(spelled)
    places = {name: spelled.index(name) for name in wanted.columns if counts[name] == 1}
    counted = Counter(lowered).items()
    twice = frozenset(wanted.aliases.get(name, name) for name, n in counted if n > 1)
    missing = tuple(
        name
        for name in wanted.columns
        if name in twice or (name in wanted.required and name not in places)
    )
    known = {*wanted.columns, *wanted.ignored, ""}
    unknown = tuple(name for name in counts if name not in known)
    return Header(dialect, len(names), places, missing, unknown, twice)
