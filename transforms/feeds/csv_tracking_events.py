"""CSV tracking: where parcels are, one line per scan.

UTF-8, comma separated, header = the columns of ``TRACKING_EVENTS``; a file may
leave out ``is_return``, then nothing comes back.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import TRACKING_EVENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, one_of, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = TRACKING_EVENTS

_STATUSES = (
    "PRE_TRANSIT", "IN_TRANSIT", "OUT_FOR_DELIVERY", "AVAILABLE_FOR_PICKUP",
    "DELIVERED", "RETURN_TO_SENDER", "FAILURE", "CANCELLED", "LOST", "UNKNOWN",
)  # fmt: skip
_RULES = (
    one_of("status_code", *_STATUSES),
    spelled("country", "[A-Z]{2}", "US"),
    instant("expected_at"),
    instant("occurred_at"),
    one_of("is_return", "true", "false"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a tracking file; never raises, see ``parse_document``."""
    free_text, filled = ["message", "signed_by"], {"is_return": pl.lit("false")}
    return parse_document(
        payload, profile, DOCUMENT, _RULES, free_text=free_text, filled=filled
    )
