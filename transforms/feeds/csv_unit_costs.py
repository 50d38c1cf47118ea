"""CSV unit costs: what one each costs us, one line per SKU, node and first day.

UTF-8, comma separated, header = the columns of ``UNIT_COSTS``. A cost without a
node holds everywhere; it has six decimals at most.
"""

from __future__ import annotations

from transforms.contracts.documents import UNIT_COSTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import date, instant, spelled, unit_amount
from transforms.feeds.reading.documents import parse_document

DOCUMENT = UNIT_COSTS

_RULES = (
    unit_amount("unit_amount"),
    spelled("currency_code", "[A-Z]{3}", "USD"),
    date("valid_from"),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of costs; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
