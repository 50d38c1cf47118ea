"""How fine the coins of a currency are, by ISO 4217.

Not here: rates between currencies, which are a document.
"""

from __future__ import annotations

_WHOLE = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX",
    "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")

USUAL_DIGITS = 2
"""Digits after the point where no list names the currency."""

MINOR_DIGITS = dict.fromkeys(_WHOLE, 0) | dict.fromkeys(_THOUSANDTHS, 3)
"""Digits after the point, of the currencies that have not two.

The units of account CLF and UYW, which have four, are nobody's coins.

Source:
    ISO 4217, list one (minor units), as of 2026.
"""


def minor_digits(currency_code: str) -> int:
    """Digits after the point in a currency.

    Example:
        >>> minor_digits("USD"), minor_digits("JPY"), minor_digits("BHD")
        (2, 0, 3)
    """
    return MINOR_DIGITS.get(currency_code, USUAL_DIGITS)
