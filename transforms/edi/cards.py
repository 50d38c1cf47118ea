"""Which elements of segments hold a payment card number.

Not here: finding one in text (``contracts.cards``) and what happens to its set
(``documents``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from transforms.contracts.cards import (
    FINE_FILTER,
    WIDE_FILTER,
    find,
    find_in_free_texts,
)
from transforms.edi.columns.cells import among, holds, taken
from transforms.edi.columns.segments import Segments

FREE_TEXTS = {
    "N1": (2,),
    "N2": (1, 2),
    "N3": (1, 2),
    "MSG": (1,),
    "NTE": (2,),
    "REF": (3,),
    "N9": (3,),
    "L5": (2,),
}
"""Free text by segment id, for the wide net: references and codes may pass Luhn
by chance. The fine net goes over every element."""

_SHORTEST = 15
"""Characters of the shortest number that the fine net finds."""


def guilty_cells(segments: Segments) -> Iterator[tuple[int, int, str]]:
    """Row, element and number: of free texts by the wide net, then of all elements."""
    for name, positions in FREE_TEXTS.items():
        rows = np.flatnonzero(among(segments.names, [name]))
        for position in positions if len(rows) else ():
            texts = segments.text(rows, position)
            likely = holds(texts.str.contains(WIDE_FILTER))
            suspects = rows[likely]
            for place, card in find_in_free_texts(texts.filter(likely).to_list()):
                yield int(suspects[place]), position, card
    long = np.flatnonzero(segments.lengths >= _SHORTEST)
    texts = taken(segments.elements, long)
    for place in np.flatnonzero(holds(texts.str.contains(FINE_FILTER))).tolist():
        number = find(texts[place])
        if number:
            cell = int(long[place])
            row = int(np.searchsorted(segments.firsts, cell, side="right")) - 1
            yield row, cell - int(segments.firsts[row]), number
