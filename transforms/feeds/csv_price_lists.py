"""CSV price lists: what a SKU costs, one line per quantity from which it does.

UTF-8, comma separated, header = the columns of ``PRICE_LISTS``. Prices are for
one each, up to six decimals.
"""

from __future__ import annotations

from transforms.contracts.documents import PRICE_LISTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, quantity, spelled, unit_amount
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.periods import period

DOCUMENT = PRICE_LISTS

_RULES = (
    quantity("minimum_qty", minimum=1),
    unit_amount("unit_amount"),
    spelled("currency_code", "[A-Z]{3}", "USD"),
    *period(),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a price list; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
