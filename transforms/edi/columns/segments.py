"""The segments of many sets, cut into their elements, in columns.

Not here: whether they are legal (``checking``) and where loops begin
(``structure``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.edi.anatomy import TransactionSet
from transforms.edi.columns.cells import Mask, Places, nothing, taken
from transforms.edi.tokens import ELEMENT_END, SEGMENT_END

_BLANK = ord(" ")
_FIRST_PRINTABLE, _DELETE = 0x20, 0x7F

_PADDED = re.compile(rb" *([\xfe\xff]) *")
# No text has a line end here: ``tokens`` takes them out, or they are delimiters.
_CUTS = bytes.maketrans(SEGMENT_END + ELEMENT_END, b"\n\n")


@dataclass(frozen=True)
class Segments:
    """Every segment of some sets, in file order, without blank ones.

    Args:
        elements: of all segments, one after the other, each segment's id first;
            outer blanks are taken off.
        lengths: bytes of each element.
        names: id of each segment, in capitals.
        firsts: where each segment's id stands in ``elements``.
        widths: how many elements stand behind each id.
        lines: number of each segment in the file.
        sets: which set each segment is of, from 0.
        starts: first segment of each set, and behind the last.
        doubtful: sets that hold a control character, or a delimiter that is one.
    """

    elements: pl.Series
    lengths: Places
    names: pl.Series
    firsts: Places
    widths: Places
    lines: Places
    sets: Places
    starts: Places
    doubtful: Places

    def text(self, rows: Places, position: int) -> pl.Series:
        """An element of some segments; null where it is empty or missing."""
        is_there = (rows >= 0) & (self.widths[rows] >= position)
        places = np.where(is_there, self.firsts[rows] + position, 0)
        is_there &= self.lengths[places] > 0
        if not is_there.any():
            return nothing(len(rows))
        return taken(self.elements, np.where(is_there, places, -1))

    def value(self, row: int, position: int) -> str:
        """One element, "" when it is missing."""
        if not 0 <= position <= self.widths[row]:
            return ""
        return str(self.elements[int(self.firsts[row]) + position])

    def cells(self, row: int) -> list[str]:
        """A segment's id and elements."""
        first = int(self.firsts[row])
        return self.elements[first : first + int(self.widths[row]) + 1].to_list()

    def only(self, good: Mask) -> Segments:
        """The segments of some of the sets; those are numbered anew."""
        if good.all():
            return self
        kept = good[self.sets]
        sizes = np.diff(self.starts)[good]
        return Segments(
            self.elements,
            self.lengths,
            self.names.filter(pl.Series(kept)),
            self.firsts[kept],
            self.widths[kept],
            self.lines[kept],
            np.repeat(np.arange(len(sizes)), sizes),
            np.concatenate(([0], np.cumsum(sizes))),
            self.doubtful[:0],
        )


def cut(sets: Sequence[TransactionSet]) -> Segments:
    """Cut the segments of sets, whatever delimiters each was sent with."""
    body = b"".join(one.body for one in sets)
    codes, ends = _cells(body)
    # A cell that begins or ends with a blank stands beside one of these.
    if (codes[ends - 1] == _BLANK).any() or (codes[ends[:-1] + 1] == _BLANK).any():
        body = _PADDED.sub(rb"\1", body)
        codes, ends = _cells(body)
    lasts = np.flatnonzero(codes[ends] == SEGMENT_END[0])
    firsts = np.concatenate(([0], lasts + 1))[: len(lasts)]
    lengths = np.diff(ends, prepend=-1) - 1
    text = body[:-1].translate(_CUTS).decode()
    elements = pl.Series([text]).str.split("\n").explode()
    counts = np.array([one.body.count(SEGMENT_END) for one in sets], np.int64)
    owners = np.repeat(np.arange(len(sets)), counts)
    doubtful = owners[:0]
    if len(codes) and (codes.min() < _FIRST_PRINTABLE or b"\x7f" in body):
        controls = np.flatnonzero((codes < _FIRST_PRINTABLE) | (codes == _DELETE))
        doubtful = np.unique(owners[np.searchsorted(ends[lasts], controls)])
    begins = np.cumsum(counts) - counts
    lines = np.array([one.line for one in sets], np.int64)
    numbers = np.arange(len(firsts)) - (begins - lines)[owners]
    widths = lasts - firsts
    filled = (widths > 0) | (lengths[firsts] > 0)
    if not filled.all():
        firsts, widths, numbers, owners = (
            each[filled] for each in (firsts, widths, numbers, owners)
        )
    return Segments(
        elements,
        lengths,
        taken(elements, firsts).str.to_uppercase(),
        firsts,
        widths,
        numbers,
        owners,
        np.searchsorted(owners, np.arange(len(sets) + 1)),
        doubtful,
    )


def _cells(body: bytes) -> tuple[npt.NDArray[np.uint8], Places]:
    """The body as numbers, and where each element ends."""
    codes = np.frombuffer(body, np.uint8)
    return codes, np.flatnonzero(codes >= SEGMENT_END[0])
