"""Open demand: the lines that wait for eaches, in the order they are served.

Not here: who is served (``confirm``); what each line's buckets are
(``lifecycle``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.allocation.business_classes import class_by, class_rank
from transforms.allocation.horizon import is_reserved_late
from transforms.allocation.policy import AllocationPolicy
from transforms.contracts.decisions import OPEN_DEMAND
from transforms.contracts.services import FETCHED
from transforms.contracts.table import DATE, INTEGER, TEXT, conform

AGE_ORDER = (
    "priority",
    "promise_date",
    "ordered_at",
    "order_id",
    "line_no",
    "line_id",
)
"""Total: the ids break every tie."""

DEMAND_ORDER = ("class_rank", "told_on", *AGE_ORDER)
"""Inside a class who was told a date goes before who was not, the earliest first:
what comes is theirs, however urgent a later order is."""

OF_PRODUCT = ("grams", "released_date", "department", "category", "brand")

HELD = pl.Schema(
    {
        "line_id": TEXT,
        "order_id": TEXT,
        "keep_together": TEXT,
        "kit_line_id": TEXT,
        "held_qty": INTEGER,
    }
)
"""Lines with eaches that are held, of orders of which others wait."""

TOLD = pl.Schema({"line_id": TEXT, "told_date": DATE})
"""Lines that wait, with the earliest date that an earlier run told of them."""


def open_demand(  # noqa: PLR0913, PLR0917 one argument a table
    line_buckets: pl.DataFrame,
    orders: pl.DataFrame,
    order_lines: pl.DataFrame,
    products: pl.DataFrame,
    policy: AllocationPolicy,
    as_of: datetime,
    told: pl.DataFrame | None = None,
    held: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The lines with pending, backordered or preordered eaches, ranked.

    Till sales and cancelled orders are never demand, nor are as many eaches of a line
    as were sent beyond what was asked (OVERSHIPPED): a person decides of them. A
    line's place in the queue depends on its class, on the date that its order was told,
    and on what was ordered and when, never on when it arrived.

    Args:
        line_buckets: LINE_BUCKETS.
        orders: FCT_ORDERS.
        order_lines: FCT_ORDER_LINES; of a kit all of its components, with a linked
            line the one that it is sent instead of.
        products: DIM_PRODUCTS; a missing product weighs ``unknown_grams``.
        policy: priorities and promise days.
        as_of: moment of the decision, stamped on every row.
        told: TOLD; nobody was told a date by default.
        held: HELD; nothing is by default.

    Returns:
        OPEN_DEMAND without ``run_id``, sorted by ``demand_rank``.
    """
    # What a node sent beyond what it had to is not sent again by another.
    waits = (
        pl.col("pending_qty") + pl.col("backordered_qty") - pl.col("overshipped_qty")
    )
    waiting = line_buckets.select(
        *("line_id", "order_id", "sku_id"),
        *("pending_qty", "overshipped_qty"),
        backordered_qty=pl.col("backordered_qty") + pl.col("preordered_qty"),
    ).filter(waits > 0)
    lines = order_lines.select(
        *("line_id", "line_no", "kit_line_id", "kit_sku_id", "kit_qty"),
        "keep_together",
        unit_value_minor=_unit_value(order_lines),
        part_count=pl.len().over("kit_line_id"),
    )
    known = (
        waiting.join(lines, on="line_id", how="inner", validate="1:1")
        .join(ranked_orders(orders, policy), on="order_id", how="inner")
        .join(products.select("sku_id", *OF_PRODUCT), on="sku_id", how="left")
        .join(TOLD.to_frame() if told is None else told, on="line_id", how="left")
    )
    known = with_held(known, HELD.to_frame() if held is None else held)
    queue = ranked(known).with_columns(
        pl.col("grams").fill_null(policy.unknown_grams),
        open_qty=waits,
        whole_kit_qty=_whole_kits(waits),
        as_of=pl.lit(as_of),
        run_id=pl.lit(""),
    )
    return conform(queue, OPEN_DEMAND).drop("run_id")


