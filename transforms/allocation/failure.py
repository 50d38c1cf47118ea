"""Why confirmed eaches could not be placed: the first limit that bound.

Only eaches that exist and were confirmed come here; what was never there is
``shortage``.
"""

from __future__ import annotations

import numpy as np

from transforms.allocation.compiled import Flags, Ints
from transforms.allocation.plan import (
    ENDLESS,
    IS_LINE_SPLIT,
    MIN_VALUE,
    Ask,
    Plan,
    best_plan,
)

FAILURES = (
    "",
    "CAPACITY",
    "MAX_SHIPMENTS",
    "LINE_SPLIT",
    "SHIPMENT_VALUE",
    "SHIP_COMPLETE",
    "TOO_OLD",
    "KEEP_TOGETHER",
)
PLACED, CAPACITY, MAX_SHIPMENTS, LINE_SPLIT, SHIPMENT_VALUE, SHIP_COMPLETE = range(6)
TOO_OLD, KEEP_TOGETHER = 6, 7


def failures(ask: Ask, plan: Plan, lacks: Flags) -> Ints:
    """Per line of an order that was not placed in full, an index into FAILURES.

    A line that could have shipped but for its companions waits for them:
    SHIP_COMPLETE. A line that got no each because another line of its SKU did,
    which then failed, would have failed in its place: it fails with it.

    Args:
        ask: the order's question.
        plan: what was placed in the end.
        lacks: lines of which not every each was confirmed.
    """
    best = best_plan(ask).qty.sum(axis=1)
    is_short = plan.qty.sum(axis=1) < ask.qty
    could_ship = best == ask.qty
    limit = _limits(ask, int(best.sum()))
    own = np.where(is_short, np.where(could_ship, SHIP_COMPLETE, limit), PLACED)
    of_sku = np.zeros(len(ask.caps), np.int64)
    np.maximum.at(of_sku, ask.slot, own)
    return np.where(lacks & (own == PLACED), of_sku[ask.slot], own)


def _limits(ask: Ask, placed: int) -> Ints:
    endless = np.full_like(ask.unit_room, ENDLESS)
    roomy = ask._replace(unit_room=endless, shipment_room=endless, line_room=endless)
    if best_plan(roomy).placed > placed:
        return np.full(len(ask.qty), CAPACITY)
    if ask.rules[MIN_VALUE] and best_plan(_any_value(ask)).placed > placed:
        return np.full(len(ask.qty), SHIPMENT_VALUE)
    fits_one = ((ask.caps[ask.slot] >= ask.qty[:, None]) & ask.allowed).any(axis=1)
    is_whole = not ask.rules[IS_LINE_SPLIT]
    return np.where(is_whole & ~fits_one, LINE_SPLIT, MAX_SHIPMENTS)


def _any_value(ask: Ask) -> Ask:
    rules = ask.rules.copy()
    rules[MIN_VALUE] = 0
    return ask._replace(rules=rules)
