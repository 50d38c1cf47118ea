"""CSV fulfilment statuses: how far a node is, one line per step of a line.

UTF-8, comma separated, header = the columns of ``FULFILMENT_STATUSES``. Without
a line number all lines of the instruction are meant, without a quantity all of
the line; CANCELLED, which answers a request to cancel, and COLLECTED and
NOT_COLLECTED, which say what a customer came for, name both. READY: it lies at the
counter for the customer.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import FULFILMENT_STATUSES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = FULFILMENT_STATUSES

_STATUSES = (
    "ACCEPTED", "PICKING", "PICKED", "PACKED", "LABELLED", "READY", "ON_HOLD",
    "CANCELLED", "COLLECTED", "NOT_COLLECTED",
)  # fmt: skip
_IS_FINAL = pl.col("status_code").is_in(["CANCELLED", "COLLECTED", "NOT_COLLECTED"])
_RULES = (
    *(
        Rule(
            name,
            "MISSING_VALUE",
            _IS_FINAL & pl.col(name).is_null(),
            f"{name} of what is CANCELLED, COLLECTED or not",
            is_about_missing=True,
        )
        for name in ("line_ref", "qty")
    ),
    one_of("status_code", *_STATUSES),
    quantity("qty", minimum=1),
    instant("status_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a status file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=["note"])
