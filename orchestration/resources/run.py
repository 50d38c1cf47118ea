"""A run: its instant, its id, what it reads, and how one that died is undone.

``run_id`` is a hash of what was landed by ``as_of`` (without our own
documents), the rules, the code, ``as_of`` and the seed: the same run has the
same id, and a committed id is never run again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from orchestration.resources.files import write_atomically
from orchestration.resources.home import Home
from orchestration.resources.lakehouse import LANDING_LEDGER, Lakehouse
from transforms.contracts.arrivals import (
    ANSWER_FILES,
    EDI_CONTROLS,
    FILE_NOTICES,
    FILE_RECEIPTS,
)
from transforms.contracts.decisions import DECISIONS, RUNS
from transforms.contracts.documents import DOCUMENTS
from transforms.contracts.profile import REJECTS
from transforms.contracts.table import Table

MARKER = "run_in_progress.json"
NO_RUN = -1


@dataclass(frozen=True)
class Run:
    """One run.

    Args:
        run_id: hash of everything it depends on.
        as_of: moment of its decisions, UTC.
        since: newest ledger row that earlier runs read.
        until: newest ledger row this run may read; None: all received by as_of.
        is_replay: decisions are read from landing instead of made (rebuild).
    """

    run_id: str
    as_of: datetime
    since: int
    seed: int
    input_digest: str
    rules_hash: str
    code_hash: str
    first_snapshot: int
    until: int | None = None
    is_replay: bool = False

    @property
    def message(self) -> str:
        """For commit messages: the run and its instant."""
        return f"run {self.run_id} as of {self.as_of.isoformat()}"

    def stamped(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with this run's id on every row."""
        return frame.with_columns(run_id=pl.lit(self.run_id))

    def row(self, landing_id: int) -> pl.DataFrame:
        """This run as a row of RUNS, not yet published."""
        return pl.DataFrame(
            {
                "run_id": [self.run_id],
                "as_of": [self.as_of],
                "input_digest": [self.input_digest],
                "rules_hash": [self.rules_hash],
                "code_hash": [self.code_hash],
                "seed": [self.seed],
                "landing_id": [landing_id],
                "first_snapshot": [self.first_snapshot],
                "last_snapshot": [self.first_snapshot],
                "manifest": [""],
            },
            schema=RUNS.schema,
        )


def run_id_of(*parts: object) -> str:
    """Id of a run from everything it depends on."""
    text = "\n".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def committed(lake: Lakehouse) -> pl.DataFrame:
    """RUNS, oldest first."""
    return lake.read(RUNS).sort("as_of", "run_id")


def mark(home: Home, run: Run) -> None:
    """Note that ``run`` is under way, so that a crash can be undone."""
    note = {
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "first_snapshot": run.first_snapshot,
    }
    write_atomically(home.root / MARKER, json.dumps(note).encode())


def unmark(home: Home) -> None:
    """Note that no run is under way."""
    (home.root / MARKER).unlink(missing_ok=True)


@dataclass(frozen=True)
class BrokenRun:
    """A run that was begun and never committed."""

    run_id: str
    as_of: datetime
    first_snapshot: int


def broken_run(home: Home, lake: Lakehouse) -> BrokenRun | None:
    """The run that died before its commit, None when there is none."""
    marker = home.root / MARKER
    if not marker.exists():
        return None
    note = json.loads(marker.read_text())
    if note["run_id"] in set(committed(lake)["run_id"]):
        unmark(home)
        return None
    return BrokenRun(
        run_id=str(note["run_id"]),
        as_of=datetime.fromisoformat(note["as_of"]),
        first_snapshot=int(note["first_snapshot"]),
    )


def undo_aborted(home: Home, lake: Lakehouse) -> str | None:
    """Take back what a run that died wrote; landed files stay.

    dbt's tables need no undoing: they are keyed by what arrived and the
    watermark has not moved, so the next run, of the same instant or a later
    one, writes them again. Bronze only grows, so what was loaded is unloaded
    together with its ledger rows.

    Returns:
        The id of the run that was undone, None when there was none.
    """
    broken = broken_run(home, lake)
    if broken is None:
        return None
    run_id, snapshot = broken.run_id, broken.first_snapshot
    home.models.unlink(missing_ok=True)
    with lake.transaction("orderhouse", f"undo run {run_id}"):
        for table in (*DOCUMENTS.values(), REJECTS, FILE_NOTICES, EDI_CONTROLS):
            _unload(lake, table, run_id)
        for table in _written_by_runs():
            _restore(lake, table, run_id, snapshot)
    unmark(home)
    return run_id


def _written_by_runs() -> Iterable[Table]:
    others = (FILE_RECEIPTS, ANSWER_FILES, LANDING_LEDGER)
    return (t for t in (*DECISIONS.values(), *others) if t is not RUNS)


def _unload(lake: Lakehouse, table: Table, run_id: str) -> None:
    """Remove rows of the files that the run read."""
    lake.execute(
        f"delete from lake.{table.path} where landing_id in (select landing_id"  # noqa: S608
        " from lake.bronze.landing_ledger where run_id = ?)",
        [run_id],
    )


def _restore(lake: Lakehouse, table: Table, run_id: str, snapshot: int) -> None:
    """Remove the run's rows and bring back those that it had put others in place of."""
    is_same = lake.query(
        f"select count(*) filter (run_id = ?) = 0 and count(*) ="  # noqa: S608
        f" (select count(*) from lake.{table.path} at (version => {snapshot}))"
        f" from lake.{table.path}",
        [run_id],
    ).item()
    if is_same:
        return
    lake.execute(
        f"delete from lake.{table.path} where run_id = ?",  # noqa: S608
        [run_id],
    )
    match = " and ".join(f"n.{k} is not distinct from o.{k}" for k in table.key)
    lake.execute(
        f"insert into lake.{table.path} select o.* from (select * from"  # noqa: S608
        f" lake.{table.path} at (version => {snapshot})) as o where not exists"
        f" (select 1 from lake.{table.path} as n where {match})"
    )


def parse_instant(text: str, zone: str) -> datetime:
    """An instant from ISO text; local to ``zone`` when it has no offset.

    Example:
        >>> parse_instant("2017-12-29T12:00", "America/New_York").isoformat()
        '2017-12-29T17:00:00+00:00'
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 keeps the module's start light

    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)
