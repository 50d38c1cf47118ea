"""Orders in a partner's own columns: CSV, TSV or XLSX, one line per order line.

Options of the profile say what the file means:

- ``column.COLUMN``: the header a column of ``ORDERS`` stands under; case does not
  matter. ``constant.COLUMN``: what every line has. ``default.COLUMN``: what a line
  with an empty cell has. ``value.COLUMN.THEIRS``: what a value of theirs means,
  ``value.COLUMN.*`` for all that have no such line.
- ``order_cells: first_line``: what concerns the whole order stands on its first
  line only. ``ignored_columns``: headers, joined by commas, that nobody need be
  told of, ``*`` for all.
- ``delimiter`` (``,`` unless told, ``tab``), ``quote`` (``"`` unless told, ``none``),
  ``encoding`` (utf-8 unless told, utf-16, latin-1, cp1252, cp437, gb18030, gbk,
  shift_jis; a byte order mark wins). XLSX: ``sheet``, ``header_row``.
- ``decimal`` (``.`` unless told, or ``,``), ``thousands`` (``.``, ``,``, ``'`` or
  ``space``), ``quantities: decimal`` where 3.0 are three eaches, ``date_format``
  by strptime, ``date_format.COLUMN`` for one column. ISO 8601 is read besides;
  times without an offset are of the profile's zone, a day alone is its midnight.

Where the mapping says nothing: ``action`` is create, ``order_name`` the order's
id, ``line_ref`` ``sku:`` and the SKU (``#2`` for a second line of it),
``updated_at`` when it was ordered, ``currency_code`` the profile's,
``discount_amount`` and ``tax_amount`` 0, ``service_code`` STANDARD,
``is_ship_complete`` false. ``payment_status`` must be said. Instead of
``line_amount`` a file may give ``unit_amount``, the price of one each (or of one
``uom_code``, where that names another unit than EA; silver asks
``units_of_measure`` for its eaches); times the quantity it must be whole coins. A
number that a spreadsheet rewrote as 1.23E+12 is no order, line or SKU. An order
with a broken line is refused with all its lines. Column names in rejects are the
partner's; a fault in the profile refuses the whole file and is told.

A channel that changes or cancels orders has columns for it: ``updated_at``, and
``action`` or ``cancelled_at``. One header may be two columns of ours.

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
