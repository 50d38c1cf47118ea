"""What is wrong with a segment: the one value envelopes and maps report.

Not here: how findings become rejects (``documents``) or a 997
(``acknowledgements``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

LONGEST_ID = 3
"""Characters of a segment's id."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one segment.

    Args:
        line: number of the segment in the file, from 1.
        segment: its id, "PO1"; "" where there is none.
        element: position of the guilty element, 0 for the whole segment.
        code: of ``transforms.contracts.codes``.
        value: the guilty text as sent; shown masked only.
        detail: what was seen, without personal data.
        syntax: X12's own code of the error where it is told in a 997: of the
            element (AK403), or of the segment (AK304) when none is guilty.
        origin: line of the guilty segment where this one is refused only with it,
            0 where it is itself the guilty one.
    """

    line: int
    segment: str
    element: int
    code: str
    value: str = ""
    detail: str = ""
    syntax: str = ""
    origin: int = 0

    def beside(self, line: int) -> Self:
        """The finding on another segment, which is refused only with the guilty one.

        Example:
            >>> found = Finding(1, "ISA", 6, "WRONG_PARTNER")
            >>> found.beside(4).cause, found.beside(1).origin
            (1, 0)
        """
        if line == self.cause:
            return self
        return replace(self, line=line, origin=self.cause)

    @property
    def cause(self) -> int:
        """Line of the guilty segment."""
        return self.origin or self.line

    @property
    def place(self) -> str:
        """Segment and element as people write them.

        Example:
            >>> Finding(7, "PO1", 2, "BAD_QTY").place
            'PO102'
            >>> Finding(7, "a name nobody has", 0, "CARD_NUMBER").place
            'segment'
        """
        # What is longer is no id: it may be a card number that stands in its place.
        name = self.segment if len(self.segment) <= LONGEST_ID else ""
        if not self.element:
            return name or "segment"
        return f"{name}{self.element:02d}"
