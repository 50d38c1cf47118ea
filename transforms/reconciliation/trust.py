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
COUNTS = [
    "row_count",
    "expected_row_count",
    "usual_row_count",
    "zero_bp",
    "changed_count",
    "changed_bp",
    "largest_change_qty",
]
ALL_BP = 10_000
USUAL_FILES = 7
"""Files before one that say how many rows are usual."""


@dataclass(frozen=True)
class TrustPolicy:
    """When a snapshot is not believed; shares are basis points.

    Args:
        stale_hours: older than this at the run is STALE.
        partial_bp: fewer rows than this share of our positions, or of what the
            node's earlier files had (their median), is PARTIAL.
        zero_bp: this many more zeros than we hold ourselves is IMPLAUSIBLE.
        changed_bp: more rows than this differing from us is IMPLAUSIBLE.
        times: a total this many times ours, or one so many-th, is IMPLAUSIBLE.
        largest_units: one SKU differing by more eaches than this is IMPLAUSIBLE.
        few_rows: files this small are not judged by shares of zeros or changes.
        few_units: totals this small are not judged by their ratio, unless they
            grew: a shortfall is believed at once, doubt would sell what is gone.
        few_growth_units: more eaches than ours by fewer than this are no such growth.
        stale_confidence_bp: confidence in a node whose file is STALE.
        partial_confidence_bp: … PARTIAL.
        implausible_confidence_bp: … IMPLAUSIBLE.
        none_confidence_bp: … that sent none since its cut-over.
        refused_confidence_bp: … whose newest file was empty or refused whole.
    """

    stale_hours: int = 36
    partial_bp: int = 8_000
    zero_bp: int = 3_000
    changed_bp: int = 5_000
    times: int = 3
    largest_units: int = 5_000
    few_rows: int = 10
    few_units: int = 20
    few_growth_units: int = 5
    stale_confidence_bp: int = 9_500
    partial_confidence_bp: int = 9_000
    implausible_confidence_bp: int = 9_000
    none_confidence_bp: int = 9_800
    refused_confidence_bp: int = 9_000


def judge(
    compared: pl.DataFrame, held: pl.DataFrame, policy: TrustPolicy
) -> pl.DataFrame:
    """One verdict per snapshot, staleness apart.

    Args:
        compared: AVAILABLE rows of snapshots beside ours at their cut:
            ``node_id, snapshot_at, reported_qty, ledger_qty, variance_qty,
            is_vouched`` (an operator says so: what is whole is believed).
        held: ``node_id, snapshot_at, expected_row_count``: positions of ours
            that are not empty.
        policy: thresholds.

    Returns:
        ``node_id, snapshot_at, row_count, expected_row_count, usual_row_count,
        zero_bp, changed_count, changed_bp, largest_change_qty, verdict`` (TRUSTED |
        PARTIAL | IMPLAUSIBLE).
    """
    reported = pl.col("reported_qty")
    measured = compared.group_by(SNAPSHOT).agg(
        row_count=pl.len().cast(pl.Int64),
        zero_bp=_share(reported == 0),
        our_zero_bp=_share(pl.col("ledger_qty") <= 0),
        changed_count=(pl.col("variance_qty") != 0).sum().cast(pl.Int64),
        changed_bp=_share(pl.col("variance_qty") != 0),
        largest_change_qty=pl.col("variance_qty").abs().max(),
        reported=reported.sum(),
        ours=pl.col("ledger_qty").sum(),
        is_vouched=pl.col("is_vouched").all(),
    )
    known = (
        measured.join(held, on=SNAPSHOT, how="left")
        .with_columns(pl.col("expected_row_count").fill_null(0))
        .sort(SNAPSHOT)
        .with_columns(usual_row_count=_usual())
    )
    return known.select(*SNAPSHOT, *COUNTS, _verdict(policy).alias("verdict"))


def _usual() -> pl.Expr:
    """Median of the rows that the node's files before this one had; 0 for none.

    A file is judged by those before it only, so later ones change no verdict.
    """
    before = pl.col("row_count").shift(1).over("node_id")
    median = before.rolling_median(USUAL_FILES, min_samples=1).over("node_id")
    return median.fill_null(0).floor().cast(pl.Int64)


def _share(condition: pl.Expr) -> pl.Expr:
    return (condition.sum() * ALL_BP // pl.len()).cast(pl.Int64)


def _verdict(policy: TrustPolicy) -> pl.Expr:
    rows, expected = pl.col("row_count"), pl.col("expected_row_count")
    most_rows = pl.max_horizontal(expected, pl.col("usual_row_count"))
    is_partial = rows * ALL_BP < most_rows * policy.partial_bp
    is_many = rows >= policy.few_rows
    is_zeroed = is_many & (pl.col("zero_bp") > pl.col("our_zero_bp") + policy.zero_bp)
    is_other = is_many & (pl.col("changed_bp") > policy.changed_bp)
    reported, ours = pl.col("reported"), pl.col("ours")
    least, most = pl.min_horizontal(reported, ours), pl.max_horizontal(reported, ours)
    is_scaled = (most >= policy.few_units) & (most >= policy.times * least)
    # What two nights say of a node of a handful of eaches would be posted.
    is_grown = (ours > 0) & (reported >= policy.times * ours)
    is_grown &= reported - ours >= policy.few_growth_units
    is_far = pl.col("largest_change_qty") > policy.largest_units
    is_odd = is_zeroed | is_other | is_scaled | is_grown | is_far
    return (
        pl.when(is_partial)
        .then(pl.lit("PARTIAL"))
        .when(is_odd & ~pl.col("is_vouched"))
        .then(pl.lit("IMPLAUSIBLE"))
        .otherwise(pl.lit("TRUSTED"))
    )


def node_confidence(
    judged: pl.DataFrame,
    nodes: pl.DataFrame,
    refused: pl.DataFrame,
    as_of: datetime,
    policy: TrustPolicy,
) -> pl.DataFrame:
    """NODE_CONFIDENCE without ``run_id``: the newest snapshot of every node.

    Args:
        judged: result of ``judge``.
        nodes: DIM_NODES.
        refused: ``node_id`` of those whose newest stock file was empty or
            refused whole: the last good numbers stay, with less confidence.
        as_of: moment of the run.
        policy: thresholds.
    """
    newest = judged.sort(SNAPSHOT).unique("node_id", keep="last", maintain_order=True)
    failed = refused.select("node_id").unique().with_columns(is_refused=True)
    rows = (
        nodes.select("node_id")
        .join(newest, on="node_id", how="left")
        .join(failed, on="node_id", how="left")
    )
    oldest = as_of - timedelta(hours=policy.stale_hours)
    is_stale = pl.col("snapshot_at") < pl.lit(oldest)
    verdict = (
        pl.when(pl.col("snapshot_at").is_null())
        .then(pl.lit("NONE"))
        .when(is_stale & (pl.col("verdict") == "TRUSTED"))
        .then(pl.lit("STALE"))
        .when(pl.col("is_refused").fill_null(value=False))
        .then(pl.lit("REFUSED"))
        .otherwise("verdict")
    )
    rows = rows.with_columns(
        pl.col(COUNTS).fill_null(0), verdict=verdict, as_of=pl.lit(as_of)
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
            "REFUSED": policy.refused_confidence_bp,
        },
        return_dtype=pl.Int64,
    )
