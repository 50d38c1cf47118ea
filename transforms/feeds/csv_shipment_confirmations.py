"""CSV ship confirmations: what left a node, one line per instruction line.

UTF-8, comma separated, header = the columns of ``SHIPMENT_CONFIRMATIONS``. Where
``uom_code`` names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches.

A line of a shipment is told whole, each parcel of it in a row: a later file takes the
place of what an earlier one said of the line. ``confirmed_at`` says which is later;
without it, that is the one which reached us later. What leaves of the line afterwards
is a shipment of its own, under another ``shipment_ref``; a line that a later file does
not name stands as it was told, until one names it with 0 shipped.

What left instead of what was asked for has ``ordered_sku_ref``, the SKU that was
asked for; a row of the same line may say beside it what of that did leave. Asked for
is then what the line asks for, in each of them.
"""

from __future__ import annotations

from transforms.contracts.documents import SHIPMENT_CONFIRMATIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import (
    instant,
    instant_or_date,
    one_of,
    quantity,
)
from transforms.feeds.reading.documents import parse_document

DOCUMENT = SHIPMENT_CONFIRMATIONS

_RULES = (
    quantity("ordered_qty", minimum=1),
    quantity("shipped_qty", minimum=0),
    instant_or_date("shipped_on"),
    one_of("action", "original", "replace"),
    instant("confirmed_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a ship confirmation file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
