"""CSV orders: one line per order line, an order loaded whole or not at all.

Comma separated, header = the columns of ``ORDERS``, in any order. A file may
leave out ``format``, ``action`` (then ``create``), ``order_name`` (then the
order's id), ``updated_at`` (then when it was ordered), ``discount_amount`` and
``tax_amount`` (then 0), ``is_ship_complete`` (then false) and every column that
may be empty. ``service_code`` PICK_UP says that the customer fetches the order at
the store ``node_ref``, SHIP_TO_STORE that any node sends it to that store and the
customer fetches it there; an order's first line says so for all. Lines of an order
with the same ``keep_together``, any text, go in one shipment from one node, or all of
them wait; a later version may change it. Where ``uom_code``
names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches. An order with a broken line is refused with all
its lines. Numbers and times may be spelled as the profile says
(``reading.spelling``).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from transforms.contracts.documents import ORDERS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.accounts import (
    optional_columns,
    required_columns,
    settle,
)
from transforms.feeds.reading.delimited import read_delimited
from transforms.feeds.reading.header import COMMA
from transforms.feeds.reading.order_rules import judge_orders
from transforms.feeds.reading.rows import with_defaults

DOCUMENT = ORDERS

_FILLED = {
    "action": pl.lit("create"),
    "order_name": pl.col("order_ref"),
    "updated_at": pl.lit(None, pl.String),
    "discount_amount": pl.lit("0"),
    "tax_amount": pl.lit("0"),
    "is_ship_complete": pl.lit("false"),
}
_OURS = {"format": pl.lit("csv_orders")}


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of orders; never raises on any bytes."""
    needed = [n for n in required_columns(DOCUMENT) if n not in _FILLED | _OURS]
    optional = [*_FILLED, *optional_columns(DOCUMENT)]
    read = read_delimited(payload, profile, COMMA, needed, optional, [*_OURS])
    cells = with_defaults(read.cells, _FILLED).with_columns(**_OURS)
    read = replace(read, cells=cells)
    good, problems = judge_orders(read, profile)
    # What was judged makes room for what is said of it.
    read = replace(read, cells=read.cells.clear())
    return settle(read, good, problems, DOCUMENT)
