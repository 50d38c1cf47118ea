"""A checked set as formats read it: numbered lines, loops, their instants.

Profile option ``sku_qualifiers`` lists the product id qualifiers of a partner,
most wanted first, joined by |. Not here: checking (``maps``) and quarantine
(``documents``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from transforms.contracts.profile import Profile
from transforms.edi.anatomy import Header
from transforms.edi.findings import FaultError, Finding
from transforms.edi.values import day_text, instant_text, qualified

_SKU_QUALIFIERS = "VP|VN|SK|BP|UP|UK|EN|IN"

Row = dict[str, str | int | None]
"""Cells by column; a column that is missing is null."""

Content = tuple[Row, list[Row]]
"""What a set says: cells all its rows share, and each row's own cells."""


class Line(NamedTuple):
    """One segment of a set, cut, with its number.

    Args:
        number: of the segment in the file, from 1.
        segment: id and elements.
    """

    number: int
    segment: list[str]

    @property
    def name(self) -> str:
        """Segment id."""
        return self.segment[0]

    def text(self, position: int) -> str:
        """An element without outer blanks, "" when empty or missing."""
        return self.segment[position].strip() if position < len(self.segment) else ""

    def fault(self, element: int, code: str, detail: str = "") -> FaultError:
        """The refusal of the whole set because of one of its elements."""
        value = self.text(element) if element else ""
        return FaultError(Finding(self.number, self.name, element, code, value, detail))


@dataclass(frozen=True)
class Body:
    """A whole and checked set as a format reads it.

    Args:
        lines: ST to SE without blank segments.
        header: of its interchange and group.
        profile: of the sender.
    """

    lines: list[Line]
    header: Header
    profile: Profile

    def first(self, name: str, qualifier: str | None = None) -> Line | None:
        """The first segment of an id, with this first element if one is given."""
        return first(self.lines, name, qualifier)

    def one(self, name: str, qualifier: str | None = None) -> Line:
        """The first segment of an id that the set cannot do without.

        Raises:
            FaultError: the set has none.
        """
        found = self.first(name, qualifier)
        if found is None:
            missing = f"no {name} {qualifier or ''}".strip()
            raise self.lines[-1].fault(0, "MISSING_VALUE", missing)
        return found

    def sku(self, line: Line, start: int) -> str:
        """The product id in (qualifier, value) pairs from ``start`` on.

        Raises:
            FaultError: none of the partner's qualifiers is there.
        """
        wanted = self.profile.options.get("sku_qualifiers", _SKU_QUALIFIERS)
        found = qualified(line.segment, start, wanted.split("|"))
        if found is None:
            raise line.fault(start + 1, "MISSING_VALUE", "no product id")
        return found

    def instant(self, line: Line, day: int, hour: int = 0, zone: int = 0) -> str:
        """The instant in up to three elements; no hour is the day's start.

        Args:
            line: segment.
            day: position of CCYYMMDD.
            hour: position of HHMM, 0 for none.
            zone: position of the time code, 0 for none.

        Raises:
            FaultError: there is no such day, hour or time code.
        """
        hour_text = line.text(hour) if hour else ""
        code = line.text(zone) if zone else ""
        try:
            return instant_text(line.text(day), hour_text, code, self.profile.zone)
        except ValueError as error:
            raise line.fault(day, "BAD_INSTANT") from error

    def moment(self, line: Line, day: int, hour: int = 0, zone: int = 0) -> str:
        """The instant where the line gives an hour, else the date alone.

        Raises:
            FaultError: there is no such day, hour or time code.
        """
        if hour and line.text(hour):
            return self.instant(line, day, hour, zone)
        try:
            return day_text(line.text(day))
        except ValueError as error:
            raise line.fault(day, "BAD_INSTANT") from error

    @property
    def sent_at(self) -> str:
        """The instant of the functional group, in the partner's zone.

        Raises:
            FaultError: GS04 or GS05 is no day or hour.
        """
        day, hour = self.header.day, self.header.hour
        try:
            return instant_text(day, hour, "", self.profile.zone)
        except ValueError as error:
            fault = self.lines[0].fault(0, "BAD_INSTANT", "date or hour of its GS")
            raise fault from error


def first(
    lines: Iterable[Line], name: str, qualifier: str | None = None
) -> Line | None:
    """The first line of a segment id and, if given, first element."""
    for line in lines:
        if line.segment[0] == name and qualifier in (None, line.text(1)):
            return line
    return None


def loops(lines: list[Line], opener: str) -> tuple[list[Line], list[list[Line]]]:
    """Cut lines into what stands before the first ``opener`` and its loops.

    Example:
        >>> lines = [Line(n, [c]) for n, c in enumerate("abaa")]
        >>> head, found = loops(lines, "b")
        >>> len(head), [len(loop) for loop in found]
        (1, [3])
    """
    starts = [n for n, line in enumerate(lines) if line.segment[0] == opener]
    found = [lines[start:end] for start, end in pairwise([*starts, len(lines)])]
    return lines[: starts[0] if starts else None], found
