"""CSV carrier invoices: what carriage cost, one line per charge.

UTF-8, comma separated, header = the columns of ``CARRIER_INVOICES``. A credit
is a negative amount.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import CARRIER_INVOICES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import date, quantity, signed_amount, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = CARRIER_INVOICES

_RULES = (
    spelled("currency_code", "[A-Z]{3}", "USD"),
    signed_amount("amount", pl.col("currency_code")),
    quantity("billed_weight_grams", minimum=0),
    date("shipped_on"),
    date("invoiced_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an invoice file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
