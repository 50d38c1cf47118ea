"""CSV stock feed: how much a channel may sell, one line per SKU.

Absolute figures: a SKU that is not in the file is as before. ``sku_ref`` is the
channel's own name of the SKU where an alias says one.
"""

from __future__ import annotations

from transforms.contracts.telling import STOCK_OFFERS
from transforms.instructions.writing.csv_lines import csv_writer

DOCUMENT = STOCK_OFFERS

render = csv_writer(DOCUMENT, "stock_offers", DOCUMENT.names, ("sku_id",))
