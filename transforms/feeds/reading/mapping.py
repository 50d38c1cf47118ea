"""A partner's own columns → a document's, as the partner's profile says.

Options of a profile, each once for every column:

- ``column.COLUMN``: the header it stands under (``column.order_ref: Order No``);
- ``constant.COLUMN``: what every row has (``constant.currency_code: EUR``);
- ``default.COLUMN``: what a row has whose cell is empty;
- ``value.COLUMN.THEIRS``: what their value means (``value.service_code.DHL
  Express: EXPEDITED``), case does not matter; ``value.COLUMN.*`` is for all
  values without one. A value without either stays as it is;
- ``order_cells: first_line``, for exports that tell what concerns the whole order
  on its first line only;
- ``ignored_columns``: headers, joined by commas, that nobody need be told of;
  ``*`` for all.

Every required column needs a header, a constant or a default, the format's own
included. Not here: how numbers and days are spelled (``spelling``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

import polars as pl

from transforms.contracts import codes
from transforms.contracts.profile import Profile
from transforms.contracts.table import Table
from transforms.feeds.reading import rejects
from transforms.feeds.reading.accounts import document_columns, required_columns
from transforms.feeds.reading.delimited import (
    Delimited,
    nothing_read,
    refused_by,
)
from transforms.feeds.reading.header import Wanted
from transforms.feeds.reading.rows import with_defaults
from transforms.feeds.reading.spelling import spelling_of
from transforms.feeds.reading.tables import dialect_of, read_table
from transforms.feeds.reading.text import encoding_of

_NO_HEADER = "\n"
"""No header is called so: they are stripped."""

_EVERY_LINE = "every_line"
_CELLS = (_EVERY_LINE, "first_line")
_NUMBERS = (
    "header_row",
    "max_cells",
    "max_file_bytes",
    "max_line_chars",
    "max_lines",
)
_KINDS = ("column", "constant", "default", "value")
_PER_COLUMN = (*_KINDS, "date_format")
_SINGLE = (
    "date_format",
    "decimal",
    "delimiter",
    "encoding",
    "header_row",
    "ignored_columns",
    "max_cells",
    "max_file_bytes",
    "max_line_chars",
    "max_lines",
    "order_cells",
    "quantities",
    "quote",
    "repeated_rows",
    "sheet",
    "thousands",
)


class MappingError(ValueError):
    """What is wrong with the mapping in a profile, one sentence a fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the sentences."""
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Form:
    """What a format lets a mapping fill.

    Args:
        document: whose columns.
        filled: column → what the format itself puts where nothing is said; it
            may look at other columns.
        extra: columns a mapping may name besides the document's.
        instead: required column → extra column that serves as well.
        closed: column → the values that are known.
        group: column that lines belong together by, "" where none do.
        single: columns that are each line's own.
    """

    document: Table
    filled: Mapping[str, pl.Expr]
    extra: Sequence[str] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    closed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    group: str = ""
    single: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """All columns a mapping may name."""
        return [*document_columns(self.document), *self.extra]


@dataclass(frozen=True)
class ColumnMapping:
    """A mapping as a profile says it.

    Args:
        headers: column → header, as the profile spells it.
        constants: column → what every row has.
        defaults: column → what a row with an empty cell has.
        values: column → their value in lower case → ours.
        ignored: headers nobody need be told of.
        is_on_first_line: whether only the first line of a group tells what
            concerns all of them.
        words: column → their values that are listed to who sends another.
    """

    headers: Mapping[str, str]
    constants: Mapping[str, str]
    defaults: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    ignored: Sequence[str] = ()
    is_on_first_line: bool = False
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, str]:
        """Column → header, as headers are compared."""
        return {name: text.strip().lower() for name, text in self.headers.items()}

    def wanted(self, form: Form) -> Wanted:
        """The headers to read; those without a default must be there."""
        needed = {*required_columns(form.document), *form.extra} - set(self.defaults)
        required = {self.places[name] for name in needed & set(self.places)}
        optional = set(self.places.values()) - required
        return Wanted(sorted(required), sorted(optional), self.ignored)

    def by_header(self, problems: pl.DataFrame, form: Form) -> pl.DataFrame:
        """Problems by column → by the partner's own header, in its own words."""
        instead = {
            name: self.headers[other]
            for name, other in form.instead.items()
            if other in self.headers
        }
        called = instead | dict(self.headers)
        if problems.is_empty():
            return problems
        numbered, details = rejects.in_ways(problems)
        named = ["column_name", "code", "way"]
        seen = numbered.select(named).unique(maintain_order=True)
        told = [
            self._told((column, code, details[way]), called, form)
            for column, code, way in seen.iter_rows()
        ]
        frame = pl.DataFrame(
            told, schema={"header": pl.String, "told": pl.String}, orient="row"
        )
        return (
            numbered.join(
                seen.hstack(frame), on=named, how="left", maintain_order="left"
            )
            .with_columns(column_name="header", detail="told")
            .select(problems.columns)
        )

    def _told(
        self, fault: tuple[str, str, str], called: Mapping[str, str], form: Form
    ) -> tuple[str, str]:
        """Header and detail of a line's faults, as its partner calls them."""
        column, code, detail = fault
        (_, header, first), *others = (
            (code, called.get(column, column), self._seen(column, seen, called, form))
            for code, column, seen in codes.faults_in(code, column, detail)
        )
        return header, codes.detail_of_all(first, others)

    def _seen(
        self, column: str, detail: str, called: Mapping[str, str], form: Form
    ) -> str:
        """A detail that begins with its column, under the column's header."""
        if not detail.startswith(column):
            return detail
        words = self.words.get(column, ())
        closed = " | ".join(form.closed.get(column, ()))
        rest = detail.removeprefix(column)
        if words and rest == f": {closed}":
            rest = f": {' | '.join(words)}"
        return called.get(column, column) + rest


