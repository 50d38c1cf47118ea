"""A checked message as formats read it: numbered lines, groups, their values.

Profile options, all of them lists joined by |:

- ``sku_qualifiers``: kinds of article number (element 7143) of a partner, most
  wanted first;
- ``each_units``: units (element 6411) that are single pieces, besides the usual.

Not here: checking (``maps``) and quarantine (``documents``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from transforms.contracts.profile import Profile
from transforms.edi.edifact.anatomy import Header
from transforms.edi.edifact.characters import COMPONENT, ELEMENT, REPETITION
from transforms.edi.edifact.faults import Fault, FaultError
from transforms.edi.edifact.values import moment_text, plain, prepared_text
from transforms.edi.values import instant_text

Row = dict[str, str | int | None]
"""Cells by column; a column that is missing is null."""

Content = tuple[Row, list[Row]]
"""What a message says: cells all its rows share, and each row's own cells."""

_SKU_QUALIFIERS = "SA|VP|VN|SRV|EN|SRS|UP|UK|BP|IN|MF"
"""The supplier's own number first: in an order that is ours."""

_EACH_UNITS = {"", "PCE", "EA", "C62", "H87", "NAR", "NMB", "PCS"}
_DATE = len("2017-12-27")


class Line(NamedTuple):
    """One segment of a message, cut, with its number.

    Args:
        number: of the segment in the file, from 1.
        elements: tag and elements, normalised.
    """

    number: int
    elements: list[str]

    @property
    def name(self) -> str:
        """Tag."""
        return self.elements[0][:3]

    def text(self, element: int, component: int = 1) -> str:
        """A component without outer blanks, "" when empty or missing.

        Of an element that repeats, the first is meant.
        """
        if element >= len(self.elements):
            return ""
        value = self.elements[element]
        if REPETITION in value:
            value = value.partition(REPETITION)[0]
        if COMPONENT not in value:
            return value.strip() if component == 1 else ""
        parts = value.split(COMPONENT, component)
        return parts[component - 1].strip() if component <= len(parts) else ""

    def texts(self, element: int, start: int = 1, end: int | None = None) -> list[str]:
        """The components from ``start`` to ``end`` that are not empty."""
        if element >= len(self.elements):
            return []
        parts = self.elements[element].partition(REPETITION)[0].split(COMPONENT)
        return [part.strip() for part in parts[start - 1 : end] if part.strip()]

    def fault(
        self, element: int, code: str, detail: str = "", component: int = 0
    ) -> FaultError:
        """The refusal of the whole message because of one of its values."""
        value = self.text(element, component or 1) if element else ""
        where = (self.number, self.name, element)
        return FaultError(Fault(*where, code, value, detail, component=component))


NOTHING = Line(0, [""])
"""Stands for a segment that was not sent: all its texts are empty."""


