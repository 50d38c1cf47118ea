"""Shopify Admin REST orders: one order object per line, or a page of them.

A line is an order, ``{"order": …}`` or ``{"orders": […]}``; a whole file that is
one pretty-printed page is read too. A line stands or falls as a whole, so no
order is loaded in part. Prices are per unit: the line's amount is price times
quantity, less the tax where ``taxes_included``; its discount is the sum of its
allocations, else ``total_discount``. The order's amount is ``subtotal_price``
with the taxes of the lines, or ``total_price`` less shipping where no subtotal
is sent. ``quantity`` is what was ordered: refunds and removals of lines are
another document. ``created_at`` and ``updated_at`` make a version. A shipping
code such as "Express" is expedited, the tag ``ship-complete`` asks for all
lines in one go. Column names in rejects are Shopify's.
"""

from __future__ import annotations

from functools import partial

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import shopify
from transforms.feeds.reading.json_compounds import parse_compounds
from transforms.feeds.reading.json_units import ORDER_WRAPPERS

DOCUMENT = ORDERS


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an order file; a broken order is refused with its whole line.

    Never raises on any bytes.
    """
    meaning = partial(shopify.rows_of, format_name="shopify_orders")
    return parse_compounds(
        payload, profile, DOCUMENT, shopify.ORDER, meaning, ORDER_WRAPPERS
    )
