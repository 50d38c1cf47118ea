"""Whose a disagreement is: the team that acts on a code, and so on a class.

What waits goes to whom ``owners`` of ``policies/allocation.yaml`` names by its reason,
in the words of this list. Not here: who took one over (``snoozes``, the queue).
"""

from __future__ import annotations

import polars as pl

OWNERS = {
    "ILLEGAL": "order desk",
    "UNKNOWN_TO_US": "partner desk",
    "OVERSHIPPED": "customer care",
    "CONFIRMED_TWICE": "partner desk",
    "SHORT_SHIPPED": "partner desk",
    "REFUSED": "partner desk",
    "SUBSTITUTED_BY_NODE": "customer care",
    "NOT_COLLECTED": "customer care",
    "ACK_OVERDUE": "partner desk",
    "ACK_REJECTED": "integration team",
    "SHIP_OVERDUE": "partner desk",
    "STOCK_SHORTFALL": "stock control",
    "STOCK_SURPLUS": "stock control",
    "STOCK_DISTRUSTED": "integration team",
    "NODE_STOPPED": "partner desk",
    "SUPPLY_LOST": "planning",
    "CHANNEL_SHOWS_MORE": "stock control",
    "CHANNEL_SHOWS_LESS": "stock control",
    "OVERCOMMITTED": "stock control",
    "LOT_OVERCOMMITTED": "stock control",
    "OTHER_LOT_SHIPPED": "stock control",
    "STOCK_NEGATIVE": "stock control",
    "OPENING_PASSED_OVER": "stock control",
    "TRANSIT_OVERDUE": "stock control",
    "PROMISE_MENDED": "integration team",
    "BACKORDERED": "planning",
    "UNSOURCEABLE": "planning",
    "ORDER_MISSING": "order desk",
    "ORDER_UNSETTLED": "finance",
    "ORDER_AMOUNT_DIFFERS": "finance",
    "PARCEL_UNKNOWN": "partner desk",
    "PARCEL_LOST": "customer care",
    "PARCEL_SENT_BACK": "customer care",
    "PARCEL_FAILED": "customer care",
    "PARCEL_UNSCANNED": "partner desk",
    "PARCEL_STUCK": "customer care",
    "PARCEL_LATE": "customer care",
    "OTHER_CURRENCY": "finance",
    "ORPHAN_PAYMENT": "finance",
    "OVER_REFUNDED": "finance",
    "DOUBLE_CAPTURED": "finance",
    "REFUND_DUE": "customer care",
    "OVERPAID": "finance",
    "REFUND_DISAGREES": "finance",
    "UNCAPTURED": "finance",
    "AUTHORISATION_EXPIRED": "order desk",
    "PAYMENT_FAILED": "order desk",
    "UNPAID": "order desk",
    "UNDERPAID": "order desk",
    "AUTHORISATION_EXPIRING": "order desk",
    "CANCEL_REQUESTED": "partner desk",
    "PREORDER_BEYOND_CAP": "order desk",
    "WIN_MISSED": "order desk",
    "GAIN_MISSED": "order desk",
    "HELD_TOO_LONG": "order desk",
    "CANCEL_REFUSED": "customer care",
    "CORRECTION_REFUSED": "customer care",
    "SUBSTITUTION_REFUSED": "customer care",
    "PAYMENT_REQUEST_UNANSWERED": "finance",
    "PAYMENT_REQUEST_FAILED": "finance",
}
"""Team that acts on a code."""

CODES_OF_SHIPMENTS = {
    "unknown": "UNKNOWN_TO_US",
    "wrong": "ILLEGAL",
    "confirmed_twice": "CONFIRMED_TWICE",
    "over": "OVERSHIPPED",
    "substituted": "SUBSTITUTED_BY_NODE",
    "refused": "REFUSED",
    "short": "SHORT_SHIPPED",
    "uncollected": "NOT_COLLECTED",
}
"""Class of RECONCILED_SHIPMENTS → code under which it is somebody's."""
CODES_OF_ACKS = {"rejected": "ACK_REJECTED"}
"""The same of its ``ack_class``, while eaches are open."""
CODES_OF_CARRIERS = {"lost": "PARCEL_LOST", "sent_back": "PARCEL_SENT_BACK"}
"""The same of its ``carrier_class``."""


def owner_of(classes: str, codes: dict[str, str] | None = None) -> pl.Expr:
    """Team that acts on the class in a column; null where both sides agree.

    Args:
        classes: column of classes.
        codes: class → code, where a class is not its code in small letters.
    """
    code = pl.col(classes).str.to_uppercase()
    if codes is not None:
        code = pl.col(classes).replace_strict(
            codes, default=None, return_dtype=pl.String
        )
    return code.replace_strict(OWNERS, default=None, return_dtype=pl.String)
