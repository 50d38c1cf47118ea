"""Eaches that were promised and were not there: when, since when, and why.

A unit is oversold when a node misses it after we committed it there, or when
supply fell below what was committed. Not here: what happens to the order line
(``transforms.lifecycle``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

CLASSES: tuple[str, ...] = (
    "promised_before",
    "double_count",
    "uom",
    "kit",
    "late_cancel",
    "stale_feed",
    "node_lost_stock",
)
"""In the order they are tried: first what the system before promised, last what is
left when the feeds were right."""

MISSING = ("OUT_OF_STOCK", "DAMAGED", "SUPPLY_LOST")
"""Reasons of a node, or ours, that say that an each was not there."""

KEY = ["node_id", "sku_id"]
FOUND = ["event_id", "line_id", *KEY, "qty", "reason_code", "missed_at"]


@dataclass(frozen=True)
class OversellFacts:
    """What happened around the eaches that were missed.

    Args:
        missed: columns FOUND; ``missed_at`` is when it turned out.
        promised: ``line_id, node_id, promised_at``: our ALLOCATED events.
        counts: NODE_CONFIDENCE of every run.
        receipts: FCT_RECEIPTS of the same nodes and SKUs.
        variances: STOCK_VARIANCES of them.
        cancels: CANCEL_REQUESTS of them.
        in_units: ``sku_id`` of SKUs that are traded in units of several eaches.
        in_kits: ``sku_id`` of components of kits.
    """

    missed: pl.DataFrame
    promised: pl.DataFrame
    counts: pl.DataFrame
    receipts: pl.DataFrame
    variances: pl.DataFrame
    cancels: pl.DataFrame
    in_units: pl.DataFrame
    in_kits: pl.DataFrame


def explain_oversells(
    facts: OversellFacts, stale_hours: int, look_back_days: int = 30
) -> pl.DataFrame:
    """Each oversold quantity with its minimal timeline and exactly one class.

        counted_at  <=  promised_at  <=  missed_at        lag = promised - counted

    Args:
        facts: what happened.
        stale_hours: a count older than this when it was promised from is stale.
        look_back_days: how long before a promise a wrong count may lie.

    Returns:
        FOUND with ``promised_at`` (null: by the system before), ``counted_at``
        (cut of the count that was promised from), ``lag_hours``,
        ``oversell_class`` and ``evidence``; the most eaches first.
    """
    rows = _with_count(_with_promise(facts), facts.counts)
    since = pl.coalesce("promised_at", "missed_at") - timedelta(days=look_back_days)
    rows = rows.with_columns(
        since=since,
        until=pl.coalesce("promised_at", "missed_at"),
        lag_hours=(pl.col("promised_at") - pl.col("counted_at")).dt.total_hours(),
    )
    told = rows
    for name, proof in (
        ("double_count", _doubles(facts)),
        ("late_cancel", _cancels(facts)),
    ):
        told = told.join(_newest(rows, proof, name), on="event_id", how="left")
    return (
        told.with_columns(_class(facts, stale_hours))
        .with_columns(evidence=_evidence())
        .select(
            *FOUND,
            "promised_at",
            "counted_at",
            "lag_hours",
            "oversell_class",
            "evidence",
        )
        .sort("qty", "event_id", descending=[True, False])
    )


def by_cause(oversells: pl.DataFrame) -> pl.DataFrame:
    """``oversell_class, cases, eaches`` of every class, the most eaches first."""
    summed = oversells.group_by("oversell_class").agg(
        cases=pl.len().cast(pl.Int64), eaches=pl.col("qty").sum()
    )
    return summed.sort("eaches", "oversell_class", descending=[True, False])


def _with_promise(facts: OversellFacts) -> pl.DataFrame:
    """The last promise of the line at the node before it was missed."""
    joined = facts.missed.join(facts.promised, on=["line_id", "node_id"], how="left")
    earlier = pl.col("promised_at").filter(pl.col("promised_at") <= pl.col("missed_at"))
    return joined.group_by(FOUND).agg(promised_at=earlier.max()).sort("event_id")


def _with_count(rows: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """The count of the node that was known when it was promised."""
    known = counts.select("node_id", "as_of", "snapshot_at", "verdict")
    joined = rows.join(known, on="node_id", how="left").filter(
        pl.col("as_of").is_null()
        | (pl.col("as_of") <= pl.coalesce("promised_at", "missed_at"))
    )
    newest = joined.sort("event_id", "as_of").unique(
        "event_id", keep="last", maintain_order=True
    )
    return rows.join(
        newest.select("event_id", counted_at="snapshot_at", count_verdict="verdict"),
        on="event_id",
        how="left",
    )


def _doubles(facts: OversellFacts) -> pl.DataFrame:
    """``node_id, sku_id, at, proof``: what counted eaches that were never there."""
    received = facts.receipts.with_columns(
        paper=pl.col("receipt_id").str.split("/").list.get(1)
    )
    same = [*KEY, "qty", pl.col("event_at").dt.date().alias("day")]
    again = (
        received.group_by(same)
        .agg(pl.col("paper").unique().sort(), at=pl.col("event_at").max())
        .filter(pl.col("paper").list.len() > 1)
    )
    surplus = facts.variances.filter(
        pl.col("cause_code") == "SURPLUS_CONFIRMED", pl.col("posted_qty") > 0
    )
    return pl.concat(
        [
            again.select(
                *KEY,
                "at",
                proof=pl.format(
                    "receipts {} of {} eaches on one day",
                    pl.col("paper").list.join(" and "),
                    "qty",
                ),
            ),
            surplus.select(
                *KEY,
                at="snapshot_at",
                proof=pl.format("a surplus of {} was believed", "posted_qty"),
            ),
        ],
        how="vertical_relaxed",
    )


def _cancels(facts: OversellFacts) -> pl.DataFrame:
    return facts.cancels.select(
        *KEY,
        at="requested_at",
        proof=pl.format("{} was cancelled after its release", "order_id"),
    )


def _newest(rows: pl.DataFrame, proofs: pl.DataFrame, name: str) -> pl.DataFrame:
    """``event_id`` and the newest proof of its node and SKU before its promise."""
    near = rows.select("event_id", *KEY, "since", "until").join(proofs, on=KEY)
    inside = near.filter(
        pl.col("at") >= pl.col("since"), pl.col("at") <= pl.col("until")
    )
    return (
        inside.sort("event_id", "at", "proof")
        .group_by("event_id", maintain_order=True)
        .agg(pl.col("proof").last().alias(name))
    )


def _class(facts: OversellFacts, stale_hours: int) -> pl.Expr:
    sku = pl.col("sku_id")
    is_unread = pl.col("count_verdict").is_in(
        ["STALE", "PARTIAL", "IMPLAUSIBLE", "REFUSED", "NONE"]
    )
    is_stale = (pl.col("lag_hours") > stale_hours) | is_unread
    return (
        pl.when(pl.col("promised_at").is_null())
        .then(pl.lit("promised_before"))
        .when(pl.col("double_count").is_not_null())
        .then(pl.lit("double_count"))
        .when(sku.is_in(facts.in_units["sku_id"].implode()))
        .then(pl.lit("uom"))
        .when(sku.is_in(facts.in_kits["sku_id"].implode()))
        .then(pl.lit("kit"))
        .when(pl.col("late_cancel").is_not_null())
        .then(pl.lit("late_cancel"))
        .when(is_stale.fill_null(value=False))
        .then(pl.lit("stale_feed"))
        .otherwise(pl.lit("node_lost_stock"))
        .alias("oversell_class")
    )


def _evidence() -> pl.Expr:
    of = pl.col("oversell_class")
    count = pl.format(
        "count {}, {} hours old",
        pl.col("count_verdict").fill_null("-"),
        pl.col("lag_hours").cast(pl.String).fill_null("?"),
    )
    return (
        pl.when(of == "double_count")
        .then("double_count")
        .when(of == "late_cancel")
        .then("late_cancel")
        .when(of == "uom")
        .then(pl.lit("the SKU is traded in units of several eaches"))
        .when(of == "kit")
        .then(pl.lit("the SKU is part of a kit"))
        .when(of == "promised_before")
        .then(pl.lit("promised by the system before"))
        .otherwise(count)
    )
