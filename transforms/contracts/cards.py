"""Payment card numbers in text: found by length and Luhn.

Two nets. The fine one goes over every line: 15 or 16 digits spelled as the
card networks spell them, not part of a longer word. The wide one goes over free
text only (notes, names, addresses): any 13 to 19 digits. Long numbers are the
nature of order, item, article and tracking numbers and of hashes, and one in ten
passes Luhn by chance: the wide net over those would quarantine a tenth of a
marketplace's orders. Not here: what happens to a line that holds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST, LONGEST = 13, 19

_FINE = (
    r"(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6011|64[4-9][0-9]"
    r"|6[25][0-9]{2})(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}"
)
# Rust's expressions cannot look behind, Python's can: the first only filters.
FINE_FILTER = rf"(?:^|[^0-9A-Za-z.])(?:{_FINE})(?:[^0-9A-Za-z]|$)"
_FINE_FIND = re.compile(rf"(?<![0-9A-Za-z.])(?:{_FINE})(?![0-9A-Za-z])")
WIDE_FILTER = r"[0-9](?:[ -]?[0-9]){12}"
_WIDE_FIND = re.compile(r"[0-9](?:[ -]?[0-9]){12,}")
_GROUP = re.compile(r"[0-9]+")
_SHORTEST_RUN = b"0" * 15
_ALIKE = bytes.maketrans(b"123456789", b"000000000")


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others.

    Source:
        ISO/IEC 7812-1, annex B.

    Example:
        >>> is_luhn("4111111111111111"), is_luhn("4111111111111112")
        (True, False)
    """
    total = sum(int(digit) for digit in digits[-1::-2])
    return (total + sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])) % 10 == 0


def may_hold(text: bytes) -> bool:
    """Whether the fine net could find anything: a quick look, sure of its no.

    Example:
        >>> may_hold(b"PO 4111-1111-1111-1111"), may_hold(b"PO 2017-12-27 0905")
        (True, False)
    """
    return _SHORTEST_RUN in text.translate(_ALIKE, b" -")


def find(text: str, *, is_free_text: bool = False) -> str | None:
    """The first card number in ``text`` as it is spelled there, or None.

    Args:
        text: anything.
        is_free_text: cast the wide net too.

    Example:
        >>> find("card 4111-1111-1111-1111 please")
        '4111-1111-1111-1111'
        >>> find("902-3159896-1390916") is None
        True
    """
    return next(_found(text, is_free_text=is_free_text), None)


def _found(text: str, *, is_free_text: bool) -> Iterator[str]:
    for match in _FINE_FIND.finditer(text):
        if is_luhn(re.sub(r"[ -]", "", match.group())):
            yield match.group()
    if is_free_text:
        for match in _WIDE_FIND.finditer(text):
            yield from _windows(match.group())


def _windows(run: str) -> Iterator[str]:
    """Neighbouring groups of ``run`` that make a card number together.

    A phone number beside a card number makes one run of digits; trying each
    stretch of whole groups finds the card all the same.
    """
    groups = list(_GROUP.finditer(run))
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group.group()
            if len(digits) > LONGEST:
                break
            is_long = len(digits) >= SHORTEST
            if is_long and digits[0] != "0" and is_luhn(digits):
                yield run[groups[first].start() : group.end()]
