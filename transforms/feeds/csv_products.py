"""CSV product master: one line per SKU.

UTF-8, comma separated, header = the columns of ``PRODUCTS``. An order of a kit
(``is_kit`` true) waits until ``kit_components`` say what is in it. Before
``released_on`` what is ordered of it is a preorder and takes no eaches.
"""

from __future__ import annotations

from transforms.contracts.documents import PRODUCTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import date, instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = PRODUCTS

_RULES = (
    one_of("brand", "National", "Private"),
    quantity("grams", minimum=1),
    one_of("is_weight_estimated", "true", "false"),
    one_of("is_kit", "true", "false"),
    date("released_on"),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a product file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
