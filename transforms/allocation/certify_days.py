"""The certificate's view of days: each one that was decided, looked at alone.

Shares no code with the solver, which counts days forward; here a day that stands
there is asked whether it may.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from transforms.allocation.transit import Carriers
from transforms.contracts.gold import DIM_NODE_CALENDARS

SHIPPED = ["node_id", "ship_date"]
CARRIED = ["region_code", "service_code", "ship_date", "door_date", "transit_days"]
EVERY_DAY = "1234567"


@dataclass(frozen=True)
class Days:
    """What is said of days.

    Args:
        own: DIM_NODE_CALENDARS.
        closed: the company's holidays.
        carriers: when carriers move and doors are open.
    """

    own: pl.DataFrame = field(default_factory=DIM_NODE_CALENDARS.empty)
    closed: Collection[date] = ()
    carriers: Carriers = field(default_factory=Carriers)


def ship_days(
    asked: pl.DataFrame, nodes: pl.DataFrame, days: Days, as_of: datetime
) -> pl.DataFrame:
    """Distinct ``node_id, ship_date`` of ``asked``, each with ``is_ship_day``.

    Args:
        asked: has these two columns.
        nodes: DIM_NODES.
        days: what is said of days.
        as_of: moment of the decision.
    """
    facts = {row["node_id"]: row for row in nodes.iter_rows(named=True)}
    own = {
        (row["node_id"], row["calendar_date"]): row
        for row in days.own.iter_rows(named=True)
    }
    distinct = asked.select(SHIPPED).unique().sort(SHIPPED)
    told = [
        node in facts and _leaves(facts[node], own.get((node, day)), day, days, as_of)
        for node, day in distinct.iter_rows()
    ]
    return distinct.with_columns(is_ship_day=pl.Series(told, dtype=pl.Boolean))


def _leaves(
    node: Mapping[str, Any],
    own: Mapping[str, Any] | None,
    day: date,
    days: Days,
    as_of: datetime,
) -> bool:
    weekday = str(day.isoweekday())
    is_usual = weekday in node["open_weekdays"] and day not in days.closed
    is_open = is_usual if own is None else own["is_open"]
    is_fetched = weekday in (node["pickup_weekdays"] or EVERY_DAY)
    return is_open and is_fetched and not _is_over(node, own, day, as_of)


def _is_over(
    node: Mapping[str, Any], own: Mapping[str, Any] | None, day: date, as_of: datetime
) -> bool:
    """Whether ``day`` or its cut-off has passed when the node knows."""
    lag = timedelta(minutes=node["delivery_lag_minutes"] or 0)
    zone = ZoneInfo(node["zone"])
    ready = (as_of + lag).astimezone(zone)
    if ready.date() != day:
        return ready.date() > day
    told = f"|{node['weekday_cutoffs'] or ''}|".partition(f"|{day.isoweekday()}=")
    usual = told[2][:5] or node["cutoff_local"]
    cutoff = usual if own is None else own["cutoff_local"] or usual
    hour, minute = int(cutoff[:2]), int(cutoff[3:])
    by_clock = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return ready.astimezone(UTC) > by_clock.astimezone(UTC)


def door_days(asked: pl.DataFrame, carriers: Carriers) -> pl.DataFrame:
    """Distinct CARRIED of ``asked``, each with ``is_door_day``.

    The door is open on its day, and since the hand-over the service has moved on
    as many days as the transit takes.

    Args:
        asked: has CARRIED.
        carriers: when carriers move and doors are open.
    """
    distinct = asked.select(CARRIED).unique().sort(CARRIED)
    told = [_is_delivered(*row, carriers=carriers) for row in distinct.iter_rows()]
    return distinct.with_columns(is_door_day=pl.Series(told, dtype=pl.Boolean))


def _is_delivered(
    region: str,
    service: str,
    shipped: date,
    door: date,
    transit: int | None,
    *,
    carriers: Carriers,
) -> bool:
    if transit is None:
        return False

    def moves(day: date) -> bool:
        is_told = str(day.isoweekday()) in carriers.weekdays.get(service, EVERY_DAY)
        return is_told and day not in carriers.closed_dates

    later = [shipped + timedelta(n) for n in range(1, (door - shipped).days + 1)]
    is_taken_in = moves(door) and door not in carriers.holidays.get(region, ())
    return is_taken_in and sum(map(moves, later)) >= transit