def mapping_of(profile: Profile, form: Form) -> ColumnMapping:
    """The mapping in a profile's options.

    Raises:
        MappingError: it names a column that the document has not, names one
            twice, leaves a required one without a value, or means a value that
            is not known.
    """
    said: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS}
    for option, text in profile.options.items():
        kind, dot, name = option.partition(".")
        if dot and kind in said:
            said[kind][name] = text
    values: dict[str, dict[str, str]] = {}
    words: dict[str, list[str]] = {}
    for name, text in said.pop("value").items():
        column, _, theirs = name.partition(".")
        values.setdefault(column, {})[theirs.strip().lower()] = text
        words.setdefault(column, []).append(theirs.strip())
    ignored = profile.options.get("ignored_columns", "").split(",")
    found = ColumnMapping(
        said["column"],
        said["constant"],
        said["default"],
        values,
        [name.strip().lower() for name in ignored],
        profile.options.get("order_cells", _EVERY_LINE) != _EVERY_LINE,
        words,
    )
    problems = list(_problems(found, form))
    if profile.options.get("order_cells", _EVERY_LINE) not in _CELLS:
        problems.append(f"order_cells is neither {' nor '.join(_CELLS)}")
    if problems:
        raise MappingError(problems)
    return found


def _problems(found: ColumnMapping, form: Form) -> Iterator[str]:
    """What is wrong with a mapping, most telling first."""
    yield from _misplaced(found, form)
    for name in sorted(set(found.headers) & set(found.constants)):
        yield f"{name} has a header and a constant"
    if "payload_line" in found.places.values():
        yield "a header called payload_line cannot be read"
    yield from _unknown_values(found, form)
    yield from _unfilled(found, form)


def _misplaced(found: ColumnMapping, form: Form) -> Iterator[str]:
    kinds = (found.headers, found.constants, found.defaults, found.values)
    for kind, names in zip(_KINDS, kinds, strict=True):
        for name in names:
            if name not in form.columns:
                nearest = _nearest(name, form.columns)
                yield (
                    f"{kind}.{name}: {form.document.name} has no such column,"
                    f" {nearest} is one"
                )
            elif kind in {"default", "value"} and name not in found.headers:
                yield f"{kind}.{name} needs column.{name}"


def _unknown_values(found: ColumnMapping, form: Form) -> Iterator[str]:
    for name, known in form.closed.items():
        said = [found.constants.get(name), found.defaults.get(name)]
        said += found.values.get(name, {}).values()
        for value in dict.fromkeys(said):
            if value is not None and value not in known:
                yield f"{name} {value!r} is not one of {', '.join(known)}"


def _unfilled(found: ColumnMapping, form: Form) -> Iterator[str]:
    has = {*found.headers, *found.constants, *form.filled}
    for name in required_columns(form.document):
        other = form.instead.get(name, name)
        if not {name, other} & has:
            hint = f" or column.{other}" if other != name else ""
            yield f"column.{name}{hint} or constant.{name} is needed"


