"""CSV ship notices: goods on the way to a node, one line per advised line.

UTF-8, comma separated, header = the columns of ``SHIP_NOTICES``. A line with
nothing shipped says that none of it comes.
"""

from __future__ import annotations

from transforms.contracts.documents import SHIP_NOTICES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import date, instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = SHIP_NOTICES

_RULES = (
    one_of("notice_kind", "supplier", "transfer"),
    quantity("shipped_qty", minimum=0),
    quantity("ordered_qty", minimum=0),
    date("expires_on"),
    instant_or_date("shipped_on"),
    date("expected_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of notices; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
