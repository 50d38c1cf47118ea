"""Ship dates of each node, and room on them.

Not here: when a node is open (``node_calendar``); transit and lateness, which
depend on the lane (``tariff``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import polars as pl

from transforms.allocation.node_calendar import calendars
from transforms.contracts.table import DATE, INTEGER, TEXT

TAKEN = ("unit_qty", "shipment_qty", "line_qty")
LOAD = pl.Schema({"node_id": TEXT, "local_date": DATE, **dict.fromkeys(TAKEN, INTEGER)})
"""What each node has already been told to ship, by its local day."""


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
    picked = instruction_lines.group_by("instruction_id").agg(
        _picks().sum(), lines=(_picks() > 0).sum()
    )
    return (
        fulfilment_orders.join(picked, on="instruction_id", how="left")
        .group_by("node_id", pl.col("ship_by_date").alias("local_date"))
        .agg(
            unit_qty=pl.col("qty").fill_null(0).sum().cast(INTEGER),
            shipment_qty=pl.len().cast(INTEGER),
            line_qty=pl.col("lines").fill_null(0).sum().cast(INTEGER),
        )
        .select(LOAD.names())
        .sort("node_id", "local_date")
    )


def _picks() -> pl.Expr:
    """Eaches that a node takes for a line; a kit that lies packed is one."""
    is_told = pl.col("packed_ref") == pl.col("instruction_line_ref")
    kits = pl.when(is_told).then(pl.col("qty") // pl.col("kit_qty")).otherwise(0)
    return pl.when(pl.col("packed_ref").is_null()).then("qty").otherwise(kits)


def room(
    nodes: pl.DataFrame,
    load: pl.DataFrame,
    days: pl.DataFrame,
    own_days: pl.DataFrame,
) -> pl.DataFrame:
    """Eaches, shipments and lines that each node still takes on each day.

    Args:
        nodes: DIM_NODES.
        load: LOAD.
        days: ``node_id, day_no, ship_date``.
        own_days: DIM_NODE_CALENDARS; the eaches of a day, where they differ.

    Returns:
        ``days`` with ``unit_room``, ``shipment_room`` and ``line_room``, never below 0;
        ``line_room`` is null where the node has no limit on lines.
    """
    caps = nodes.select(
        "node_id",
        "daily_capacity_units",
        "daily_capacity_shipments",
        "daily_capacity_lines",
    )
    taken = load.group_by("node_id", pl.col("local_date").alias("ship_date")).agg(
        pl.col(TAKEN).sum()
    )
    own = own_days.select("node_id", "capacity_qty", ship_date="calendar_date")
    return (
        days.join(caps, on="node_id", how="left")
        .join(own, on=["node_id", "ship_date"], how="left")
        .with_columns(
            daily_capacity_units=pl.coalesce("capacity_qty", "daily_capacity_units")
        )
        .join(taken, on=["node_id", "ship_date"], how="left")
        .select(
            "node_id",
            "day_no",
            "ship_date",
            unit_room=_left("daily_capacity_units", "unit_qty"),
            shipment_room=_left("daily_capacity_shipments", "shipment_qty"),
            line_room=_left("daily_capacity_lines", "line_qty"),
        )
        .sort("node_id", "day_no")
    )


def ship_calendar(
    nodes: pl.DataFrame,
    closed: Collection[date],
    own_days: pl.DataFrame,
    as_of: datetime,
    count: int,
) -> pl.DataFrame:
    """The next ``count`` ship days of every node.

    Args:
        nodes: DIM_NODES.
        closed: the company's holidays.
        own_days: DIM_NODE_CALENDARS.
        as_of: moment of the decision. Demand is known, free of holds and paid by
            then; what is decided is ready when the node knows of it.
        count: of days.

    Returns:
        ``node_id, day_no`` (from 0)``, ship_date``; no row for a node that
        does not open within a year.
    """
    rows = [
        (node_id, number, day)
        for node_id, calendar in sorted(calendars(nodes, closed, own_days).items())
        for number, day in enumerate(calendar.ship_days(as_of, count))
    ]
    schema = {"node_id": TEXT, "day_no": INTEGER, "ship_date": DATE}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _left(capacity: str, taken: str) -> pl.Expr:
    return (pl.col(capacity) - pl.col(taken).fill_null(0)).clip(0).cast(INTEGER)
