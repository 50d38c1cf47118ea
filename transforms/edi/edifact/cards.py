"""Which element of a segment holds a payment card number.

Not here: finding one in text (``contracts.cards``) and what happens to its
message (``documents``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from transforms.contracts.cards import WIDE_FILTER, find
from transforms.edi.edifact.characters import COMPONENT, ELEMENT

FREE_TEXTS = {
    "CTA": (2,),
    "FTX": (4,),
    "IMD": (3,),
    "NAD": (3, 4, 5, 6),
    "PCI": (2,),
}
"""Free text by tag, for the wide net: references, numbers of articles, places and
telephones may pass Luhn by chance. The fine net goes over every element."""

_DIGITS = re.compile("[0-9].*[0-9]", re.DOTALL)
_SUSPECT = re.compile(WIDE_FILTER)


def guilty_text(text: str) -> tuple[int, str] | None:
    """Element and card number of the first free text with one."""
    positions = FREE_TEXTS.get(text[:3])
    if positions is None or not _DIGITS.search(text):
        return None
    if _SUSPECT.search(text.replace(COMPONENT, " ")) is None:
        return None
    return _first(text, positions, is_free_text=True)


def guilty_element(text: str) -> tuple[int, str] | None:
    """Element and card number of the first element with one by the fine net."""
    return _first(text, range(text.count(ELEMENT) + 1), is_free_text=False)


def _first(
    text: str, positions: Iterable[int], *, is_free_text: bool
) -> tuple[int, str] | None:
    elements = text.split(ELEMENT)
    for position in positions:
        if position < len(elements):
            said = elements[position].replace(COMPONENT, " ")
            found = find(said, is_free_text=is_free_text)
            if found:
                return position, found
    return None
