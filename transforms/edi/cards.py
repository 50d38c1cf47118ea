"""Which element of a segment holds a payment card number.

Not here: finding one in text (``contracts.cards``) and what happens to its set
(``documents``).
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.contracts.cards import find

FREE_TEXTS = {"N1": (2,), "N2": (1, 2), "N3": (1, 2), "MSG": (1,), "NTE": (2,)}
"""Free text by segment id: references and codes may pass Luhn by chance."""


def guilty_text(segment: Sequence[str]) -> tuple[int, str] | None:
    """Position and card number of the first free text with one."""
    for position in FREE_TEXTS.get(segment[0], ()):
        if position < len(segment):
            found = find(segment[position], is_free_text=True)
            if found:
                return position, found
    return None
