"""``orderhouse replay``: a run's allocation decided again, and compared to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_utc
from orchestration.cli.known_names import run_called
from orchestration.resources.house import House
from orchestration.resources.past_days import runs_between
from orchestration.resources.redeciding import Redecided, redecided

SAME, DIFFERS = 0, 1
DIGITS = 12


def replay_command(run_id: str, day: date | None = None) -> int:
    """Replay one run, or all that were published of a business date.

    Args:
        run_id: first digits of its id; the newest when empty.
        day: business date.

    Returns:
        0: the same to the byte; 1: it is not.

    Raises:
        CommandError: no run, or several, begin so; none was published of the date.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        if day is None:
            return replayed(house, run_called(house.past_runs(), run_id))
        if run_id:
            raise CommandError("--run is one run, --date all of a day: name one")
        runs = runs_between(house, day, day)
        if runs.is_empty():
            raise CommandError(f"no run was published of {day}")
        return max(replayed(house, run) for run in runs.iter_rows(named=True))
    finally:
        house.close()


def replayed(house: House, recorded: Mapping[str, object]) -> int:
    """Replay a row of RUNS and print what comes of it.

    Returns:
        0: the same to the byte; 1: it is not.

    Raises:
        CommandError: the run was never published.
    """
    if not recorded["manifest"]:
        raise CommandError("that run was never published: orderhouse run")
    found = redecided(house, recorded)
    CONSOLE.print(
        f"run {recorded['run_id']} as of {in_utc(recorded['as_of'])}, decided again"
        f" from snapshot {found.snapshot}",
        soft_wrap=True,
    )
    CONSOLE.print(framed("Recorded beside decided again", _told(found)))
    for sentence in _sentences(found):
        CONSOLE.print(sentence, soft_wrap=True)
    return SAME if found.is_same else DIFFERS


def _told(found: Redecided) -> pl.DataFrame:
    rows = [
        {
            "table": one.table.path,
            "rows": one.recorded.height,
            "other_rows": one.other_rows,
            "recorded": one.hashes[0][:DIGITS],
            "again": one.hashes[1][:DIGITS],
        }
        for one in found.tables
    ]
    return pl.DataFrame(rows)


def _sentences(found: Redecided) -> list[str]:
    if found.is_same:
        return ["the same to the byte"]
    said = ["not the same"]
    if found.has_other_rules:
        said.append("  the rules are not those of the run: orchestration/policies")
    if found.has_other_code:
        said.append("  the code is not that of the run")
    if len(said) == 1:
        said.append("  by the same rules and code: that is a bug, please report it")
    return said
