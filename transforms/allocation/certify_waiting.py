"""The certificate's part about how long one waits; shares no code with the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

A_DAY = 24
CLOCK_CHANGE = 1


def expired_checks(
    demand: pl.DataFrame, unserved: pl.DataFrame, expired: pl.DataFrame, as_of: datetime
) -> dict[str, pl.DataFrame]:
    """Checks by name, ``subject, is_wrong`` each; none where nothing expired.

    Args:
        demand: OPEN_DEMAND.
        unserved: what got nothing, waiting or expired: ``line_id, qty``.
        expired: EXPIRED_BACKORDERS of the run.
        as_of: moment of the decision.
    """
    if expired.is_empty():
        return {}
    lacking = unserved.group_by("line_id").agg(lacking=pl.col("qty").sum())
    lines = demand.join(lacking, on="line_id", how="left").join(
        expired.select("line_id", "waits_since", "cancel_days", gone="qty"),
        on="line_id",
        how="left",
    )
    return {
        "expired_backorders_had_waited": _waited(lines, as_of),
        "expired_orders_and_kits_are_whole": _whole(lines),
    }


def _waited(lines: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Longer than the days of the rule, and no longer than there was the order."""
    hours = (pl.lit(as_of) - pl.col("waits_since")).dt.total_hours()
    is_early = hours < pl.col("cancel_days") * A_DAY - CLOCK_CHANGE
    is_older = pl.col("waits_since") < pl.col("ordered_at")
    gone = lines.filter(pl.col("gone").is_not_null())
    return gone.select(subject="line_id", is_wrong=is_early | is_older)


def _whole(lines: pl.DataFrame) -> pl.DataFrame:
    """Of an order that goes in one go all that lacks, of a kit as many of each part.

    Of lines that are kept together all that lacks, or nothing.
    """
    gone = pl.col("gone").fill_null(0)
    lacking = pl.col("lacking").fill_null(0)
    halves_order = pl.col("is_ship_complete") & (gone != lacking)
    kits = gone // pl.col("kit_qty")
    of_kit = pl.col("kit_line_id")
    is_uneven = (gone % pl.col("kit_qty") != 0) | (
        kits.min().over(of_kit) != kits.max().over(of_kit)
    )
    some_expired = (gone > 0).any().over("order_id")
    some_of_group = (gone > 0).any().over("order_id", "keep_together")
    is_kept = pl.col("keep_together").is_not_null()
    halves_group = is_kept & some_of_group & (gone != lacking)
    wrong = halves_order | halves_group | (of_kit.is_not_null() & is_uneven)
    return lines.filter(some_expired).select(subject="line_id", is_wrong=wrong)


def horizon_checks(
    demand: pl.DataFrame,
    allocations: pl.DataFrame,
    horizons: Mapping[str, int],
    as_of: datetime,
) -> dict[str, pl.DataFrame]:
    """What is wanted beyond the horizon of its channel got nothing.

    Args:
        demand: OPEN_DEMAND.
        allocations: ALLOCATIONS of the run.
        horizons: channel → days; without any there is no check.
        as_of: moment of the decision; a day either way is a matter of zones.
    """
    if not horizons:
        return {}
    days = pl.col("channel_id").replace_strict(
        dict(horizons), default=None, return_dtype=pl.Int64
    )
    earliest = pl.col("wanted_ship_date") - pl.duration(days=days)
    far = demand.filter(earliest > _tomorrow(as_of))
    return {"nothing_beyond_the_horizon": _given(far, allocations)}


def release_checks(
    demand: pl.DataFrame, allocations: pl.DataFrame, as_of: datetime
) -> dict[str, pl.DataFrame]:
    """What is not released yet got nothing; no check where nothing is a preorder.

    Args:
        demand: OPEN_DEMAND.
        allocations: ALLOCATIONS of the run.
        as_of: moment of the decision; a day either way is a matter of zones.
    """
    early = demand.filter(pl.col("released_date") > _tomorrow(as_of))
    if early.is_empty():
        return {}
    return {"nothing_before_its_release": _given(early, allocations)}


def held_checks(
    demand: pl.DataFrame, allocations: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """What may not go without what is held got nothing; no check where nothing is.

    Args:
        demand: OPEN_DEMAND.
        allocations: ALLOCATIONS of the run.
    """
    waits = demand.filter(pl.col("held_with_qty").fill_null(0) > 0)
    if waits.is_empty():
        return {}
    return {"nothing_goes_without_what_is_held": _given(waits, allocations)}


def group_checks(
    demand: pl.DataFrame, allocations: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Lines that are kept together got all they ask for, from one node, or nothing.

    What they had before this run is no matter. No check where nobody asks for it.

    Args:
        demand: OPEN_DEMAND.
        allocations: ALLOCATIONS of the run.
    """
    kept = demand.filter(pl.col("keep_together").is_not_null())
    if kept.is_empty():
        return {}
    shipment = pl.struct("node_id", "ship_date")
    given = allocations.group_by("line_id").agg(
        pl.col("qty").sum(), shipments=shipment.unique()
    )
    groups = (
        kept.join(given, on="line_id", how="left")
        .group_by("order_id", "keep_together")
        .agg(
            pl.col("open_qty").sum(),
            pl.col("qty").fill_null(0).sum(),
            pl.col("shipments").drop_nulls().explode().n_unique(),
        )
    )
    is_part = (pl.col("qty") > 0) & (pl.col("qty") < pl.col("open_qty"))
    is_torn = (pl.col("qty") > 0) & (pl.col("shipments") > 1)
    subject = pl.concat_str("order_id", "keep_together", separator=" ")
    checked = groups.select(subject=subject, is_wrong=is_part | is_torn)
    return {"groups_are_whole": checked}


def _tomorrow(as_of: datetime) -> pl.Expr:
    return pl.lit(as_of.date() + timedelta(days=1))


def _given(lines: pl.DataFrame, allocations: pl.DataFrame) -> pl.DataFrame:
    """Wrong is a line that got something."""
    given = allocations.select("line_id", is_given=pl.lit(value=True)).unique()
    wrong = pl.col("is_given").is_not_null()
    joined = lines.join(given, on="line_id", how="left")
    return joined.select(subject="line_id", is_wrong=wrong)
