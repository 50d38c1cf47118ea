"""Segments picked out of many sets, and the cells a format takes from them.

Whatever cannot be read refuses its set. Not here: finding the segments
(``loops``), money (``amounts``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from transforms.edi.columns.cells import (
    Mask,
    Places,
    among,
    chosen,
    coalesced,
    holds,
    is_there,
    mapped,
    nothing,
    only_where,
    same,
    texts,
)
from transforms.edi.columns.sheet import Sheet
from transforms.edi.values import day_text, instant_text

_SOLD = "VP|VN|SK|BP|UP|UK|EN|IN"
_BOUGHT = "BP|IN|VP|VN|SK|UP|UK|EN"
"""Product id qualifiers, our own number first: the vendor's of what we sell or store
somewhere, the buyer's of what we buy."""

_EACH = "EA"
_UNRANKED = 255
_COUNT = pl.Int64()

Detail = str | Callable[[int], str]
"""What was seen: the same for all, or by place."""


@dataclass(frozen=True)
class Lines:
    """One segment, or none, for each of some things.

    Args:
        of: the sheet they stand in.
        rows: their rows, -1 where there is none.
        homes: where to blame a missing one: rows that are always there.
    """

    of: Sheet
    rows: Places
    homes: Places

    @property
    def are_there(self) -> Mask:
        """Whether there is a segment."""
        found: Mask = self.rows >= 0
        return found

    @property
    def numbers(self) -> pl.Series:
        """Their numbers in the file; of the home where there is none."""
        return pl.Series(self.of.segments.lines[self._blamed], dtype=_COUNT)

    @property
    def sets(self) -> Places:
        """The set of each."""
        return self.of.segments.sets[self._blamed]

    @property
    def _blamed(self) -> Places:
        return np.where(self.are_there, self.rows, self.homes)

    def otherwise(self, other: Lines) -> Lines:
        """These, and the other ones where there is none."""
        rows = np.where(self.are_there, self.rows, other.rows)
        return Lines(self.of, rows, self.homes)

    def only(self, where: Mask) -> Lines:
        """Those for which it holds."""
        return Lines(self.of, self.rows[where], self.homes[where])

    def latest(self, name: str, *qualifiers: str) -> Lines:
        """For each, the last segment of an id before it in its set.

        Args:
            name: segment id.
            qualifiers: first elements it may have; any when none is given.
        """
        found = picked(self.of, self.of.rows(name), qualifiers)
        before = np.searchsorted(found, self._blamed) - 1
        rows = np.concatenate((found, [-1]))[before]
        is_same = rows >= self.of.segments.starts[self.sets]
        return Lines(self.of, np.where(is_same, rows, -1), self._blamed)

    def text(self, position: int) -> pl.Series:
        """An element; null where it is empty or missing."""
        return self.of.segments.text(self.rows, position)

    def either(self, *positions: int) -> pl.Series:
        """The first of some elements that is there."""
        return coalesced(*map(self.text, positions))

    def needed(self, *positions: int, detail: str = "") -> pl.Series:
        """The first of some elements that is there; without any it is refused."""
        found = self.either(*positions)
        self.refuse(~is_there(found), positions[0], "MISSING_VALUE", detail)
        return found

    def refuse(
        self, where: Mask | pl.Series, element: int, code: str, detail: Detail = ""
    ) -> None:
        """Refuse the sets of those for which ``where`` is true."""
        mask = holds(where) if isinstance(where, pl.Series) else where
        blamed = self._blamed
        for place in np.flatnonzero(mask).tolist():
            said = detail if isinstance(detail, str) else detail(place)
            self.of.refuse(int(blamed[place]), element, code, said)

    def skus(
        self,
        start: int,
        *,
        stop: int | None = None,
        are_needed: bool = True,
        are_bought: bool = False,
    ) -> pl.Series:
        """The product id in (qualifier, value) pairs from ``start`` on.

        Profile option ``sku_qualifiers``: the qualifiers of a partner, most
        wanted first, joined by |.

        Args:
            start: position of the first qualifier.
            stop: position behind the last pair; by default the segment's end.
            are_needed: whether a set without any of them is refused.
            are_bought: whether a supplier says them to us, its buyer.
        """
        usual = _BOUGHT if are_bought else _SOLD
        wanted = self.of.profile.options.get("sku_qualifiers", usual)
        found = self.product(start, *wanted.split("|"), stop=stop)
        if are_needed:
            missing = ~is_there(found)
            self.refuse(missing, start + 1, "MISSING_VALUE", "no product id")
        return found

    def product(
        self, start: int, *qualifiers: str, stop: int | None = None
    ) -> pl.Series:
        """The value of the best qualifier in pairs, null without any.

        Args:
            start: position of the first qualifier.
            qualifiers: most wanted first.
            stop: position behind the last pair; by default pairs go on to the end.
        """
        ranks = {qualifier: rank for rank, qualifier in enumerate(qualifiers)}
        widths = np.where(self.are_there, self.of.segments.widths[self.rows], 0)
        best, best_rank = nothing(len(widths)), np.full(len(widths), _UNRANKED)
        end = int(widths.max(initial=0))
        for position in range(start, end if stop is None else min(stop, end), 2):
            kinds = self.text(position)
            if kinds.null_count() == len(kinds):
                continue
            values = self.text(position + 1)
            rank = mapped(kinds, ranks, _COUNT).fill_null(_UNRANKED).to_numpy()
            is_better = (rank < best_rank) & is_there(values)
            best = chosen(is_better, values, best)
            best_rank = np.where(is_better, rank, best_rank)
        return best

    def eaches(self, position: int, *unit: int) -> pl.Series:
        """A quantity in whole eaches; null where there is none.

        Profile option ``uom.CS`` = "12": one CS is twelve eaches. Another unit
        is refused as UNKNOWN_UNIT, a quantity that is not whole as BAD_QTY.

        Args:
            position: of the quantity.
            unit: positions of its unit, first wanted first; eaches where none
                is given or all are empty.
        """
        return self.whole(position, self.factors(*unit))

    def counted(self, position: int, *unit: int) -> tuple[pl.Series, pl.Series]:
        """As ``eaches``, but a unit that the profile does not know stays.

        Args:
            position: of the quantity.
            unit: positions of its unit, first wanted first.

        Returns:
            (whole eaches, or so many of the unit; the unit, null for eaches).
        """
        factors, unknown = self.agreed(*unit)
        return self.whole(position, factors), unknown

    def whole(self, position: int, factors: pl.Series) -> pl.Series:
        """A quantity times the eaches in its unit; BAD_QTY where that is no whole one.

        Args:
            position: of the quantity.
            factors: eaches in its unit.
        """
        sent = self.text(position)
        whole = sent.cast(_COUNT, strict=False)
        if whole.null_count() == sent.null_count():
            return whole * factors
        found = (whole * factors).to_list()
        for place in np.flatnonzero(is_there(sent) & ~is_there(whole)).tolist():
            exact = Decimal(sent[place]) * factors[place]
            found[place] = int(exact)
            if exact != found[place]:
                self.of.refuse(int(self.rows[place]), position, "BAD_QTY")
        return pl.Series(found, dtype=_COUNT)

    def factors(self, *unit: int) -> pl.Series:
        """How many eaches one of a unit is; 1 where no unit is given.

        Args:
            unit: positions of the unit, first wanted first.
        """
        factors, unknown = self.agreed(*unit)
        self.refuse(is_there(unknown), unit[0] if unit else 0, "UNKNOWN_UNIT")
        return factors

    def agreed(self, *unit: int) -> tuple[pl.Series, pl.Series]:
        """As ``factors``, and the units that the profile does not know.

        Args:
            unit: positions of the unit, first wanted first.

        Returns:
            (eaches in a unit, 1 for an unknown one; its code, null for others).
        """
        sent = self.either(*unit) if unit else nothing(len(self.rows))
        if sent.null_count() == len(sent):
            return same(1, len(sent), _COUNT), nothing(len(sent))
        known = {_EACH: 1} | _units(self.of.profile.options)
        factors, unknown = mapped(sent, known, _COUNT), nothing(len(sent))
        if factors.null_count() > sent.null_count():
            # A composite unit names its unit first.
            codes = sent.str.extract("^([A-Za-z0-9]+)")
            factors = mapped(codes, known, _COUNT)
            unknown = only_where(~is_there(factors), coalesced(codes, sent))
        return factors.fill_null(1) if factors.null_count() else factors, unknown

    def days(self, position: int) -> pl.Series:
        """CCYYMMDD as ISO dates; null where there is none."""
        sent = self.text(position)
        spelled = {text: _day(text) for text in sent.unique().to_list() if text}
        found = mapped(sent, spelled)
        self.refuse(is_there(sent) & ~is_there(found), position, "BAD_INSTANT")
        return found

    def instants(self, day: int, hour: int = 0, zone: int = 0) -> pl.Series:
        """The instant in up to three elements, null without the day.

        Args:
            day: position of CCYYMMDD.
            hour: position of HHMM; no hour is the day's start.
            zone: position of the time code; none is the partner's zone.
        """
        days = self.text(day)
        if days.null_count() == len(days):
            return days
        local = self.of.profile.zone
        parts = (
            self.text(at).to_list() if at else [""] * len(days) for at in (hour, zone)
        )
        keys = zip(days.to_list(), *parts, strict=True)
        found = texts([_instant(d, h or "", z or "", local) for d, h, z in keys])
        self.refuse(is_there(days) & ~is_there(found), day, "BAD_INSTANT")
        return found

    def moments(self, day: int, hour: int = 0, zone: int = 0) -> pl.Series:
        """The instant where an hour is given, else the date alone."""
        dated = self.days(day)
        if not hour:
            return dated
        timed = is_there(self.text(hour))
        return chosen(timed, self.instants(day, hour, zone), dated)


def picked(sheet: Sheet, rows: Places, qualifiers: tuple[str, ...]) -> Places:
    """Those rows whose first element is one of ``qualifiers``; all without any."""
    if not qualifiers or not len(rows):
        return rows
    return rows[among(sheet.segments.text(rows, 1), qualifiers)]


def _units(options: Mapping[str, str]) -> dict[str, int]:
    """Eaches by unit; an option that is no number from 1 on is none."""
    return {
        name.removeprefix("uom."): int(eaches)
        for name, eaches in options.items()
        if name.startswith("uom.") and eaches.isdecimal() and int(eaches)
    }


def _day(text: str) -> str | None:
    try:
        return day_text(text)
    except ValueError:
        return None


def _instant(day: str | None, hour: str, zone_code: str, zone: str) -> str | None:
    try:
        return instant_text(day, hour, zone_code, zone) if day else None
    except ValueError:
        return None
