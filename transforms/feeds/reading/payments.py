"""Words and cells that all payment formats share.

Not here: what a provider calls them.
"""

from __future__ import annotations

import polars as pl

from transforms.feeds.reading.cells import Rule, spelled

KINDS = ("AUTHORISATION", "CAPTURE", "SALE", "VOID", "REFUND")
STATUSES = ("SUCCEEDED", "PENDING", "FAILED", "CANCELLED")
METHODS = ("card", "cash", "gift_card", "bank", "wallet", "account", "other")


def masked_card(column: str) -> Rule:
    """A card number of which the middle is hidden: twelve digits make no card."""
    return spelled(column, "[0-9 -]{0,8}[Xx*•.# -]*[0-9]{1,4}", "**** 4242")


def last_four(column: str) -> pl.Expr:
    """The last four digits of a masked card number; null if fewer are shown."""
    return pl.col(column).str.extract("([0-9]{4})$")
