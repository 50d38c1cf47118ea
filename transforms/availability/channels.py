"""What each channel is told it may sell, as a sum of steps.

    available = ATP of its nodes - nodes it is not shown - lots too old for it
              - what a kit's components lack - demand that waits
              - pools of other channels - threshold + oversell
              + what makes it the cap of preorders, less those there are
              - above the ceiling + floor

Demand that waits in queues is on no node yet and would be sold twice. A pool is
taken from nodes that the others are not served by first. A kit is shown as far as
each node could send it whole and the figures of its components reach, beside those
that lie packed and that no line of it waits for. Eaches
outside of pools may show on several channels: ``shared_qty`` says how many. Not
here: who sends the figure (``transforms.instructions``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import polars as pl

from transforms.availability.kits import (
    PARTS,
    kit_availability,
    kit_limits,
    left_of_components,
)
from transforms.availability.preorders import left_of_caps, unreleased
from transforms.availability.rules import (
    CEILING,
    EXCLUDE,
    NONE,
    OVERSELL,
    POOL,
    PREORDER_CAP,
    THRESHOLD,
    AvailabilityPolicy,
    Rule,
    figure,
    winner,
)
from transforms.contracts.decisions import CHANNEL_AVAILABILITY, SHELF_LIFE_LIMITS

KEYS = ["channel_id", "sku_id"]
STOPPED = "NODE_STOPPED"
"""Names what excludes a node that gets no instructions for now."""

CHANNEL_STEPS = [
    "nodes_qty",
    "excluded_qty",
    "aged_qty",
    "components_qty",
    "waiting_qty",
    "pools_qty",
    "threshold_qty",
    "oversell_qty",
    "preorder_qty",
    "ceiling_qty",
    "floor_qty",
]


_UNCAPPED = {"left_qty": pl.lit(None, pl.Int64), "cap_rule": pl.lit(None, pl.String)}
WAITING_KITS = pl.Schema({"sku_id": pl.String, "kits": pl.Int64})


@dataclass(frozen=True)
class ChannelFacts:
    """What the figures are made of, of some SKUs or of all.

    Args:
        supply: AVAILABLE_TO_PROMISE, every node of each SKU.
        waiting: ``channel_id, sku_id, waiting_qty``: eaches of open lines that no
            node holds for them.
        nodes: DIM_NODES, with ``is_stopped`` of those that get no instructions.
        products: DIM_PRODUCTS of the SKUs, where a rule names a department or
            caps preorders.
        parts: what is in each kit (``kits.PARTS``); its components are among the
            SKUs.
        limits: SHELF_LIFE_LIMITS of the SKUs.
        waiting_kits: ``sku_id`` (the kit), ``kits`` that open lines wait for.
    """

    supply: pl.DataFrame
    waiting: pl.DataFrame
    nodes: pl.DataFrame
    products: pl.DataFrame
    parts: pl.DataFrame = field(default_factory=PARTS.to_frame)
    limits: pl.DataFrame = field(default_factory=SHELF_LIFE_LIMITS.empty)
    waiting_kits: pl.DataFrame = field(default_factory=WAITING_KITS.to_frame)


def channel_availability(
    facts: ChannelFacts, policy: AvailabilityPolicy, as_of: datetime, today: date
) -> pl.DataFrame:
    """The figure of each published channel for each SKU that a node of its holds.

    Returns:
        CHANNEL_AVAILABILITY without ``run_id``; the steps sum to
        ``available_qty``.
    """
    is_kit = pl.col("sku_id").is_in(facts.parts["kit_sku_id"].unique().implode())
    goods = replace(
        facts,
        supply=facts.supply.filter(~is_kit),
        products=facts.products.filter(~is_kit),
    )
    steps = _figured(goods, policy, today)
    if facts.parts.height:
        kits = replace(
            facts,
            supply=kit_availability(facts.supply, facts.parts),
            limits=kit_limits(facts.supply, facts.limits, facts.parts),
        )
        packed = replace(facts, supply=facts.supply.filter(is_kit))
        most = _with_packed(
            left_of_components(steps, facts.parts),
            _figures(_shelves(packed, policy, today), packed),
            facts.waiting_kits,
        )
        steps = pl.concat([steps, _figured(kits, policy, today, most)])
    published = steps.filter(pl.col("channel_id").is_in(policy.published_channels))
    names = [name for name in CHANNEL_AVAILABILITY.names if name != "run_id"]
    stamped = published.with_columns(as_of=pl.lit(as_of))
    return stamped.select(names).sort(KEYS)


def _figured(
    facts: ChannelFacts,
    policy: AvailabilityPolicy,
    today: date,
    most: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Steps of each channel and SKU; of kits, no more than ``most``."""
    shelves = _shelves(facts, policy, today)
    keys = _figures(shelves, facts)
    short, rule = pl.lit(0, pl.Int64), pl.lit(NONE)
    if most is not None:
        keys = keys.join(most, on=KEYS, how="left")
        shown = pl.sum_horizontal(CHANNEL_STEPS[:3])
        short = pl.min_horizontal(pl.col("most_qty") - shown, 0)
        rule = pl.when(short < 0).then("short_sku_id").otherwise(rule)
        keys = keys.with_columns(**_UNCAPPED)
    else:
        keys = _capped(keys, facts, policy, today)
    limited = keys.with_columns(components_qty=short, components_rule=rule)
    limited = limited.drop("most_qty", "short_sku_id", strict=False)
    pooled = _pooled(limited, shelves, policy.of(POOL, today))
    return _steps(_less_others(pooled, shelves), policy, today)


