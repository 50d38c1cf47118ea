"""CSV kits: what is inside a kit, one line per component.

UTF-8, comma separated, header = the columns of ``KIT_COMPONENTS``. A kit does
not contain itself; kits may stand in kits, four deep. A component's row of a later
``valid_from`` ends the one before it. Where each component of a kit has a
``price_weight``, its price is spread by these, else by eaches.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import KIT_COMPONENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, instant, quantity
from transforms.feeds.reading.documents import parse_document
from transforms.feeds.reading.periods import period

DOCUMENT = KIT_COMPONENTS

_IS_ITSELF = pl.col("component_sku_ref") == pl.col("kit_sku_ref")
_RULES = (
    Rule("component_sku_ref", "BAD_CODE", _IS_ITSELF, "another SKU than the kit"),
    quantity("qty", minimum=1),
    quantity("price_weight", minimum=1),
    *period(),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of kits; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
