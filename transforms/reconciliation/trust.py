"""Whether a stock file is believed: stale, partial and implausible ones are not.

A distrusted file changes nothing, neither up nor down; it lowers the node's
confidence, and confidence widens the buffer. Not here: the variances of files
that are believed (``stock.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from transforms.contracts.decisions import NODE_CONFIDENCE

SNAPSHOT = ["node_id", "snapshot_at"]
ALL_BP = 10_000


@dataclass(frozen=True)
class TrustPolicy:
    """When a snapshot is not believed; shares are basis points.

    Args:
        stale_hours: older than this at the run is STALE.
        partial_bp: fewer rows than this share of our positions is PARTIAL.
        zero_bp: this many more zeros than we hold ourselves is IMPLAUSIBLE.
        changed_bp: more rows than this differing from us is IMPLAUSIBLE.
        times: a total this many times ours, or one so many-th, is IMPLAUSIBLE.
        few_rows: files this small are not judged by shares of zeros or changes.
        few_units: totals this small are not judged by their ratio.
        stale_confidence_bp: confidence in a node whose file is STALE.
        partial_confidence_bp: … PARTIAL.
        implausible_confidence_bp: … IMPLAUSIBLE.
        none_confidence_bp: … that sent none since its cut-over.
    """

    stale_hours: int = 36
    partial_bp: int = 8_000
    zero_bp: int = 3_000
    changed_bp: int = 5_000
    times: int = 3
    few_rows: int = 10
    few_units: int = 20
    stale_confidence_bp: int = 9_500
    partial_confidence_bp: int = 9_000
    implausible_confidence_bp: int = 9_000
    none_confidence_bp: int = 9_800


def judge(
    compared: pl.DataFrame, held: pl.DataFrame, policy: TrustPolicy
) -> pl.DataFrame:
    """One verdict per snapshot, staleness apart.

    Args:
        compared: AVAILABLE rows of snapshots beside ours at their cut:
            ``node_id, snapshot_at, reported_qty, ledger_qty, variance_qty``.
        held: ``node_id, snapshot_at, expected_row_count``: positions of ours
            that are not empty.
        policy: thresholds.

    Returns:
        ``node_id, snapshot_at, row_count, expected_row_count, zero_bp,
        changed_bp, verdict`` (TRUSTED | PARTIAL | IMPLAUSIBLE).
    """
    reported = pl.col("reported_qty")
    measured = compared.group_by(SNAPSHOT).agg(
        row_count=pl.len().cast(pl.Int64),
        zero_bp=_share(reported == 0),
        our_zero_bp=_share(pl.col("ledger_qty") <= 0),
        changed_bp=_share(pl.col("variance_qty") != 0),
        reported=reported.sum(),
        ours=pl.col("ledger_qty").sum(),
    )
    known = measured.join(held, on=SNAPSHOT, how="left").with_columns(
        pl.col("expected_row_count").fill_null(0)
    )
    columns = [*SNAPSHOT, "row_count", "expected_row_count", "zero_bp", "changed_bp"]
    return known.select(*columns, _verdict(policy).alias("verdict")).sort(SNAPSHOT)


def _share(condition: pl.Expr) -> pl.Expr:
    return (condition.sum() * ALL_BP // pl.len()).cast(pl.Int64)


def _verdict(policy: TrustPolicy) -> pl.Expr:
    rows, expected = pl.col("row_count"), pl.col("expected_row_count")
    is_partial = rows * ALL_BP < expected * policy.partial_bp
    is_many = rows >= policy.few_rows
    is_zeroed = is_many & (pl.col("zero_bp") > pl.col("our_zero_bp") + policy.zero_bp)
    is_other = is_many & (pl.col("changed_bp") > policy.changed_bp)
    reported, ours = pl.col("reported"), pl.col("ours")
    least, most = pl.min_horizontal(reported, ours), pl.max_horizontal(reported, ours)
    is_scaled = (most >= policy.few_units) & (most >= policy.times * least)
    return (
        pl.when(is_partial)
        .then(pl.lit("PARTIAL"))
        .when(is_zeroed | is_other | is_scaled)
        .then(pl.lit("IMPLAUSIBLE"))
        .otherwise(pl.lit("TRUSTED"))
    )


def node_confidence(
    judged: pl.DataFrame, nodes: pl.DataFrame, as_of: datetime, policy: TrustPolicy
) -> pl.DataFrame:
    """NODE_CONFIDENCE without ``run_id``: the newest snapshot of every node.

    Args:
        judged: result of ``judge``.
        nodes: DIM_NODES.
        as_of: moment of the run.
        policy: thresholds.
    """
    newest = judged.sort(SNAPSHOT).unique("node_id", keep="last", maintain_order=True)
    rows = nodes.select("node_id").join(newest, on="node_id", how="left")
    oldest = as_of - timedelta(hours=policy.stale_hours)
    is_stale = pl.col("snapshot_at") < pl.lit(oldest)
    verdict = (
        pl.when(pl.col("snapshot_at").is_null())
        .then(pl.lit("NONE"))
        .when(is_stale & (pl.col("verdict") == "TRUSTED"))
        .then(pl.lit("STALE"))
        .otherwise("verdict")
    )
    counts = ["row_count", "expected_row_count", "zero_bp", "changed_bp"]
    rows = rows.with_columns(
        pl.col(counts).fill_null(0), verdict=verdict, as_of=pl.lit(as_of)
    ).with_columns(confidence_bp=_confidence(policy))
    names = [name for name in NODE_CONFIDENCE.names if name != "run_id"]
    return rows.select(names).sort("node_id")


def _confidence(policy: TrustPolicy) -> pl.Expr:
    return pl.col("verdict").replace_strict(
        {
            "TRUSTED": ALL_BP,
            "STALE": policy.stale_confidence_bp,
            "PARTIAL": policy.partial_confidence_bp,
            "IMPLAUSIBLE": policy.implausible_confidence_bp,
            "NONE": policy.none_confidence_bp,
        },
        return_dtype=pl.Int64,
    )
