"""Which currencies there are, and how fine their coins are, by ISO 4217.

Not here: rates between currencies, which are a document.
"""

from __future__ import annotations

import polars as pl

_LISTED = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL
    BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP
    ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_LISTED.split())
"""Currencies that something can be paid in.

Without metals, test codes, funds and units of account. BGN and ANG, which the euro
and XCG took the place of, stand in papers of 2025.

Source:
    ISO 4217, list one, as of 2026.
"""

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


def major_text(minor: str, currency: str = "currency_code") -> pl.Expr:
    """An amount of a column in minor units as people write it.

    Example:
        >>> frame = pl.DataFrame({"m": [-1205, 7], "currency_code": ["USD", "JPY"]})
        >>> frame.select(major_text("m")).to_series().to_list()
        ['-12.05', '7']
    """
    digits = pl.col(currency).replace_strict(
        MINOR_DIGITS, default=USUAL_DIGITS, return_dtype=pl.Int64
    )
    size, scale = pl.col(minor).abs(), pl.lit(10).pow(digits)
    point = pl.when(digits > 0).then(pl.lit(".")).otherwise(pl.lit(""))
    coins = pl.when(digits > 0).then((size % scale).cast(pl.String))
    sign = pl.when(pl.col(minor) < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(
        sign,
        (size // scale).cast(pl.String),
        point,
        coins.str.zfill(digits).fill_null(""),
    )
