"""Upkeep of the lake, so that a run costs the same however many came before.

Each run leaves about ninety files, seventy snapshots and fifteen hundred rows of
statistics, and DuckLake reads its catalog whole for every question. So once in a
few runs, before the next begins: snapshots within a run are forgotten, those that
runs ended with are kept for a while, and small files become one. What the lake
says does not change, now or as of a snapshot that is kept.
"""

from __future__ import annotations

from datetime import timedelta

from orchestration.resources.clock import now
from orchestration.resources.lakehouse import Lakehouse
from orchestration.resources.run import committed

RUNS_KEPT = 30
"""As these runs left the lake, it can be read (``orderhouse prove``), unless
``policies/company.yaml`` says otherwise."""

SNAPSHOTS_BETWEEN = 300
"""About four runs: the upkeep costs a tenth of one."""

SMALL_BYTES = 16 * 2**20
"""Files that grew beyond are merged with none: history is not written again."""

REPLACED_RATE = 0.05
"""A file of which more rows were replaced is written again without them, or it could
not be merged; what that costs is a fixed share of what was replaced."""

READERS_HOURS = 24
"""Nobody reads a file longer than this after it was merged into another."""


def keep_up(
    lake: Lakehouse,
    *,
    runs_kept: int = RUNS_KEPT,
    snapshots_between: int = SNAPSHOTS_BETWEEN,
) -> bool:
    """Forget and merge, when enough has gathered; whoever calls is the one writer.

    Each step is one commit of the catalog, so it may be killed anywhere and is
    done again by the next. Not while a run is under way: what undoes it needs
    the snapshot from which it began.

    Returns:
        Whether there was enough.
    """
    kept = _snapshots_to_keep(lake, runs_kept)
    known = lake.query("select snapshot_id from lake.snapshots()")
    forgotten = sorted(set(known["snapshot_id"]) - kept)
    if len(forgotten) < snapshots_between:
        return False
    lake.query(f"call ducklake_expire_snapshots('lake', versions => {forgotten})")
    lake.query(
        f"call ducklake_rewrite_data_files('lake', delete_threshold => {REPLACED_RATE})"
    )
    lake.query(
        f"call ducklake_merge_adjacent_files('lake', max_file_size => {SMALL_BYTES})"
    )
    long_ago = now() - timedelta(hours=READERS_HOURS)
    lake.query(
        "call ducklake_cleanup_old_files('lake', older_than =>"
        f" '{long_ago.isoformat()}'::timestamptz)"
    )
    return True


def _snapshots_to_keep(lake: Lakehouse, runs_kept: int) -> set[int]:
    """How the last runs left the lake, and how it is now."""
    ends = committed(lake)["last_snapshot"].tail(runs_kept)
    return {lake.snapshot(), *ends}
