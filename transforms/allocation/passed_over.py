"""Nodes that were cheaper for an order and did not ship it: what others got there.

A run looks at what all orders cost together. An each that others would miss more has
a price (``decisions.allocation_prices``), and with it the node was not the cheaper one
any more. Without the prices it was:

    spared[o, n]  =  ceil(priced[o, n] / 1000)  -  over[o, n]
    priced[o, n]  =  what the order's eaches are worth there  -  where they ship from
    more[l, c]    =  eaches of the line that the cell did not send
                     -  eaches of the cell that the run left

With as many more eaches in the cells that block it the node ships the order, and
nobody else loses one. Reads what was written down; nothing is decided again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import polars as pl

from transforms.contracts.decisions import ALLOCATION_PRICES
from transforms.contracts.table import INSTANT, INTEGER, TEXT

MILLI = 1000
NAMED = 3
"""Orders that are named of those that got a cell; of the rest, how many."""

ABOUT_EACHES = ("", "NO_STOCK", "BELOW_BUFFER", "SPOKEN_FOR", "NOT_SHORTLISTED")
"""Rules that more eaches do away with."""

PRICED_ON = {"ship_date": "_milli", "shipped_on": "_own"}
"""Days of room: those that the trace's costs are of, and those that it ships on."""

ROOMS = {"unit": "room for an each", "shipment": "room for a shipment"}

TAKEN = pl.Schema(
    {
        "as_of": INSTANT,
        "node_id": TEXT,
        "sku_id": TEXT,
        "order_id": TEXT,
        "qty": INTEGER,
    }
)
"""Eaches that a run gave an order of a cell, none of packed kits."""

AT = ["as_of", "node_id"]
CELL = [*AT, "sku_id"]


@dataclass(frozen=True)
class Rivals:
    """What others got in the runs that decided about an order, and at what prices.

    Args:
        taken: TAKEN of all orders, of the SKUs of this one.
        prices: ALLOCATION_PRICES: of these SKUs, and of room.
    """

    taken: pl.DataFrame = field(default_factory=TAKEN.to_frame)
    prices: pl.DataFrame = field(default_factory=ALLOCATION_PRICES.empty)


def passed_over(order_id: str, trace: pl.DataFrame, rivals: Rivals) -> pl.DataFrame:
    """What kept nodes that were cheaper by cost alone from shipping an order.

    Args:
        order_id: the order.
        trace: DECISION_TRACE of its lines, whole runs, with ``sku_id`` and
            ``shipped_on``, the day that it ships from there; none of a run that gave
            it packed kits.
        rivals: who else got eaches.

    Returns:
        ``as_of, node_id, line_id, spared_minor, blocked_by, price_milli, more_qty,
        got_by``, one row per run, node and line whose cell blocks it: what the whole
        order would have cost less from there, the SKU, what one each of it there is
        worth to others, the eaches that would have had the node ship the order, and
        orders that got the cell. ``line_id`` is null where it is room that blocks, or
        nothing does; ``price_milli`` where no price was told.
    """
    placed = pl.col("chosen_qty").sum().over("as_of", "line_id")
    seen = trace.with_columns(placed_qty=placed).filter(pl.col("placed_qty") > 0)
    rules = pl.col("failed_rules").str.split("|").list.eval(pl.element())
    is_open = rules.list.set_difference(list(ABOUT_EACHES)).list.len() == 0
    better = (
        seen.join(_spared(seen, rivals.prices), on=AT)
        .filter(pl.col("spared_minor") > 0)
        .filter(is_open.all().over(AT))
    )
    cells = _cells(better, order_id, rivals)
    told = pl.concat([cells, _rooms(better, cells, rivals.prices)])
    return told.sort(*AT, "line_id", "blocked_by", nulls_last=True)


