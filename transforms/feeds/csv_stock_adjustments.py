"""CSV stock adjustments: corrections of a node's stock, one line per SKU.

UTF-8, comma separated, header = the columns of ``STOCK_ADJUSTMENTS``. Where
``uom_code`` names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches. A move from one status to another names both, and
its quantity leaves the first whatever its sign; a STATUS_CHANGE is always a move.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import STOCK_ADJUSTMENTS
from transforms.contracts.documents.stock import ADJUSTMENT_REASONS, STOCK_STATUSES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = STOCK_ADJUSTMENTS

_IS_NO_MOVE = pl.col("to_stock_status") == pl.col("stock_status")
_IS_MOVE_NOWHERE = pl.col("to_stock_status").is_null() & (
    pl.col("reason_code") == "STATUS_CHANGE"
)
_RULES = (
    quantity("qty"),
    one_of("stock_status", *STOCK_STATUSES),
    one_of("to_stock_status", *STOCK_STATUSES),
    Rule("to_stock_status", "BAD_CODE", _IS_NO_MOVE, "another status than the first"),
    one_of("reason_code", *ADJUSTMENT_REASONS),
    Rule(
        "to_stock_status",
        "MISSING_VALUE",
        _IS_MOVE_NOWHERE,
        "the status that a STATUS_CHANGE moves to",
        is_about_missing=True,
    ),
    instant_or_date("adjusted_on"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of corrections; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
