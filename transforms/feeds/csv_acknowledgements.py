"""CSV acknowledgements: whether a partner could read what we sent.

UTF-8, comma separated, header = the columns of ``ACKNOWLEDGEMENTS``.
"""

from __future__ import annotations

from transforms.contracts.documents import ACKNOWLEDGEMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, one_of
from transforms.feeds.reading.documents import parse_document

DOCUMENT = ACKNOWLEDGEMENTS

_RULES = (
    one_of("status_code", "A", "E", "P", "R"),
    instant("acknowledged_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an acknowledgements file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
