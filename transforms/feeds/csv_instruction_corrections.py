"""CSV corrections of instructions that were sent: method, recipient, or fewer eaches.

UTF-8, comma separated, header = the columns of ``INSTRUCTION_CORRECTIONS``. A row
changes either what its cells name of the whole instruction, the rest stays, or
(``line_ref`` and ``qty``) the eaches of one line. What a node is told more of, or
sooner, is no correction: the order is amended. What its customer fetches at a store
(PICK_UP, SHIP_TO_STORE) stays so: another service is refused (FETCHED_AT_STORE).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import INSTRUCTION_CORRECTIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.contracts.services import FETCHED
from transforms.feeds.reading.cells import Rule, instant, one_of, quantity, spelled
from transforms.feeds.reading.documents import parse_document

DOCUMENT = INSTRUCTION_CORRECTIONS

_OF_THE_WHOLE = [
    name
    for name in DOCUMENT.names
    if name.startswith("ship_to_") or name == "service_code"
]
_IS_WHOLE = pl.any_horizontal(pl.col(_OF_THE_WHOLE).is_not_null())
_HAS_LINE, _HAS_QTY = pl.col("line_ref").is_not_null(), pl.col("qty").is_not_null()
_RULES = (
    quantity("qty", minimum=0),
    one_of("service_code", "STANDARD", "EXPEDITED", *FETCHED),
    spelled("ship_to_country", "[A-Z]{2}", "US"),
    Rule("qty", "MISSING_VALUE", _HAS_LINE & ~_HAS_QTY, "qty", is_about_missing=True),
    Rule(
        "line_ref",
        "MISSING_VALUE",
        ~_HAS_LINE & (_HAS_QTY | ~_IS_WHOLE),
        "line_ref of a qty, or what changes",
        is_about_missing=True,
    ),
    Rule(
        "line_ref",
        "BAD_CODE",
        _HAS_LINE & _IS_WHOLE,
        "a line's eaches, or what changes of the whole, each in a row of its own",
    ),
    instant("corrected_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of corrections; never raises, see ``parse_document``."""
    free_text = ["author", "note"]
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=free_text)
