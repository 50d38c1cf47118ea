"""``orderhouse rebuild``: everything again from landing, with equal hashes.

Builds a second lake beside the first from the same landing and vault, run by
run as recorded; decisions are recalled from landing, not made again. Only when
every table's hash is equal does the new lake take the old one's place.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from rich.table import Table as Grid

from orchestration.cli.execution import CONSOLE, run_job
from orchestration.cli.failures import CommandError
from orchestration.cli.paper import PROGRESS, underway
from orchestration.resources.files import sync_folder
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lakehouse import Lakehouse, one_writer
from orchestration.resources.run import NO_RUN, committed
from transforms.contracts.decisions import DECISIONS
from transforms.contracts.documents import DOCUMENTS
from transforms.contracts.gold import GOLD
from transforms.contracts.profile import REJECTS
from transforms.contracts.table import Table

SHARED = ("landing", "vault.sqlite", "vault.key")
"""What survives everything; the new lake is made from these and nothing else."""


@dataclass(frozen=True)
class Compared:
    """One table's hashes in two lakes; "" before where its columns were others."""

    path: str
    before: str
    after: str

    @property
    def is_equal(self) -> bool:
        """Whether content and row count are the same, as far as they can be."""
        return self.before in {self.after, ""}


def rebuild_house() -> int:
    """Rebuild beside, compare, swap.

    Returns:
        0 when every hash is equal, 1 when not (the old lake stays).
    """
    home = Home.at().make()
    with one_writer(home):
        return _rebuild(home)


def _rebuild(home: Home) -> int:
    is_known = _has_runs(home)
    if not is_known:
        CONSOLE.print("There is no lake yet; making one from landing.")
    beside = Home.at(home.root.with_name(home.root.name + ".rebuilt"))
    shutil.rmtree(beside.root, ignore_errors=True)
    _borrow(home, beside)
    replay_all(beside)
    compared = compare(home, beside) if is_known else []
    _print(compared)
    if all(c.is_equal for c in compared):
        _swap(home, beside)
        CONSOLE.print(f"{_said(compared)}; the rebuilt lake is in place.")
        return 0
    CONSOLE.print(f"Not equal: the old lake stays; the new one is {beside.root.name}.")
    return 1


def _said(compared: list[Compared]) -> str:
    reshaped = sum(not c.before for c in compared)
    if not compared:
        return "Nothing to compare with"
    if reshaped:
        return f"{reshaped} tables have other columns than before, the rest is equal"
    return "Every table is equal"


def replay_all(home: Home) -> int:
    """Replay every recorded run in order into an empty lake.

    Returns:
        Runs replayed.

    Raises:
        CommandError: landing records no run.
    """
    house = House.open(home.root)
    try:
        recorded = house.journal.runs()
        if not recorded:
            raise CommandError("landing records no run: nothing to rebuild from")
        since = NO_RUN
        with house.lake.lease():
            for number, row in enumerate(recorded, start=1):
                PROGRESS.print(
                    f"replaying run {number} of {len(recorded)}, as of"
                    f" {row['as_of']:%F %R} UTC"
                )
                run = house.replay(row, since)
                run_job(house, "run")
                since = run.until if run.until is not None else since
    finally:
        house.close()
    return len(recorded)


def compare(one: Home, other: Home) -> list[Compared]:
    """Content hashes of every table that a contract describes, in two lakes."""
    first, second = Lakehouse(one), Lakehouse(other)
    try:
        shapes = first.shapes()
        tables = hashed_tables()
        found = []
        with underway() as tell:
            for number, table in enumerate(tables, start=1):
                tell(f"comparing table {number} of {len(tables)}, {table.path}")
                is_alike = shapes.get(table.path) == set(table.names)
                before, after = (
                    lake.content_hash(table.path, table.content_names)
                    if lake is second or is_alike
                    else ""
                    for lake in (first, second)
                )
                found.append(Compared(table.path, before, after))
        return found
    finally:
        first.close()
        second.close()


def hashed_tables() -> list[Table]:
    """Tables whose content must be the same whenever they are made again."""
    return [*DOCUMENTS.values(), REJECTS, *GOLD.values(), *DECISIONS.values()]


def _has_runs(home: Home) -> bool:
    """Whether the lake to replace holds anything that could be compared."""
    if not home.catalog.exists():
        return False
    lake = Lakehouse(home)
    try:
        return committed(lake).height > 0
    finally:
        lake.close()


def _borrow(home: Home, beside: Home) -> None:
    beside.root.mkdir(parents=True)
    for name in SHARED:
        source = home.root / name
        if source.is_dir():
            (beside.root / name).symlink_to(source)
        elif source.exists():
            shutil.copy2(source, beside.root / name)


def _swap(home: Home, beside: Home) -> None:
    """Put the new lake in the old one's place; the catalog goes first and last.

    Killed anywhere in between there is no catalog, never a mixed lake: the next
    run refuses and asks for a rebuild.
    """
    aside = home.root / "lake_before_rebuild"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for path in (*home.root.glob("catalog.sqlite*"), home.tables):
        path.rename(aside / path.name)
    (beside.root / "tables").rename(home.tables)
    for path in sorted(beside.root.glob("catalog.sqlite*"), reverse=True):
        path.rename(home.root / path.name)
    sync_folder(home.root)
    shutil.rmtree(aside)
    shutil.rmtree(beside.root)


def _print(compared: list[Compared]) -> None:
    grid = Grid(title="Rebuilt from landing")
    for name in ("table", "rows", "hash", ""):
        grid.add_column(name)
    for entry in compared:
        rows, _, digest = entry.after.partition(":")
        mark = "equal" if entry.is_equal else f"DIFFERS (was {entry.before})"
        mark = mark if entry.before else "other columns than before"
        grid.add_row(entry.path, rows, digest[:12], mark)
    CONSOLE.print(grid)
