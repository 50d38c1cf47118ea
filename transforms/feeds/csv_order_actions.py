"""CSV actions on orders: holds, cancellations, approvals, pins, substitutions.

UTF-8, comma separated, header = the columns of ``ORDER_ACTIONS``. Without a line
the whole order is meant, lines that are added to it later included. HOLD, CANCEL and
PIN need a reason; UNHOLD without one ends every hold, APPROVE needs none. PIN says
which node it is to ship from and until when (``until_date``), UNPIN ends that. HOLD
and APPROVE may name their last business date too: then a hold ends by itself, and what
an approval let go may be held again. No other action has a node or an end.
SUBSTITUTE has another SKU sent for eaches of a line that no node was told of, such as
one that its customer agreed to: ``ratio`` eaches of ``alternative_ref``, a SKU of the
product master, for one each, of ``qty`` eaches or of all that wait. It is done once:
of two under one ``action_ref`` the one that was done first counts. Only operators act
on orders of other channels (``channel_ref``).
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import ORDER_ACTIONS
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.reading.cells import Rule, date, instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = ORDER_ACTIONS

ACTIONS = ("HOLD", "UNHOLD", "CANCEL", "APPROVE", "PIN", "UNPIN", "SUBSTITUTE")
REASONS = (
    "FRAUD", "ADDRESS", "AWAITING_PAYMENT", "OUT_OF_STOCK", "UNKNOWN_DATE",
    "AWAITING_RETURN", "APPROVAL", "CREDIT", "CUSTOMER_REQUEST", "MANUAL",
)  # fmt: skip
_NEEDS_REASON = pl.col("action").is_in(["HOLD", "CANCEL", "PIN"])
_IS_PIN = pl.col("action") == "PIN"
_IS_SUBSTITUTE = pl.col("action") == "SUBSTITUTE"
_MAY_END = pl.col("action").is_in(["PIN", "HOLD", "APPROVE"])
_RULES = (
    one_of("action", *ACTIONS),
    one_of("reason_code", *REASONS),
    Rule(
        "reason_code",
        "MISSING_VALUE",
        _NEEDS_REASON & pl.col("reason_code").is_null(),
        "reason_code of a HOLD, CANCEL or PIN",
        is_about_missing=True,
    ),
    *(
        Rule(
            column,
            "MISSING_VALUE",
            _IS_PIN & pl.col(column).is_null(),
            f"{column} of a PIN",
            is_about_missing=True,
        )
        for column in ("node_ref", "until_date")
    ),
    *(
        Rule(
            column,
            "MISSING_VALUE",
            _IS_SUBSTITUTE & pl.col(column).is_null(),
            f"{column} of a SUBSTITUTE",
            is_about_missing=True,
        )
        for column in ("line_ref", "alternative_ref", "ratio")
    ),
    *(
        Rule(
            column,
            "MISPLACED_VALUE",
            ~_IS_SUBSTITUTE,
            f"{column} is of a SUBSTITUTE only",
        )
        for column in ("alternative_ref", "ratio", "qty")
    ),
    Rule("node_ref", "MISPLACED_VALUE", ~_IS_PIN, "node_ref is of a PIN only"),
    Rule(
        "until_date",
        "MISPLACED_VALUE",
        ~_MAY_END,
        "until_date is of a PIN, HOLD or APPROVE only",
    ),
    quantity("ratio", minimum=1),
    quantity("qty", minimum=1),
    instant("acted_at"),
    date("until_date"),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read a file of actions; never raises, see ``parse_document``."""
    free_text = ["author", "note"]
    return parse_document(payload, profile, DOCUMENT, _RULES, free_text=free_text)
