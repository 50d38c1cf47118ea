"""Numbers, days and hours as a partner spells them → as the contract does.

Options of a profile, for every format that reads cells through here:

- ``decimal``: ``.`` (default) or ``,``;
- ``thousands``: what groups digits: ``.``, ``,``, ``'`` or ``space``; none
  unless told. A number is grouped right or not at all: ``1,00`` is no hundred;
- ``quantities``: ``whole`` (default), or ``decimal`` where a partner's system
  writes eaches as ``3.0`` or ``3,000``;
- ``date_format``: how days and hours are spelled, by strptime (``%d/%m/%Y
  %H:%M``); ``date_format.COLUMN`` for one column. Hours without an offset are
  of the profile's zone. ISO 8601 is read besides.

Not here: what a cell may say (``cells``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from transforms.contracts.profile import Profile
from transforms.feeds.reading.cells import Kind, Rule, judge, offset_instants, reference
from transforms.feeds.reading.delimited import Delimited
from transforms.feeds.reading.rejects import PROBLEM

_THOUSANDS = {
    "": "",
    ".": r"\.",
    ",": ",",
    "'": "['\u2019]",
    "space": "[ \u00a0\u202f]",
}
_DECIMALS = {".": r"\.", ",": ","}
_QUANTITIES = ("whole", "decimal")
_SHORT = {"%F": "%Y-%m-%d", "%T": "%H:%M:%S", "%R": "%H:%M", "%D": "%m/%d/%y"}
_DIRECTIVES = {
    "%Y": "(?:19|20|21)[0-9]{2}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-5][0-9]",
    "%.f": r"(?:\.[0-9]{1,9})?",
    "%b": "(?i:[a-z]{3})",
    "%B": "(?i:[a-z]{3,9})",
    "%a": "(?i:[a-z]{3})",
    "%p": "(?i:[ap]m)",
    "%z": "(?:Z|[+-][0-9]{2}:?[0-9]{2})",
}
_DIRECTIVE = re.compile(r"%\.?.")
_NEEDED = (("%Y", "%y"), ("%m", "%b", "%B"), ("%d",))
_LOCAL = "%Y-%m-%d %H:%M:%S"
_DAY = "%Y-%m-%d"
_BAD = "\0bad "
_SHOWN = pl.Series(["2017-12-27T15:02:11-05:00"]).str.to_datetime(
    time_zone="America/New_York"
)
"""The moment that messages show in a partner's own spelling."""


_SOME_ROWS = 1 << 15
"""Rows judged together: what is respelled for it lasts no longer than they."""


@dataclass(frozen=True)
class TimeFormat:
    """A strptime text and what it matches.

    Polars is generous: it takes ``24`` for a year and ``2024073`` for a day.

    Args:
        text: for ``str.strptime``.
        pattern: expression that a whole cell must match.
    """

    text: str
    pattern: str

    @property
    def has_hours(self) -> bool:
        """Whether a time of day is told."""
        return "%H" in self.text or "%I" in self.text

    @property
    def has_offset(self) -> bool:
        """Whether the offset from UTC is told."""
        return "%z" in self.text


@cache
def time_format(text: str) -> TimeFormat:
    """The format that a partner's profile names.

    Raises:
        ValueError: a directive is not known, or year, month or day is missing.

    Example:
        >>> time_format("%F").text, time_format("%d/%m/%Y %H:%M").has_hours
        ('%Y-%m-%d', True)
    """
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    found = _DIRECTIVE.findall(text)
    unknown = [directive for directive in found if directive not in _DIRECTIVES]
    if unknown or not all(set(one) & set(found) for one in _NEEDED):
        wrong = f"{unknown} unknown" if unknown else "year, month or day missing"
        raise ValueError(f"date_format {text!r}: {wrong}")
    # Without anything between them only full widths tell numbers apart.
    is_tight = re.search(r"%[A-Za-z]%[A-Za-z]", text) is not None
    parts = [
        _DIRECTIVES[part].replace("{1,2}", "{2}") if is_tight else _DIRECTIVES[part]
        for part in found
    ]
    between = [re.escape(part) for part in _DIRECTIVE.split(text)]
    pattern = "".join(a + b for a, b in zip(between, [*parts, ""], strict=True))
    return TimeFormat(text, f"^{pattern}$")


