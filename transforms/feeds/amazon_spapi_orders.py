"""Amazon SP-API orders: ``getOrders`` of v0 with its items, or 2026-01-01.

- Read are ``{"payload": {"Orders": […]}}``, ``{"payload": {…}}`` of one order and
  ``{"orders": […]}``, whole files or one a line. Orders of v0 come without their
  items: the fetcher adds the list that ``getOrderItems`` gives as ``OrderItems``,
  all its pages. An order without items is refused.
- order_ref is ``AmazonOrderId`` and line_ref ``OrderItemId``, as in the order
  report for shipping; a version is told by ``LastUpdateDate``.
- A price is the whole line's: ``ItemPrice``; of 2026-01-01 the breakdowns ITEM,
  DISCOUNT and TAX of the item, or its unit price times the quantity. Shipping and
  gift wrap are left out, and so is the order's total, which has them in it. JPY
  has no decimals: 1980 and 1980.00 are read, 25.99 is refused. A price may be
  missing while the order is pending, if it is cancelled or a replacement; then
  it is 0. A currency that is nowhere said is the profile's.
- Shipped are the quantities that Amazon counts as such, by whoever sent them.
- Pending waits for payment, cancelled and unfulfillable orders are cancelled. Of
  a cancelled item Amazon says quantity 0: it is left out, or, if nothing else is
  left, the order is cancelled; its lines then say 1, since a line has an each.
  A buyer who asks for a cancellation has not got it yet.
- What the buyer had made (``CustomizedURL``) and the words on a gift are noted at
  the line.
- Orders that Amazon fulfils (AFN, ``fulfilledBy`` AMAZON) are never allocated:
  their service is NONE and their node is option ``fba_node_ref``, else "FBA".
- Without the role for personal data recipient and buyer are missing; the order is
  read all the same.

Column names in rejects are those of v0.
"""

from __future__ import annotations

from functools import partial

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading import amazon_spapi
from transforms.feeds.reading.json_compounds import parse_compounds

DOCUMENT = ORDERS

WRAPPERS = ("payload", "Orders", "orders", "order")


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of orders; a broken order is refused with its lines.

    Never raises on any bytes.
    """
    meaning = partial(amazon_spapi.rows_of, profile=profile)
    return parse_compounds(
        payload, profile, DOCUMENT, amazon_spapi.ORDER, meaning, WRAPPERS
    )
