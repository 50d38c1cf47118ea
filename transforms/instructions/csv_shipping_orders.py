"""CSV shipping orders: asking a 3PL to ship, one line per instruction line.

The partner echoes ``control_no`` in its acknowledgement, ``instruction_id`` and
``instruction_line_ref`` in its ship confirmations and refusals. Where
``service_code`` is PICK_UP the customer fetches it at the node: there is no address,
and ``ship_by_date`` is the day on which it lies ready. With the option
``names_lots: true`` a last column ``lot_ref`` says which lot to take first, with
``names_waves: true`` another, ``wave_ref``, the wave it belongs to.
"""

from __future__ import annotations

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.instructions.writing.csv_lines import csv_writer

DOCUMENT = SHIPPING_ORDERS

_LEFT_OUT = {"replaces_ref", "to_store_id", "lot_ref", "wave_ref"}
_COLUMNS = tuple(name for name in DOCUMENT.names if name not in _LEFT_OUT)
_ORDER = ("instruction_id", "instruction_line_ref")

render = csv_writer(DOCUMENT, "shipping_orders", _COLUMNS, _ORDER)
