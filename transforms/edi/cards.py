"""Which elements of segments hold a payment card number.

Not here: finding one in text (``contracts.cards``) and what happens to its set
(``documents``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from transforms.contracts.cards import WIDE_FILTER, find
from transforms.edi.columns.cells import among, holds
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
"""Free text by segment id: references and codes may pass Luhn by chance."""


def guilty_cells(segments: Segments) -> Iterator[tuple[int, int, str]]:
    """Row, element and card number of each free text with one."""
    for name, positions in FREE_TEXTS.items():
        rows = np.flatnonzero(among(segments.names, [name]))
        for position in positions if len(rows) else ():
            texts = segments.text(rows, position)
            likely = holds(texts.str.contains(WIDE_FILTER))
            for place in np.flatnonzero(likely).tolist():
                card = find(texts[place], is_free_text=True)
                if card:
                    yield int(rows[place]), position, card