@dataclass(frozen=True)
class Spelling:
    """How a partner spells cells.

    Args:
        decimal: the decimal sign.
        thousands: key of ``_THOUSANDS``.
        quantities: ``whole`` or ``decimal``.
        formats: column, or "" for all others → ``date_format``.
        zone: IANA zone of local times.
        reads_local: whether ISO times without an offset are read, as local.
    """

    decimal: str
    thousands: str
    quantities: str
    formats: tuple[tuple[str, str], ...]
    zone: str
    reads_local: bool

    @property
    def is_plain(self) -> bool:
        """Whether cells are spelled as the contract asks."""
        plain = (".", "", "whole", (), False)
        return plain == (
            self.decimal,
            self.thousands,
            self.quantities,
            self.formats,
            self.reads_local,
        )

    @property
    def has_own_numbers(self) -> bool:
        """Whether a number in the contract's spelling might mean another."""
        return self.decimal != "." or bool(self.thousands)

    def format_of(self, column: str) -> TimeFormat | None:
        """The ``date_format`` of a column."""
        formats = dict(self.formats)
        text = formats.get(column, formats.get(""))
        return time_format(text) if text else None


def spelling_of(profile: Profile, *, reads_local: bool = False) -> Spelling:
    """What a profile's options say of spelling.

    Raises:
        ValueError: an option has a value that is not listed, or the decimal
            sign groups thousands too.
    """
    options = profile.options
    decimal = _option(profile, "decimal", _DECIMALS)
    thousands = _option(profile, "thousands", _THOUSANDS)
    quantities = _option(profile, "quantities", _QUANTITIES)
    if decimal == thousands:
        raise ValueError(f"decimal and thousands are both {decimal!r}")
    formats = tuple(
        (name.partition(".")[2], text)
        for name, text in options.items()
        if name == "date_format" or name.startswith("date_format.")
    )
    for _, text in formats:
        time_format(text)
    return Spelling(decimal, thousands, quantities, formats, profile.zone, reads_local)


def _option(profile: Profile, name: str, allowed: Iterable[str]) -> str:
    values = list(allowed)
    value = profile.options.get(name, values[0])
    if value not in values:
        raise ValueError(f"{name} {value!r} is not one of {values}")
    return value


