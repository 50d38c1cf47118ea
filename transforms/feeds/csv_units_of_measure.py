"""CSV units of measure: how many eaches are in a case, one line per SKU and unit.

UTF-8, comma separated, header = the columns of ``UNITS_OF_MEASURE``. ``EA`` is
one each, whoever says otherwise.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import UNITS_OF_MEASURE
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, date, instant, quantity, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = UNITS_OF_MEASURE

_IS_NO_EACH = (pl.col("uom_code") == "EA") & (pl.col("eaches") != "1")
_RULES = (
    spelled("uom_code", "[A-Z0-9]{1,3}", "CS"),
    quantity("eaches", minimum=1),
    Rule("eaches", "BAD_QTY", _IS_NO_EACH, "eaches, 1 in an EA"),
    date("valid_from"),
    instant("updated_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of units; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