def unknown_options(options: Collection[str]) -> Iterator[str]:
    """Options that no file of a partner's own columns has, a sentence each.

    For those who write a profile; a partner has options for its other files too.

    Example:
        >>> list(unknown_options(["col.qty", "decimal", "encodng"]))
        ['col.qty is no option, column.qty is', 'encodng is no option, encoding is']
    """
    for option in options:
        kind, dot, name = option.partition(".")
        known = _PER_COLUMN if dot else _SINGLE
        if kind not in known:
            yield f"{option} is no option, {_nearest(kind, known)}{dot}{name} is"


def _nearest(name: str, known: Sequence[str]) -> str:
    """The name that somebody meant, as far as letters tell."""
    return get_close_matches(name, known, 1, 0)[0]


def profile_faults(profile: Profile, form: Form) -> list[str]:
    """What is wrong with a profile's options, a sentence a fault; none if nothing.

    For those who load profiles: a file is refused whole where there is one.
    """
    faults: list[str] = []
    for check in (lambda: mapping_of(profile, form), lambda: check_options(profile)):
        try:
            check()
        except MappingError as error:
            faults += error.problems
        except ValueError as error:
            faults.append(str(error))
    return faults


def check_options(profile: Profile) -> None:
    """Look at the options that tell how a table is cut and spelled.

    Raises:
        ValueError: one of them means nothing.
    """
    dialect_of(profile)
    spelling_of(profile)
    encoding_of(profile)
    for name in _NUMBERS:
        if not profile.options.get(name, "0").isdecimal():
            raise ValueError(f"{name} is no number")


def read_mapped(
    payload: bytes, profile: Profile, form: Form
) -> tuple[Delimited, ColumnMapping | None]:
    """A payload under the document's columns, and the mapping of its headers.

    With a fault in the profile nothing can be read: every line is refused, and
    says what is wrong; there is no mapping then.
    """
    if faults := profile_faults(profile, form):
        plain = replace(profile, options={})
        lines = read_table(payload, plain, Wanted([_NO_HEADER])).lines
        fault = ("profile", "MISSING_COLUMN", "; ".join(faults))
        refused = refused_by(lines.readable, *fault)
        return nothing_read(lines, Wanted(form.columns), refused), None
    mapping = mapping_of(profile, form)
    read = read_table(payload, profile, mapping.wanted(form))
    return mapped(read, mapping, form), mapping


def mapped(read: Delimited, mapping: ColumnMapping, form: Form) -> Delimited:
    """A payload under the partner's headers → under the document's columns."""
    make_out = read.make_out
    return replace(
        read,
        cells=_filled(_told(read.cells, mapping, form), mapping, form),
        make_out=lambda torn: _renamed(make_out(torn), mapping, form),
        unknown=() if "*" in mapping.ignored else read.unknown,
    )


def _renamed(cells: pl.DataFrame, mapping: ColumnMapping, form: Form) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    columns = dict.fromkeys(form.columns, nothing)
    columns |= {name: pl.col(header) for name, header in mapping.places.items()}
    return cells.select("payload_line", **columns)


def _told(cells: pl.DataFrame, mapping: ColumnMapping, form: Form) -> pl.DataFrame:
    """With what the first line of a group tells on all of its lines."""
    renamed = _renamed(cells, mapping, form)
    if not (form.group and mapping.is_on_first_line):
        return renamed
    own = {"payload_line", form.group, *form.single}
    return renamed.with_columns(
        pl.col(name).fill_null(pl.col(name).first().over(form.group))
        for name in mapping.places
        if name not in own
    )


def _filled(cells: pl.DataFrame, mapping: ColumnMapping, form: Form) -> pl.DataFrame:
    """With their values as ours, constants, and defaults in empty cells."""
    said = {name: _translated(name, said) for name, said in mapping.values.items()}
    cells = cells.with_columns(**said)
    usual = {name: pl.lit(text) for name, text in mapping.defaults.items()}
    constant = {name: pl.lit(text) for name, text in mapping.constants.items()}
    cells = with_defaults(cells, usual).with_columns(**constant)
    return with_defaults(cells, form.filled)


def _translated(name: str, values: Mapping[str, str]) -> pl.Expr:
    theirs = pl.col(name)
    other = theirs
    if "*" in values:
        other = pl.when(theirs.is_not_null()).then(pl.lit(values["*"]))
    return theirs.str.to_lowercase().replace_strict(
        dict(values), default=other, return_dtype=pl.String
    )
