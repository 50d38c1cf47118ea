"""Eligibility: for every (line, node) which tests it fails; every row is kept.

A node that is ruled out stays in the table with its rules, so that "why not
there?" has an answer. Cut-off and calendar give dates and rule nothing out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from transforms.allocation.node_rules import RULED_OUT
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.services import PICK_UP, SHIP_TO_STORE
from transforms.contracts.table import INTEGER, TEXT

SHIPS, AT_COUNTER = "ship", "pick_up"
"""What nodes can do (``csv_nodes``, ``capabilities``); unless told, ship."""

RULES = (
    "NODE_CLOSED",
    "CHANNEL_NOT_SERVED",
    "NO_LANE",
    "REFUSED_BEFORE",
    "NODE_STOPPED",
    "PINNED_ELSEWHERE",
    "NO_STOCK",
    "NO_CAPACITY",
    "SPOKEN_FOR",
    "NOT_SHORTLISTED",
    "TOO_OLD",
    "LEFT_AS_IT_IS",
    "NOT_CAPABLE",
    "OTHER_STORE",
    "STORE_TAKES_NO_ORDERS",
    "RESERVE_LATER",
    "PREORDER",
    "NODE_RULE",
    "BELOW_BUFFER",
    "HELD_WITH",
)
"""Bit 0 first; new ones last, so that old rows keep their meaning. SPOKEN_FOR and
NOT_SHORTLISTED can only be known at a line's turn: earlier demand took the eaches,
or better covering nodes filled the shortlist. Of NO_STOCK and BELOW_BUFFER a node fails
one at most: it has none to promise, or its buffer is all it has."""

BIT = {rule: 1 << position for position, rule in enumerate(RULES)}
STANDING = (
    BIT["NODE_CLOSED"]
    | BIT["CHANNEL_NOT_SERVED"]
    | BIT["NO_LANE"]
    | BIT["REFUSED_BEFORE"]
    | BIT["NODE_STOPPED"]
    | BIT["PINNED_ELSEWHERE"]
    | BIT["NOT_CAPABLE"]
    | BIT["OTHER_STORE"]
    | BIT["STORE_TAKES_NO_ORDERS"]
    | BIT["NODE_RULE"]
)
"""Rules that more stock or a quieter day would not lift."""


def eligibility(  # noqa: PLR0913, PLR0917
    demand: pl.DataFrame,
    supply: pl.DataFrame,
    nodes: pl.DataFrame,
    lanes: pl.DataFrame,
    room: pl.DataFrame,
    refusals: pl.DataFrame,
    limits: pl.DataFrame,
    pins: pl.DataFrame,
    left: pl.DataFrame | None = None,
    later: pl.DataFrame | None = None,
    unreleased: pl.DataFrame | None = None,
    ruled: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every (line, node) with the bitmask of the tests it fails.

    Args:
        demand: OPEN_DEMAND.
        supply: AVAILABLE_TO_PROMISE.
        nodes: DIM_NODES, with ``is_stopped`` where ``gates.with_stops`` says so.
        lanes: DIM_LANES that carry a rate (``priced_lanes``).
        room: ``room()`` of ``dates``; a node without a row never opens.
        refusals: ``line_id, node_id`` still in the penalty box.
        limits: SHELF_LIFE_LIMITS.
        pins: ``line_id, node_id`` that somebody wants it to ship from; a refusal of
            that node is forgiven.
        left: ``order_id`` of orders that their business class leaves as they are.
        later: ``order_id`` of orders that take no eaches yet.
        unreleased: ``line_id`` of lines whose SKU is not released yet.
        ruled: RULED_OUT, nodes that the policy's rules take from lines.

    Returns:
        ``line_id, demand_rank, node_id, sku_id, stock_qty, atp_qty, zone_no,
        distance_km, node_rule, failed_mask``: what the node may promise anybody, what
        of it the line's channel, and the policy's rules against it by name; lines ×
        nodes rows, sorted by (demand_rank, node_id).
    """
    refused = refusals.select("line_id", "node_id", is_refused=pl.lit(value=True))
    lines = demand.select(
        *("line_id", "demand_rank", "sku_id", "channel_id", "region_code"),
        *("pickup_node_id", "service_code", "held_with_qty"),
        is_left=_is_among(left, "order_id"),
        is_later=_is_among(later, "order_id"),
        is_early=_is_among(unreleased, "line_id"),
        has_counter=pl.col("pickup_node_id").is_in(_counters(nodes).implode()),
        has_address=pl.col("pickup_node_id").is_in(_addressed(nodes).implode()),
    )
    pinned = pins.select("line_id", pl.col("node_id").alias("pinned_node_id"))
    pairs = (
        lines.join(_open_nodes(nodes, room), how="cross")
        .join(
            supply.select("node_id", "sku_id", "atp_qty", is_buffered=_is_buffered()),
            on=["node_id", "sku_id"],
            how="left",
        )
        .join(lanes, on=["region_code", "node_id"], how="left")
        .join(refused.unique(), on=["line_id", "node_id"], how="left")
        .join(pinned, on="line_id", how="left")
        .join(
            RULED_OUT.to_frame() if ruled is None else ruled,
            on=["line_id", "node_id"],
            how="left",
        )
        .with_columns(pl.col("atp_qty").fill_null(0).clip(0))
    )
    return (
        _limited(pairs, limits)
        .select(
            "line_id",
            "demand_rank",
            "node_id",
            "sku_id",
            "stock_qty",
            "atp_qty",
            "zone_no",
            "distance_km",
            "node_rule",
            failed_mask=_mask(),
        )
        .sort("demand_rank", "node_id")
    )


