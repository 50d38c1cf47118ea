"""The segments of a message as lines: numbered, cut, found by tag.

Not here: what a body of them says (``bodies``).
"""

from __future__ import annotations

from typing import NamedTuple

from transforms.edi.edifact.characters import COMPONENT, ELEMENT, REPETITION
from transforms.edi.edifact.faults import Fault, FaultError


class Line(NamedTuple):
    """One segment of a message, cut, with its number.

    Args:
        number: of the segment in the file, from 1.
        name: tag.
        elements: tag and elements, normalised; of one that repeats, the first.
    """

    number: int
    name: str
    elements: list[str]

    def text(self, element: int, component: int = 1) -> str:
        """A component without outer blanks, "" when empty or missing."""
        try:
            value = self.elements[element]
        except IndexError:
            return ""
        if component == 1:
            return value.partition(COMPONENT)[0].strip()
        parts = value.split(COMPONENT, component)
        return parts[component - 1].strip() if component <= len(parts) else ""

    def texts(self, element: int, start: int = 1, end: int | None = None) -> list[str]:
        """The components from ``start`` to ``end`` that are not empty."""
        if element >= len(self.elements):
            return []
        parts = self.elements[element].split(COMPONENT)[start - 1 : end]
        return [part.strip() for part in parts if part.strip()]

    def fault(
        self, element: int, code: str, detail: str = "", component: int = 0
    ) -> FaultError:
        """The refusal of the whole message because of one of its values."""
        value = self.text(element, component or 1) if element else ""
        where = (self.number, self.name, element)
        return FaultError(Fault(*where, code, value, detail, component=component))


NOTHING = Line(0, "", [""])
"""Stands for a segment that was not sent: all its texts are empty."""


class Lines(list[Line]):
    """Lines in file order, found by tag without looking at the others."""

    _by_name: dict[str, list[Line]] | None = None

    def named(self, name: str) -> list[Line]:
        """The lines of a tag, in order."""
        # Not a cached_property: its lock costs more than a short index.
        if self._by_name is None:
            self._by_name = {}
            for line in self:
                self._by_name.setdefault(line.name, []).append(line)
        return self._by_name.get(name, [])

    def first(self, name: str, qualifier: str | None = None) -> Line | None:
        """The first line of a tag and, if given, first component."""
        for line in self.named(name):
            if qualifier in (None, line.text(1)):
                return line
        return None

    def best(self, name: str, *qualifiers: str) -> Line | None:
        """The first line of a tag with the most wanted qualifier that has a value."""
        lines = self.named(name)
        if len(lines) == 1:
            return lines[0] if _is_wanted(lines[0], qualifiers) else None
        for qualifier in qualifiers if lines else ():
            for line in lines:
                if _is_wanted(line, (qualifier,)):
                    return line
        return None

    def until(self, *names: str) -> Lines:
        """The lines before the first of some tags."""
        ends = (n for n, line in enumerate(self) if line.name in names)
        end = next(ends, len(self))
        return self if end == len(self) else Lines(self[:end])

    def groups(self, *openers: str) -> list[Lines]:
        """The lines from each opener to the next; what stands before is left out."""
        starts = [n for n, line in enumerate(self) if line.name in openers]
        ends = [*starts[1:], len(self)]
        return [Lines(self[a:b]) for a, b in zip(starts, ends, strict=False)]

    def free_text(self) -> str | None:
        """What the FTX say, joined; None when nothing."""
        said = [" ".join(line.texts(4)) for line in self.named("FTX")]
        return " / ".join(filter(None, said)) or None


def _is_wanted(line: Line, qualifiers: tuple[str, ...]) -> bool:
    """Whether a line has one of these qualifiers, and a value behind it."""
    is_qualified = line.text(1) in qualifiers
    return is_qualified and bool(line.text(1, 2) or line.text(2))


def cut_lines(texts: list[str], start: int) -> Lines:
    """Texts of a message as lines, blank ones left out.

    Args:
        texts: UNH to UNT, normalised.
        start: number of the UNH in the file.
    """
    return Lines(
        [
            Line(number, text[:3], _elements(text))
            for number, text in enumerate(texts, start=start)
            if text
        ]
    )


def _elements(text: str) -> list[str]:
    elements = text.split(ELEMENT)
    if REPETITION in text:
        return [element.partition(REPETITION)[0] for element in elements]
    return elements
