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
from orchestration.resources.redeciding import (
    WHOLE,
    Redecided,
    RulesThen,
    redecided,
)

SAME, DIFFERS = 0, 1
DIGITS = 12


def replay_command(run_id: str, day: date | None = None, share: int = WHOLE) -> int:
    """Replay one run, or all that were published of a business date.

    Args:
        run_id: first digits of its id; the newest when empty.
        day: business date.
        share: per cent of the lines that are compared, drawn by hash.

    Returns:
        0: the same to the byte; 1: it is not.

    Raises:
        CommandError: no run, or several, begin so; none was published of the date; no
            such share.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    if not 1 <= share <= WHOLE:
        raise CommandError(f"--share {share}: 1 to {WHOLE} per cent")
    house = House.open()
    try:
        if day is None:
            return replayed(house, run_called(house.past_runs(), run_id), share)
        if run_id:
            raise CommandError("--run is one run, --date all of a day: name one")
        runs = runs_between(house, day, day)
        if runs.is_empty():
            raise CommandError(f"no run was published of {day}")
        return max(replayed(house, run, share) for run in runs.iter_rows(named=True))
    finally:
        house.close()


def replayed(house: House, recorded: Mapping[str, object], share: int = WHOLE) -> int:
    """Replay a row of RUNS and print what comes of it.

    Args:
        house: where it ran.
        recorded: the row.
        share: per cent of its lines that are compared.

    Returns:
        0: the same to the byte; 1: it is not.

    Raises:
        CommandError: the run was never published.
    """
    if not recorded["manifest"]:
        raise CommandError("that run was never published: orderhouse run")
    found = redecided(house, recorded, share)
    of_lines = f"; {share} % of its lines compared" if share < WHOLE else ""
    CONSOLE.print(
        f"run {recorded['run_id']} as of {in_utc(recorded['as_of'])}, decided again"
        f" from snapshot {found.snapshot}{of_lines}",
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
    rules = found.rules
    by = [
        f"  by the rules of that run, which have changed since: {', '.join(changed)}"
        for changed in [[f"policies/{name}" for name in rules.changed]]
        if changed
    ]
    if found.is_same:
        return ["the same to the byte", *by]
    said = _other_rules(rules)
    if found.has_other_code:
        said.append("  the code is not that of the run")
    if not said:
        said.append("  by the same rules and code: that is a bug, please report it")
    return ["not the same", *by, *said]


def _other_rules(rules: RulesThen) -> list[str]:
    """That it was decided by other rules than the run's, and what can be done."""
    if not rules.are_others:
        return []
    why = (
        f"  this version cannot read those that it kept: {rules.unread}"
        if rules.unread
        else "  it kept none, as a version before this one ran; take the files of then,"
        " such as from git, into a folder and name it: ORDERHOUSE_POLICIES=FOLDER"
        " orderhouse replay"
    )
    return ["  the rules are not those of the run: orchestration/policies", why]
