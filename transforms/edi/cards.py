"""Finding payment card numbers in free text, so that they are never stored.

Not here: what happens to a set that holds one (``documents``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_RUN = re.compile(r"[0-9]+(?:[ -][0-9]+)*")
_SHORTEST, _LONGEST = 13, 19
FREE_TEXTS = {"N1": (2,), "N2": (1, 2), "N3": (1, 2), "MSG": (1,), "NTE": (2,)}
"""Free text by segment id: references and codes may pass Luhn by chance."""


def find_card(text: str) -> str | None:
    """The first card number in ``text``: 13–19 digits that pass Luhn.

    Single spaces or dashes may stand between groups of digits.

    Example:
        >>> find_card("pay with 4111-1111 1111 1111 please")
        '4111-1111 1111 1111'
        >>> find_card("call 4111 1111 1111 1112") is None
        True
    """
    for run in _RUN.finditer(text):
        if len(run[0]) >= _SHORTEST:
            found = _card_in(re.split(r"([ -])", run[0]))
            if found:
                return found
    return None


def guilty_text(segment: Sequence[str]) -> tuple[int, str] | None:
    """Position and card number of the first free text with one."""
    for position in FREE_TEXTS.get(segment[0], ()):
        found = find_card(segment[position]) if position < len(segment) else None
        if found:
            return position, found
    return None


def _card_in(parts: list[str]) -> str | None:
    """The first whole groups of digits that make a card; parts alternate."""
    for start in range(0, len(parts), 2):
        for end in range(start + 1, len(parts) + 1, 2):
            candidate = "".join(parts[start:end])
            if _is_card(re.sub("[ -]", "", candidate)):
                return candidate
    return None


def _is_card(digits: str) -> bool:
    if not _SHORTEST <= len(digits) <= _LONGEST or digits[0] == "0":
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