def _is_buffered() -> pl.Expr:
    """Whether there was something before the buffer was held back."""
    held = pl.sum_horizontal("buffer_qty", "floor_qty")
    return pl.col("atp_qty") - held > 0


def _is_among(rows: pl.DataFrame | None, name: str) -> pl.Expr:
    named: pl.Series | list[str] = [] if rows is None else rows[name].implode()
    return pl.col(name).is_in(named)


def _limited(pairs: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """With ``stock_qty``, and ATP of what is fresh enough for the line's channel."""
    whole = pairs.with_columns(stock_qty="atp_qty")
    keys = ["node_id", "sku_id", "channel_id"]
    aged = limits.filter(pl.col("aged_qty") < 0).select(*keys, "usable_qty")
    if aged.is_empty():
        return whole
    fresh = whole.join(aged, on=keys, how="left")
    return fresh.with_columns(
        atp_qty=pl.min_horizontal("stock_qty", pl.col("usable_qty").clip(0))
    )


def priced_lanes(lanes: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """The lanes whose zone has a rate: region, node, zone and distance."""
    priced = lanes.join(rates.select("zone_no").unique(), on="zone_no", how="semi")
    return priced.select("region_code", "node_id", "zone_no", "distance_km")


def in_penalty_box(
    refusals: pl.DataFrame, policy: AllocationPolicy, as_of: datetime
) -> pl.DataFrame:
    """The refusals that still count: ``line_id, node_id``.

    Args:
        refusals: ``line_id, node_id, refused_at`` (UTC).
        policy: ``penalty_box_days``.
        as_of: moment of the decision.
    """
    since = as_of - timedelta(days=policy.penalty_box_days)
    young = refusals.filter(pl.col("refused_at") >= since)
    return young.select("line_id", "node_id").unique()


def refusals_from(
    events: pl.DataFrame,
    instruction_lines: pl.DataFrame,
    fulfilment_orders: pl.DataFrame,
) -> pl.DataFrame:
    """Who refused or shorted which line, from what the nodes sent.

    Args:
        events: FCT_ORDER_EVENTS; REJECTED and SHORT are looked at.
        instruction_lines: INSTRUCTION_LINES: what the events' numbers mean.
        fulfilment_orders: FULFILMENT_ORDERS: which node was asked.

    Returns:
        ``line_id, node_id, refused_at``, one row per line and node, newest.
    """
    keys = ["instruction_id", "instruction_line_ref"]
    asked = instruction_lines.select(
        *keys, pl.col("line_id").alias("asked_line_id")
    ).join(
        fulfilment_orders.select(
            "instruction_id", pl.col("node_id").alias("asked_node_id")
        ),
        on="instruction_id",
        how="left",
    )
    refused = events.filter(
        pl.col("event_type").is_in(["REJECTED", "SHORT"]) & (pl.col("qty") > 0)
    ).join(asked, on=keys, how="left")
    return (
        refused.select(
            pl.coalesce("line_id", "asked_line_id").alias("line_id"),
            pl.coalesce("node_id", "asked_node_id").alias("node_id"),
            pl.col("event_at").alias("refused_at"),
        )
        .drop_nulls()
        .group_by("line_id", "node_id")
        .agg(pl.col("refused_at").max())
        .sort("line_id", "node_id")
    )


def _capability() -> pl.Expr:
    """What a node must be able to do for a line; a store sends itself nothing."""
    is_own_store = (pl.col("node_id") == pl.col("pickup_node_id")).fill_null(
        value=False
    )
    is_handed_over = (pl.col("service_code") == PICK_UP) | is_own_store
    return pl.when(is_handed_over).then(pl.lit(AT_COUNTER)).otherwise(pl.lit(SHIPS))


def _counters(nodes: pl.DataFrame) -> pl.Series:
    """Nodes at which customers fetch orders."""
    can = _capabilities().list.contains(AT_COUNTER)
    return nodes.filter(can)["node_id"]


def _addressed(nodes: pl.DataFrame) -> pl.Series:
    """Nodes whose street and city are known."""
    return nodes.filter(pl.all_horizontal(pl.col("street", "city").is_not_null()))[
        "node_id"
    ]


def _capabilities() -> pl.Expr:
    return pl.col("capabilities").fill_null(SHIPS).str.split("|")


def failed_rules(mask: str = "failed_mask") -> pl.Expr:
    """The names of the rules in bitmask column ``mask``, joined by ``|``."""
    names = [
        pl.when(pl.col(mask) & bit != 0).then(pl.lit(rule)) for rule, bit in BIT.items()
    ]
    return pl.concat_str(names, separator="|", ignore_nulls=True).cast(TEXT)


def _open_nodes(nodes: pl.DataFrame, room: pl.DataFrame) -> pl.DataFrame:
    # Without a limit on lines their room is null, and is left out.
    rooms = pl.min_horizontal("unit_room", "shipment_room", "line_room")
    has_room = rooms > 0
    by_node = room.group_by("node_id").agg(has_room=has_room.any())
    return nodes.join(by_node, on="node_id", how="left").select(
        "node_id",
        pl.col("channels").str.split("|"),
        "is_shipping",
        opens=pl.col("has_room").is_not_null(),
        capabilities=_capabilities(),
        has_room=pl.col("has_room").fill_null(value=False),
        is_stopped=_is_stopped(nodes),
    )


def _is_stopped(nodes: pl.DataFrame) -> pl.Expr:
    told = "is_stopped" in nodes.columns
    return pl.col("is_stopped") if told else pl.lit(value=False)


def _mask() -> pl.Expr:
    is_pinned_here = (pl.col("node_id") == pl.col("pinned_node_id")).fill_null(
        value=False
    )
    is_at_counter = _capability() == AT_COUNTER
    is_fetched = pl.col("service_code") == PICK_UP
    is_buffered = pl.col("is_buffered").fill_null(value=False)
    fails = {
        "NODE_CLOSED": ~(pl.col("opens") & (pl.col("is_shipping") | is_at_counter)),
        "CHANNEL_NOT_SERVED": ~pl.col("channels").list.contains(pl.col("channel_id")),
        "NO_LANE": pl.col("zone_no").is_null(),
        "REFUSED_BEFORE": pl.col("is_refused").is_not_null() & ~is_pinned_here,
        "NODE_STOPPED": pl.col("is_stopped"),
        "PINNED_ELSEWHERE": (pl.col("node_id") != pl.col("pinned_node_id")).fill_null(
            value=False
        ),
        "NO_STOCK": (pl.col("stock_qty") <= 0) & ~is_buffered,
        "BELOW_BUFFER": (pl.col("stock_qty") <= 0) & is_buffered,
        "NO_CAPACITY": ~pl.col("has_room"),
        "TOO_OLD": (pl.col("stock_qty") > 0) & (pl.col("atp_qty") <= 0),
        "LEFT_AS_IT_IS": pl.col("is_left"),
        "NOT_CAPABLE": ~pl.col("capabilities").list.contains(_capability()),
        "OTHER_STORE": is_fetched
        & (pl.col("node_id") != pl.col("pickup_node_id")).fill_null(value=True),
        "STORE_TAKES_NO_ORDERS": (pl.col("service_code") == SHIP_TO_STORE)
        & ~(pl.col("has_counter") & (pl.col("has_address") | is_at_counter)).fill_null(
            value=False
        ),
        "RESERVE_LATER": pl.col("is_later"),
        "PREORDER": pl.col("is_early"),
        "NODE_RULE": pl.col("node_rule").is_not_null(),
        "HELD_WITH": (pl.col("held_with_qty") > 0).fill_null(value=False),
    }
    bits = [
        pl.when(fail).then(BIT[rule]).otherwise(0).cast(INTEGER)
        for rule, fail in fails.items()
    ]
    return pl.sum_horizontal(bits).cast(INTEGER)
