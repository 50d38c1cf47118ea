"""What a cell may say: rules over whole columns, each with its code.

A rule tells bad cells; a missing cell is bad to ``required`` only. Not here:
rules between rows or tables, which are SQL's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import polars as pl

from transforms.contracts import codes
from transforms.contracts.currencies import MINOR_DIGITS
from transforms.contracts.table import split
from transforms.feeds.reading import rejects
from transforms.feeds.reading.rejects import PROBLEM

_WHOLE_COINS = tuple(code for code, digits in MINOR_DIGITS.items() if digits == 0)
_MILLS = tuple(code for code, digits in MINOR_DIGITS.items() if digits == 3)  # noqa: PLR2004 thousandths
_AMOUNT = r"^-?[0-9]{1,12}(?:\.[0-9]{1,3})?$"
_INSTANT = (
    r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$"
)
_LOCAL = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-5][0-9]$"
_SCIENTIFIC = r"^-?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}$"
_DATE = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"


_JUDGED_ROWS = 1 << 17
"""Rows whose faults are named together: each rule takes a column while it lasts."""

Kind = Literal["quantity", "amount", "instant", "local_time", "date", "day_or_instant"]


@dataclass(frozen=True)
class Rule:
    """One way a cell can be bad.

    Args:
        column: column at fault.
        code: stable code.
        is_bad: true for a bad cell; null counts as good.
        detail: what would be right, for the message.
        is_about_missing: whether an empty cell can be bad.
        is_worked_out: whether the cell comes of others: it is told of only where
            nothing else is wrong with the line.
        kind: what the cell is, where partners spell such cells in their own
            ways (``spelling``).
    """

    column: str
    code: str
    is_bad: pl.Expr
    detail: str = ""
    is_about_missing: bool = False
    kind: Kind | None = None
    is_worked_out: bool = False

    @cached_property
    def condition(self) -> pl.Expr:
        """True for a bad row, never null."""
        is_bad = self.is_bad.fill_null(value=False)
        return is_bad if self.is_about_missing else is_bad & _is_filled(self.column)


def _is_filled(column: str) -> pl.Expr:
    return pl.col(column).is_not_null()


def required(*columns: str, is_worked_out: bool = False) -> list[Rule]:
    """Cells that must not be empty."""
    return [
        Rule(
            name,
            "MISSING_VALUE",
            pl.col(name).is_null(),
            name,
            is_about_missing=True,
            is_worked_out=is_worked_out,
        )
        for name in columns
    ]


def quantity(column: str, minimum: int | None = None) -> Rule:
    """Whole eaches of nine digits at most, not below ``minimum``."""
    text = pl.col(column)
    is_bad = ~text.str.contains("^-?[0-9]{1,9}$")
    if minimum is not None:
        is_bad |= text.cast(pl.Int64, strict=False) < minimum
    detail = column if minimum is None else f"{column}, at least {minimum}"
    return Rule(column, "BAD_QTY", is_bad, detail, kind="quantity")


def decimal(column: str) -> pl.Expr:
    """An amount of major units as an exact decimal; null if it is none."""
    value = pl.col(column).cast(pl.Decimal(18, 3), strict=False)
    return pl.when(pl.col(column).str.contains(_AMOUNT)).then(value)


def amount_text(value: pl.Expr) -> pl.Expr:
    """A decimal of three places spelled with two, or three where needed."""
    return value.cast(pl.String).str.strip_suffix("0")


def coin(currency: pl.Expr) -> pl.Expr:
    """What the smallest coin is worth, in thousandths of the major unit.

    No currency has a finer one.

    Args:
        currency: ISO 4217 codes.
    """
    return (
        pl.when(currency.is_in(_WHOLE_COINS))
        .then(1000)
        .when(currency.is_in(_MILLS))
        .then(1)
        .otherwise(10)
    )


def amount(column: str, currency: pl.Expr, maximum: int | None = None) -> Rule:
    """A decimal number, not negative, no finer than the currency's coin.

    Args:
        column: text in major units.
        currency: ISO 4217 code of each row.
        maximum: largest legal value in major units, None when open.
    """
    is_good = _is_whole_coins(column, currency) & (decimal(column) >= 0)
    if maximum is None:
        return _amount(column, is_good, column)
    is_good &= decimal(column) <= maximum
    return _amount(column, is_good, f"{column}, at most {maximum}")


def read_amount(column: str, value: pl.Expr, coin: pl.Expr) -> Rule:
    """``signed_amount`` of a column whose decimals are known.

    Args:
        column: text in major units.
        value: its ``decimal``.
        coin: of the currency of each row.
    """
    return _amount(column, is_whole(value, coin), column)


def signed_amount(column: str, currency: pl.Expr) -> Rule:
    """``amount`` that may be negative: fees, credits, refunds of a payout."""
    is_good = _is_whole_coins(column, currency)
    return _amount(column, is_good, column)


def unit_amount(column: str) -> Rule:
    """A price or cost of one each: not negative, six decimals at most.

    Finer than any coin: what a thousand cost together need not divide.
    """
    is_good = pl.col(column).str.contains(r"^[0-9]{1,12}(?:\.[0-9]{1,6})?$")
    return _amount(column, is_good, f"{column}, such as 0.0125")


def _amount(column: str, is_good: pl.Expr, detail: str) -> Rule:
    is_bad = ~is_good.fill_null(value=False)
    return Rule(column, "BAD_AMOUNT", is_bad, detail, kind="amount")


def _is_whole_coins(column: str, currency: pl.Expr) -> pl.Expr:
    return is_whole(decimal(column), coin(currency))


def is_whole(value: pl.Expr, coin: pl.Expr) -> pl.Expr:
    """Whether a decimal of three places is no finer than a coin."""
    return value.to_physical().cast(pl.Int64) % coin == 0


def rate(column: str) -> Rule:
    """A decimal share from 0 to 1, six places at most."""
    is_good = pl.col(column).str.contains(r"^(?:0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)$")
    return _amount(column, is_good, f"{column}, from 0 to 1")


def _is_instant(column: str) -> pl.Expr:
    text = pl.col(column)
    local = text.str.head(19).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
    return text.str.contains(_INSTANT) & local.is_not_null()


def _is_date(column: str) -> pl.Expr:
    text = pl.col(column)
    return (
        text.str.contains(_DATE)
        & text.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    )


def instant(column: str) -> Rule:
    """ISO 8601 with an offset, on a day that exists."""
    return _bad_instant(column, _is_instant(column), _ISO, "instant")


def date(column: str) -> Rule:
    """A calendar day that exists."""
    return _bad_instant(column, _is_date(column), _DAY, "date")


def instant_or_date(column: str) -> Rule:
    """Either of the two, for partners whose system knows no time."""
    is_good = _is_instant(column) | _is_date(column)
    return _bad_instant(column, is_good, f"{_ISO} or {_DAY}", "day_or_instant")


def _bad_instant(column: str, is_good: pl.Expr, example: str, kind: Kind) -> Rule:
    return Rule(
        column, "BAD_INSTANT", ~is_good, f"{column}, such as {example}", kind=kind
    )


_ISO = "2017-12-27T15:02:11-05:00"
_DAY = "2017-12-27"


def local_time(column: str) -> Rule:
    """``2017-12-27 15:02:11`` (or with a T), on a day that exists."""
    is_good = _local(column).is_not_null()
    return _bad_instant(column, is_good, f"{_DAY} 15:02:11", "local_time")


def _local(column: str) -> pl.Expr:
    text = pl.col(column)
    spelled = text.str.replace("T", " ", literal=True)
    local = spelled.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    return pl.when(text.str.contains(_LOCAL)).then(local)


def offset_instants(local_times: pl.Series, zone: str) -> pl.Series:
    """Local times as instants with the offset their zone had then.

    Of two equal hours in autumn the first is meant; an hour that spring skips
    is read as if clocks had not been moved (PEP 495, fold=0).

    Args:
        local_times: cells that keep ``local_time``.
        zone: IANA zone.
    """
    name = local_times.name
    minutes = pl.col("instant").dt.base_utc_offset() + pl.col("instant").dt.dst_offset()
    rows = (
        local_times.to_frame()
        .lazy()
        .with_columns(local=_local(name))
        .with_columns(instant=_in_zone(pl.col("local"), zone))
        .with_columns(minutes=minutes.dt.total_minutes())
        .collect(optimizations=pl.QueryOptFlags.none())
    )
    offsets = {m: _offset(m) for m in rows["minutes"].drop_nulls().unique()}
    spelled = pl.concat_str(
        pl.col(name).str.replace(" ", "T", literal=True),
        pl.col("minutes").replace_strict(offsets, return_dtype=pl.String),
    )
    hour = pl.duration(hours=1)
    skipped = _in_zone(pl.col("local") - hour, zone) + hour
    return rows.select(
        pl.coalesce(spelled, skipped.dt.strftime("%Y-%m-%dT%H:%M:%S%:z"))
        if rows["minutes"].null_count()
        else spelled
    ).to_series()


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _in_zone(local: pl.Expr, zone: str) -> pl.Expr:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")


def one_of(column: str, *values: str) -> Rule:
    """A closed list."""
    is_bad = ~pl.col(column).is_in(values)
    return Rule(column, "BAD_CODE", is_bad, f"{column}: {' | '.join(values)}")


def reference(*columns: str) -> list[Rule]:
    """Numbers that name something: as they were given, no digit lost.

    A spreadsheet that opens a file writes a long number back as 1.23E+12.
    """
    return [
        Rule(name, "SCIENTIFIC_NUMBER", pl.col(name).str.contains(_SCIENTIFIC), name)
        for name in columns
    ]


def spelled(column: str, pattern: str, example: str) -> Rule:
    """A code with a spelling of its own, such as a time of day."""
    is_bad = ~pl.col(column).str.contains(f"^(?:{pattern})$")
    return Rule(column, "BAD_CODE", is_bad, f"{column}, such as {example}")


def unit_code() -> Rule:
    """The unit that a row's quantities are in."""
    return spelled("uom_code", "[A-Z0-9]{1,3}", "CS")


