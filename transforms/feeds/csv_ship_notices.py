"""CSV ship notices: goods on the way to a node, one line per advised line.

UTF-8, comma separated, header = the columns of ``SHIP_NOTICES``. Where ``uom_code``
names another unit than EA, quantities are of it and silver asks
``units_of_measure`` for its eaches. A line with nothing shipped says that none of
it comes.

``action`` says what a line does: ``original`` (also where it is left out) advises,
``replace`` replaces all that was said of the notice before, ``cancel`` takes it back
and needs ``notice_ref``, ``notice_kind`` and ``notice_at`` only. Before is what
``notice_at`` says (else ``shipped_on``), not what arrived first; a date alone is the
start of its day, of a replacement or a cancellation the end.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import SHIP_NOTICES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, date, instant_or_date, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = SHIP_NOTICES

_OF_A_LINE = ("line_ref", "node_ref", "sku_ref", "shipped_qty", "shipped_on")
_FILLED = {"action": pl.lit("original"), "notice_at": pl.col("shipped_on")}


def _of_a_line(column: str) -> Rule:
    """What a line that advises goods cannot do without."""
    has_lines = pl.col("action").is_in(["original", "replace"])
    is_missing = pl.col(column).is_null() & has_lines
    return Rule(column, "MISSING_VALUE", is_missing, column, is_about_missing=True)


_RULES = (
    one_of("action", "original", "replace", "cancel"),
    *map(_of_a_line, _OF_A_LINE),
    one_of("notice_kind", "supplier", "transfer"),
    quantity("shipped_qty", minimum=0),
    quantity("ordered_qty", minimum=0),
    date("expires_on"),
    instant_or_date("shipped_on"),
    date("expected_on"),
    instant_or_date("notice_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of notices; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES, filled=_FILLED)
