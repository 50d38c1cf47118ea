"""CSV lanes: how far each node is from each region, by carrier zone.

UTF-8, comma separated, header = the columns of ``LANES``.
"""

from __future__ import annotations

from transforms.contracts.documents import LANES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, quantity, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = LANES

_RULES = (
    spelled("zone", "[1-8]", "4"),
    quantity("distance_km", minimum=0),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a lane file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
