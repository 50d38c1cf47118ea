"""CSV returns: what customers send back, one line per returned line and step.

UTF-8, comma separated, header = the columns of ``RETURNS``. A line without an
order is one that nobody could match. ``lot_ref`` of any step is the lot of the line's
eaches; without one they are of the lot that they were sent in, if it was one alone,
and else of none that anybody knows.
"""

from __future__ import annotations

from transforms.contracts.documents import RETURNS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = RETURNS

_STATUSES = (
    "REQUESTED", "AUTHORISED", "DENIED", "IN_TRANSIT", "RECEIVED", "INSPECTED", "LOST",
    "EXPIRED",
)  # fmt: skip
_DISPOSITIONS = ("SELLABLE", "DAMAGED", "DEFECTIVE", "EXPIRED", "OTHER")
_RULES = (
    quantity("qty", minimum=1),
    one_of("status_code", *_STATUSES),
    one_of("disposition_code", *_DISPOSITIONS),
    instant_or_date("returned_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of returns; never raises, see ``parse_document``."""
    free_text = ["reason_code", "note"]
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=free_text)
