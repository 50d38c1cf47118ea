"""Promises without living demand, and demand without its promise: found, repaired.

A fold keeps both sides of the lines that it touches together, so none should
be; what another hand, a lost line or a bug left is found by comparing all of
them, and mended by a posting that names its cause. Nothing is updated. Not here:
promises that supply no longer covers (``transforms.allocation.free``).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from transforms.contracts.decisions import PROMISE_POSTINGS
from transforms.ledger.promises import (
    COMMITTED_ACCOUNTS,
    IN_KITS,
    promise_postings,
)

ORPHAN_RELEASE, UNPROMISED = "ORPHAN_RELEASE", "UNPROMISED_DEMAND"
MISPLACED = "MISPLACED"
PLACE = ["line_id", "node_id", "sku_id"]
COMMITMENTS = ["allocated_qty", "released_qty"]


def stray_lines(
    demanded: pl.DataFrame, promised: pl.DataFrame, astray: pl.DataFrame
) -> pl.DataFrame:
    """Lines whose promises are not what their buckets ask for, or not where.

    Args:
        demanded: ``line_id, allocated_qty, released_qty`` of the buckets; what a
            node works on counts as released.
        promised: the same of the ledger; lines that are in neither hold nothing.
        astray: ``line_id, node_id`` of promises at nodes that were told nothing of
            the line, see ``misplaced``.

    Returns:
        ``line_id, cause_code``: ORPHAN_RELEASE where more is promised than
        demanded in either account, UNPROMISED_DEMAND where less, MISPLACED where
        the sum is right and a node is not.
    """
    both = demanded.join(
        promised, on="line_id", how="full", coalesce=True, suffix="_promised"
    ).with_columns(pl.selectors.integer().fill_null(0))
    over = [pl.col(f"{name}_promised") - pl.col(name) for name in COMMITMENTS]
    is_orphan = pl.any_horizontal(more > 0 for more in over)
    cause = (
        pl.when(is_orphan).then(pl.lit(ORPHAN_RELEASE)).otherwise(pl.lit(UNPROMISED))
    )
    stray = both.filter(pl.any_horizontal(more != 0 for more in over))
    by_sum = stray.select("line_id", cause_code=cause)
    by_place = astray.select(
        pl.col("line_id").unique(), cause_code=pl.lit(MISPLACED)
    ).join(by_sum, on="line_id", how="anti")
    return pl.concat([by_sum, by_place]).sort("line_id")


def misplaced(promised: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Places that hold released eaches of a line and were never told to ship it.

    Args:
        promised: PROMISE_POSTINGS of whole lines.
        told: ``line_id, node_id`` of their INSTRUCTION_LINES. What the system before
            us had told counts by the posting of its opening.

    Returns:
        ``line_id, node_id, sku_id, qty``, sorted.
    """
    is_opening = pl.col("event_id").str.starts_with(pl.col("line_id") + "/OPENING")
    held = (
        promised.filter(account="RELEASED")
        .group_by(PLACE)
        .agg(pl.col("qty").sum(), is_opened=is_opening.any())
        .filter(pl.col("qty") > 0, ~pl.col("is_opened"))
    )
    astray = held.join(told, on=["line_id", "node_id"], how="anti")
    return astray.select(*PLACE, "qty").sort(PLACE)


def repairs(
    stray: pl.DataFrame, moves: pl.DataFrame, existing: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Postings that make the promises of stray lines what their events say.

    The next fold of such a line takes the stray posting and its repair back
    together.

    Args:
        stray: result of ``stray_lines``.
        moves: ``Folded.moves`` of those that are still lines.
        existing: every PROMISE_POSTINGS row of them.
        as_of: moment of the run, which dates the repair.

    Returns:
        PROMISE_POSTINGS without ``run_id``, one event a line, which sums to zero.
    """
    wanted = promise_postings(moves, PROMISE_POSTINGS.empty())
    sides = [wanted.select(*PLACE, "account", "qty")]
    sides += [existing.select(*PLACE, "account", -pl.col("qty"))]
    committed = pl.col("account").is_in([*COMMITTED_ACCOUNTS, *IN_KITS.values()])
    due = pl.concat(sides).filter(committed).group_by(*PLACE, "account")
    change = due.agg(pl.col("qty").sum()).filter(pl.col("qty") != 0)
    demand = change.group_by(PLACE).agg(-pl.col("qty").sum())
    balanced = [change, demand.select(*PLACE, pl.lit("DEMAND").alias("account"), "qty")]
    return _dated(pl.concat(balanced).filter(pl.col("qty") != 0), stray, as_of)


def _dated(
    postings: pl.DataFrame, stray: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    event = pl.format("{}/{}/{}", "line_id", "cause_code", pl.lit(as_of.isoformat()))
    named = postings.join(stray, on="line_id").with_columns(
        event_id=event, event_at=pl.lit(as_of, PROMISE_POSTINGS.schema["event_at"])
    )
    side = pl.format("{}/{}/{}/{}", "event_id", "account", "node_id", "sku_id")
    names = [name for name in PROMISE_POSTINGS.names if name != "run_id"]
    return named.with_columns(posting_id=side).select(names).sort("posting_id")