def with_held(lines: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Lines with ``held_with_qty``: eaches held of what they may not go without.

    Of the order if it ships complete, of the lines that it is kept together with, and
    of its kit: each as a whole.

    Args:
        lines: with ``order_id, is_ship_complete, keep_together, kit_line_id``.
        held: HELD.
    """
    eaches = pl.col("held_qty").sum()
    of_order = held.group_by("order_id").agg(of_order=eaches)
    group, kit = ["order_id", "keep_together"], ["kit_line_id"]
    of_group = held.drop_nulls(group).group_by(group).agg(of_group=eaches)
    of_kit = held.drop_nulls(kit).group_by(kit).agg(of_kit=eaches)
    known = (
        lines.join(of_order, on="order_id", how="left")
        .join(of_group, on=group, how="left")
        .join(of_kit, on=kit, how="left")
    )
    some = pl.max_horizontal("of_group", "of_kit")
    whole = pl.when("is_ship_complete").then("of_order").otherwise(some)
    return known.with_columns(held_with_qty=whole.fill_null(0)).drop(
        "of_order", "of_group", "of_kit"
    )


def ranked(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with ``told_date`` and what ``judged`` says, by their ``demand_rank``."""
    placed = lines.with_columns(
        class_rank=class_rank(), told_on=pl.col("told_date").min().over("order_id")
    )
    rank = pl.int_range(1, pl.len() + 1, dtype=INTEGER)
    ordered = placed.sort(DEMAND_ORDER, nulls_last=True)
    return ordered.with_columns(demand_rank=rank).drop("class_rank", "told_on")


def judged(lines: pl.DataFrame, policy: AllocationPolicy) -> pl.DataFrame:
    """Orders or their lines with what a policy makes of them in demand order.

    Args:
        lines: with ``channel_id, service_code, region_code, is_ship_complete,
            ordered_at, wanted_ship_date``.
        policy: business classes, priorities and promise days.

    Returns:
        The same with ``business_class``, ``priority`` and ``promise_date``.
    """
    local_date = pl.col("ordered_at").dt.convert_time_zone(policy.zone).dt.date()
    days = _promise_days(policy)
    soonest = local_date + pl.duration(days=days)
    at_will = pl.col("wanted_ship_date") + pl.duration(days=days)
    told = lines.with_columns(
        priority=_priority(policy),
        promise_date=pl.when(is_reserved_late(policy))
        .then(pl.max_horizontal(soonest, at_will))
        .otherwise(soonest),
    )
    return told.with_columns(business_class=class_by(policy.business_classes))


def _whole_kits(waits: pl.Expr) -> pl.Expr:
    """Kits that lack all of their components; null for a line that is none."""
    kit = "kit_line_id"
    is_whole = pl.len().over(kit) == pl.col("part_count")
    kits = (waits // pl.col("kit_qty")).min().over(kit)
    is_part = pl.col(kit).is_not_null()
    return pl.when(is_part & is_whole).then(kits).when(is_part).then(0)


def ranked_orders(orders: pl.DataFrame, policy: AllocationPolicy) -> pl.DataFrame:
    """What the demand order needs of every order that may be allocated.

    Returns:
        One row per order: ids, ``business_class``, ``priority``, ``promise_date``,
        ``wanted_ship_date``, destination.
    """
    wanted = orders.filter(~pl.col("is_till_sale") & ~pl.col("is_cancelled"))
    leaves = pl.col("wanted_delivery_date") - pl.duration(days=_promise_days(policy))
    dated = wanted.with_columns(pl.coalesce("wanted_ship_date", leaves))
    return judged(dated, policy).select(
        "order_id",
        "channel_id",
        "ordered_at",
        "service_code",
        "is_ship_complete",
        pl.when(pl.col("service_code").is_in(FETCHED))
        .then("node_id")
        .alias("pickup_node_id"),
        pl.col("region_code").fill_null(""),
        "business_class",
        "priority",
        "promise_date",
        "wanted_ship_date",
    )


def _promise_days(policy: AllocationPolicy) -> pl.Expr:
    return pl.col("service_code").replace_strict(
        dict(policy.promise_days),
        default=policy.promise_days["STANDARD"],
        return_dtype=INTEGER,
    )


def _priority(policy: AllocationPolicy) -> pl.Expr:
    by_channel = pl.col("channel_id").replace_strict(
        dict(policy.priority_by_channel),
        default=policy.default_priority,
        return_dtype=INTEGER,
    )
    is_expedited = pl.col("service_code") == "EXPEDITED"
    lift = pl.when(is_expedited).then(policy.expedited_lift).otherwise(0)
    return (by_channel - lift).clip(0).cast(INTEGER)


def _unit_value(order_lines: pl.DataFrame) -> pl.Series:
    """What an each is sold for; of a linked line by what it is sent instead of."""
    net = (pl.col("line_amount_minor") - pl.col("discount_minor")).clip(0)
    # An amended line may have 0 ordered; it then has no open eaches either.
    own = net // pl.col("ordered_qty").clip(1)
    of = order_lines.select(substitutes_line_id="line_id", whole=own)
    known = order_lines.join(
        of, on="substitutes_line_id", how="left", maintain_order="left"
    )
    is_linked = pl.col("substitutes_line_id").is_not_null()
    shared = pl.col("whole").fill_null(0) // pl.col("substitutes_ratio")
    return known.select(pl.when(is_linked).then(shared).otherwise(own)).to_series()