def judge_spelled(
    rows: pl.DataFrame,
    rules: Sequence[Rule],
    profile: Profile,
    *,
    reads_local: bool = False,
    derived: Sequence[pl.Expr] = (),
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``judge``, after numbers and times were spelled as the contract asks.

    Args:
        rows: ``payload_line`` and text columns.
        rules: what the cells may say; their kinds tell which to respell.
        profile: options as above.
        reads_local: read ISO times without an offset as local times.
        derived: cells worked out from respelled ones before they are judged.
    """
    spelling = spelling_of(profile, reads_local=reads_local)
    if rows.height <= _SOME_ROWS:
        return _judge_some(rows, rules, spelling, derived)
    parts = [
        _judge_some(some, rules, spelling, derived)
        for some in rows.iter_slices(_SOME_ROWS)
    ]
    good, problems = zip(*parts, strict=True)
    return pl.concat(good), pl.concat(problems)


def _judge_some(
    rows: pl.DataFrame,
    rules: Sequence[Rule],
    spelling: Spelling,
    derived: Sequence[pl.Expr],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if spelling.is_plain:
        return judge(rows.with_columns(derived) if derived else rows, rules)
    agreed = [_as_agreed(rule, spelling) for rule in rules]
    kinds = {rule.column: rule.kind for rule in rules if rule.kind}
    numbers = _number_rules(agreed, spelling)
    readable, unreadable = judge(rows, numbers)

    def respelled(rows: pl.DataFrame) -> pl.DataFrame:
        spelled = [_spelled(rows, name, kind, spelling) for name, kind in kinds.items()]
        return rows.with_columns(spelled).with_columns(derived)

    good, problems = judge(respelled(readable), agreed)
    if unreadable.height:
        torn = rows.join(unreadable, on="payload_line", how="semi")
        marked = _without(torn, numbers)
        _, found = judge(respelled(marked), [*map(_mark, numbers), *agreed])
        unreadable = (
            unreadable.drop("detail")
            .join(
                found.select("payload_line", "detail"),
                on="payload_line",
                how="left",
                maintain_order="left",
            )
            .select(list(PROBLEM))
        )
    return good, pl.concat([unreadable, problems])


def _mark(rule: Rule) -> Rule:
    """A rule of numbers for rows whose bad numbers were taken out."""
    is_bad = pl.col(f"{_BAD}{rule.column}")
    return replace(rule, is_bad=is_bad, is_about_missing=True)


def _without(rows: pl.DataFrame, numbers: Sequence[Rule]) -> pl.DataFrame:
    """Rows without their bad numbers, each marked: the rest is judged beside them."""
    marks = {f"{_BAD}{rule.column}": rule.condition for rule in numbers}
    return rows.with_columns(**marks).with_columns(
        pl.when(~pl.col(f"{_BAD}{rule.column}")).then(rule.column).alias(rule.column)
        for rule in numbers
    )


def rewritten(read: Delimited, *columns: str) -> list[Rule]:
    """``reference`` rules, where any line holds what a spreadsheet may write."""
    if "+" in read.lines.absent:
        return []
    text = read.lines.frame["text"]
    return reference(*columns) if text.str.contains("[eE][+]").any() else []


def _as_agreed(rule: Rule, spelling: Spelling) -> Rule:
    """The same rule, whose message shows the partner's own spelling."""
    said, _, example = rule.detail.partition(", such as ")
    if rule.kind == "amount" and spelling.has_own_numbers and said == rule.column:
        own = _number_shown(example or "1234.50", spelling)
    elif rule.kind not in {None, "quantity", "amount"} and (
        form := spelling.format_of(rule.column)
    ):
        own = _SHOWN.dt.strftime(form.text).item()
    else:
        return rule
    return replace(rule, detail=f"{said}, such as {own}")


def _number_shown(plain: str, spelling: Spelling) -> str:
    """A number of ours as the partner spells it."""
    whole, _, rest = plain.partition(".")
    group = " " if spelling.thousands == "space" else spelling.thousands
    return f"{int(whole):,}".replace(",", group) + spelling.decimal + rest


def _number_rules(rules: Sequence[Rule], spelling: Spelling) -> list[Rule]:
    """Numbers must be in the partner's spelling where ours would mislead."""
    if not spelling.has_own_numbers:
        return []
    group = _THOUSANDS[spelling.thousands]
    grouped = f"|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+" if group else ""
    pattern = f"^-?(?:[0-9]+{grouped})(?:{_DECIMALS[spelling.decimal]}[0-9]+)?$"
    numbers = {r.column: r for r in rules if r.kind in {"quantity", "amount"}}
    return [
        replace(rule, is_bad=~pl.col(name).str.contains(pattern))
        for name, rule in numbers.items()
    ]


def _spelled(
    rows: pl.DataFrame, column: str, kind: Kind, spelling: Spelling
) -> pl.Series:
    if kind in {"quantity", "amount"}:
        return rows.select(_number(column, kind, spelling)).to_series()
    return _time(rows[column], kind, spelling)


def _number(column: str, kind: Kind, spelling: Spelling) -> pl.Expr:
    text = pl.col(column)
    if group := _THOUSANDS[spelling.thousands]:
        text = text.str.replace_all(group, "")
    if spelling.decimal == ",":
        text = text.str.replace(",", ".", literal=True)
    if kind == "quantity" and spelling.quantities == "decimal":
        text = text.str.replace(r"\.0+$", "")
    return text


def _time(cells: pl.Series, kind: Kind, spelling: Spelling) -> pl.Series:
    """Cells in the contract's spelling; those that cannot be read stay."""
    said = spelling.format_of(cells.name)
    spelled = [_as_said(cells, said, kind, spelling.zone)] if said else []
    if spelling.reads_local:
        spelled.append(_iso_local(cells, kind, spelling.zone))
    return pl.select(pl.coalesce(*spelled, cells).alias(cells.name)).to_series()


def _as_said(cells: pl.Series, said: TimeFormat, kind: Kind, zone: str) -> pl.Series:
    """Cells of one format, respelled; the others are null."""
    text = cells.set(~cells.str.contains(said.pattern), None)
    moments = text.str.to_datetime(said.text, strict=False, time_unit="us")
    if said.has_offset:
        moments = moments.dt.convert_time_zone(zone)
    if kind == "date" or (kind == "day_or_instant" and not said.has_hours):
        return moments.dt.strftime(_DAY)
    if said.has_offset and kind != "local_time":
        return moments.dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
    local = moments.dt.strftime(_LOCAL)
    return local if kind == "local_time" else offset_instants(local, zone)


def _iso_local(cells: pl.Series, kind: Kind, zone: str) -> pl.Series:
    """ISO 8601 without an offset: a day, or a time to the minute or second."""
    day = cells.str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]00:00(?::00)?)?$")
    if kind == "date":
        return day
    is_day = cells.str.len_chars() == len("2017-12-27")
    minute = cells.str.extract(r"^([0-9-]{10}[T ][0-9]{2}:[0-9]{2})(?::[0-9]{2})?$")
    second = cells.str.extract("(:[0-9]{2})$").set(cells.str.len_chars() == 16, ":00")  # noqa: PLR2004 2017-12-27 15:02
    local = pl.select(
        pl.coalesce(minute.str.replace("T", " ") + second, day + " 00:00:00")
    ).to_series()
    if kind == "local_time":
        return local
    spelled = offset_instants(local.alias(cells.name), zone)
    return spelled.set(is_day, None) if kind == "day_or_instant" else spelled
