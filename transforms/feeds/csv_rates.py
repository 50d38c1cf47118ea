"""CSV rates: what a carrier asks per service and zone.

UTF-8, comma separated, header = the columns of ``RATES``.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import RATES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import amount, instant, one_of, quantity, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = RATES

_RULES = (
    one_of("service_code", "STANDARD", "EXPEDITED"),
    spelled("zone", "[1-8]", "4"),
    spelled("currency_code", "[A-Z]{3}", "USD"),
    amount("base_amount", pl.col("currency_code")),
    amount("per_kg_amount", pl.col("currency_code")),
    quantity("transit_days", minimum=0),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a rate file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
