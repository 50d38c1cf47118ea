"""CSV aliases: other names of a SKU, one line per name.

UTF-8, comma separated, header = the columns of ``SKU_ALIASES``.
"""

from __future__ import annotations

from transforms.contracts.documents import SKU_ALIASES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.periods import period

DOCUMENT = SKU_ALIASES

_RULES = (
    one_of("alias_kind", "SKU", "UPC", "EAN", "ASIN", "VENDOR"),
    quantity("eaches", minimum=1),
    *period(),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of aliases; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
