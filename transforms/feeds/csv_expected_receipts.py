"""CSV purchase orders: what suppliers are to bring, one line per open line.

UTF-8, comma separated, header = the columns of ``EXPECTED_RECEIPTS``.
"""

from __future__ import annotations

from transforms.contracts.documents import EXPECTED_RECEIPTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import date, instant, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = EXPECTED_RECEIPTS

_RULES = (
    quantity("qty", minimum=1),
    date("expected_on"),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a purchase order file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
