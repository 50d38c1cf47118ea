"""CSV pick lists for our own DCs and stores: what to take and where to send it.

Lines stand by node, instruction and SKU, as a picker works; every line names
its recipient, so that a parcel can be labelled from the list alone. Where
``service_code`` is PICK_UP the customer fetches it at the node: there is no address,
and ``ship_by_date`` is the day on which it lies ready. With the option
``names_lots: true`` a last column ``lot_ref`` says which lot to take first, with
``names_waves: true`` another, ``wave_ref``, the wave it belongs to.
"""

from __future__ import annotations

from transforms.contracts.decisions import SHIPPING_ORDERS
from transforms.instructions.writing.csv_lines import csv_writer

DOCUMENT = SHIPPING_ORDERS

_ORDER = ("node_id", "instruction_id", "sku_id", "instruction_line_ref")
_FIRST = ("node_id", "instruction_id", "sku_id", "product_name", "qty")
_LEFT_OUT = ("replaces_ref", "to_store_id", "lot_ref", "wave_ref")
_COLUMNS = (
    *_FIRST,
    *(n for n in DOCUMENT.names if n not in {*_FIRST, *_LEFT_OUT}),
)

render = csv_writer(DOCUMENT, "pick_list", _COLUMNS, _ORDER)
