"""CSV stock adjustments: corrections of a node's stock, one line per SKU.

UTF-8, comma separated, header = the columns of ``STOCK_ADJUSTMENTS``. Where
``uom_code`` names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches. A move from one status to another names both.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import STOCK_ADJUSTMENTS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = STOCK_ADJUSTMENTS

_STATUSES = ("AVAILABLE", "DAMAGED", "HOLD")
_REASONS = (
    "CYCLE_COUNT", "DAMAGED", "EXPIRED", "FOUND", "LOST", "THEFT", "RETURNED",
    "RECEIVING_ERROR", "SHIPPING_ERROR", "RELABELLED", "STATUS_CHANGE", "OTHER",
)  # fmt: skip
_IS_NO_MOVE = pl.col("to_stock_status") == pl.col("stock_status")
_RULES = (
    quantity("qty"),
    one_of("stock_status", *_STATUSES),
    one_of("to_stock_status", *_STATUSES),
    Rule("to_stock_status", "BAD_CODE", _IS_NO_MOVE, "another status than the first"),
    one_of("reason_code", *_REASONS),
    instant_or_date("adjusted_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of corrections; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
