"""CSV actions on orders: holds and their ends, cancellations, approvals.

UTF-8, comma separated, header = the columns of ``ORDER_ACTIONS``. Without a line
the whole order is meant, lines that are added to it later included. HOLD and
CANCEL need a reason; UNHOLD without one ends every hold, APPROVE needs none.
Only operators act on orders of other channels (``channel_ref``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import ORDER_ACTIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, instant, one_of
from transforms.feeds.reading.documents import parse_document

DOCUMENT = ORDER_ACTIONS

ACTIONS = ("HOLD", "UNHOLD", "CANCEL", "APPROVE")
REASONS = (
    "FRAUD", "ADDRESS", "AWAITING_PAYMENT", "OUT_OF_STOCK", "UNKNOWN_DATE",
    "AWAITING_RETURN", "APPROVAL", "CREDIT", "CUSTOMER_REQUEST", "MANUAL",
)  # fmt: skip
_NEEDS_REASON = pl.col("action").is_in(["HOLD", "CANCEL"])
_RULES = (
    one_of("action", *ACTIONS),
    one_of("reason_code", *REASONS),
    Rule(
        "reason_code",
        "MISSING_VALUE",
        _NEEDS_REASON & pl.col("reason_code").is_null(),
        "reason_code of a HOLD or CANCEL",
        is_about_missing=True,
    ),
    instant("acted_at"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of actions; never raises, see ``parse_document``."""
    free_text = ["author", "note"]
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=free_text)
