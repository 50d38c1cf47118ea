"""ShipBob shipments that have left, from orders or shipments as JSON.

- Read are the answers of ``order`` (a list, or one), each with its ``shipments``,
  and shipments alone; whole files or one object a line.
- A shipment has left when ``actual_fulfillment_date`` is set and it is not
  Cancelled; of all others nothing is said, whatever else their status tells.
- The instruction is the order's ``reference_id``, the line ``external_line_id`` of
  the order's product, or, where that is not sent (shipments alone), the product's
  own ``reference_id``. If an order names a product twice, its shipments fill the
  lines in their order.
- Shipped are the quantities of the ``inventory_items``, one row a line and ``lot``,
  with their ``serial_numbers``; their expiration dates are known from receipts and
  counts. Where the product's own ``quantity`` is another than theirs, no lot is told.
  A product of several items is a kit and counts as often as it was ordered; in an
  order of several shipments nobody knows how often, and the order is refused.
- ShipBob keeps what is missing for another shipment and never says that it ships
  short: asked for is what was shipped.
- ShipBob sends what was ordered: nothing of it can say that another SKU left instead.
- The node is ``location.id``; the carrier ``scac``, else its name.
"""

from __future__ import annotations

from transforms.contracts.documents import SHIPMENT_CONFIRMATIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import shipbob
from transforms.feeds.reading.json_compounds import parse_compounds

DOCUMENT = SHIPMENT_CONFIRMATIONS
WRAPPERS = ("items",)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of orders; a broken order is refused with its lines.

    Never raises on any bytes. Column names in rejects are ShipBob's.
    """
    return parse_compounds(
        payload, profile, DOCUMENT, shipbob.ORDER, shipbob.rows_of, WRAPPERS
    )
