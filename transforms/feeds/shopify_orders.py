"""Shopify Admin REST orders: one order object per line, or a page of them.

A line is an order, ``{"order": …}`` or ``{"orders": […]}``; a whole file that is one
page is read too. On one physical line, each of its orders is a line. A line stands or
falls as a whole, so no order is loaded in part. Prices are per unit: the line's amount
is price times quantity, less the tax where ``taxes_included``; its discount is the sum
of its allocations, else ``total_discount``. The order's amount is ``subtotal_price``
with the taxes of the lines, or ``total_price`` less shipping where no subtotal is
sent. Ordered is ``quantity`` less what a refund took off before it was sent
(``restock_type`` cancel, or no_restock of more than was sent); then the money of the
line follows, down to a coin, and the order's amount is not known. What
``fulfillments`` of status success sent has left: what we did not send ourselves is no
demand. Lines that need no shipping (tips, gift cards, downloads) are left out, and an
order of nothing else gives no row. A sale of a till, fulfilled and without an address,
has service NONE and ``location_id`` as its node. A line without SKU is called
``variant:5`` or ``product:7``: map that in the aliases. Custom attributes are text
beside the line (``line_note``) or in the order's note, tags are kept; lines with the
same value of ``_keep_together`` among theirs go in one shipment. An order that lists
no lines is refused, and so is one of the test mode (``test``). ``created_at`` and
``updated_at`` make a version. A shipping code such as "Express" is expedited, the tag
``ship-complete`` asks for all lines in one go. Column names in rejects are Shopify's.
"""

from __future__ import annotations

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import shopify
from transforms.feeds.reading.json_compounds import parse_compounds
from transforms.feeds.reading.json_units import ORDER_WRAPPERS

DOCUMENT = ORDERS
WRAPPERS = ORDER_WRAPPERS


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order file; a broken order is refused with its whole line.

    Never raises on any bytes.
    """
    return parse_compounds(
        payload, profile, DOCUMENT, shopify.ORDER, shopify.rest_rows, WRAPPERS
    )
