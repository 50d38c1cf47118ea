"""CSV receipts: what a node took in, one line per received SKU.

UTF-8, comma separated, header = the columns of ``RECEIPTS``. Where
``uom_code`` names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches.
"""

from __future__ import annotations

from transforms.contracts.documents import RECEIPTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = RECEIPTS

_RULES = (
    quantity("qty", minimum=1),
    one_of("stock_status", "AVAILABLE", "DAMAGED", "HOLD"),
    instant_or_date("received_on"),
    instant_or_date("expires_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a receipts file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
