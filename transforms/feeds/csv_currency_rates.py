"""CSV currency rates: what one coin is worth in another, one line per day.

UTF-8, comma separated, header = the columns of ``CURRENCY_RATES``. A rate is
above zero and has ten decimals at most.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import CURRENCY_RATES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, date, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = CURRENCY_RATES

_RATE = pl.col("rate")
_IS_NO_RATE = (
    ~_RATE.str.contains(r"^[0-9]{1,9}(?:\.[0-9]{1,10})?$")
) | ~_RATE.str.contains("[1-9]")
_IS_SAME = pl.col("to_currency_code") == pl.col("from_currency_code")
_RULES = (
    spelled("from_currency_code", "[A-Z]{3}", "EUR"),
    spelled("to_currency_code", "[A-Z]{3}", "USD"),
    Rule("to_currency_code", "BAD_CODE", _IS_SAME, "another currency than the first"),
    Rule("rate", "BAD_AMOUNT", _IS_NO_RATE, "rate, such as 1.0842"),
    date("rate_date"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of rates; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
