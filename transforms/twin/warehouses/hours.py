"""When a warehouse works on what it was told: its day and its minute.

Not here: how long it takes to tell of it (``fulfilment``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.twin.draws import drawn

FIRST_HOUR, LAST_HOUR = 11, 19
_MINUTES = 60


def working_hours(at: datetime, zone: str, seed: int) -> list[pl.Expr]:
    """``due_day`` and ``minute`` of that day, of lines that arrived at an instant.

    The day after or, where the instruction allows, its ship-by day; what must
    leave the day it arrives leaves in the hours that are left of it.

    Args:
        at: when the instructions arrived.
        zone: of the days.
        seed: decides the minute.
    """
    arrived = (at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    today, next_day = arrived.date(), arrived.date() + timedelta(days=1)
    ship_by = pl.col("ship_by")
    first = max(FIRST_HOUR, arrived.hour + 1) * _MINUTES
    left = LAST_HOUR * _MINUTES - first
    is_today = (ship_by <= today).fill_null(value=False) & pl.lit(left > 0)
    full = (LAST_HOUR - FIRST_HOUR) * _MINUTES
    roll = drawn("instruction_ref", seed, "hour", full)
    day = pl.when(is_today).then(pl.lit(today))
    minute = pl.when(is_today).then(roll % max(left, 1) + first)
    return [
        day.otherwise(pl.max_horizontal(ship_by, pl.lit(next_day))).alias("due_day"),
        minute.otherwise(roll + FIRST_HOUR * _MINUTES).alias("minute"),
    ]