@dataclass(frozen=True)
class Body:
    """A whole and checked message as a format reads it.

    Args:
        lines: UNH to UNT without blank segments.
        header: of its interchange and group.
        profile: of the sender.
        notices: what the sender should know: (segment, place, code, detail).
    """

    lines: list[Line]
    header: Header
    profile: Profile
    notices: list[tuple[int, str, str, str]]

    @cached_property
    def sections(self) -> tuple[list[Line], list[list[Line]], list[Line]]:
        """What stands before the first LIN, each LIN's lines, and the summary."""
        ends = (n for n, x in enumerate(self.lines) if _is_summary(x))
        end = next(ends, len(self.lines))
        head, items = groups(self.lines[:end], "LIN")
        return head, items, self.lines[end:]

    def first(self, name: str, qualifier: str | None = None) -> Line | None:
        """The first segment of a tag, with this first component if one is given."""
        return first(self.lines, name, qualifier)

    def one(self, name: str, qualifier: str | None = None) -> Line:
        """The first segment of a tag that the message cannot do without.

        Raises:
            FaultError: the message has none.
        """
        found = self.first(name, qualifier)
        if found is None:
            missing = f"no {name} {qualifier or ''}".strip()
            raise self.lines[-1].fault(0, "MISSING_VALUE", missing)
        return found

    def note(self, line: Line, code: str, detail: str) -> None:
        """Tell the sender something that refuses nothing."""
        self.notices.append((line.number, line.name, code, detail))

    def article(self, item: list[Line]) -> str | None:
        """The article number of an item in its LIN and PIA, by the best kind."""
        found: dict[str, str] = {}
        for line, element in _identities(item):
            found.setdefault(line.text(element, 2), line.text(element))
        wanted = self.profile.options.get("sku_qualifiers", _SKU_QUALIFIERS)
        values = (found.get(kind, "") for kind in (*wanted.split("|"), ""))
        return next(filter(None, values), None)

    def sku(self, item: list[Line]) -> str:
        """The article number of an item that cannot do without.

        Raises:
            FaultError: none of the partner's kinds is there.
        """
        found = self.article(item)
        if found is None:
            raise item[0].fault(3, "MISSING_VALUE", "no article number", 1)
        return found

    def eaches(self, line: Line) -> int:
        """The whole pieces of a QTY.

        Raises:
            FaultError: a fraction, or a unit that is not a piece.
        """
        unit = line.text(1, 3)
        extra = self.profile.options.get("each_units", "").split("|")
        if unit not in _EACH_UNITS and unit not in extra:
            raise line.fault(1, "UNKNOWN_UNIT", f"{unit}, not pieces", 3)
        return self.whole(line, line.text(1, 2))

    def whole(self, line: Line, number: str) -> int:
        """A number of a line as whole pieces.

        Raises:
            FaultError: it is a fraction.
        """
        value = Decimal(plain(number))
        if value != value.to_integral_value():
            raise line.fault(1, "BAD_QTY", "a fraction")
        return int(value)

    def moment(self, line: Line) -> str:
        """The instant of a DTM, or its date where it gives no hour.

        Raises:
            FaultError: no such day, hour, zone or format.
        """
        try:
            value, code = line.text(1, 2), line.text(1, 3)
            return moment_text(value, code, self.profile.zone)
        except ValueError as error:
            raise line.fault(1, "BAD_INSTANT", component=2) from error

    def instant(self, line: Line) -> str:
        """The instant of a DTM; a date is its start, or its UNB's on that day.

        Raises:
            FaultError: no such day, hour, zone or format.
        """
        found = self.moment(line)
        if len(found) > _DATE:
            return found
        prepared = self._prepared
        if prepared and prepared.startswith(found):
            return prepared
        return instant_text(found.replace("-", ""), "", "", self.profile.zone)

    def has_hour(self, line: Line) -> bool:
        """Whether a DTM gives more than a date."""
        return len(self.moment(line)) > _DATE

    def day(self, line: Line) -> str:
        """The date of a DTM, its hour left out."""
        return self.moment(line)[:_DATE]

    @property
    def prepared_at(self) -> str:
        """The instant of the interchange, in the partner's zone.

        Raises:
            FaultError: UNB gives no day or hour.
        """
        if self._prepared is None:
            detail = "date or hour of its UNB"
            raise self.lines[0].fault(0, "BAD_INSTANT", detail)
        return self._prepared

    @cached_property
    def _prepared(self) -> str | None:
        try:
            header = self.header
            return prepared_text(header.day, header.hour, self.profile.zone)
        except ValueError:
            return None


def _is_summary(line: Line) -> bool:
    return line.name == "UNS" and line.text(1) == "S"


def _identities(item: list[Line]) -> Iterator[tuple[Line, int]]:
    """Where article numbers stand: LIN, then the PIAs that name the same thing."""
    yield item[0], 3
    for line in item:
        if line.name == "PIA" and line.text(1) in {"1", "5"}:
            yield from ((line, element) for element in range(2, len(line.elements)))


def first(
    lines: Iterable[Line], name: str, qualifier: str | None = None
) -> Line | None:
    """The first line of a tag and, if given, first component."""
    for line in lines:
        if line.name == name and qualifier in (None, line.text(1)):
            return line
    return None


def best(lines: Iterable[Line], name: str, *qualifiers: str) -> Line | None:
    """The first line of a tag with the most wanted qualifier that has a value."""
    found: dict[str, Line] = {}
    for line in lines:
        if line.name == name and (line.text(1, 2) or line.text(2)):
            found.setdefault(line.text(1), line)
    return next((found[q] for q in qualifiers if q in found), None)


def groups(lines: list[Line], *openers: str) -> tuple[list[Line], list[list[Line]]]:
    """Cut lines into what stands before the first opener and its groups."""
    starts = [n for n, line in enumerate(lines) if line.name in openers]
    ends = [*starts[1:], len(lines)]
    found = [lines[start:end] for start, end in zip(starts, ends, strict=False)]
    return lines[: starts[0] if starts else None], found


def cut_lines(texts: list[str], start: int) -> list[Line]:
    """Texts of a message as lines, blank ones left out."""
    return [
        Line(number, text.split(ELEMENT))
        for number, text in enumerate(texts, start=start)
        if text
    ]


def free_text(lines: Iterable[Line]) -> str | None:
    """What the FTX of some lines say, joined; None when nothing."""
    said = (" ".join(line.texts(4)) for line in lines if line.name == "FTX")
    return " / ".join(filter(None, said)) or None
