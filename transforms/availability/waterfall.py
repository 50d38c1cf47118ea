"""Available to promise, as a sum of steps that anybody can add up.

    atp = on hand - blocked - expired - allocated - released - buffer + floor

Nothing is clamped in silence: what lifts a negative to 0 is a step of its own.
The buffer is doubt about the count, never safety stock for demand. Not here:
dated receipts (``promise_curve.py``), what a channel is shown (``channels.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from transforms.availability.lots import PROMISED, still_there, too_old
from transforms.availability.rules import (
    ALL_BP,
    BUFFER,
    NONE,
    SHELF_LIFE,
    AvailabilityPolicy,
    Rule,
    figure,
    winner,
)
from transforms.availability.shelf_life import (
    days_by_channel,
    free_of,
    least_days,
    shelf_cells,
    shelf_life_limits,
)
from transforms.contracts.decisions import AVAILABLE_TO_PROMISE, LOT_POSITIONS

KEYS = ["node_id", "sku_id"]
STEPS = [
    "on_hand_qty",
    "blocked_qty",
    "expired_qty",
    "allocated_qty",
    "released_qty",
    "buffer_qty",
    "floor_qty",
]
DOUBT = "CONFIDENCE"


@dataclass(frozen=True)
class Shelves:
    """What the figures are made of.

    Args:
        positions: STOCK_POSITIONS.
        confidence: NODE_CONFIDENCE of this run; a node without is believed.
        nodes: DIM_NODES; with ``ship_in_days`` where a lot ages until it ships.
        products: DIM_PRODUCTS of the SKUs, where a rule names a department.
        lots: LOT_POSITIONS; none where nothing is known by lot.
        promised: what of them is promised (``lots.PROMISED``).
    """

    positions: pl.DataFrame
    confidence: pl.DataFrame
    nodes: pl.DataFrame
    products: pl.DataFrame
    lots: pl.DataFrame = field(default_factory=LOT_POSITIONS.empty)
    promised: pl.DataFrame = field(default_factory=PROMISED.to_frame)


def available_to_promise(
    shelves: Shelves, policy: AvailabilityPolicy, today: date
) -> pl.DataFrame:
    """The waterfall of nodes and SKUs.

    expired = what is sound of lots with fewer days left, when the node ships, than
    the winning rule of kind shelf_life asks for the channel that asks least;
    without a rule, of lots whose last day is over.

    buffer = the larger of the winning rule's (a share of what is sound, or its
    least quantity) and ceil(sound x doubt), doubt being 10000 -
    ``confidence_bp``; never more than is sound. One each more on hand never
    lowers ATP.

    Args:
        shelves: what lies where, and who believes it.
        policy: rules of kind buffer and shelf_life.
        today: local day of the run.

    Returns:
        AVAILABLE_TO_PROMISE without ``run_id``; the steps sum to ``atp_qty``.
    """
    rules, ages = policy.of(BUFFER, today), policy.of(SHELF_LIFE, today)
    told = _aged(_told(shelves), shelves, ages, today)
    sound = pl.max_horizontal(pl.col("available_qty") - pl.col("old_qty"), 0)
    ruled = pl.min_horizontal(
        sound,
        pl.max_horizontal(
            _ceil_share(sound, figure(rules, "share_bp")), figure(rules, "qty")
        ),
    )
    doubt = _ceil_share(sound, pl.col("doubt_bp"))
    is_old = pl.col("old_qty") > 0
    steps = told.select(
        *KEYS,
        buffer_rule=pl.when(doubt > ruled).then(pl.lit(DOUBT)).otherwise(winner(rules)),
        on_hand_qty=pl.sum_horizontal("available_qty", "damaged_qty", "hold_qty"),
        expired_rule=pl.when(is_old).then("expired_rule").otherwise(pl.lit(NONE)),
        expired_qty=-pl.col("old_qty"),
        blocked_qty=-pl.sum_horizontal("damaged_qty", "hold_qty"),
        allocated_qty=-pl.col("allocated_qty"),
        released_qty=-pl.col("released_qty"),
        buffer_qty=-pl.max_horizontal(ruled, doubt),
    )
    before = pl.sum_horizontal(STEPS[:-1])
    floored = steps.with_columns(floor_qty=pl.max_horizontal(-before, 0))
    summed = floored.with_columns(atp_qty=pl.sum_horizontal(STEPS))
    names = [name for name in AVAILABLE_TO_PROMISE.names if name != "run_id"]
    return summed.select(names).sort(KEYS)


def limits_by_channel(
    shelves: Shelves, atp: pl.DataFrame, policy: AvailabilityPolicy, today: date
) -> pl.DataFrame:
    """SHELF_LIFE_LIMITS without ``run_id``: what of it is too old for a channel.

    Args:
        shelves: as ``available_to_promise`` got them.
        atp: its result.
        policy: rules of kind shelf_life; none names a channel: nobody is limited.
        today: local day of the run.
    """
    ages = policy.of(SHELF_LIFE, today)
    told = shelf_cells(shelves.lots, _told(shelves))
    if not any("channel" in rule.names for rule in ages):
        told = told.clear()
    free = free_of(shelves.lots, told, shelves.promised)
    days = _days(told, shelves, ages)
    return shelf_life_limits(days, atp, free, today)


def days_by_rule(
    kind: str,
    cells: pl.DataFrame,
    nodes: pl.DataFrame,
    products: pl.DataFrame,
    policy: AvailabilityPolicy,
    today: date,
) -> pl.DataFrame:
    """``node_id, sku_id, days`` by the winning rules of a kind, of the pairs in cells.

    Args:
        kind: shelf_life, days that a lot must have left; dock_to_stock, days from
            the dock to the shelf.
        cells: with ``node_id, sku_id``.
        nodes: DIM_NODES.
        products: DIM_PRODUCTS of the SKUs.
        policy: the rules.
        today: business date.
    """
    kinds = nodes.select("node_id", "node_kind")
    goods = products.select("sku_id", "department")
    pairs = cells.select(KEYS).unique().join(kinds, on="node_id", how="left")
    named = pairs.join(goods, on="sku_id", how="left")
    return named.select(*KEYS, days=figure(policy.of(kind, today), "days"))


def _aged(
    told: pl.DataFrame, shelves: Shelves, ages: list[Rule], today: date
) -> pl.DataFrame:
    """What of each position is sound and too old for all, and by which rule."""
    least = least_days(_days(shelf_cells(shelves.lots, told), shelves, ages))
    there = still_there(shelves.lots, told.select(*KEYS, qty="available_qty"))
    old = too_old(there, least, today)
    rules = least.select(*KEYS, expired_rule="shelf_life_rule")
    aged = told.join(old, on=KEYS, how="left").join(rules, on=KEYS, how="left")
    return aged.with_columns(pl.col("old_qty").fill_null(0))


def _days(told: pl.DataFrame, shelves: Shelves, ages: list[Rule]) -> pl.DataFrame:
    cells = told.select(*KEYS, "department")
    return days_by_channel(cells, shelves.nodes, ages)


def _told(shelves: Shelves) -> pl.DataFrame:
    """Positions with what rules and doubt are about."""
    newest = shelves.confidence.sort("as_of").unique(
        "node_id", keep="last", maintain_order=True
    )
    doubt = newest.select("node_id", doubt_bp=ALL_BP - pl.col("confidence_bp"))
    known = shelves.nodes.select(
        "node_id", "node_kind", pl.col("buffer_bp").clip(0, ALL_BP)
    )
    joined = shelves.positions.join(known, on="node_id", how="left").join(
        doubt, on="node_id", how="left"
    )
    named = joined.join(
        shelves.products.select("sku_id", "department"), on="sku_id", how="left"
    )
    return named.with_columns(
        pl.col("doubt_bp").fill_null(0), pl.col("damaged_qty", "hold_qty").fill_null(0)
    )


def _ceil_share(qty: pl.Expr, share_bp: pl.Expr) -> pl.Expr:
    return (qty * share_bp + (ALL_BP - 1)) // ALL_BP
