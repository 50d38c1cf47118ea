"""CSV opening lines: where the open eaches of the system before stands.

UTF-8, comma separated, header = the columns of ``OPENING_LINES``.
"""

from __future__ import annotations

from transforms.contracts.documents import OPENING_LINES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = OPENING_LINES

_RULES = (
    instant("cut_at"),
    quantity("pending_qty", minimum=0),
    quantity("backordered_qty", minimum=0),
    quantity("released_qty", minimum=0),
    quantity("shipped_qty", minimum=0),
    quantity("delivered_qty", minimum=0),
    quantity("cancelled_qty", minimum=0),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an opening file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