def named_unit() -> pl.Expr:
    """The unit of a row, null for eaches."""
    return pl.when(pl.col("uom_code") != "EA").then("uom_code")


def judge(
    rows: pl.DataFrame, rules: Sequence[Rule]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part good rows from broken ones.

    Args:
        rows: ``payload_line`` and text columns.
        rules: most telling first; a row names the first one it breaks, and in
            its detail the others, one a column.

    Returns:
        (good rows, ``rejects.PROBLEM`` of the others).
    """
    conditions = [rule.condition for rule in rules] or [pl.lit(value=False)]
    # Beside a column that has the height, for a rule may be no more than a truth.
    verdicts = rows.select_seq("payload_line", is_bad=pl.any_horizontal(conditions))[
        "is_bad"
    ]
    if not verdicts.any():
        return rows, rejects.none()
    marked = zip(
        rows.iter_slices(_JUDGED_ROWS),
        verdicts.to_frame().iter_slices(_JUDGED_ROWS),
        strict=True,
    )
    parts = (rows.filter(is_bad["is_bad"]) for rows, is_bad in marked)
    problems = pl.concat(_problems(part, rules) for part in parts)
    return rows.filter(~verdicts), problems


def _problems(rows: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """``rejects.PROBLEM`` of rows each of which breaks a rule."""
    own = [rule for rule in rules if not rule.is_worked_out][:_MOST_RULES]
    marked = rows.with_columns(_broken(own).alias(_BROKEN))
    _, bad = split(marked, [(rule.condition, rule.column, rule.code) for rule in rules])
    value = pl.coalesce(
        pl.when(pl.col("column_name") == name).then(pl.col(name))
        for name in dict.fromkeys(rule.column for rule in rules)
    )
    named = ["column_name", "code", _BROKEN]
    return (
        bad.with_columns(value=value)
        .select("payload_line", "value", *named)
        .join(
            _details(bad.select(named), rules, own),
            on=named,
            how="left",
            maintain_order="left",
        )
        .select(list(PROBLEM))
    )


_BROKEN = "\0broken"
"""No column of a file is called so: the rules that a row breaks, one bit each."""

_MOST_RULES = 63
_MOST_OTHERS = 9
"""Faults told of a line besides its first one."""

_MOST_KINDS = 1000
"""Ways of being broken that are told in full: each costs a text of its own."""


def _broken(rules: Sequence[Rule]) -> pl.Expr:
    """The rules that a row breaks; of a cell that fills others it is told once."""
    nothing, found = pl.lit(0, pl.UInt64), []
    for place, rule in enumerate(rules):
        kin = {one.column for one in rules[:place] if one.kind == rule.kind}
        others = sorted(kin - {rule.column})
        is_copy = (pl.col(rule.column) == pl.col(name) for name in others)
        is_own = rule.condition
        if rule.kind and others:
            is_own &= ~pl.any_horizontal(is_copy).fill_null(value=False)
        bit = pl.lit(1 << place, pl.UInt64)
        found.append(pl.when(is_own).then(bit).otherwise(nothing))
    return pl.sum_horizontal(nothing, *found)


def _details(
    broken: pl.DataFrame, rules: Sequence[Rule], own: Sequence[Rule]
) -> pl.DataFrame:
    """The ways in which rows are broken with ``detail``, what is told of each."""
    first: dict[tuple[str, str], str] = {}
    for rule in rules:
        first.setdefault((rule.column, rule.code), rule.detail)
    ways = broken.unique(maintain_order=True)
    details = [
        codes.detail_of_all(
            first[column, code],
            _others(column, bits, own)
            if n < _MOST_KINDS and code != "UNKNOWN_OBJECT"
            else [],
        )
        for n, (column, code, bits) in enumerate(ways.iter_rows())
    ]
    return ways.with_columns(detail=pl.Series(details, dtype=pl.String))


def _others(column: str, bits: int, rules: Sequence[Rule]) -> list[codes.Fault]:
    """What else is wrong with a row than with its first bad cell."""
    found: dict[str, codes.Fault] = {}
    for place, rule in enumerate(rules):
        if bits >> place & 1 and rule.column != column:
            found.setdefault(rule.column, (rule.code, rule.column, rule.detail))
    return list(found.values())[:_MOST_OTHERS]
