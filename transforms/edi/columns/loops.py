"""Stretches of segments: whole sets, their heads, instances of loops.

Not here: the cells of the segments found in them (``lines``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from transforms.edi.anatomy import control_ref
from transforms.edi.columns.amounts import EXACT, sums
from transforms.edi.columns.cells import Mask, Places, is_there, taken, texts
from transforms.edi.columns.lines import Lines, picked
from transforms.edi.columns.sheet import Sheet
from transforms.edi.columns.structure import OTHER


@dataclass(frozen=True)
class Loops:
    """Stretches in file order that do not overlap.

    Args:
        of: the sheet they stand in.
        starts: first row of each.
        stops: behind the last row of each.
        owners: which of the stretches they were looked for in holds each.
    """

    of: Sheet
    starts: Places
    stops: Places
    owners: Places

    def __len__(self) -> int:
        """How many."""
        return len(self.starts)

    @property
    def opening(self) -> Lines:
        """The segment each begins with; an empty stretch has none."""
        rows = np.where(self.stops > self.starts, self.starts, -1)
        return Lines(self.of, rows, self.starts)

    @property
    def sets(self) -> Places:
        """The set of each."""
        return self.of.segments.sets[self.starts]

    def only(self, where: Mask) -> Loops:
        """Those for which it holds, as stretches to look in."""
        starts, stops = self.starts[where], self.stops[where]
        return Loops(self.of, starts, stops, np.arange(len(starts)))

    def loops(self, *openers: str) -> Loops:
        """Instances of loops in these, by their openers (of an HL: ``HL:I``)."""
        structure, letters = self.of.structure, self.of.letters
        starts, owners = self.within(self.of.rows(*openers))
        insides = (structure.inside[structure.letters[name]] for name in openers)
        ends = np.ones(OTHER + 1, np.bool_)
        # What the map does not name ends nothing.
        ends[[*set().union(*insides), OTHER]] = False
        borders = np.flatnonzero(ends[letters])
        stops = borders[np.searchsorted(borders, starts, side="right")]
        return Loops(self.of, starts, stops, owners)

    def loop(self, opener: str, *qualifiers: str) -> Loops:
        """In each the first instance of a loop, an empty stretch without any."""
        found = self.loops(opener)
        rows = picked(self.of, found.starts, qualifiers)
        first = self._first_rows(rows)
        is_there = first >= 0
        starts = np.where(is_there, first, self.starts)
        stops = starts.copy()
        places = np.searchsorted(found.starts, starts[is_there])
        stops[is_there] = found.stops[places]
        return Loops(self.of, starts, stops, np.arange(len(self)))

    def before(self, *names: str) -> Loops:
        """What stands in each before the first segment of these ids."""
        first = self._first_rows(self.of.rows(*names))
        stops = np.where(first < 0, self.stops, first)
        return Loops(self.of, self.starts, stops, np.arange(len(self)))

    def first(self, name: str, *qualifiers: str) -> Lines:
        """In each the first segment of an id.

        Args:
            name: segment id.
            qualifiers: first elements it may have; any when none is given.
        """
        rows = picked(self.of, self.of.rows(name), qualifiers)
        return Lines(self.of, self._first_rows(rows), self.starts)

    def firsts(self, owners: Places, cells: pl.Series) -> pl.Series:
        """The first cell of each owner that is there, null without any.

        Args:
            owners: of each cell, ascending.
            cells: in file order.
        """
        has = np.flatnonzero(is_there(cells))
        places = np.full(len(self), -1)
        # Written backwards, the first of an owner stays.
        places[owners[has][::-1]] = has[::-1]
        return taken(cells, places)

    def at(self, cells: pl.Series, openings: Lines) -> pl.Series:
        """A cell of those of these that some segments open; null without any."""
        places = np.searchsorted(self.starts, openings.rows)
        return taken(cells, np.where(openings.are_there, places, -1))

    def numbers(self) -> pl.Series:
        """Control numbers of the group and set of each: ``51-0002``."""
        rows = self.of.segments.starts[self.sets]
        controls = self.of.segments.text(rows, 2).to_list()
        headers = [self.of.headers[place] for place in self.sets.tolist()]
        named = zip(headers, controls, strict=True)
        return texts(
            [f"{control_ref(one.group_control)}-{set_}" for one, set_ in named]
        )

    def places(self) -> pl.Series:
        """The number of each among those of its owner, from 1."""
        firsts = np.searchsorted(self.owners, self.owners)
        return pl.Series(np.arange(len(self)) - firsts + 1, dtype=pl.Int64())

    def one(self, name: str, *qualifiers: str) -> Lines:
        """The same, where a set without one is refused at its end."""
        found = self.first(name, *qualifiers)
        self.miss(found, name, *qualifiers)
        return found

    def miss(self, found: Lines, name: str, *qualifiers: str) -> None:
        """Refuse the sets of those that have none, at the end of the stretch."""
        detail = " ".join(["no", name, *qualifiers[:1]])
        for place in np.flatnonzero(~found.are_there).tolist():
            row = int(self.stops[place]) - 1
            self.of.refuse(row, 0, "MISSING_VALUE", detail, segment=name)

    def all(self, name: str, *qualifiers: str) -> tuple[Lines, Places]:
        """Every segment of an id in these, and which one holds each."""
        rows = picked(self.of, self.of.rows(name), qualifiers)
        rows, owners = self.within(rows)
        return Lines(self.of, rows, rows), owners

    def listed(self, owners: Places, cells: pl.Series) -> pl.Series:
        """Texts of each owner, separated by spaces; null for one without any.

        Args:
            owners: of each text, as ``all`` gives them.
            cells: texts; null counts as none.
        """
        told = pl.DataFrame({"owner": owners, "cell": cells}).drop_nulls("cell")
        lists = told.group_by("owner").agg(pl.col("cell").str.join(" "))
        places = pl.DataFrame({"owner": np.arange(len(self), dtype=owners.dtype)})
        return places.join(lists, on="owner", how="left", maintain_order="left")["cell"]

    def refuse_repeats(self, refs: pl.Series, element: int) -> None:
        """Refuse sets in which a line number stands twice.

        Args:
            refs: of each.
            element: of the opener that holds it, 0 where it is another segment's.
        """
        keys = pl.DataFrame({"set": self.sets, "ref": refs}).to_struct()
        repeats = ~keys.is_first_distinct()
        self.opening.refuse(repeats, element, "REPEATED_LINE")

    def totals(self, owners: Places, amounts: pl.Series) -> pl.Series:
        """Sums of whole numbers by owner; 0 for one without any.

        Args:
            owners: of each amount, as ``all`` gives them.
            amounts: whole numbers; null counts as 0.
        """
        totals = np.zeros(len(self), np.int64)
        if len(amounts):
            np.add.at(totals, owners, amounts.fill_null(0).to_numpy())
        return pl.Series(totals)

    def refuse_wrong_sum(
        self, total: Lines, element: int, sent: pl.Series, owners: Places
    ) -> None:
        """Refuse sets whose total is not the sum of quantities as sent.

        Args:
            total: one of each, or none.
            element: that holds the total.
            sent: decimals as text, in whatever units.
            owners: which of these holds each.
        """
        told = total.text(element).cast(EXACT)
        if told.null_count() == len(told):
            return
        units = sums(sent, owners, len(self))
        counted = units.to_list()
        total.refuse(
            told != units,
            element,
            "WRONG_COUNT",
            lambda place: f"{counted[place].normalize():f} units counted",
        )

    def counts(self, owners: Places) -> pl.Series:
        """How many of ``owners`` each is."""
        return pl.Series(np.bincount(owners, minlength=len(self)))

    def spread(self, cells: pl.Series) -> pl.Series:
        """Cells of the stretches these were looked for in, for each of these."""
        return taken(cells, self.owners)

    def within(self, rows: Places) -> tuple[Places, Places]:
        """Those of some rows that stand in these, and which one holds each."""
        owners = np.searchsorted(self.starts, rows, side="right") - 1
        is_inside = (
            (owners >= 0) & (rows < self.stops[owners]) if len(self) else owners >= 0
        )
        return rows[is_inside], owners[is_inside]

    def _first_rows(self, rows: Places) -> Places:
        if not len(rows):
            return np.full(len(self), -1)
        place = np.searchsorted(rows, self.starts)
        found = rows[np.minimum(place, len(rows) - 1)]
        is_inside = (place < len(rows)) & (found < self.stops)
        return np.where(is_inside, found, -1)


def whole_sets(sheet: Sheet) -> Loops:
    """One stretch a set, ST to SE."""
    starts = sheet.segments.starts
    return Loops(sheet, starts[:-1], starts[1:], np.arange(sheet.size))


@dataclass(frozen=True)
class Rows:
    """Rows of a document, one per line.

    Args:
        at: the segment each row is read from; it gives ``payload_line``.
        cells: column → its cells, or one cell for all.
        shared: column → cells of each set, spread over its rows.
    """

    at: Lines
    cells: Mapping[str, object]
    shared: Mapping[str, pl.Series] = field(default_factory=dict)
