"""A checked message as formats read it: numbered lines, groups, their values.

Profile options, all of them lists joined by |:

- ``sku_qualifiers``: kinds of article number (element 7143) of a partner, most
  wanted first; by default our own: the supplier's of what we sell or store
  somewhere, the buyer's (IN, BP) of what we buy;
- ``each_units``: units (element 6411) that are single pieces, besides the usual.

Not here: checking (``maps``) and quarantine (``documents``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from transforms.contracts.profile import Profile
from transforms.edi.edifact.anatomy import Header
from transforms.edi.edifact.lines import Line, Lines
from transforms.edi.edifact.values import moment_text, plain, prepared_text
from transforms.edi.values import instant_text

Row = dict[str, str | int | None]
"""Cells by column; a column that is missing is null."""

Content = tuple[Row, list[Row]]
"""What a message says: cells all its rows share, and each row's own cells."""

SOLD = "SA|VP|VN|SRV|EN|SRS|UP|UK|BP|IN|MF"
BOUGHT = "IN|BP|SA|VP|VN|SRV|EN|SRS|UP|UK|MF"
"""Kinds of article number, our own first: the supplier's of what we sell or store
somewhere, the buyer's of what we buy."""

_EACH_UNITS = {"", "PCE", "EA", "C62", "H87", "NAR", "NMB", "PCS"}
_DATE = len("2017-12-27")


@dataclass(frozen=True)
class Body:
    """A whole and checked message as a format reads it.

    Args:
        lines: UNH to UNT without blank segments.
        header: of its interchange and group.
        profile: of the sender.
        notices: what the sender should know: (segment, place, code, detail).
    """

    lines: Lines
    header: Header
    profile: Profile
    notices: list[tuple[int, str, str, str]]

    @cached_property
    def sections(self) -> tuple[Lines, list[Lines], Lines]:
        """What stands before the first LIN, each LIN's lines, and the summary."""
        summaries = [x for x in self.lines.named("UNS") if x.text(1) == "S"]
        end = self.lines.index(summaries[0]) if summaries else len(self.lines)
        details = Lines(self.lines[:end])
        return details.until("LIN"), details.groups("LIN"), Lines(self.lines[end:])

    def one(self, name: str, qualifier: str | None = None) -> Line:
        """The first segment of a tag that the message cannot do without.

        Raises:
            FaultError: the message has none.
        """
        found = self.lines.first(name, qualifier)
        if found is None:
            missing = f"no {name} {qualifier or ''}".strip()
            raise self.lines[-1].fault(0, "MISSING_VALUE", missing)
        return found

    def note(self, line: Line, code: str, detail: str) -> None:
        """Tell the sender something that refuses nothing."""
        self.notices.append((line.number, line.name, code, detail))

    def article(self, item: Lines, usual: str = SOLD) -> str | None:
        """The article number of an item in its LIN and PIA, by the best kind.

        Args:
            item: from its LIN on.
            usual: kinds, most wanted first, of a partner whose profile names none.
        """
        said = self.profile.options.get("sku_qualifiers", usual)
        wanted, opening = _kinds(said), item[0]
        kind, number = opening.text(3, 2), opening.text(3)
        if number and (kind == wanted[0] or (kind in wanted and not item.named("PIA"))):
            return number
        found: dict[str, str] = {}
        for line, element in _identities(item):
            found.setdefault(line.text(element, 2), line.text(element))
        return next(filter(None, (found.get(kind) for kind in wanted)), None)

    def sku(self, item: Lines, usual: str = SOLD) -> str:
        """The article number of an item that cannot do without.

        Args:
            item: from its LIN on.
            usual: as in ``article``.

        Raises:
            FaultError: none of the partner's kinds is there.
        """
        found = self.article(item, usual)
        if found is None:
            raise item[0].fault(3, "MISSING_VALUE", "no article number", 1)
        return found

    def eaches(self, line: Line) -> int:
        """The whole pieces of a QTY.

        Raises:
            FaultError: a fraction, or a unit that is not a piece.
        """
        unit = self.unit(line)
        if unit:
            raise line.fault(1, "UNKNOWN_UNIT", f"{unit}, not pieces", 3)
        return self.whole(line, line.text(1, 2))

    def counted(self, line: Line) -> tuple[int, str | None]:
        """How many a QTY says, and of which unit, None where they are pieces.

        Raises:
            FaultError: a fraction.
        """
        return self.whole(line, line.text(1, 2)), self.unit(line)

    def in_unit(self, line: Line, unit: str | None) -> int:
        """How many a QTY says of a unit that another one of its item named.

        Raises:
            FaultError: a fraction, or another unit.
        """
        qty, own = self.counted(line)
        if own != unit:
            detail = f"{own or 'pieces'}, not {unit or 'pieces'}"
            raise line.fault(1, "UNKNOWN_UNIT", detail, 3)
        return qty

    def unit(self, line: Line, component: int = 3) -> str | None:
        """The unit of a QTY or the like, nothing where it is a piece.

        Args:
            line: QTY, or PRI.
            component: of its first element that holds the unit.
        """
        unit = line.text(1, component)
        is_each = unit in _EACH_UNITS or unit in self._each_units
        return None if is_each else unit

    @cached_property
    def _each_units(self) -> set[str]:
        return {*self.profile.options.get("each_units", "").split("|")}

    def whole(self, line: Line, number: str) -> int:
        """A number of a line as whole pieces.

        Raises:
            FaultError: it is a fraction.
        """
        if number.isdecimal():
            return int(number)
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


@lru_cache(maxsize=64)
def _kinds(said: str) -> tuple[str, ...]:
    """Kinds of article number, most wanted first; a number without one last."""
    return (*said.split("|"), "")


def _identities(item: Lines) -> Iterator[tuple[Line, int]]:
    """Where article numbers stand: LIN, then the PIAs that name the same thing."""
    yield item[0], 3
    for line in item.named("PIA"):
        if line.text(1) in {"1", "5"}:
            yield from ((line, element) for element in range(2, len(line.elements)))