def _spared(seen: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """AT, ``spared_minor``: what the order would cost less there but for prices."""
    rooms = prices.filter(pl.col("resource") != "stock")
    for name, (day, column) in product(ROOMS, PRICED_ON.items()):
        of_room = rooms.filter(resource=name).select(
            *AT,
            pl.col("ship_date").alias(day),
            pl.col("price_milli").alias(name + column),
        )
        seen = seen.join(of_room, on=[*AT, day], how="left")
    seen = seen.with_columns(pl.col("^(unit|shipment)_.*$").fill_null(0))
    is_chosen = (pl.col("chosen_qty") > 0).any()
    by_node = seen.group_by(AT).agg(
        over_minor=pl.col("over_minor").max(),
        whole=(
            pl.col("placed_qty") * (pl.col("price_milli") + pl.col("unit_milli"))
        ).sum()
        + pl.col("shipment_milli").first(),
        own=(pl.col("chosen_qty") * (pl.col("price_milli") + pl.col("unit_own"))).sum()
        + pl.when(is_chosen).then(pl.col("shipment_own").max()).otherwise(0),
    )
    priced = pl.col("whole") - pl.col("own").sum().over("as_of")
    return by_node.select(
        *AT, spared_minor=-((-priced) // MILLI) - pl.col("over_minor")
    ).drop_nulls()


def _cells(better: pl.DataFrame, order_id: str, rivals: Rivals) -> pl.DataFrame:
    """The lines whose cells others were given, or had taken before."""
    supply = rivals.prices.filter(resource="stock").select(*CELL, "supply_qty")
    given = rivals.taken.group_by(CELL).agg(given_qty=pl.col("qty").sum())
    missing = pl.col("placed_qty") - pl.col("chosen_qty")
    left = (pl.col("supply_qty") - pl.col("given_qty").fill_null(0)).clip(0)
    upto = pl.col("missing_qty").cum_sum().over(CELL)
    # Two lines of one SKU share what is left.
    known = (upto - left).clip(0) - (upto - pl.col("missing_qty") - left).clip(0)
    at_most = pl.when(pl.col("lacking_qty") > 0).then("lacking_qty")
    cells = (
        better.sort(*CELL, "line_id")
        .join(supply, on=CELL, how="left", maintain_order="left")
        .join(given, on=CELL, how="left", maintain_order="left")
        .join(_winners(rivals.taken, order_id), on=CELL, how="left")
        .join(_dear_rooms(rivals.prices), on=[*AT, "ship_date"], how="left")
        .with_columns(pl.col("has_dear_room").fill_null(value=False))
        .with_columns(missing_qty=missing)
        .with_columns(more_qty=pl.coalesce(known, at_most, "missing_qty"))
        .filter(pl.col("missing_qty") > 0)
    )
    is_priced = pl.col("price_milli") > 0
    is_taken = pl.col("failed_rules").str.contains("SPOKEN_FOR")
    # Of orders in turn no price says that others need what lies there; where room
    # has one, it was the room that they needed.
    is_left_for_others = pl.col("got_by").is_not_null() & ~(
        is_priced | (pl.col("lacking_qty") > 0) | pl.col("has_dear_room")
    ).any().over(AT)
    return cells.filter(is_priced | is_taken | is_left_for_others).select(
        *(*AT, "line_id", "spared_minor"),
        blocked_by="sku_id",
        price_milli=pl.when(is_priced).then("price_milli"),
        more_qty=pl.col("more_qty").cast(INTEGER),
        got_by="got_by",
    )


def _dear_rooms(prices: pl.DataFrame) -> pl.DataFrame:
    """AT and day of nodes whose room has a price, ``has_dear_room``."""
    rooms = prices.filter(pl.col("resource") != "stock", pl.col("price_milli") > 0)
    return (
        rooms.select(*AT, "ship_date")
        .unique()
        .with_columns(has_dear_room=pl.lit(value=True))
    )


def _rooms(
    better: pl.DataFrame, cells: pl.DataFrame, prices: pl.DataFrame
) -> pl.DataFrame:
    """Nodes that lacked no each and left none to others: room with a price, if any."""
    rooms = prices.filter(pl.col("resource") != "stock").select(
        *(*AT, "ship_date"),
        blocked_by=pl.col("resource").replace_strict(ROOMS, default=None),
        room_milli="price_milli",
    )
    is_there = ((pl.col("lacking_qty") == 0) & (pl.col("failed_rules") == "")).all()
    return (
        better.filter(is_there.over(AT))
        .select(*AT, "ship_date", "spared_minor")
        .unique()
        .join(cells, on=AT, how="anti")
        .join(rooms, on=[*AT, "ship_date"], how="left")
        .select(
            *AT,
            pl.lit(None, TEXT).alias("line_id"),
            "spared_minor",
            "blocked_by",
            price_milli="room_milli",
            more_qty=pl.lit(None, INTEGER),
            got_by=pl.lit(None, TEXT),
        )
    )


def _winners(taken: pl.DataFrame, order_id: str) -> pl.DataFrame:
    """CELL, ``got_by``: the others that were given most of it, with their eaches."""
    named = pl.format("{} ({})", "order_id", "qty").head(NAMED).str.join(", ")
    rest = pl.len().cast(INTEGER) - NAMED
    others = pl.when(rest > 0).then(pl.format("{} and {} more", named, rest))
    return (
        taken.filter(pl.col("order_id") != order_id)
        .sort("qty", "order_id", descending=[True, False])
        .group_by(CELL, maintain_order=True)
        .agg(got_by=pl.coalesce(others, named))
    )