def _capped(
    keys: pl.DataFrame, facts: ChannelFacts, policy: AvailabilityPolicy, today: date
) -> pl.DataFrame:
    """Keys with what caps of preorders leave, those of what no node has among them."""
    rules = policy.of(PREORDER_CAP, today)
    if not rules:
        return keys.with_columns(**_UNCAPPED)
    published = pl.DataFrame({"channel_id": list(policy.published_channels)})
    early = unreleased(facts.products, today).join(published, how="cross")
    pairs = pl.concat([keys.select(KEYS), early.select(KEYS)]).unique()
    caps = left_of_caps(pairs, facts.waiting, facts.products, rules, today)
    bare = caps.join(keys, on=KEYS, how="anti").select(KEYS)
    named = bare.join(facts.products.select("sku_id", "department"), on="sku_id")
    waits = facts.waiting.select(*KEYS, own_waiting="waiting_qty")
    added = named.join(waits, on=KEYS, how="left")
    both = pl.concat([keys, added], how="diagonal").with_columns(
        pl.selectors.integer().fill_null(0),
        pl.col("excluded_rule", "aged_rule").fill_null(NONE),
    )
    return both.join(caps, on=KEYS, how="left")


def _with_packed(
    left: pl.DataFrame, packed: pl.DataFrame, waiting: pl.DataFrame
) -> pl.DataFrame:
    """Kits that the figures of components leave, and those packed nobody waits for."""
    shown = pl.sum_horizontal(CHANNEL_STEPS[:3])
    there = packed.join(waiting, on="sku_id", how="left").select(
        *KEYS,
        free=(shown - pl.col("kits").fill_null(0)).clip(0),
    )
    both = left.join(there, on=KEYS, how="full", coalesce=True)
    names = both.with_columns(pl.col("short_sku_id").fill_null(pl.col("sku_id")))
    return names.with_columns(
        most_qty=pl.col("most_qty").fill_null(0) + pl.col("free").fill_null(0)
    ).drop("free")


def channel_steps(figures: pl.DataFrame) -> pl.DataFrame:
    """Every step that changes a figure as a row of its own.

    Args:
        figures: CHANNEL_AVAILABILITY.

    Returns:
        ``channel_id, sku_id, step, qty, rule``, in the order in which they are
        added; per channel and SKU ``qty`` sums to ``available_qty``.
    """
    steps = [
        figures.select(
            *KEYS,
            step=pl.lit(step.removesuffix("_qty").upper()),
            step_no=pl.lit(number),
            qty=step,
            rule=_rule_of(step, figures.columns),
        )
        for number, step in enumerate(CHANNEL_STEPS)
    ]
    told = pl.concat(steps).filter((pl.col("qty") != 0) | (pl.col("step_no") == 0))
    return told.sort(*KEYS, "step_no").drop("step_no")


def _rule_of(step: str, columns: Sequence[str]) -> pl.Expr:
    name = step.replace("_qty", "_rule")
    return pl.col(name) if name in columns else pl.lit(None, pl.String)


