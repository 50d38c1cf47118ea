"""Backorders that expire: what waits longer than its channel lets it is cancelled.

By rule, after a run has given out what there is, so nothing is cancelled that this
run could serve. Held eaches are no demand and never expire. Not here: the event that
does it (``events``), what becomes of the money (``reconciliation``).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.allocation.policy import AllocationPolicy
from transforms.allocation.shortage import companions
from transforms.contracts.decisions import EXPIRED_BACKORDERS
from transforms.contracts.table import INSTANT, INTEGER, TEXT

SINCE = pl.Schema({"line_id": TEXT, "since_at": INSTANT})
"""Lines of which more was asked for, or that were freed of a hold, and when last."""

FACTS = (
    *("line_id", "channel_id", "ordered_at", "is_ship_complete", "keep_together"),
    *("wanted_ship_date", "released_date"),
    *("kit_line_id", "kit_qty", "whole_kit_qty"),
)
KIT = "kit_line_id"
_SAID = [name for name in EXPIRED_BACKORDERS.names if name not in {"as_of", "run_id"}]


def expired_backorders(
    backorders: pl.DataFrame,
    demand: pl.DataFrame,
    since: pl.DataFrame,
    policy: AllocationPolicy,
    today: date,
) -> pl.DataFrame:
    """What of the backorders has waited too long, in demand order.

    An order that goes in one go expires as one, and so do a bundle and a kit: when all
    of it that waits has waited too long and nothing of it comes within the grace. What
    does not make whole kits is left, as is an order that its business class leaves as
    it is.

    Args:
        backorders: BACKORDERS of the run, in demand order.
        demand: OPEN_DEMAND of the run.
        since: SINCE.
        policy: days by channel, and the grace.
        today: business date.

    Returns:
        EXPIRED_BACKORDERS without ``as_of`` and ``run_id``.
    """
    if not policy.backorder_cancel_days:
        return EXPIRED_BACKORDERS.empty().select(_SAID)
    known = demand.select(*FACTS, parts=pl.len().over(KIT), companions=companions())
    lines = (
        backorders.join(known, on="line_id", how="left", maintain_order="left")
        .join(since, on="line_id", how="left", maintain_order="left")
        .with_columns(
            cancel_days=_days(policy),
            waits_since=pl.max_horizontal(
                "ordered_at",
                "since_at",
                _midnight("wanted_ship_date", policy),
                _midnight("released_date", policy),
            ),
        )
    )
    over = lines.filter(_is_over(policy, today).all().over("companions"))
    whole = over.with_columns(qty=_in_whole_kits(), waiting_qty="qty")
    is_one = pl.col("is_ship_complete") | pl.col("keep_together").is_not_null()
    is_halved = is_one & (pl.col("qty") < pl.col("waiting_qty"))
    found = whole.filter(pl.col("qty") > 0, ~is_halved.any().over("companions"))
    return found.select(_SAID)


def without_expired(
    backorders: pl.DataFrame, expired: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What of BACKORDERS still waits, and whose BACKORDERED is said no more.

    Returns:
        BACKORDERS; ``line_id, event_type`` of lines of which nothing waits.
    """
    gone = expired.select("line_id", gone_qty="qty")
    left = backorders.join(gone, on="line_id", how="left", maintain_order="left")
    left = left.with_columns(qty=pl.col("qty") - pl.col("gone_qty").fill_null(0))
    none = left.filter(pl.col("qty") == 0)
    waits = left.filter(pl.col("qty") > 0).drop("gone_qty")
    return waits, none.select("line_id", event_type=pl.lit("BACKORDERED"))


def _days(policy: AllocationPolicy) -> pl.Expr:
    return pl.col("channel_id").replace_strict(
        dict(policy.backorder_cancel_days), default=None, return_dtype=INTEGER
    )


def _midnight(day: str, policy: AllocationPolicy) -> pl.Expr:
    """Of the date that it is wanted or released: before, nobody waits for us."""
    local = (
        pl.col(day)
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone(policy.zone, ambiguous="earliest", non_existent="null")
    )
    return local.dt.convert_time_zone("UTC")


def _is_over(policy: AllocationPolicy, today: date) -> pl.Expr:
    began = pl.col("waits_since").dt.convert_time_zone(policy.zone).dt.date()
    waited = (pl.lit(today) - began).dt.total_days()
    # Of what comes in parts the first is said first.
    part = pl.col("expected_parts").str.slice(0, len("2018-01-31")).str.to_date()
    comes = (pl.coalesce(part, "expected_date") - pl.lit(today)).dt.total_days()
    is_late = (waited > pl.col("cancel_days")).fill_null(value=False)
    is_coming = (comes <= policy.backorder_grace_days).fill_null(value=False)
    # Whoever holds what it goes with decides of it too.
    is_held = pl.col("reason_code") == "HELD_WITH"
    return is_late & ~is_coming & ~is_held & (pl.col("business_class") != "SKIP")


def _in_whole_kits() -> pl.Expr:
    """Eaches of a line; of a component those in kits that lack all components."""
    is_part = pl.col(KIT).is_not_null()
    kits = pl.min_horizontal("whole_kit_qty", pl.col("qty") // pl.col("kit_qty"))
    is_whole = pl.len().over(KIT) == pl.col("parts")
    in_kits = kits.min().over(KIT) * pl.col("kit_qty")
    return pl.when(~is_part).then("qty").when(is_whole).then(in_kits).otherwise(0)
