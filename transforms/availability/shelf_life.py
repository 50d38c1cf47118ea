"""How many days a lot must have left for whom, and what a node has for each channel.

A rule may name a channel: what is too old for one may be fresh enough for another.
A node's own figure leaves out what is too old for all that it serves; what it may
promise one channel is that figure, or what of its lots is fresh enough and free.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.availability.lots import CELL, free_by_lot, taken_by_lot
from transforms.availability.rules import FEFO, Rule, figure, strategy, winner
from transforms.contracts.decisions import ALLOCATION_LOTS, SHELF_LIFE_LIMITS

KEYS = [*CELL, "channel_id"]
LIMIT_NAMES = [name for name in SHELF_LIFE_LIMITS.names if name != "run_id"]


def days_by_channel(
    cells: pl.DataFrame, nodes: pl.DataFrame, rules: list[Rule]
) -> pl.DataFrame:
    """``node_id, sku_id, channel_id, days, shelf_life_rule`` of who is served.

    Args:
        cells: ``node_id, sku_id, department``.
        nodes: DIM_NODES; with ``ship_in_days`` where the first day on which a node
            ships is known, by which a lot ages.
        rules: of kind shelf_life, winners first.
    """
    wait = "ship_in_days" if "ship_in_days" in nodes.columns else pl.lit(0)
    served = nodes.select(
        "node_id",
        "node_kind",
        channel_id=pl.col("channels").fill_null("").str.split("|"),
        wait=wait,
    ).explode("channel_id")
    ruled = cells.join(served, on="node_id", how="left").with_columns(
        rule_days=figure(rules, "days"), shelf_life_rule=winner(rules)
    )
    days = pl.col("rule_days") + pl.col("wait").fill_null(0)
    return ruled.select(*KEYS, "rule_days", "shelf_life_rule", days=days)


def least_days(days: pl.DataFrame) -> pl.DataFrame:
    """Of ``days_by_channel`` the channel that each node may send the oldest lots."""
    return days.sort(*CELL, "days", "shelf_life_rule", "channel_id").unique(
        CELL, keep="first", maintain_order=True
    )


def shelf_life_limits(
    days: pl.DataFrame, atp: pl.DataFrame, free: pl.DataFrame, today: date
) -> pl.DataFrame:
    """What each node may promise to channels that want fresher lots than others.

        usable = least of ATP, and fresh free eaches - buffer

    Args:
        days: result of ``days_by_channel``.
        atp: AVAILABLE_TO_PROMISE of the same cells.
        free: result of ``free_by_lot``.
        today: business date.

    Returns:
        SHELF_LIFE_LIMITS without ``run_id``, of those who may have less.
    """
    first = pl.lit(today) + pl.duration(days=pl.col("days"))
    is_old = (pl.col("expires_date") < first).fill_null(value=False)
    sums = (
        days.join(free.select(*CELL, "expires_date", "qty"), on=CELL, how="left")
        .group_by(KEYS)
        .agg(fresh=pl.col("qty").filter(~is_old).sum())
    )
    figures = atp.select(*CELL, "atp_qty", "buffer_qty")
    told = days.join(sums, on=KEYS).join(figures, on=CELL)
    fresh = (pl.col("fresh") + pl.col("buffer_qty")).clip(0)
    usable = pl.min_horizontal("atp_qty", fresh)
    limited = told.with_columns(usable_qty=usable).filter(
        pl.col("usable_qty") < pl.col("atp_qty")
    )
    aged = pl.col("usable_qty") - pl.col("atp_qty")
    named = limited.with_columns(aged_qty=aged, days="rule_days")
    return named.select(LIMIT_NAMES).sort(KEYS)


def changed_limits(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Limits that are not what they were; one that holds no more withholds nothing.

    Args:
        now: result of ``shelf_life_limits``.
        before: SHELF_LIFE_LIMITS of the same cells.
    """
    was = before.select(LIMIT_NAMES)
    changed = now.join(was, on=LIMIT_NAMES, how="anti")
    gone = was.join(now, on=KEYS, how="anti").filter(pl.col("aged_qty") < 0)
    lifted = gone.with_columns(aged_qty=pl.lit(0), usable_qty="atp_qty")
    return pl.concat([changed, lifted.cast(changed.schema)]).sort(KEYS)


def shelf_cells(lots: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Of ``told`` the nodes and SKUs that lots are known of."""
    return told.join(lots.select(CELL).unique(), on=CELL, how="semi")


def free_of(
    lots: pl.DataFrame, positions: pl.DataFrame, promised: pl.DataFrame
) -> pl.DataFrame:
    """``free_by_lot`` of STOCK_POSITIONS."""
    held = positions.select(
        *CELL,
        qty="available_qty",
        promised_qty=pl.sum_horizontal("allocated_qty", "released_qty"),
    )
    return free_by_lot(lots, held, promised)


def lots_of_allocations(
    allocations: pl.DataFrame,
    days: pl.DataFrame,
    free: pl.DataFrame,
    strategies: Sequence[Rule] = (),
) -> pl.DataFrame:
    """The lots that allocations promise: of those fresh enough, by strategy.

    As many eaches as may be promised of fresher lots go round in any order of lines
    (``shelf_life_limits``) where everybody takes the oldest: whoever may have older
    ones takes those. Where somebody takes others, who wants the freshest goes first.

    Args:
        allocations: ALLOCATIONS with ``channel_id, demand_rank, department,
            node_kind``.
        days: result of ``days_by_channel``, by the day of the run.
        free: result of ``free_by_lot``.
        strategies: rules of kind lots, winners first.

    Returns:
        ALLOCATION_LOTS without ``run_id``.
    """
    until = pl.col("ship_date") + pl.duration(days=pl.col("rule_days"))
    is_free_for_all = (pl.col("strategy") != FEFO).any().over(CELL)
    asked = (
        allocations.join(days.select(*KEYS, "rule_days"), on=KEYS, how="inner")
        .with_columns(fresh_until=until, strategy=strategy(strategies))
        .with_columns(turn=pl.when(is_free_for_all).then("fresh_until"))
        .sort(
            *("turn", "demand_rank", "line_id", "node_id"),
            descending=[True, False, False, False],
        )
    )
    taken = taken_by_lot(asked, free)
    when = asked.select("line_id", "node_id", "as_of")
    named = taken.join(when, on=["line_id", "node_id"])
    names = [name for name in ALLOCATION_LOTS.names if name != "run_id"]
    return named.select(names).sort("line_id", "node_id", "lot_ref")
