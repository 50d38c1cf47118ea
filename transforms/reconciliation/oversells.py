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

PROVED = ("double_count", "uom", "kit", "late_cancel")
"""Classes that a row of the books proves; it is their evidence."""

MISSING = ("OUT_OF_STOCK", "DAMAGED", "SUPPLY_LOST", "KIT_LOST")
"""Reasons of a node, or ours, that say that an each was not there; of packed kits one
of their lines does."""

TURNS_OUT_LATER = {"uom": 30, "kit": 30}
"""Days after a promise within which a count, or a shipment, may prove its class."""

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
        units: ``sku_id, eaches`` of units of several eaches.
        kits_left: ``node_id, sku_id`` of components of kits that a node shipped as
            a SKU of their own, with ``kit_sku_id, qty`` of the component, ``at``.
    """

    missed: pl.DataFrame
    promised: pl.DataFrame
    counts: pl.DataFrame
    receipts: pl.DataFrame
    variances: pl.DataFrame
    cancels: pl.DataFrame
    units: pl.DataFrame
    kits_left: pl.DataFrame


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
        ("uom", _units(facts)),
        ("kit", _kits(facts)),
        ("late_cancel", _cancels(facts)),
    ):
        told = told.join(_newest(rows, proof, name), on="event_id", how="left")
    return (
        told.with_columns(_class(stale_hours))
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


def _units(facts: OversellFacts) -> pl.DataFrame:
    """A count that is ours in another unit, or short of what a receipt was too much.

        counted * n = ours          a unit of n eaches was booked as n units, or
        ours - counted = q - q / n  a receipt of q was q / n

    Counted after the eaches were missed as well: that is when it turns out.
    """
    off = facts.variances.filter(
        pl.col("variance_qty") < 0, pl.col("reported_qty") > 0
    ).join(facts.units, on="sku_id")
    counts = off.filter(
        pl.col("reported_qty") * pl.col("eaches") == pl.col("ledger_qty")
    )
    booked = off.join(facts.receipts.select(*KEY, "qty", "event_at"), on=KEY).filter(
        pl.col("event_at") <= pl.col("snapshot_at"),
        pl.col("qty") % pl.col("eaches") == 0,
        -pl.col("variance_qty") == pl.col("qty") - pl.col("qty") // pl.col("eaches"),
    )
    said = pl.format(
        "counted {}, ours {}: a unit of {}", "reported_qty", "ledger_qty", "eaches"
    )
    of_receipt = pl.format(
        "counted {} fewer: a receipt of {} was of units of {}",
        -pl.col("variance_qty"),
        "qty",
        "eaches",
    )
    return pl.concat(
        [
            counts.select(*KEY, at="snapshot_at", proof=said),
            booked.select(*KEY, at="event_at", proof=of_receipt),
        ]
    )


def _kits(facts: OversellFacts) -> pl.DataFrame:
    """A kit that left as a SKU of its own took its components along unbooked."""
    return facts.kits_left.select(
        *KEY,
        "at",
        proof=pl.format("{} left as a SKU, {} of these in it", "kit_sku_id", "qty"),
    )


def _cancels(facts: OversellFacts) -> pl.DataFrame:
    return facts.cancels.select(
        *KEY,
        at="requested_at",
        proof=pl.format("{} was cancelled after its release", "order_id"),
    )


def _newest(rows: pl.DataFrame, proofs: pl.DataFrame, name: str) -> pl.DataFrame:
    """``event_id`` and the newest proof of its node and SKU in its time."""
    near = rows.select("event_id", *KEY, "since", "until").join(proofs, on=KEY)
    until = pl.col("until")
    if name in TURNS_OUT_LATER:
        until += timedelta(days=TURNS_OUT_LATER[name])
    inside = near.filter(pl.col("at") >= pl.col("since"), pl.col("at") <= until)
    return (
        inside.sort("event_id", "at", "proof")
        .group_by("event_id", maintain_order=True)
        .agg(pl.col("proof").last().alias(name))
    )


def _class(stale_hours: int) -> pl.Expr:
    is_unread = pl.col("count_verdict").is_in(
        ["STALE", "PARTIAL", "IMPLAUSIBLE", "REFUSED", "NONE"]
    )
    is_stale = (pl.col("lag_hours") > stale_hours) | is_unread
    is_so = {
        "promised_before": pl.col("promised_at").is_null(),
        **{name: pl.col(name).is_not_null() for name in PROVED},
        "stale_feed": is_stale.fill_null(value=False),
        "node_lost_stock": pl.lit(value=True),
    }
    # In the order of CLASSES: the first that is so.
    found = [pl.when(is_so[name]).then(pl.lit(name)) for name in CLASSES]
    return pl.coalesce(found).alias("oversell_class")


def _evidence() -> pl.Expr:
    of = pl.col("oversell_class")
    count = pl.format(
        "count {}, {} hours old",
        pl.col("count_verdict").fill_null("-"),
        pl.col("lag_hours").cast(pl.String).fill_null("?"),
    )
    proved = [pl.when(of == name).then(name) for name in PROVED]
    before = pl.when(of == "promised_before").then(
        pl.lit("promised by the system before")
    )
    return pl.coalesce(*proved, before, count)
