"""Walmart Marketplace orders as JSON: United States, Canada, Mexico.

- Read are ``{"list": {"elements": {"order": […]}}}``, ``{"order": […]}``,
  ``{"order": {…}}`` and one order a line. Canada answers in XML unless it is
  asked for ``application/json``.
- order_ref is ``purchaseOrderId``; orders that Walmart fulfils in Mexico have
  none and go by ``customerOrderId``. line_ref is ``lineNumber`` or
  ``primeLineNumber``. Times are milliseconds since 1970, or ISO 8601; the newest
  ``statusDate`` makes the version.
- The line's amount are its PRODUCT charges, for the whole line (option
  ``charge_basis: unit`` if a partner's are for one each), its tax theirs; PRODUCT
  charges below zero and DISCOUNT charges but those of shipping are its discount.
  Mexico names no amount there: then it is ``unitPriceWithoutTax``, else
  ``unitPrice`` less the tax, times the quantity. No total is carried.
- Ordered is what the line's statuses count and is not Cancelled, and what they
  count as Shipped, Delivered or refunded has left. A line wholly
  cancelled is left out; an order with nothing else is cancelled, and its lines
  say what they said, at least 1.
- An order with ``shipNode.type`` WFSFulfilled is Walmart's to ship: service NONE,
  node ``wfs_node_ref`` of the options, else "WFS".
- USA, CAN and MEX become US, CA and MX. Walmart has the money: orders are paid.

Column names in rejects are Walmart's.
"""

from __future__ import annotations

from functools import partial

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import walmart
from transforms.feeds.reading.json_compounds import parse_compounds

DOCUMENT = ORDERS

WRAPPERS = ("list", "elements", "order")


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of orders; a broken order is refused with its lines.

    Never raises on any bytes.
    """
    meaning = partial(walmart.rows_of, profile=profile)
    return parse_compounds(payload, profile, DOCUMENT, walmart.ORDER, meaning, WRAPPERS)
