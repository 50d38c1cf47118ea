"""Orders in a partner's own columns: CSV, TSV or XLSX, one line per order line.

The profile says which header is which column (``reading.mapping``), how the
file is cut (``reading.tables``) and how numbers and days are spelled
(``reading.spelling``; ISO times without an offset are local to the profile's
zone). An order with a broken line is refused with all its lines.

Where the mapping says nothing: ``action`` is create, ``order_name`` the order's
id, ``line_ref`` ``sku:`` and the SKU (``#2`` for a second line of it),
``updated_at`` when it was ordered, ``currency_code`` the profile's,
``discount_amount`` and ``tax_amount`` 0, ``service_code`` STANDARD,
``is_ship_complete`` false. ``payment_status`` must be said. Instead of
``line_amount`` a file may give ``unit_amount``, the price of one each; times
the quantity it must be whole coins.

Column names in rejects are the partner's.

    options:
      column.order_ref: "Order No"
      column.ordered_at: "Created"
      column.sku_ref: "Item"
      column.qty: "Qty"
      column.unit_amount: "Price"
      column.service_code: "Shipping"
      value.service_code.DHL Express: EXPEDITED
      value.service_code.*: STANDARD
      constant.payment_status: paid
      date_format: "%d.%m.%Y %H:%M"
      decimal: ","
      delimiter: ";"
"""

from __future__ import annotations

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import settle
from transforms.feeds.reading.mapping import profile_faults, read_mapped
from transforms.feeds.reading.order_rules import judge_orders, order_form

DOCUMENT = ORDERS


def faults(profile: Profile) -> list[str]:
    """What is wrong with a profile's options, for whoever loads it."""
    return profile_faults(profile, order_form(profile, "mapped_orders"))


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of orders; never raises on any bytes and any options."""
    form = order_form(profile, "mapped_orders")
    read, mapping = read_mapped(payload, profile, form)
    if mapping is None:
        return settle(read, read.cells, read.problems.clear(), DOCUMENT)
    good, problems = judge_orders(read, profile, is_free=True)
    return settle(read, good, mapping.by_header(problems, form), DOCUMENT)