def changed_figures(
    now: pl.DataFrame, before: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Figures that are not what they were.

    Args:
        now: result of ``channel_availability``.
        before: CHANNEL_AVAILABILITY of the same SKUs; what is no longer told of is
            withdrawn: nothing may be sold.
        as_of: moment of the run.
    """
    said = [name for name in now.columns if name != "as_of"]
    changed = now.join(before.select(said), on=said, how="anti", nulls_equal=True)
    gone = before.join(now, on=KEYS, how="anti").select(said)
    nothing = gone.with_columns(
        pl.selectors.integer() * 0,
        *(pl.lit(NONE).alias(name) for name in said if name.endswith("_rule")),
    )
    withdrawn = nothing.join(before.select(said), on=said, how="anti")
    stamped = withdrawn.with_columns(as_of=pl.lit(as_of)).select(now.columns)
    return pl.concat([changed, stamped]).sort(KEYS)


def served(nodes: pl.DataFrame) -> pl.DataFrame:
    """``node_id, node_kind, channel_id``: who serves whom."""
    split = nodes.select(
        "node_id", "node_kind", channel_id=pl.col("channels").str.split("|")
    )
    return split.explode("channel_id").filter(pl.col("channel_id") != "")


def _shelves(
    facts: ChannelFacts, policy: AvailabilityPolicy, today: date
) -> pl.DataFrame:
    """ATP of each channel at each node that serves it, and whether it is shown."""
    rules = policy.of(EXCLUDE, today)
    atp = facts.supply.select("node_id", "sku_id", "atp_qty")
    limits = facts.limits.filter(pl.col("aged_qty") < 0).select(
        "node_id", *KEYS, "aged_qty", "shelf_life_rule"
    )
    placed = (
        atp.join(served(facts.nodes), on="node_id")
        .join(limits, on=["node_id", *KEYS], how="left")
        .join(facts.products.select("sku_id", "department"), on="sku_id", how="left")
    )
    if "is_stopped" not in facts.nodes.columns:
        return placed.with_columns(excluded_rule=winner(rules))
    stopped = facts.nodes.filter("is_stopped")["node_id"].implode()
    is_stopped = pl.col("node_id").is_in(stopped)
    rule = pl.when(is_stopped).then(pl.lit(STOPPED)).otherwise(winner(rules))
    return placed.with_columns(excluded_rule=rule)


def _figures(shelves: pl.DataFrame, facts: ChannelFacts) -> pl.DataFrame:
    """One row per channel and SKU: supply, what is not shown, what waits."""
    is_out = pl.col("excluded_rule") != NONE
    is_old = ~is_out & pl.col("aged_qty").is_not_null()
    qty = pl.col("atp_qty")
    sums = shelves.group_by(*KEYS, "department").agg(
        nodes_qty=qty.sum(),
        excluded_qty=-qty.filter(is_out).sum(),
        excluded_rule=_listed(pl.col("excluded_rule").filter(is_out)),
        aged_qty=pl.col("aged_qty").filter(is_old).sum(),
        aged_rule=_listed(pl.col("shelf_life_rule").filter(is_old)),
    )
    waits = facts.waiting.select(*KEYS, own_waiting="waiting_qty")
    return sums.join(waits, on=KEYS, how="left").with_columns(
        pl.col("own_waiting").fill_null(0)
    )


def _pooled(
    keys: pl.DataFrame, shelves: pl.DataFrame, rules: Sequence[Rule]
) -> pl.DataFrame:
    """What each channel has to itself: its rule's quantity while supply lasts."""
    there = shelves.unique(["node_id", "sku_id"]).group_by("sku_id")
    asked = keys.with_columns(
        asked=figure(rules, "qty"),
        turn=-figure(rules, "priority"),
        pool_rule=winner(rules),
    ).join(there.agg(total_qty=pl.col("atp_qty").sum()), on="sku_id", how="left")
    asked = asked.with_columns(pl.col("total_qty").fill_null(0))
    ordered = asked.sort("sku_id", "turn", "channel_id")
    before = (pl.col("asked").cum_sum() - pl.col("asked")).over("sku_id")
    shown = pl.sum_horizontal(CHANNEL_STEPS[:3])
    left = pl.col("total_qty") - before
    pool = pl.min_horizontal("asked", left, shown).clip(0)
    return ordered.with_columns(pool_qty=pool)


def _less_others(pooled: pl.DataFrame, shelves: pl.DataFrame) -> pl.DataFrame:
    """What waits, and what the pools of others take from the channel's nodes."""
    others = pooled.select(
        "sku_id", "pool_qty", "pool_rule", "own_waiting", other_id="channel_id"
    )
    pairs = (
        pooled.select(KEYS)
        .join(others, on="sku_id")
        .filter(pl.col("channel_id") != pl.col("other_id"))
        .join(_elsewhere(pooled, shelves), on=[*KEYS, "other_id"], how="left")
        .with_columns(pl.col("elsewhere_qty").fill_null(0))
    )
    pool, waiting = pl.col("pool_qty"), pl.col("own_waiting")
    taken = (pool - pl.col("elsewhere_qty")).clip(0)
    sums = pairs.group_by(KEYS).agg(
        others_waiting=(waiting - pool).clip(0).sum(),
        pools_qty=-taken.sum(),
        pools_rule=_listed(pl.col("pool_rule").filter(taken > 0)),
    )
    joined = pooled.join(sums, on=KEYS, how="left").with_columns(
        pl.col("others_waiting", "pools_qty").fill_null(0),
        pl.col("pools_rule").fill_null(NONE),
    )
    waits = pl.col("own_waiting") + pl.col("others_waiting")
    return joined.with_columns(waiting_qty=-waits)


def _elsewhere(pooled: pl.DataFrame, shelves: pl.DataFrame) -> pl.DataFrame:
    """Eaches that a pool may come from at nodes that do not serve the channel."""
    pools = pooled.filter(pl.col("pool_qty") > 0).select(KEYS)
    shown = shelves.filter(pl.col("excluded_rule") == NONE).join(
        pools, on=KEYS, how="semi"
    )
    held = shown.select("sku_id", "node_id", "atp_qty", other_id="channel_id")
    pairs = held.join(pooled.select(KEYS), on="sku_id")
    apart = pairs.join(shelves, on=["node_id", *KEYS], how="anti")
    sums = apart.group_by(*KEYS, "other_id")
    return sums.agg(elsewhere_qty=pl.col("atp_qty").sum())


def _steps(keys: pl.DataFrame, policy: AvailabilityPolicy, today: date) -> pl.DataFrame:
    thresholds, ceilings = policy.of(THRESHOLD, today), policy.of(CEILING, today)
    oversells = policy.of(OVERSELL, today)
    ruled = keys.with_columns(
        threshold_qty=-figure(thresholds, "qty"),
        threshold_rule=winner(thresholds),
        oversell_qty=figure(oversells, "qty"),
        oversell_rule=winner(oversells),
        most=figure(ceilings, "qty", default=None),
        ceiling_rule=winner(ceilings),
    )
    sold_from = pl.sum_horizontal(CHANNEL_STEPS[:-3])
    capped = ruled.with_columns(
        preorder_qty=(pl.col("left_qty") - sold_from).fill_null(0),
        preorder_rule=pl.col("cap_rule").fill_null(NONE),
    )
    so_far = pl.sum_horizontal(CHANNEL_STEPS[:-2])
    above = (so_far - pl.col("most")).clip(0).fill_null(0)
    cut = capped.with_columns(ceiling_qty=-above)
    floor = pl.max_horizontal(-pl.sum_horizontal(CHANNEL_STEPS[:-1]), 0)
    summed = cut.with_columns(floor_qty=floor).with_columns(
        available_qty=pl.sum_horizontal(CHANNEL_STEPS)
    )
    return _shared(summed, policy.published_channels)


def _shared(figures: pl.DataFrame, published: Sequence[str]) -> pl.DataFrame:
    """How much of a figure is shown more than once, or is not there at all."""
    is_told = pl.col("channel_id").is_in(published)
    shown = pl.col("available_qty").filter(is_told).sum().over("sku_id")
    waits = pl.col("own_waiting").sum().over("sku_id")
    there = (pl.col("total_qty") - waits).clip(0)
    shared = pl.min_horizontal((shown - there).clip(0), "available_qty")
    own = pl.min_horizontal("pool_qty", "available_qty")
    return figures.with_columns(shared_qty=shared, pool_qty=own)


def _listed(rules: pl.Expr) -> pl.Expr:
    """Rules by name, NONE where there is none."""
    names = rules.unique().sort().str.join("|")
    return pl.when(names == "").then(pl.lit(NONE)).otherwise(names)
