"""Executing one run: Dagster in this process, with progress and seconds by room."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from time import perf_counter
from typing import Any

from orchestration.checks.suite import prefetch
from orchestration.cli.failures import CommandError
from orchestration.cli.paper import PROGRESS, Paper
from orchestration.resources.clock import now, received_at
from orchestration.resources.dispatch import collect_files, finish_committed
from orchestration.resources.house import House
from orchestration.resources.reception import land_drop
from orchestration.resources.run import NO_RUN, committed

CONSOLE = Paper()
ROOMS = (
    "ingest",
    "bronze",
    "silver+gold",
    "decisions",
    "instructions",
    "visibility",
)


@dataclass
class Outcome:
    """What one run did.

    Args:
        run_id: the run.
        as_of: its instant.
        is_new: False when it had been committed before ("nothing to do").
        seconds: wall time by room.
        failed_checks: checks that did not pass, as "asset: check".
    """

    run_id: str
    as_of: datetime
    is_new: bool
    seconds: dict[str, float] = field(default_factory=dict)
    failed_checks: list[str] = field(default_factory=list)


def execute(house: House, as_of: datetime, *, with_forecast: bool = True) -> Outcome:
    """Run as of an instant; a committed run is only finished, never repeated.

    Raises:
        CommandError: the run failed; nothing of it was published.
    """
    with house.lake.lease():
        _publish_what_was_not(house, before=as_of)
        for sentence in collect_files(house):
            CONSOLE.print(f"not collected: {sentence}", markup=False)
        run = house.begin(as_of)
        _report_strangers(house)
        if house.undone_run:
            CONSOLE.print(f"run {house.undone_run} had died: what it wrote is undone")
        _report_later(house)
        if house.is_committed:
            _finish(house)
            outcome = Outcome(run.run_id, as_of, is_new=False)
        else:
            name = "run" if with_forecast else "run_without_forecast"
            outcome = run_job(house, name)
        for sentence in house.undelivered:
            CONSOLE.print(
                f"not delivered: {sentence}; the next run tries again", markup=False
            )
        return outcome


def _report_strangers(house: House) -> None:
    """Files that nobody will ever read must not lie there in silence."""
    strangers = house.drop.strangers()
    if strangers:
        names = ", ".join(str(p.relative_to(house.home.drop)) for p in strangers[:5])
        CONSOLE.print(
            f"{len(strangers)} files in the drop lie in no partner's folder and are"
            f" not read: {names}; move them to drop/<partner>"
        )


def _report_later(house: House) -> None:
    """A file's hour of arrival is its time stamp: one of today is not of 2017."""
    later = [p for p in house.waiting(now()) if received_at(p) > house.run.as_of]
    if later:
        CONSOLE.print(
            f"{len(later)} files wait in the drop that arrived after this run's"
            f" instant, {later[0].name} first; the time stamp of a file is its arrival"
        )


def run_job(house: House, name: str) -> Outcome:
    """Execute a job of the code location for the house's run."""
    from orchestration.resources.event_log import (  # noqa: PLC0415 a second
        dagster_instance,
        remembering,
    )

    run = house.run
    started = perf_counter()
    label = f"{name} as of {run.as_of:%Y-%m-%d %H:%M} UTC"
    os.environ["DAGSTER_HOME"] = str(house.home.dagster)
    with (
        _progress(label),
        dagster_instance(house.home) as instance,
        remembering(instance),
    ):
        job = _job(name)
        prefetch()
        result = job.execute_in_process(
            instance=instance,
            resources={"house": house},
            run_config={"loggers": {"steps": {}}},
            raise_on_error=False,
            tags={"orderhouse/run_id": run.run_id, "as_of": run.as_of.isoformat()},
        )
    failures, failed_checks = _failures(result)
    if failures:
        why = "; ".join([failures[0], *failed_checks])
        raise CommandError(f"run {run.run_id} failed, nothing published: {why}")
    seconds = _seconds_by_room(result)
    seconds["total"] = perf_counter() - started
    return Outcome(run.run_id, run.as_of, True, seconds, failed_checks)


def _publish_what_was_not(house: House, before: datetime) -> None:
    """Committed runs that broke before they were published: publish them first.

    Later runs show only what they changed themselves.
    """
    since = NO_RUN
    for row in committed(house.lake).iter_rows(named=True):
        if not row["manifest"] and row["as_of"] < before:
            CONSOLE.print(f"run {row['run_id']} was never published: doing it now")
            house.resume(row, since)
            finish_committed(house)
            run_job(house, "publish")
        since = row["landing_id"]


def _finish(house: House) -> None:
    """A committed run: do what a crash may have left undone after the commit."""
    for partner in house.partners.values():
        land_drop(house, partner)
    finish_committed(house)
    row = committed(house.lake).filter(run_id=house.run.run_id)
    if not row["manifest"].item():
        run_job(house, "publish")


@cache
def _definitions() -> Any:  # noqa: ANN401 Dagster's repository
    from orchestration.definitions import defs  # noqa: PLC0415 seconds

    loaded = defs()
    gc.freeze()
    return loaded


def _job(name: str) -> Any:  # noqa: ANN401 Dagster's job
    return _definitions().resolve_job_def(name)


@contextmanager
def _progress(label: str) -> Iterator[None]:
    """Show the step at work while the job runs."""
    with PROGRESS.status(label) as status:
        watcher = _StepWatcher(label, status)
        logger = logging.getLogger("orderhouse.steps")
        logger.addHandler(watcher)
        try:
            yield
        finally:
            logger.removeHandler(watcher)


class _StepWatcher(logging.Handler):
    """Puts the name of the running step behind the label."""

    def __init__(self, label: str, status: Any) -> None:  # noqa: ANN401 rich's status
        super().__init__()
        self._label, self._status = label, status

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", None)
        step = (meta or {}).get("step_key")
        if step:
            self._status.update(f"{self._label} · {step.replace('__', '/')}")


def _failures(result: Any) -> tuple[list[str], list[str]]:  # noqa: ANN401 Dagster's result
    failures, checks = [], []
    for event in result.all_events:
        if event.event_type_value == "STEP_FAILURE":
            error = event.event_specific_data.error
            cause = error.cause or error
            failures.append(f"{event.step_key}: {cause.message.strip()[:2000]}")
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            found = event.event_specific_data
            if not found.passed:
                asset = "/".join(found.asset_key.path)
                checks.append(f"{asset}: {found.check_name}{_rows_named(found)}")
    if not result.success and not failures:
        failures.append("; ".join(checks) or "see `orderhouse serve`")
    return failures, checks


def _rows_named(found: Any) -> str:  # noqa: ANN401 Dagster's evaluation
    """What a failed check says of its rows, for people."""
    said = (found.metadata.get(name) for name in ("failed", "data_failed"))
    return "".join(f" {entry.value}" for entry in said if entry and entry.value)


def _seconds_by_room(result: Any) -> dict[str, float]:  # noqa: ANN401 Dagster's result
    """Step durations by the room of the first asset that the step made."""
    room_of: dict[str, str] = {}
    seconds = dict.fromkeys(ROOMS, 0.0)
    for event in result.all_events:
        if event.event_type_value == "ASSET_MATERIALIZATION":
            room_of.setdefault(event.step_key, event.asset_key.path[0])
        if event.event_type_value == "STEP_SUCCESS":
            room = room_of.get(event.step_key, "")
            room = {"silver": "silver+gold", "gold": "silver+gold"}.get(room, room)
            seconds[room] += event.event_specific_data.duration_ms / 1000
    return seconds
