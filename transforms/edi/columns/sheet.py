"""What readers of one file's sets share: the columns, the partner, refusals.

Not here: finding segments in it (``loops``) and their elements (``lines``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from transforms.contracts.profile import Profile
from transforms.edi.anatomy import Header
from transforms.edi.columns.cells import Mask, Places, texts
from transforms.edi.columns.segments import Segments
from transforms.edi.columns.structure import Letters, Structure
from transforms.edi.findings import Finding
from transforms.edi.values import instant_text

_SHORT_DAY = 6


@dataclass(frozen=True)
class Sheet:
    """Whole and checked sets of one code.

    Args:
        segments: of all sets.
        letters: of the segments, see ``Structure.spell``.
        structure: of their map.
        headers: of each set.
        profile: of the sender.
        refused: set number → why a reader refused it, filled while reading.
    """

    segments: Segments
    letters: Letters
    structure: Structure
    headers: list[Header]
    profile: Profile
    refused: dict[int, Finding] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of sets."""
        return len(self.headers)

    def rows(self, *keys: str) -> Places:
        """Rows of segments by id, of an HL by ``HL:<level>``."""
        letters = self.structure.letters
        wanted = [letters[key] for key in keys if key in letters]
        if len(wanted) == 1:
            return np.flatnonzero(self.letters == wanted[0])
        return np.flatnonzero(np.isin(self.letters, wanted))

    def refuse(
        self, row: int, element: int, code: str, detail: str = "", segment: str = ""
    ) -> None:
        """Refuse the set of a row because of it; a set's first refusal stays.

        Args:
            row: of the guilty segment, or of one where it is missing.
            element: guilty one, 0 for the whole segment.
            code: of ``transforms.contracts.codes``.
            detail: what was seen.
            segment: id of a missing segment.
        """
        value = self.segments.value(row, element) if element else ""
        line = int(self.segments.lines[row])
        name = segment or str(self.segments.names[row])
        finding = Finding(line, name, element, code, value, detail)
        self.refused.setdefault(int(self.segments.sets[row]), finding)

    def sent_at(self, where: Mask | None = None) -> pl.Series:
        """The instant of each set's functional group, in the partner's zone.

        Args:
            where: sets that need it; the others get null, and are not refused
                when GS04 or GS05 is no day or hour.
        """
        wanted = np.ones(self.size, np.bool_) if where is None else where
        instants = [
            self._sent_at(place) if is_wanted else None
            for place, is_wanted in enumerate(wanted.tolist())
        ]
        return texts(instants)

    def _sent_at(self, place: int) -> str | None:
        header = self.headers[place]
        # Releases before 004010 have no century.
        day = f"20{header.day}" if len(header.day) == _SHORT_DAY else header.day
        try:
            return instant_text(day, header.hour, "", self.profile.zone)
        except ValueError:
            row = int(self.segments.starts[place])
            self.refuse(row, 0, "BAD_INSTANT", "date or hour of its GS")
            return None
