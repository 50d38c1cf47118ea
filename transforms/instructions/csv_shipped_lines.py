"""CSV of what has left: tells a channel which lines were shipped, and how.

One line per line of an order that a node says has left, by the channel's own order
and line; each is told once. Where a node sent another SKU instead, ``sku_id`` is that
one and ``ordered_sku_id`` the one that the line asks for. ``due_at`` is when the
channel is to know at the latest: option ``tell_shipments_within_hours`` after it left
(24).
"""

from __future__ import annotations

from transforms.contracts.telling import SHIPPED_LINES
from transforms.instructions.writing.csv_lines import csv_writer

DOCUMENT = SHIPPED_LINES

_COLUMNS = tuple(n for n in DOCUMENT.names if n not in {"event_id", "line_no"})

render = csv_writer(
    DOCUMENT, "shipped_lines", _COLUMNS, ("order_ref", "line_no", "event_id")
)
