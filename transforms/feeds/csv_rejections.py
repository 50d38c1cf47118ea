"""CSV refusals: instruction lines a node will not ship, and why.

UTF-8, comma separated, header = the columns of ``REJECTIONS``. ``UNREAD``: the node
never knew of it, as its acknowledgement or a call said.
"""

from __future__ import annotations

from transforms.contracts.documents import REJECTIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = REJECTIONS

_RULES = (
    quantity("rejected_qty", minimum=1),
    one_of("reason_code", "OUT_OF_STOCK", "DAMAGED", "CLOSED", "ADDRESS", "UNREAD"),
    one_of("stock_effect", "none", "minus_rejected", "zero_sku"),
    instant("rejected_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a refusals file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
