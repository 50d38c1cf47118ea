"""CSV opening lines: where the eaches of the system before stand.

UTF-8, comma separated, header = the columns of ``OPENING_LINES``; those from
``held_qty`` on may be left out. All quantities of a line make up what was ordered, or
the whole line is held. ``held_qty`` needs a ``hold_reason`` (a reason of
``order_actions``): what waits of such a line is held for it, from ``cut_at`` on, until
it is lifted; AWAITING_PAYMENT, APPROVAL and CREDIT end by our own rules, as if these
had placed them, the others by a person. ``allocated_qty`` was promised to a node that
has not been told: the first run decides of it anew, like ``pending_qty``, in the order
of demand; whoever needs that node pins it (PIN of ``order_actions``). ``lost_qty`` left
and never came, it may still be found. Pre-ordered eaches are ``backordered_qty``: they
wait for goods, and when these come is said by the expected receipts.
"""

from __future__ import annotations

import polars as pl

from transforms.contracts.documents import OPENING_LINES
from transforms.contracts.profile import Parsed, Profile
from transforms.feeds.csv_order_actions import REASONS
from transforms.feeds.reading.cells import Rule, instant, one_of, quantity
from transforms.feeds.reading.documents import parse_document

DOCUMENT = OPENING_LINES

_IS_HELD = pl.col("held_qty").str.contains("[1-9]").fill_null(value=False)
_RULES = (
    instant("cut_at"),
    quantity("pending_qty", minimum=0),
    quantity("backordered_qty", minimum=0),
    quantity("released_qty", minimum=0),
    quantity("shipped_qty", minimum=0),
    quantity("delivered_qty", minimum=0),
    quantity("cancelled_qty", minimum=0),
    quantity("held_qty", minimum=0),
    quantity("allocated_qty", minimum=0),
    quantity("lost_qty", minimum=0),
    one_of("hold_reason", *REASONS),
    Rule(
        "hold_reason",
        "MISSING_VALUE",
        _IS_HELD & pl.col("hold_reason").is_null(),
        "hold_reason of held_qty",
        is_about_missing=True,
    ),
    Rule(
        "hold_reason", "MISPLACED_VALUE", ~_IS_HELD, "hold_reason is of held_qty only"
    ),
)


def parse(payload: bytes, profile: Profile) -> Parsed:
    """Read an opening file; never raises, see ``parse_document``."""
    return parse_document(payload, profile, DOCUMENT, _RULES)
