"""``orderhouse replay``: a run's allocation decided again, and compared to the byte."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from orchestration.cli.execution import CONSOLE
from orchestration.cli.failures import CommandError
from orchestration.cli.grids import framed, in_utc
from orchestration.cli.known_names import run_called
from orchestration.resources.house import House
from orchestration.resources.redeciding import Redecided, redecided

SAME, DIFFERS = 0, 1
DIGITS = 12


def replay_command(run_id: str) -> int:
    """Replay one run.

    Args:
        run_id: first digits of its id; the newest when empty.

    Returns:
        0: the same to the byte; 1: it is not.

    Raises:
        CommandError: no run, or several, begin so.
        LakeError: the lake no longer keeps what that run left.
        RunRefusedError: nothing ran yet.
    """
    house = House.open()
    try:
        return replayed(house, run_called(house.past_runs(), run_id))
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
