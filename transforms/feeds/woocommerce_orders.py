"""WooCommerce REST orders: a list, one order, JSON lines, pages of wc/v1–v3.

Version 3 and the legacy ``{"order": …}`` and ``{"orders": […]}`` are read, and
``create`` and ``update`` of a batch answer (not ``delete``: trash is a status).

- Times: ``date_created_gmt`` and ``date_modified_gmt`` count as UTC; where they
  are missing the local ones in the zone of the profile.
- status: processing and completed are paid (terms, if the method is ``cod``),
  pending, on-hold and failed wait for payment; cancelled and trash cancel, and
  so does refunded unless the order was completed before. Statuses of plug-ins
  that mean a paid order are named in option ``paid_statuses`` (``a,b``).
- The lines of a completed order have left: what we did not send, the shop did.
- A line's amount is ``subtotal``, its discount what ``total`` is less; both are
  without tax. The order's amount is ``total`` less shipping, fees and taxes,
  with the taxes of the lines: WooCommerce rounds the tax of an order anew.
- A line without ``sku`` has ``variation:23``, else ``product:22``, as SKU, which
  no real SKU can be mistaken for: map it in the aliases. Lines keep what was
  ordered; refunds are another document.
- What the buyer chose or wrote for a line (``meta_data`` that the shop shows) is
  noted at the line.
- Empty shipping addresses mean the billing address. ``customer_id`` 0 is a guest.
- A shipping line of the method ``local_pickup`` or ``pickup_location`` makes it a
  PICK_UP at the place that its ``meta_data`` ``pickup_location`` names, else its
  title; option ``pickup_node.PLACE`` says which node that is (``pickup_node.Harbour
  shop: STORE-9``), else the place is the node's name.
- ``meta_data`` ``ship_complete`` (yes, true, 1) asks for all lines in one go.
"""

from __future__ import annotations

from functools import partial

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import woocommerce
from transforms.feeds.reading.json_compounds import parse_compounds

DOCUMENT = ORDERS

WRAPPERS = ("orders", "order", "create", "update")


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order file; a broken order is refused with its lines.

    Never raises on any bytes. Column names in rejects are WooCommerce's.
    """
    meaning = partial(woocommerce.rows_of, profile=profile)
    return parse_compounds(
        payload, profile, DOCUMENT, woocommerce.ORDER, meaning, WRAPPERS
    )
