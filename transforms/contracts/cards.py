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
from collections.abc import Iterator, Sequence

SHORTEST, LONGEST = 13, 19

FINE = (
    r"(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6011|64[4-9][0-9]"
    r"|6[25][0-9]{2})(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}"
)
# Rust's expressions cannot look behind, Python's can: the first only filters.
FINE_FILTER = rf"(?:^|[^0-9A-Za-z.])(?:{FINE})(?:[^0-9A-Za-z]|$)"
_FINE_FIND = re.compile(rf"(?<![0-9A-Za-z.])(?:{FINE})(?![0-9A-Za-z])")
WIDE_FILTER = r"[0-9](?:[ -]?[0-9]){12}"
_WIDE_FIND = re.compile(WIDE_FILTER)
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_FEW = 32
"""More numbers of one line are looked at together."""
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
    codes = digits.encode()[::-1]
    total = sum(codes[::2]) + sum(codes[1::2].translate(_DOUBLED))
    return (total - ord("0") * len(codes)) % 10 == 0


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


def find_in_free_texts(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Position and first card number of each text that has one, by the wide net.

    A number of the fine net is made of whole groups too, so this one has it.
    """
    from transforms.contracts import luhn  # noqa: PLC0415 most files have no suspect

    return luhn.first_of_each(texts, SHORTEST, LONGEST)


def _found(text: str, *, is_free_text: bool) -> Iterator[str]:
    if is_free_text:
        if _WIDE_FIND.search(text):
            yield from (number for _, number in find_in_free_texts([text]))
        return
    numbers = _FINE_FIND.findall(text)
    if len(numbers) <= _FEW:
        yield from (n for n in numbers if is_luhn(_digits(n)))
        return
    from transforms.contracts import luhn  # noqa: PLC0415 most files have no suspect

    passed = luhn.is_luhn_each(_digits("\n".join(numbers)).split("\n"))
    yield from (n for n, is_one in zip(numbers, passed, strict=True) if is_one)


def _digits(number: str) -> str:
    return number.replace(" ", "").replace("-", "")
