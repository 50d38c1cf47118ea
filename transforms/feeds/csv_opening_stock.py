"""CSV opening stock: what each node held at cut-over.

UTF-8, comma separated, header = the columns of ``OPENING_STOCK``. Of goods that are
told with two cuts the later cut counts, whichever file is newer.
"""

from __future__ import annotations

from transforms.contracts.documents import OPENING_STOCK
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = OPENING_STOCK

_RULES = (
    one_of("stock_status", "AVAILABLE", "DAMAGED", "HOLD"),
    quantity("qty"),
    instant("cut_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an opening stock file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
