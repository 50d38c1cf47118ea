"""CSV stock snapshots: what a node counted, one line per SKU and status.

UTF-8, comma separated, header = the columns of ``STOCK_SNAPSHOTS``. Where
``uom_code`` names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches. ``location_ref`` is the bin where a lot lies, in a
code that sorts as text in the order of a walk; it may be left out. A SKU that is
counted twice, and by neither another status, lot, expiry, location nor unit, is
refused, unless option ``repeated_rows`` is ``add``: then the node counts by bin, and
the file's rows are added up.
"""

from __future__ import annotations

from transforms.contracts.documents import STOCK_SNAPSHOTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import instant, instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = STOCK_SNAPSHOTS

_RULES = (
    one_of("stock_status", "AVAILABLE", "DAMAGED", "HOLD"),
    one_of("quantity_basis", "on_hand", "available"),
    quantity("qty"),
    instant("snapshot_at"),
    instant_or_date("expires_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a stock file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
