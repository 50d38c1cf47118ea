"""Ship dates: cut-offs and open days in each node's own zone, and room on them.

Not here: transit and lateness, which depend on the lane (``problem``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from transforms.contracts.table import DATE, INTEGER, TEXT

LOAD = pl.Schema(
    {"node_id": TEXT, "local_date": DATE, "unit_qty": INTEGER, "shipment_qty": INTEGER}
)
"""What each node has already been told to ship, by its local day."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NodeCalendar:
    """When a node hands shipments over.

    Args:
        zone: IANA zone.
        cutoff_local: "HH:MM", last release that still leaves the same day.
        open_weekdays: ISO weekdays as digits, "12345".
        lead_days: open days from release to hand-over.
        closed_dates: local dates it does not ship on.
    """

    zone: str
    cutoff_local: str
    open_weekdays: str
    lead_days: int
    closed_dates: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """Whether the node ships on its local ``day``."""
        return (
            str(day.isoweekday()) in self.open_weekdays and day not in self.closed_dates
        )

    def cutoff_at(self, day: date) -> datetime:
        """The UTC instant of the cut-off on local ``day``, both DST switches kept.

        Example:
            >>> new_york = NodeCalendar("America/New_York", "15:00", "12345", 0)
            >>> new_york.cutoff_at(date(2017, 3, 10)).hour
            20
            >>> new_york.cutoff_at(date(2017, 3, 13)).hour
            19
        """
        local = datetime.combine(day, time.fromisoformat(self.cutoff_local))
        # Aware values of one zone compare by wall clock: go to UTC first.
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def ship_days(self, ready_at: datetime, count: int) -> list[date]:
        """The first ``count`` local days on which eaches ready now can leave.

        The first is the first open day whose cut-off is not before
        ``ready_at``, plus ``lead_days`` open days.

        Returns:
            Rising dates; empty when the node opens on no weekday.
        """
        if not set(self.open_weekdays) & set("1234567"):
            return []
        day = ready_at.astimezone(ZoneInfo(self.zone)).date()
        while not self.is_open(day) or self.cutoff_at(day) < ready_at:
            day += ONE_DAY
        days = [day]
        while len(days) < self.lead_days + count:
            day += ONE_DAY
            if self.is_open(day):
                days.append(day)
        return days[self.lead_days :]


def calendars(nodes: pl.DataFrame, closed: Collection[date]) -> dict[str, NodeCalendar]:
    """Node → calendar, from DIM_NODES and the company's holidays."""
    closed_dates = frozenset(closed)
    names = ("node_id", "zone", "cutoff_local", "open_weekdays", "lead_days")
    return {
        node_id: NodeCalendar(zone, cutoff, weekdays, lead, closed_dates)
        for node_id, zone, cutoff, weekdays, lead in nodes.select(names).iter_rows()
    }


def committed_load(
    fulfilment_orders: pl.DataFrame, instruction_lines: pl.DataFrame
) -> pl.DataFrame:
    """What instructions already ask of each node and day.

    Args:
        fulfilment_orders: FULFILMENT_ORDERS of earlier runs.
        instruction_lines: INSTRUCTION_LINES of the same.

    Returns:
        LOAD, one row per node and ``ship_by_date``.
    """
    units = instruction_lines.group_by("instruction_id").agg(_picks().sum())
    return (
        fulfilment_orders.join(units, on="instruction_id", how="left")
        .group_by("node_id", pl.col("ship_by_date").alias("local_date"))
        .agg(
            unit_qty=pl.col("qty").fill_null(0).sum().cast(INTEGER),
            shipment_qty=pl.len().cast(INTEGER),
        )
        .select(LOAD.names())
        .sort("node_id", "local_date")
    )


def _picks() -> pl.Expr:
    """Eaches that a node takes for a line; a kit that lies packed is one."""
    is_told = pl.col("packed_ref") == pl.col("instruction_line_ref")
    kits = pl.when(is_told).then(pl.col("qty") // pl.col("kit_qty")).otherwise(0)
    return pl.when(pl.col("packed_ref").is_null()).then("qty").otherwise(kits)


def room(nodes: pl.DataFrame, load: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Eaches and shipments that each node still takes on each day.

    Args:
        nodes: DIM_NODES.
        load: LOAD.
        days: ``node_id, day_no, ship_date``.

    Returns:
        ``days`` with ``unit_room`` and ``shipment_room``, never below 0.
    """
    caps = nodes.select("node_id", "daily_capacity_units", "daily_capacity_shipments")
    taken = load.group_by("node_id", pl.col("local_date").alias("ship_date")).agg(
        pl.col("unit_qty", "shipment_qty").sum()
    )
    return (
        days.join(caps, on="node_id", how="left")
        .join(taken, on=["node_id", "ship_date"], how="left")
        .select(
            "node_id",
            "day_no",
            "ship_date",
            unit_room=_left("daily_capacity_units", "unit_qty"),
            shipment_room=_left("daily_capacity_shipments", "shipment_qty"),
        )
        .sort("node_id", "day_no")
    )


def ship_calendar(
    nodes: pl.DataFrame, closed: Collection[date], as_of: datetime, count: int
) -> pl.DataFrame:
    """The next ``count`` ship days of every node.

    Returns:
        ``node_id, day_no`` (from 0)``, ship_date``; no row for a node that
        never opens.
    """
    rows = [
        (node_id, number, day)
        for node_id, calendar in sorted(calendars(nodes, closed).items())
        for number, day in enumerate(calendar.ship_days(as_of, count))
    ]
    schema = {"node_id": TEXT, "day_no": INTEGER, "ship_date": DATE}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _left(capacity: str, taken: str) -> pl.Expr:
    return (pl.col(capacity) - pl.col(taken).fill_null(0)).clip(0).cast(INTEGER)
